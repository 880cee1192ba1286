import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../test/sim/random.ts';
import { ImaginedDaemon, openImagined, VirtualTime } from '../../../test/support/docker-imagined.ts';
import { orderOf } from '../../../test/support/orders.ts';
import type { StartOrder } from '../engine.ts';

/** What one seed's story comes to; throws where the engine breaks its word. */
const play = async (seed: number): Promise<void> => {
  const time = new VirtualTime();
  const random = new Random(seed, 'engine');
  const daemon = new ImaginedDaemon(time, new Random(seed, 'daemon'));
  let engine = await openImagined(daemon, time);
  const orders = new Map<string, StartOrder>();
  const [recalled, over] = [new Set<string>(), new Map<string, string>()];
  /** What the store would know: an end is an end, whoever tells it. */
  const look = async () => {
    for (const report of await engine.list()) {
      // a container that an earlier server made, whose order was recalled: nobody wants it
      if (report.kind === 'waiting' && recalled.has(report.taskId))
        assert.ok(await engine.recall(report.taskId));
      if (report.kind === 'waiting' || report.kind === 'running') continue;
      assert.equal(over.get(report.taskId) ?? report.kind, report.kind);
      over.set(report.taskId, report.kind);
    }
  };
  const order = async (id: string) => engine.start([orders.get(id)!]);
  /** The server that took an order back knows it; nobody gives the order to the next. */
  let gone = new Set<string>();
  const orderAgain = async (id: string) => {
    if (!gone.has(id)) await order(id);
  };
  const open = () => [...orders.keys()].filter((id) => !recalled.has(id) && !over.has(id));
  const restart = async () => {
    void engine.close();
    gone = new Set(recalled);
    engine = await openImagined(daemon, time);
    for (const id of open()) await order(id);
  };
  for (let move = 0; move < 60; move++) {
    const some = [...orders.keys()];
    const what = random.unit();
    if (what < 0.4 || some.length === 0) {
      // a room has one heir
      const heir = random.chance(0.3) ? some.at(-1) : undefined;
      const made = orderOf([], heir === undefined ? {} : { after: heir });
      orders.set(made.taskId, made);
      await order(made.taskId);
    } else if (what < 0.6) {
      const id = random.pick(some);
      if (!over.has(id) && (await engine.recall(id))) recalled.add(id);
    } else if (what < 0.75) await engine.stop(random.pick(some), random.int(0, 30));
    else if (what < 0.85) await orderAgain(random.pick(some));
    else if (what < 0.9) await restart();
    await time.pass(random.skewed(0, 20_000));
    await look();
  }
  daemon.isUneasy = false;
  for (let round = 0; round < 60 && open().length > 0; round++) {
    for (const id of open()) await order(id);
    await time.pass(10_000);
    await look();
  }
  assert.deepEqual(open(), [], 'every task that was not recalled ends');
  for (const id of orders.keys()) {
    const starts = daemon.starts.get(id) ?? 0;
    assert.ok(starts <= (recalled.has(id) ? 0 : 1), `${id} was started ${starts} times`);
    if (starts === 1) assert.equal(over.get(id), 'exited');
  }
  // once more: a server that has only come reads some ends for a second time
  for (let round = 0; round < 2; round++) {
    await engine.forget([...orders.keys()]);
    await time.pass(60_000);
  }
  assert.equal(daemon.size, 0, 'what is forgotten is removed');
  void engine.close();
};

test('a daemon that is slow, refuses, and loses questions and answers starts each task once, and none that was recalled, also when servers come and go', {
  timeout: 120_000,
}, async () => {
  for (let seed = 1; seed <= 25; seed++) {
    await play(seed).catch((error: Error) => {
      error.message = `seed ${seed}: ${error.message}`;
      throw error;
    });
  }
});
