import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StartOrder, TaskReport } from '../../src/engines/engine.ts';
import { reconcile } from '../../src/loops/reconcile.ts';
import { Random } from '../sim/random.ts';
import { HostsWorld } from '../support/docker-hosts.ts';
import { orderOf } from '../support/orders.ts';

/** What a store would know of a task. */
interface Stored {
  readonly order: StartOrder;
  state: 'intended' | 'running' | 'over' | 'recalled';
  startedAt?: number;
  end?: TaskReport['kind'];
}

const CODES = ['intended', 'running'];
const NAMES = ['a', 'b', 'c'];

/** Servers over three uneasy daemons that go away and come back, with a store that believes what it is told. */
class Story {
  readonly world = new HostsWorld(...NAMES);
  readonly store = new Map<string, Stored>();
  readonly away = new Set<string>();
  private readonly random: Random;
  private heard = 0;

  constructor(seed: number) {
    this.random = new Random(seed, 'story');
    for (const daemon of Object.values(this.world.daemons))
      Object.assign(daemon, { isUneasy: true, runsForEver: false });
  }

  live(): [string, Stored][] {
    return [...this.store].filter(([, { state }]) => CODES.includes(state));
  }

  async open(): Promise<void> {
    for (;;) {
      try {
        await this.world.open({ lostAfter: 120_000 });
        break;
      } catch {
        // none was heard: the next is started
      }
    }
    this.world.engine.expect(
      this.live().map(([taskId, { order, state, startedAt }]) => ({
        ...{ taskId, host: order.host! },
        ...(state === 'running' && { startedAt: startedAt! }),
      })),
    );
    await this.compare();
  }

  /** As the loops do it. */
  async compare(): Promise<void> {
    const { engine, time } = this.world;
    await this.apply(this.world.heard.slice(this.heard));
    this.heard = this.world.heard.length;
    const stored = this.live().map(([id, { state, order }]) => ({
      ...{ id, state: CODES.indexOf(state), host: order.host!, pod: null },
    }));
    const { reports, orders, absent, strays } = reconcile(stored, await engine.list(), time.wall());
    await this.apply(reports);
    for (const id of absent) await this.recall(id);
    for (const id of orders)
      if (this.store.get(id)!.state === 'intended') await engine.start([this.store.get(id)!.order]);
    for (const id of strays) if (!(await engine.recall(id))) await engine.stop(id, 0);
  }

  async recall(id: string): Promise<void> {
    const task = this.store.get(id)!;
    if (task.state !== 'intended' || !(await this.world.engine.recall(id))) return;
    task.state = 'recalled';
    await this.world.engine.forget([id]);
  }

  private async apply(reports: readonly TaskReport[]): Promise<void> {
    for (const report of reports) {
      const task = this.store.get(report.taskId)!;
      if (report.kind === 'waiting') continue;
      if (report.kind === 'running') {
        if (task.state === 'intended') Object.assign(task, { state: 'running', startedAt: report.startedAt });
        continue;
      }
      if (task.state !== 'over' && task.state !== 'recalled')
        Object.assign(task, { state: 'over', end: report.kind });
      await this.world.engine.forget([report.taskId]);
    }
  }

  async move(): Promise<void> {
    const { random, world } = this;
    const { engine } = world;
    const what = random.unit();
    const some = this.live().map(([id]) => id);
    if (what < 0.45 || some.length === 0) {
      const open = engine.hosts().filter((host) => host.open);
      if (open.length === 0) return;
      const order = orderOf([], { host: random.pick(open).id });
      this.store.set(order.taskId, { order, state: 'intended' });
      await engine.start([order]);
    } else if (what < 0.6) {
      const id = random.pick(some);
      if (random.chance(0.5)) await this.recall(id);
      else await engine.stop(id, random.int(0, 30));
    } else if (what < 0.75) this.turn(random.pick(NAMES));
    else if (what < 0.8 && this.away.size < NAMES.length) {
      // what it waits for takes time, which the next one lets pass
      void engine.close();
      await this.open();
    }
  }

  private turn(name: string): void {
    const daemon = this.world.daemons[name]!;
    if (this.away.delete(name)) daemon.comeBack();
    else if (this.away.size < NAMES.length - 1) {
      this.away.add(name);
      daemon.goAway(this.random.pick(['away', 'faulty']));
    }
  }

  async pass(): Promise<void> {
    await this.world.time.pass(this.random.skewed(0, 60_000));
    await this.compare();
  }

  /** All daemons are back, and well. */
  async calm(): Promise<void> {
    for (const daemon of Object.values(this.world.daemons)) {
      daemon.comeBack();
      daemon.isUneasy = false;
    }
    for (let round = 0; round < 40; round++) {
      await this.world.time.pass(20_000);
      await this.compare();
    }
  }
}

const play = async (seed: number): Promise<Stored[]> => {
  const story = new Story(seed);
  const { world, store } = story;
  await story.open();
  for (let move = 0; move < 60; move++) {
    await story.move();
    await story.pass();
  }
  await story.calm();
  assert.deepEqual(story.live(), [], 'every task ends');
  for (const [id, { state, end }] of store) {
    const starts = NAMES.reduce((sum, name) => sum + (world.daemons[name]!.starts.get(id) ?? 0), 0);
    assert.ok(
      starts <= (state === 'recalled' ? 0 : 1),
      `${id}, ${end ?? state}, was started ${starts} times`,
    );
    if (end === 'exited') assert.equal(starts, 1);
  }
  assert.deepEqual(
    NAMES.map((name) => world.daemons[name]!.size),
    [0, 0, 0],
    'nothing is left on any host',
  );
  void world.engine.close();
  return [...store.values()];
};

test('K-069 K-078: hosts that come and go, under servers that do, start each task once and none that was recalled, and are left with nothing', {
  timeout: 240_000,
}, async () => {
  const all: Stored[] = [];
  for (let seed = 1; seed <= 25; seed++) {
    all.push(
      ...(await play(seed).catch((error: Error) => {
        error.message = `seed ${seed}: ${error.message}`;
        throw error;
      })),
    );
  }
  for (const end of ['exited', 'lost'])
    assert.ok(
      all.some((task) => task.end === end),
      `some ${end}`,
    );
  assert.ok(all.some(({ state }) => state === 'recalled'));
});
