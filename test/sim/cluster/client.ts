import { ApiRefusal, NoAnswer } from '../../../src/engines/kubernetes/client/answers.ts';
import type { Call, KubeClient } from '../../../src/engines/kubernetes/client/client.ts';
import { Gate } from '../../../src/engines/kubernetes/client/gate.ts';
import { statusOf } from '../../../src/engines/kubernetes/parse.ts';
import type { Timers } from '../../../src/lib/clock.ts';
import { Refused, statusBody } from '../../support/kubernetes/objects.ts';
import type { Doors } from '../doors.ts';
import type { Asked } from './api.ts';
import { WatchStream } from './watch-stream.ts';

/** The way from one server to the API: what is asked may be done late, twice or never, and answered or not. */
export interface Way {
  ask(asked: Asked): Promise<unknown>;
  /** Rejects with what a call would. */
  watch(asked: Asked, stream: WatchStream): Promise<void>;
}

const AT_ONCE = 32;

/** Stands for a `KubeClient` of one server: each question and each answer is a door of it. */
export class ClusterClient {
  private readonly way: Way;
  private readonly doors: Doors;
  private readonly timers: Timers;
  private readonly gate = new Gate(AT_ONCE);

  constructor(way: Way, doors: Doors, timers: Timers) {
    this.way = way;
    this.doors = doors;
    this.timers = timers;
  }

  asClient(): KubeClient {
    return this as unknown as KubeClient;
  }

  call(method: string, path: string, call: Call = {}): Promise<unknown> {
    const { body } = call;
    // what is sent does not change any more
    const asked = { method, path, query: queryOf(call), body: body && JSON.parse(JSON.stringify(body)) };
    return this.gate.through(call.isLast ?? false, () => this.through(() => this.way.ask(asked)));
  }

  async stream(path: string, call: Call = {}): Promise<WatchStream> {
    const silence = call.silenceMilliseconds ?? Number.POSITIVE_INFINITY;
    const stream = new WatchStream(
      () => this.doors.alive,
      // nothing was said on it for so long
      (deaf) => void this.timers.after(silence, () => deaf.destroy()),
    );
    const asked = { method: 'GET', path, query: queryOf(call), body: undefined };
    await this.through(() => this.way.watch(asked, stream));
    return stream;
  }

  close(): void {}

  private async through<T>(ask: () => Promise<T>): Promise<T> {
    if (!this.doors.pass()) return never();
    try {
      const answer = await ask();
      return this.doors.pass() ? answer : await never<T>();
    } catch (error) {
      if (!this.doors.pass()) return never();
      throw error instanceof Refused ? refusalOf(error) : error;
    }
  }
}

const never = <T>(): Promise<T> => new Promise<T>(() => {});

const refusalOf = ({ refusal }: Refused): ApiRefusal =>
  new ApiRefusal(statusOf(statusBody(refusal), refusal.code));

export const noAnswer = (why: string): NoAnswer => new NoAnswer(why);

const queryOf = ({ query = {} }: Call): URLSearchParams => {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given;
};
