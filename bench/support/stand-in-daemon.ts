/**
 * A daemon that does nothing and answers at once, so that what is left is the server's own: a container ends as soon as it
 * is started. Only what the engine asks of a real one, and `/gaps`: see below. `node bench/support/stand-in-daemon.ts SOCKET`
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

interface Container {
  readonly labels: Readonly<Record<string, string>>;
  readonly created: string;
  started: string | undefined;
}

const containers = new Map<string, Container>();
let events: ServerResponse | undefined;
/** When containers were made and ended since the last `/gaps`, in milliseconds. */
let creates: number[] = [];
let ends: number[] = [];

/** From each end to the create that takes its lane; what is known of them is forgotten. */
const gaps = (lanes: number): number[] => {
  const found = creates.slice(lanes).map((at, i) => at - ends[i]!);
  [creates, ends] = [[], []];
  return found;
};

const inspect = (Id: string, { labels, created, started }: Container) => ({
  Id,
  Created: created,
  State: {
    Status: started === undefined ? 'created' : 'exited',
    Error: '',
    ExitCode: 0,
    OOMKilled: false,
    StartedAt: started ?? '0001-01-01T00:00:00Z',
    FinishedAt: started ?? '0001-01-01T00:00:00Z',
  },
  Config: { Labels: labels },
  HostConfig: { LogConfig: { Type: 'json-file' } },
});

const answer = (response: ServerResponse, status: number, body?: unknown): void => {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Api-Version': '1.41' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
};

const create = (body: string): { Id: string } => {
  creates.push(performance.now());
  const Id = randomBytes(32).toString('hex');
  const { Labels: labels } = JSON.parse(body) as { Labels: Record<string, string> };
  containers.set(Id, { labels, created: new Date().toISOString(), started: undefined });
  return { Id };
};

const start = (id: string): void => {
  const container = containers.get(id)!;
  container.started = new Date().toISOString();
  const Actor = { ID: id, Attributes: container.labels };
  setImmediate(() => {
    ends.push(performance.now());
    events?.write(`${JSON.stringify({ Action: 'die', Actor })}\n`);
  });
};

/** What is answered: a status, and what stands in the body. */
const act = (request: IncomingMessage, body: string): [number, unknown] => {
  const [, id = '', verb] = /\/containers\/([0-9a-f]{64})(?:\/(\w+))?/.exec(request.url!) ?? [];
  const container = containers.get(id);
  if (request.url!.includes('/containers/create')) return [201, create(body)];
  if (request.url!.includes('/containers/json')) {
    return [200, [...containers].map(([Id, { labels }]) => ({ Id, State: 'exited', Labels: labels }))];
  }
  if (!container) return [404, { message: 'No such container' }];
  if (request.method === 'DELETE') containers.delete(id);
  if (verb === 'start') start(id);
  return [
    verb === 'json' || verb === 'logs' ? 200 : 204,
    verb === 'json' ? inspect(id, container) : undefined,
  ];
};

createServer((request, response) => {
  const { url = '' } = request;
  if (url.includes('/events')) {
    events = response;
    response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();
    return;
  }
  if (url.endsWith('/_ping')) return answer(response, 200);
  if (url.endsWith('/info'))
    return answer(response, 200, { NCPU: 8, MemTotal: 2 ** 33, ServerVersion: 'stand-in' });
  if (url.startsWith('/gaps/')) return answer(response, 200, gaps(Number(url.slice(6))));
  if (url.includes('/networks')) return answer(response, 200, []);
  if (url.includes('/volumes')) return answer(response, 200, { Volumes: null });
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => answer(response, ...act(request, body)));
}).listen(process.argv[2]);
