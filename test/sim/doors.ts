import type { Kysely, KyselyPlugin } from 'kysely';
import type { Engine, StartOrder, TaskReport } from '../../src/engines/engine.ts';
import type { Timers } from '../../src/lib/clock.ts';
import type { Database } from '../../src/store/schema.ts';
import type { Store, Tx } from '../../src/store/store.ts';
import type { Disk } from './disk.ts';
import type { Time } from './time.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** All the doors of one server. When they are cut, none of them ever answers again: that is its death. */
export class Doors {
  alive = true;
  /** For a canary: what is to be remembered after a commit is remembered before it. */
  remembersAtOnce = false;
  /** While it is. */
  isAhead = false;
  private left = Number.POSITIVE_INFINITY;

  /** Cuts when so many doors more have been passed. */
  cutAfter(doors: number): void {
    this.left = doors;
  }
  /** Whatever was to cut it does not. */
  spare(): void {
    this.left = Number.POSITIVE_INFINITY;
  }
  isDoomed(): boolean {
    return this.left < Number.POSITIVE_INFINITY;
  }
  cut(): void {
    this.alive = false;
  }
  pass(): boolean {
    if (--this.left < 0) this.alive = false;
    return this.alive;
  }
}

export const timersOf = (doors: Doors, time: Time): Timers => ({
  after: (delay, fn) =>
    time.after(delay, () => {
      if (doors.alive) fn();
    }),
  soon: (fn) => {
    time.after(0, () => {
      if (doors.alive) fn();
    });
  },
});

/** A store whose turns are marked in the history as those of one request, or of the loops. */
export class DoorStore implements Store {
  private readonly inner: Store;
  private readonly doors: Doors;
  private readonly disk: Disk;
  private readonly kind: 'request' | 'turn';
  private readonly id: number;

  constructor(inner: Store, doors: Doors, disk: Disk, kind: 'request' | 'turn', id: number) {
    this.inner = inner;
    this.doors = doors;
    this.disk = disk;
    this.kind = kind;
    this.id = id;
  }

  read<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.answer(this.inner.read((tx) => this.marked(tx, fn)));
  }
  write<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.answer(this.inner.write((tx) => this.marked(tx, fn)));
  }
  async close(): Promise<void> {}

  private async marked<T>(tx: Tx, fn: (tx: Tx) => Promise<T>): Promise<T> {
    if (!this.doors.pass()) return never();
    this.disk.mark(this.kind, this.id, 0);
    const value = await fn(guard(tx, this.doors));
    this.disk.mark(this.kind, this.id, 1);
    return value;
  }

  private async answer<T>(turn: Promise<T>): Promise<T> {
    try {
      const value = await turn;
      return this.doors.pass() ? value : await never<T>();
    } catch (error) {
      if (!this.doors.alive) return never();
      throw error;
    }
  }
}

const guarded = new WeakMap<Doors, Kysely<Database>>();

const databaseOf = (tx: Tx, doors: Doors): Kysely<Database> => {
  const known = guarded.get(doors);
  if (known) return known;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => (doors.pass() ? result : never()),
  };
  const made = tx.db.withPlugin(plugin);
  guarded.set(doors, made);
  return made;
};

const guard = (tx: Tx, doors: Doors): Tx => ({
  db: databaseOf(tx, doors),
  all: async (sql, params) => (doors.pass() ? tx.all(sql, params) : never()),
  run: async (sql, params) => (doors.pass() ? tx.run(sql, params) : never()),
  insert: async (sql, params) => (doors.pass() ? tx.insert(sql, params) : never()),
  count: (queue, state, jobs) => tx.count(queue, state, jobs),
  counted: (queue, state) => tx.counted(queue, state),
  own: (submitter, jobs) => tx.own(submitter, jobs),
  owned: () => tx.owned(),
  record: (line) => tx.record(line),
  onCommit: (fn) => {
    if (doors.remembersAtOnce) {
      doors.isAhead = true;
      fn();
      doors.isAhead = false;
    }
    tx.onCommit(() => {
      if (doors.alive) fn();
    });
  },
  group: tx.group,
});

/** What is asked for each task: slow at a tenth of the times. */
const OFTEN_ASKED = 0.1;

export const AWAY = 'the engine does not answer';

/** An engine between whose effects the server may die, and that takes its time. */
export class DoorEngine implements Engine {
  readonly name = 'simulated';
  private readonly inner: Engine;
  private readonly doors: Doors;
  private readonly pause: (share?: number) => Promise<void>;
  private readonly absence: () => 'undone' | 'unheard' | undefined;
  private readonly hear: (reports: readonly TaskReport[], listener: Listener) => void;

  /** `pause`: how long an answer takes, `share` of the usual often. `absence`: what a call comes to now. `hear`: the way of reports to whoever listens. */
  constructor(
    inner: Engine,
    doors: Doors,
    pause: (share?: number) => Promise<void>,
    absence: () => 'undone' | 'unheard' | undefined,
    hear: (reports: readonly TaskReport[], listener: Listener) => void,
  ) {
    this.inner = inner;
    this.doors = doors;
    this.pause = pause;
    this.absence = absence;
    this.hear = hear;
  }

  judge(container: Parameters<Engine['judge']>[0]): ReturnType<Engine['judge']> {
    return this.inner.judge(container);
  }
  async start(orders: readonly StartOrder[]): Promise<void> {
    for (const order of orders) await this.through(() => this.inner.start([order]));
    await this.pause();
  }
  async stop(taskId: string, graceSeconds: number): Promise<void> {
    await this.through(() => this.inner.stop(taskId, graceSeconds));
    await this.pause(OFTEN_ASKED);
  }
  async recall(taskId: string): Promise<boolean> {
    const isBack = await this.through(() => this.inner.recall(taskId));
    await this.pause(OFTEN_ASKED);
    return isBack;
  }
  async list(): Promise<readonly TaskReport[]> {
    const seen = await this.through(() => this.inner.list());
    await this.pause();
    return seen;
  }
  watch(listener: Listener): void {
    this.inner.watch((reports) =>
      this.hear(reports, (heard) => {
        if (this.doors.alive) listener(heard);
      }),
    );
  }
  async forget(taskIds: readonly string[]): Promise<void> {
    for (const id of taskIds) await this.through(() => this.inner.forget([id]));
  }
  async close(): Promise<void> {}

  /** The server may die before an effect, or after it and before it hears of it. */
  private async through<T>(effect: () => Promise<T>): Promise<T> {
    if (!this.doors.pass()) return never();
    const absence = this.absence();
    if (absence === 'undone') throw new Error(AWAY);
    const value = await effect();
    if (!this.doors.pass()) return never();
    if (absence === 'unheard') throw new Error(AWAY);
    return value;
  }
}

export type Listener = (reports: readonly TaskReport[]) => void;
