import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { Timers } from '../../../lib/clock.ts';
import type { Access, Credentials } from './access.ts';
import { ApiRefusal, LONGEST, NoAnswer, passOver, readAll, refusalOf } from './answers.ts';
import { Gate } from './gate.ts';
import { objectsIn } from './objects-in.ts';

const AT_ONCE = 32;
/** So long a call waits for its answer. */
export const CALL_MILLISECONDS = 30_000;
/** So soon the kernel asks whether the other side of a quiet stream is still there. */
const KEEPALIVE_MILLISECONDS = 30_000;

/** So often a stream is looked at in the time that it may be silent. */
const LOOKS = 6;

/** What a call is made of beside its method and path. */
export interface Call {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** Of the body; JSON unless told. */
  readonly contentType?: string;
  /** 30 seconds unless told; of a stream that of its beginning. */
  readonly timeoutMilliseconds?: number;
  /** Nobody waits for it: others go first. */
  readonly isLast?: boolean;
  /** Nothing is made of the answer but that it came. */
  readonly isUnread?: boolean;
  /** Calls it off, with NoAnswer before the head of the answer. */
  readonly signal?: AbortSignal;
  /** A stream that says nothing for so long, or up to a sixth more, breaks off with NoAnswer. */
  readonly silenceMilliseconds?: number;
}

/**
 * A thin client of the Kubernetes API: JSON calls with a time limit, 32 at a time, and streams with connections of their
 * own. It asks once; who may ask again is for the caller to say (see retry.ts). Rejects with ApiRefusal or NoAnswer.
 */
export class KubeClient {
  readonly access: Access;
  private readonly timers: Timers;
  private readonly calls = new Agent({ keepAlive: true, maxSockets: AT_ONCE, scheduling: 'lifo' });
  private readonly streams = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  private readonly gate = new Gate(AT_ONCE);
  private readonly open = new Set<ClientRequest>();
  private closed = false;

  constructor(access: Access, timers: Timers) {
    this.access = access;
    this.timers = timers;
  }

  /** The answer's JSON, without managed fields; undefined when it has none or is not read. What is no JSON is no answer of an API server: a proxy's page. */
  async call(method: string, path: string, call: Call = {}): Promise<unknown> {
    const text = await this.gate.through(call.isLast ?? false, () => this.text(method, path, call));
    return text === '' ? undefined : jsonIn(text);
  }

  /** An answer whose body goes on and on; the caller reads or destroys it. */
  async stream(path: string, call: Call = {}): Promise<IncomingMessage> {
    const response = await this.proved({ method: 'GET', path, call, agent: this.streams, keep: () => {} });
    // whoever reads hears of a break; before that it must not end the process
    response.on('error', () => {});
    response.socket.setKeepAlive(true, KEEPALIVE_MILLISECONDS);
    if (call.silenceMilliseconds !== undefined) this.endWhenSilent(response, call.silenceMilliseconds);
    return response;
  }

  /** Ends what is under way, streams too; what is asked afterwards has no answer. */
  close(): void {
    this.closed = true;
    for (const sent of this.open) sent.destroy();
    this.calls.destroy();
    this.streams.destroy();
  }

  private async text(method: string, path: string, call: Call): Promise<string> {
    let callOff = () => {};
    try {
      const keep = (off: () => void) => (callOff = off);
      const response = await this.proved({ method, path, call, agent: this.calls, keep });
      return await (call.isUnread ? passOver(response) : readAll(response));
    } finally {
      callOff();
    }
  }

  /** With credentials that are read anew, once, when they are not taken. */
  private async proved(sending: Sending): Promise<IncomingMessage> {
    const credentials = await this.credentials();
    try {
      return await this.send(sending, credentials);
    } catch (error) {
      if (!isUnproved(error)) throw error;
      this.access.renew(credentials);
      return await this.send(sending, await this.credentials()).catch((second: unknown) => {
        throw second instanceof ApiRefusal && second.status === 401 ? unknownTo(this.access, second) : second;
      });
    }
  }

  private credentials(): Promise<Credentials> {
    return this.access.credentials().catch((error: Error) => {
      throw new NoAnswer(error.message);
    });
  }

  /** Resolves when the head of the answer is here. */
  private async send(sending: Sending, credentials: Credentials): Promise<IncomingMessage> {
    const { call, agent, keep } = sending;
    // an agent that is closed would open a connection all the same, and nobody would close it
    if (this.closed) throw new NoAnswer('the client is closed');
    const limit = call.timeoutMilliseconds ?? CALL_MILLISECONDS;
    return new Promise((resolve, reject) => {
      const sent = this.request(sending, credentials);
      const callOff = this.timers.after(limit, () =>
        sent.destroy(new NoAnswer(`no answer in ${limit / 1000} s`)),
      );
      this.open.add(sent);
      sent.on('close', () => this.open.delete(sent));
      sent.on('error', (error) => {
        callOff();
        reject(error instanceof NoAnswer ? error : new UnreachedServer(error));
      });
      sent.on('response', (response) => {
        if (agent === this.streams) callOff();
        else keep(callOff);
        if ((response.statusCode ?? 500) < 300) resolve(response);
        else refusalOf(response).then(reject, reject).finally(callOff);
      });
    });
  }

  private request({ method, path, call, agent }: Sending, { token, cert, key }: Credentials): ClientRequest {
    const { host, port, prefix, ca, serverName, isInsecure } = this.access.server();
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
    const sent = request({
      host,
      port,
      method,
      agent,
      path: prefix + path + queryOf(call.query),
      rejectUnauthorized: !isInsecure,
      ...(call.signal && { signal: call.signal }),
      ...(ca !== undefined && { ca }),
      ...(serverName !== undefined && { servername: serverName }),
      ...(cert !== undefined && { cert, key }),
      headers: {
        Accept: 'application/json',
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        // without the length Node sends a DELETE's body so that the server takes it for the next request (K-092)
        ...(body && {
          'Content-Type': call.contentType ?? 'application/json',
          'Content-Length': body.length,
        }),
      },
    });
    sent.end(body);
    return sent;
  }

  /** Looks at what the socket has read, so that whoever reads the body need not know. */
  private endWhenSilent(response: IncomingMessage, limit: number): void {
    const { socket } = response;
    let [seen, quietLooks] = [socket.bytesRead, 0];
    const look = () => {
      if (response.complete) return;
      quietLooks = socket.bytesRead === seen ? quietLooks + 1 : 0;
      if (quietLooks === LOOKS) {
        response.destroy(new NoAnswer(`nothing was said for ${limit / 1000} s`));
        return;
      }
      seen = socket.bytesRead;
      callOff = this.timers.after(limit / LOOKS, look);
    };
    let callOff = this.timers.after(limit / LOOKS, look);
    response.on('close', () => callOff());
  }
}

interface Sending {
  readonly method: string;
  readonly path: string;
  readonly call: Call;
  readonly agent: Agent;
  /** Gets what calls off the time limit of the whole. */
  readonly keep: (callOff: () => void) => void;
}

/** Nobody was reached who is the server. */
class UnreachedServer extends NoAnswer {
  readonly code: string;

  constructor(error: Error) {
    super(error.message);
    this.code = String((error as NodeJS.ErrnoException).code ?? '');
  }
}

/** The credentials were not taken, or the authority that vouches for the server is another now. */
const isUnproved = (error: unknown): boolean =>
  error instanceof ApiRefusal
    ? error.status === 401
    : error instanceof UnreachedServer && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(error.code);

/** Rule K-094. */
const unknownTo = ({ about }: Access, { said }: ApiRefusal): ApiRefusal =>
  new ApiRefusal({ ...said, message: `${said.message}: the server takes no credentials of ${about}` });

const jsonIn = (text: string): unknown => {
  try {
    return objectsIn(text);
  } catch {
    throw new NoAnswer(`the answer is no JSON: ${text.trim().slice(0, LONGEST)}`);
  }
};

/** What is undefined is left out. */
const queryOf = (query: Call['query'] = {}): string => {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given}`;
};
