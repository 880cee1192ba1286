import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { DaemonRefusal, NoAnswer } from '../../src/engines/docker/answers.ts';
import type { DaemonApi } from '../../src/engines/docker/api.ts';
import type { Listed } from '../../src/engines/docker/api-shapes.ts';
import { DockerEngine } from '../../src/engines/docker/engine.ts';
import type { Inspected } from '../../src/engines/docker/outcome.ts';
import { EVERYTHING } from '../../src/engines/mounts.ts';
import type { Clock, Timers } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/logger.ts';
import type { Random } from '../sim/random.ts';
import { inspectedOf, memoryFile, NEVER } from './docker-stand-in.ts';

/** Time that goes on when nothing else is left to do: from one timer to the next. */
export class VirtualTime implements Clock, Timers {
  readonly bootId = 'boot';
  private now = 0;
  private count = 0;
  private waiting: { readonly due: number; readonly at: number; readonly fn: () => void }[] = [];

  wall(): number {
    return Date.UTC(2026, 0, 1) + this.now;
  }
  steady(): number {
    return this.now;
  }
  after(milliseconds: number, fn: () => void): () => void {
    const entry = { due: this.now + milliseconds, at: this.count++, fn };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== entry);
    };
  }
  soon(fn: () => void): void {
    this.after(0, fn);
  }
  /** Lets so many milliseconds pass. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    for (;;) {
      for (let turns = 0; turns < 3; turns++) await new Promise((turn) => setImmediate(turn));
      const next = this.waiting.toSorted((a, b) => a.due - b.due || a.at - b.at)[0];
      if (!next || next.due > end) break;
      this.now = next.due;
      this.waiting = this.waiting.filter((other) => other !== next);
      next.fn();
    }
    this.now = end;
  }
}

interface Imagined {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  state: 'created' | 'running' | 'exited';
  starts: number;
  startedAt: string;
  finishedAt: string;
}

/**
 * A daemon in memory, whose containers run for up to a minute. It is slow, and while `isUneasy` it refuses, loses what it
 * is asked, or its own answers. Its books count the starts of each task's containers.
 */
export class ImaginedDaemon {
  isUneasy = true;
  /** Until they are stopped. */
  runsForEver = false;
  /** Its own id, as `/info` says it. */
  id = 'imagined';
  vcpus = 8;
  /** Nobody answers there, or it answers everything with 500; what runs goes on. */
  private trouble: 'away' | 'faulty' | undefined;
  /** What it was asked of containers. */
  readonly asked: string[] = [];
  /** What it says to the next calls of a kind, before it does what they ask. */
  readonly noes: Record<string, DaemonRefusal[]> = {};
  /** How often a container of the task was started, whichever it was. */
  readonly starts = new Map<string, number>();
  private readonly all = new Map<string, Imagined>();
  private readonly streams = new Set<PassThrough>();
  private readonly time: VirtualTime;
  private readonly random: Random;
  private made = 0;

  constructor(time: VirtualTime, random: Random) {
    this.time = time;
    this.random = random;
  }

  /** How many containers there are. */
  get size(): number {
    return this.all.size;
  }

  /** Nobody hears it any more. */
  goAway(trouble: 'away' | 'faulty' = 'away'): void {
    this.trouble = trouble;
    for (const stream of this.streams) stream.destroy();
    this.streams.clear();
  }

  comeBack(): void {
    this.trouble = undefined;
  }

  /** How many of its containers run. */
  get running(): number {
    return [...this.all.values()].filter(({ state }) => state === 'running').length;
  }

  /** A connection of one server's: `close` ends its streams. */
  api(): DaemonApi {
    const own = new Set<PassThrough>();
    const api: Partial<Record<keyof DaemonApi, unknown>> = {
      client: { close: () => own.forEach((stream) => void stream.destroy()) },
      create: (name: string, body: { Labels: Record<string, string> }) =>
        this.answer('create', () => this.create(name, body.Labels)),
      start: (id: string) => this.answer('start', () => this.start(this.find(id))),
      inspect: (id: string) => this.answer('inspect', () => this.inspect(this.find(id))),
      stop: (id: string, grace: number) => this.answer(`stop ${grace}`, () => this.finish(this.find(id))),
      kill: (id: string) => this.answer('kill', () => this.finish(this.find(id))),
      remove: (id: string) => this.answer('remove', () => this.remove(this.find(id))),
      machine: () =>
        this.answer('info', () => ({
          ...{ id: this.id, name: this.id, version: 'imagined' },
          ...{ milliVcpus: this.vcpus * 1000, memoryMiB: 8192 },
        })),
      list: () => this.answer('list', () => [...this.all.values()].map(listed)),
      networks: async () => [],
      volumes: async () => [],
      logs: (_: string, __: number, follow: boolean) =>
        this.answer(follow ? 'follow' : 'log', () => Readable.from([])),
      events: async () => {
        this.complain();
        const stream = new PassThrough();
        own.add(stream);
        this.streams.add(stream);
        return stream as unknown as IncomingMessage;
      },
    };
    return api as DaemonApi;
  }

  /** What is asked arrives after a while, and its answer after another, if they do. */
  private async answer<T>(what: string, act: () => T): Promise<T> {
    this.asked.push(what);
    this.complain();
    await this.delay();
    this.complain();
    const no = this.noes[what]?.shift();
    if (no) throw no;
    const chance = this.isUneasy ? this.random.unit() : 1;
    if (chance < 0.06) throw new NoAnswer('nobody listens');
    if (chance < 0.12) throw new DaemonRefusal(500, 'panic');
    const done = act();
    await this.delay();
    if (chance < 0.2) throw new NoAnswer('the answer was lost', chance < 0.14);
    return done;
  }

  private complain(): void {
    if (this.trouble === 'away') throw new NoAnswer('connect ECONNREFUSED');
    if (this.trouble === 'faulty') throw new DaemonRefusal(500, 'panic');
  }

  private delay(): Promise<void> {
    const milliseconds = this.isUneasy ? this.random.skewed(0, 4000) : 5;
    return new Promise((resolve) => void this.time.after(milliseconds, resolve));
  }

  private find(id: string): Imagined {
    const found = this.all.get(id) ?? [...this.all.values()].find(({ name }) => name === id);
    if (!found) throw new DaemonRefusal(404, 'No such container');
    return found;
  }

  private create(name: string, labels: Readonly<Record<string, string>>): string {
    if ([...this.all.values()].some((other) => other.name === name))
      throw new DaemonRefusal(409, 'the container name is already in use');
    const id = `c${++this.made}`;
    const fresh = { id, name, labels, starts: 0, startedAt: NEVER, finishedAt: NEVER };
    this.all.set(id, { ...fresh, state: 'created' });
    return id;
  }

  private start(container: Imagined): void {
    if (container.state === 'running') return;
    const task = container.labels['longshore.task']!;
    this.starts.set(task, (this.starts.get(task) ?? 0) + 1);
    container.state = 'running';
    container.startedAt = new Date(this.time.wall()).toISOString();
    if (!this.runsForEver) this.time.after(this.random.skewed(1, 60_000), () => this.finish(container));
  }

  private finish(container: Imagined): void {
    if (container.state !== 'running') return;
    container.state = 'exited';
    container.finishedAt = new Date(this.time.wall()).toISOString();
    this.tell(container, 'die');
  }

  private remove(container: Imagined): void {
    if (container.state === 'running') throw new DaemonRefusal(409, 'it runs');
    this.all.delete(container.id);
    this.tell(container, 'destroy');
  }

  private tell({ id, labels }: Imagined, Action: string): void {
    if (this.isUneasy && this.random.chance(0.3)) return;
    const line = `${JSON.stringify({ Action, Actor: { ID: id, Attributes: labels } })}\n`;
    for (const stream of this.streams) if (!stream.destroyed) stream.write(line);
  }

  private inspect({ id, labels, state, startedAt, finishedAt }: Imagined): Inspected {
    const shown = { Status: state, StartedAt: startedAt, FinishedAt: finishedAt };
    return { ...inspectedOf(shown, labels), Id: id };
  }
}

const listed = ({ id, state, labels }: Imagined): Listed => ({
  Id: id,
  State: state,
  Created: 0,
  Labels: labels,
});

/** An engine over it, once it has taken over what is there. */
export const openImagined = async (daemon: ImaginedDaemon, time: VirtualTime): Promise<DockerEngine> => {
  const engine = new DockerEngine(
    {
      address: { kind: 'socket', path: '', text: '' },
      dataId: 'd',
      clock: time,
      timers: time,
      log: silentLog,
      openLog: memoryFile,
      network: 'none',
      permissions: EVERYTHING,
      pull: 'never',
      configFolder: '/nonexistent',
    },
    daemon.api(),
  );
  for (let isAdopted = false; !isAdopted; ) {
    const adopting = engine.adopt().then(
      () => true,
      () => false,
    );
    void adopting.then((is) => {
      isAdopted = is;
    });
    await time.pass(10_000);
  }
  return engine;
};
