import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { certificates } from './certificates.ts';
import { FakeCollection, type Given, History } from './collection.ts';
import { type FakeObject, Refused, statusBody } from './objects.ts';
import { patchMetadata } from './patches.ts';
import { selects } from './selectors.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
}

/** What becomes of a request beside its answer. */
export type Vice =
  /** Answered by this before anything is done. */
  | { readonly kind: 'refuse'; readonly status: number; readonly retryAfter?: number; readonly body?: string }
  /** Done, and the answer never comes. */
  | { readonly kind: 'unanswered' }
  /** Done, and a proxy answers with a page of its own. */
  | { readonly kind: 'page' }
  /** Done, and answered so many milliseconds later. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Nothing is done, and nothing is said. */
  | { readonly kind: 'hang' }
  /** Never heard of. */
  | { readonly kind: 'unheard' }
  /** The connection breaks at once; it is done so many milliseconds later. */
  | { readonly kind: 'late'; readonly milliseconds: number };

/** Lines of a pod's log, with the time of each in nanoseconds of RFC 3339. */
export interface FakeLog {
  readonly lines: { readonly stamp: string; readonly text: string }[];
  isOver: boolean;
  readonly listeners: Set<() => void>;
}

/** An API server in this process: pods, nodes and secrets as a real 1.34 answers for them (see the recorded answers). */
export class FakeApi {
  readonly history = new History();
  readonly pods = new FakeCollection('Pod', this.history);
  readonly nodes = new FakeCollection('Node', this.history);
  readonly secrets = new FakeCollection('Secret', this.history);
  readonly leases = new FakeCollection('Lease', this.history);
  /** By the pod's uid, of one of several containers with its name: `uid/name`. */
  readonly logs = new Map<string, FakeLog>();
  /** Warning events by pod. */
  readonly events = new Map<string, Record<string, unknown>[]>();
  readonly asked: Asked[] = [];
  /** `verb resource` that is refused. */
  readonly denied = new Set<string>();
  /** Says what goes wrong with a request. */
  vice: (asked: Asked) => Vice | undefined = () => undefined;
  /** Its jobs' namespace is not there. */
  lacksNamespace = false;
  /** What an admission says no to. */
  admit: (pod: Given) => Refused | undefined = () => undefined;
  pageSize = 500;
  private readonly server: Server;
  private readonly watches = new Set<ServerResponse>();
  private under = 0;
  /** The most requests that were under way at once, watches and logs apart. */
  most = 0;

  constructor() {
    this.server = createServer(certificates(), (request, response) => void this.take(request, response));
    // a real one closes no connection that is quiet for some seconds
    this.server.keepAliveTimeout = 120_000;
    this.server.on('connection', (socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  connections = 0;
  private readonly sockets = new Set<Duplex>();

  async start(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Text of a kubeconfig that leads here. */
  kubeconfig(user: Record<string, unknown> = { token: 'good' }): string {
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'fake',
      clusters: [
        {
          name: 'fake',
          cluster: {
            server: `https://127.0.0.1:${this.port}`,
            'certificate-authority-data': Buffer.from(certificates().ca).toString('base64'),
          },
        },
      ],
      users: [{ name: 'someone', user }],
      contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'someone', namespace: 'jobs' } }],
    });
  }

  async close(): Promise<void> {
    this.cutWatches();
    const closed = new Promise((done) => this.server.close(done));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  cutWatches(): void {
    for (const response of this.watches) response.destroy();
    this.watches.clear();
  }

  /** As when their time is over. */
  endWatches(): void {
    for (const response of this.watches) response.end();
    this.watches.clear();
  }

  /** Watches from an earlier version are told 410, as after a compaction. */
  forget(): void {
    this.history.forgotten = this.history.version;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'https://fake');
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    const asked = { method: request.method!, path: url.pathname, query: url.searchParams, token };
    this.asked.push(asked);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
    const vice = this.vice(asked);
    const socket = response.socket as TLSSocket;
    this.most = Math.max(this.most, ++this.under);
    try {
      if (vice?.kind === 'unheard') return void socket.destroy();
      if (vice?.kind === 'hang') return;
      if (vice?.kind === 'refuse') return refuse(response, vice);
      if (vice?.kind === 'late') {
        socket.destroy();
        await sleep(vice.milliseconds);
      }
      const now = this.answer(asked, body, response);
      const answer = vice?.kind === 'slow' ? structuredClone(now) : now;
      if (vice?.kind === 'slow') await sleep(vice.milliseconds);
      if (vice?.kind === 'unanswered') socket.destroy();
      else if (vice?.kind === 'page') response.end('<html>busy</html>');
      else if (answer !== undefined && vice?.kind !== 'late') respond(response, answer.code, answer.body);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (!socket.destroyed) respond(response, error.refusal.code, statusBody(error.refusal));
    } finally {
      this.under--;
    }
  }

  /** Undefined where the answer goes on. */
  private answer(asked: Asked, body: unknown, response: ServerResponse): Answer | undefined {
    if (asked.path.endsWith('/selfsubjectaccessreviews')) return this.review(body);
    const namespace = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(asked.path)?.[1];
    if (namespace !== undefined) return this.namespace(namespace);
    const { collection, name, part } = this.placeOf(asked.path);
    const verb = verbOf(asked, name);
    const resource = part === 'log' ? 'pods/log' : collection === 'events' ? 'events' : collection.plural;
    if (this.denied.has(`${verb} ${resource}`)) throw forbidden(verb, resource);
    if (collection === 'events')
      return { code: 200, body: { kind: 'EventList', items: this.eventsOf(asked.query) } };
    if (part === 'log') return this.log(asked.query, name!, response);
    switch (verb) {
      case 'list':
        return { code: 200, body: this.list(collection, asked.query) };
      case 'watch':
        this.watch(collection, asked.query, response);
        return undefined;
      case 'get':
        return { code: 200, body: collection.get(name!) };
      case 'create':
        return { code: 201, body: this.create(collection, body as Given) };
      case 'update':
        return { code: 200, body: collection.replace(name!, body as Given) };
      case 'patch':
        return {
          code: 200,
          body: collection.change(name!, (object) => patchMetadata(object, body as object)),
        };
      default:
        return { code: 200, body: collection.delete(name!, (body ?? {}) as object) };
    }
  }

  private placeOf(path: string): {
    collection: FakeCollection | 'events';
    name: string | undefined;
    part: string | undefined;
  } {
    const [, resource = '', name, part] =
      /^(?:\/api|\/apis\/coordination\.k8s\.io)\/v1(?:\/namespaces\/[^/]+)?\/(\w+)(?:\/([^/]+))?(?:\/(\w+))?$/.exec(
        path,
      ) ?? [];
    const { pods, nodes, secrets, leases } = this;
    const found = { pods, nodes, secrets, leases, events: 'events' as const }[resource];
    if (!found) throw new Refused(404, 'NotFound', 'the server could not find the requested resource');
    return { collection: found, name, part };
  }

  private namespace(name: string): Answer {
    if (this.denied.has('get namespaces')) throw forbidden('get', 'namespaces');
    if (this.lacksNamespace) throw noNamespace(name);
    return { code: 200, body: { kind: 'Namespace', metadata: { name } } };
  }

  private create(collection: FakeCollection, given: Given): FakeObject {
    if (this.lacksNamespace) throw noNamespace('jobs');
    const no = collection === this.pods ? this.admit(given) : undefined;
    if (no) throw no;
    return collection.create(given);
  }

  private list(collection: FakeCollection, query: URLSearchParams): Record<string, unknown> {
    const all = collection.all().filter((object) => selects(query, object));
    const [at, version] = placeIn(query, this.history);
    const limit = Math.min(Number(query.get('limit') ?? all.length) || all.length, this.pageSize);
    const items = all.slice(at, at + limit);
    const next = at + limit < all.length ? { continue: `${at + limit}@${version}` } : {};
    return { kind: `${collection.kind}List`, metadata: { resourceVersion: String(version), ...next }, items };
  }

  private watch(collection: FakeCollection, query: URLSearchParams, response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    const from = Number(query.get('resourceVersion'));
    const send = (type: string, object: unknown) =>
      response.writableEnded || response.write(`${JSON.stringify({ type, object })}\n`);
    if (from < this.history.forgotten) {
      const message = `too old resource version: ${from} (${this.history.version})`;
      send('ERROR', statusBody({ code: 410, reason: 'Expired', message }));
      return void response.end();
    }
    const tell = ({ type, object }: { type: string; object: FakeObject }) => {
      if (object.kind === collection.kind && selects(query, object)) send(type, object);
    };
    for (const change of this.history.changes) if (change.version > from) tell(change);
    const stop = this.history.listen(tell);
    this.watches.add(response);
    response.on('close', () => {
      stop();
      this.watches.delete(response);
    });
  }

  /** Where all watches stand now. */
  bookmark(): void {
    this.say('BOOKMARK', { metadata: { resourceVersion: String(this.history.version) } });
  }

  /** To all watches. */
  say(type: string, object: unknown): void {
    for (const response of this.watches) response.write(`${JSON.stringify({ type, object })}\n`);
  }

  private eventsOf(query: URLSearchParams): Record<string, unknown>[] {
    const uid = /involvedObject\.uid=([^,]+)/.exec(query.get('fieldSelector') ?? '')?.[1];
    return [...this.events.entries()].flatMap(([pod, events]) => (pod === uid ? events : []));
  }

  private log(query: URLSearchParams, name: string, response: ServerResponse): Answer | undefined {
    const pod = this.pods.get(name);
    const container = query.get('container') ?? 'default';
    const log = this.logs.get(`${pod.metadata.uid}/${container}`) ?? this.logs.get(pod.metadata.uid);
    if (!log)
      throw new Refused(
        400,
        'BadRequest',
        `container "${container}" in pod "${name}" is waiting to start: ContainerCreating`,
      );
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    const since = query.get('sinceTime') ?? '';
    let told = 0;
    const tell = () => {
      for (; told < log.lines.length; told++) {
        const { stamp, text } = log.lines[told]!;
        if (Date.parse(stamp) >= (Date.parse(since) || 0)) response.write(`${stamp} ${text}\n`);
      }
      if (log.isOver || query.get('follow') !== 'true') response.end();
    };
    log.listeners.add(tell);
    response.on('close', () => log.listeners.delete(tell));
    this.watches.add(response);
    tell();
    return undefined;
  }

  private review(body: unknown): Answer {
    const { verb, resource, subresource, namespace } = (
      body as { spec: { resourceAttributes: Record<string, string> } }
    ).spec.resourceAttributes;
    const where = resource === 'pods' && namespace === undefined ? ' everywhere' : '';
    const asked = `${verb} ${resource}${subresource ? `/${subresource}` : ''}${where}`;
    return { code: 201, body: { status: { allowed: !this.denied.has(asked) } } };
  }
}

interface Answer {
  readonly code: number;
  readonly body: unknown;
}

const placeIn = (query: URLSearchParams, { version, forgotten }: History): [at: number, version: number] => {
  const token = query.get('continue');
  if (token === null) return [0, version];
  const [, at, then] = /^(\d+)@(\d+)$/.exec(token) ?? [];
  if (at === undefined) throw new Refused(400, 'BadRequest', `invalid continue token: ${token}`);
  if (Number(then) < forgotten)
    throw new Refused(
      410,
      'Expired',
      'The provided continue parameter is too old to display a consistent list result.',
    );
  return [Number(at), Number(then)];
};

const verbOf = ({ method, query }: Asked, name: string | undefined): string => {
  if (method === 'GET') return name !== undefined ? 'get' : query.get('watch') === 'true' ? 'watch' : 'list';
  return { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method]!;
};

const forbidden = (verb: string, resource: string): Refused =>
  new Refused(
    403,
    'Forbidden',
    `${resource} is forbidden: User "someone" cannot ${verb} resource "${resource}" in API group "" in the namespace "jobs"`,
    { kind: resource },
  );

const noNamespace = (name: string): Refused =>
  new Refused(404, 'NotFound', `namespaces "${name}" not found`, { name, kind: 'namespaces' });

const respond = (response: ServerResponse, code: number, body: unknown): void => {
  response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};

const refuse = (
  response: ServerResponse,
  { status, retryAfter, body = 'busy' }: Extract<Vice, { kind: 'refuse' }>,
): void => {
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  response.writeHead(status, headers).end(body);
};
