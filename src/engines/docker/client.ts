import { Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Timers } from '../../lib/clock.ts';
import type { Address } from './address.ts';
import { NoAnswer, readAll, refusalOf } from './answers.ts';
import { type Call, sendRequest } from './request.ts';

/** What of the Engine API is spoken here: from Docker 20.10 (1.41) on; never a later one than was read about. */
const OLDEST = 41;
const NEWEST = 51;
const TIMEOUT_MILLISECONDS = 30_000;
/** So soon the kernel asks whether the other side of a quiet stream is still there. */
const KEEPALIVE_MILLISECONDS = 30_000;
/** Of short calls: streams and long ones stand beside them, as many as there are. */
const CONNECTIONS = 64;

/** A thin client of the Docker Engine API: JSON calls with a time limit, and streams. */
export class DockerClient {
  readonly address: Address;
  private readonly timers: Timers;
  private readonly calls: Agent;
  /** Also of long calls. A stream that was read to its end leaves its connection to the next: each log would cost one else. */
  private readonly streams: Agent;
  private readonly open = new Set<ClientRequest>();
  private version: Promise<string> | undefined;
  private closed = false;

  constructor(address: Address, timers: Timers) {
    this.address = address;
    this.timers = timers;
    const tls = address.kind === 'tcp' ? address.tls : undefined;
    const agent = (most: number): Agent => {
      const options = { keepAlive: true, maxSockets: most };
      return tls ? new TlsAgent({ ...options, ...tls }) : new Agent(options);
    };
    this.calls = agent(CONNECTIONS);
    this.streams = agent(Number.POSITIVE_INFINITY);
  }

  /** The answer's JSON; undefined when it has none. Rejects with DaemonRefusal or NoAnswer. */
  async call<T>(method: string, path: string, call: Call = {}): Promise<T> {
    const text = await this.text(method, `/${await this.agreed()}${path}`, call);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** An answer whose body goes on and on; the caller reads or destroys it. `timeoutMilliseconds` is that of its beginning. */
  async stream(method: string, path: string, call: Call = {}): Promise<IncomingMessage> {
    const response = await this.send(method, `/${await this.agreed()}${path}`, call, this.streams);
    // whoever reads hears of a break; before that it must not end the process
    response.on('error', () => {});
    response.socket.setKeepAlive(true, KEEPALIVE_MILLISECONDS);
    if (call.silenceMilliseconds !== undefined) this.endWhenSilent(response, call.silenceMilliseconds);
    return response;
  }

  /** Looks at what the socket has read, so that whoever reads the body need not know. */
  private endWhenSilent(response: IncomingMessage, limit: number): void {
    const { socket } = response;
    let seen = socket.bytesRead;
    const look = () => {
      if (response.complete) return;
      if (socket.bytesRead === seen) {
        response.destroy(new NoAnswer(`${this.address.text} said nothing for ${limit / 1000} s`, true));
        return;
      }
      seen = socket.bytesRead;
      callOff = this.timers.after(limit, look);
    };
    let callOff = this.timers.after(limit, look);
    response.on('close', () => callOff());
  }

  /** Whether somebody answers, within `timeoutMilliseconds`; rejects with NoAnswer else. */
  async ping(timeoutMilliseconds: number): Promise<void> {
    this.version = undefined;
    await this.agreed(timeoutMilliseconds);
  }

  /** Ends what is under way, streams too; what is asked afterwards has no answer. */
  close(): void {
    this.closed = true;
    for (const sent of this.open) sent.destroy();
    this.calls.destroy();
    this.streams.destroy();
  }

  /** The version both sides know, asked once for each daemon that answers. */
  private agreed(timeoutMilliseconds?: number): Promise<string> {
    this.version ??= this.negotiate(timeoutMilliseconds).catch((error: unknown) => {
      this.version = undefined;
      throw error;
    });
    return this.version;
  }

  private async negotiate(timeoutMilliseconds = TIMEOUT_MILLISECONDS): Promise<string> {
    const response = await this.send('GET', '/_ping', { timeoutMilliseconds }, this.calls);
    await readAll(response);
    const offered = String(response.headers['api-version'] ?? '');
    const minor = Number(/^1\.(\d+)$/.exec(offered)?.[1]);
    if (!(minor >= OLDEST)) {
      throw new NoAnswer(
        `${this.address.text} speaks version '${offered}' of the Docker Engine API: 1.${OLDEST} (Docker 20.10) or later is needed`,
      );
    }
    return `v1.${Math.min(minor, NEWEST)}`;
  }

  private async text(method: string, path: string, call: Call): Promise<string> {
    let overdue: (() => void) | undefined;
    const agent = call.isLong ? this.streams : this.calls;
    const response = await this.send(method, path, call, agent, (arm) => {
      overdue = arm;
    });
    try {
      return await readAll(response);
    } finally {
      overdue?.();
    }
  }

  /** Resolves when the head of the answer is here. `keep` hands out what calls off the time limit, when it is to hold longer. */
  private send(
    method: string,
    path: string,
    call: Call,
    agent: Agent,
    keep?: (callOff: () => void) => void,
  ): Promise<IncomingMessage> {
    const limit = call.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS;
    return new Promise((resolve, reject) => {
      const sent = sendRequest(this.address, agent, method, path, call);
      const callOff = this.timers.after(limit, () =>
        sent.destroy(new NoAnswer(`no answer from ${this.address.text} in ${limit / 1000} s`, true)),
      );
      this.open.add(sent);
      sent.on('close', () => this.open.delete(sent));
      if (this.closed) sent.destroy();
      sent.on('error', (error) => {
        callOff();
        this.version = undefined;
        reject(error instanceof NoAnswer ? error : new NoAnswer(`${this.address.text}: ${error.message}`));
      });
      sent.on('response', (response) => {
        if (keep) keep(callOff);
        else callOff();
        if ((response.statusCode ?? 500) < 400) resolve(response);
        else refusalOf(response).then(reject, reject).finally(callOff);
      });
    });
  }
}
