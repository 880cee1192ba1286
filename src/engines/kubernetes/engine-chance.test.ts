import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMMANDS } from '../../../test/contract/engine-suite.ts';
import { Random } from '../../../test/sim/random.ts';
import type { Asked, Vice } from '../../../test/support/kubernetes/server.ts';
import { isCreate, openFakeWorld, sleeper } from '../../../test/support/kubernetes/world.ts';
import { orderOf } from '../../../test/support/orders.ts';
import type { StartOrder } from '../engine.ts';

const SEEDS = 6;
const MOVES = 50;
/** A late create comes within this; far less time than a tombstone stands passes meanwhile. */
const LATE_MILLISECONDS = 600;

const no = (code: number, message: string): Vice => ({
  kind: 'refuse',
  status: code,
  body: JSON.stringify({ code, reason: code === 404 ? 'NotFound' : 'Forbidden', message }),
});

/** What a create may be refused with: for a while, and for good. */
const NOES = [
  no(403, 'pods "x" is forbidden: exceeded quota: few'),
  no(403, 'pods is forbidden: User "x" cannot create resource "pods"'),
  no(404, 'namespaces "jobs" not found'),
  no(403, 'admission webhook "policy" denied the request'),
];
/** And what changes a pod. */
const FORBIDDEN = no(403, 'pods is forbidden: User "x" cannot do that');

const late = (random: Random): Vice => ({ kind: 'late', milliseconds: random.int(0, LATE_MILLISECONDS) });

/** One request in eight goes wrong, of creates nearly every second. */
const viceOf = (random: Random, asked: Asked): Vice | undefined => {
  const { method, path, query } = asked;
  if (!random.chance(isCreate(asked) ? 0.45 : 0.12) || path.endsWith('/selfsubjectaccessreviews'))
    return undefined;
  if (isCreate(asked) && random.chance(0.7)) return random.chance(0.5) ? late(random) : random.pick(NOES);
  const what = random.unit();
  if (what < 0.2) return { kind: 'refuse', status: random.pick([429, 500, 503, 504]), retryAfter: 0 };
  if (what < 0.35) return { kind: 'unheard' };
  if (what < 0.5) return { kind: 'unanswered' };
  if (what < 0.6) return query.get('watch') ? undefined : { kind: 'page' };
  if (what < 0.75) return isCreate(asked) || method === 'GET' ? undefined : FORBIDDEN;
  return method === 'POST' ? late(random) : undefined;
};

/** What one seed's story comes to; fails where the engine breaks its word. */
const play = async (t: TestContext, seed: number): Promise<void> => {
  const random = new Random(seed, 'engine');
  const vices = new Random(seed, 'cluster');
  const world = await openFakeWorld(t);
  const { api, kubelets } = world.cluster;
  api.vice = (asked) => viceOf(vices, asked);
  const orders = new Map<string, StartOrder>();
  const [recalled, over] = [new Set<string>(), new Map<string, string>()];
  const look = async () => {
    for (const report of await world.engine.list()) {
      if (report.kind === 'waiting' || report.kind === 'running' || recalled.has(report.taskId)) continue;
      assert.equal(over.get(report.taskId) ?? report.kind, report.kind);
      over.set(report.taskId, report.kind);
    }
  };
  const open = () => [...orders.keys()].filter((id) => !recalled.has(id) && !over.has(id));
  const recall = async (id: string) => {
    if (await world.engine.recall(id)) recalled.add(id);
  };
  /** As the loops do once the store has it. */
  const forget = async () => {
    await world.engine.forget([...recalled, ...over.keys()].filter(() => random.chance(0.5)));
  };
  const startsAreRight = () => {
    for (const id of orders.keys()) {
      const starts = kubelets.starts.get(world.nameOf(id)) ?? 0;
      assert.ok(starts <= (recalled.has(id) ? 0 : 1), `${id} was started ${starts} times`);
      if (starts === 1) assert.equal(over.get(id), 'exited');
    }
  };
  /** As the loops compare: what is listed is ordered again, what is not never starts. */
  const restart = async () => {
    await world.reopen();
    await look();
    const listed = new Set((await world.engine.list()).map(({ taskId }) => taskId));
    for (const id of open()) {
      if (listed.has(id)) await world.engine.start([orders.get(id)!]);
      else await recall(id);
    }
  };
  for (let move = 0; move < MOVES; move++) {
    const some = [...orders.keys()];
    const what = random.unit();
    kubelets.pace.bind = random.int(0, 60);
    if (what < 0.4 || some.length === 0) {
      const made = random.chance(0.5) ? sleeper() : orderOf(COMMANDS.succeed);
      orders.set(made.taskId, made);
      await world.engine.start([made]);
    } else if (what < 0.6) {
      // of what was ordered just now not all is answered
      const id = random.pick(some.slice(-4));
      if (!over.has(id) && !recalled.has(id)) await recall(id);
    } else if (what < 0.68) await world.engine.stop(random.pick(some), random.int(0, 2));
    else if (what < 0.75) await forget();
    else if (what < 0.82) api.cutWatches();
    else if (what < 0.86) api.forget();
    else if (what < 0.92) await restart();
    await sleep(random.int(0, 30));
    world.pass(random.int(0, 800));
    await look();
  }
  api.vice = () => undefined;
  const end = Date.now() + 30_000;
  while (open().length > 0 && Date.now() < end) {
    for (const id of open()) await world.engine.stop(id, 1);
    world.pass(1000);
    await sleep(20);
    await look();
    const listed = new Set((await world.engine.list()).map(({ taskId }) => taskId));
    for (const id of open()) if (!listed.has(id)) await recall(id);
  }
  assert.deepEqual(open(), [], 'every task that was not recalled ends');
  await sleep(LATE_MILLISECONDS);
  startsAreRight();
  await world.engine.forget([...orders.keys()]);
  await sleep(LATE_MILLISECONDS);
  startsAreRight();
  world.pass(70_000);
  await world.sees('what is forgotten is removed', () => api.pods.all().length === 0);
};

for (let seed = 1; seed <= SEEDS; seed++)
  test(`a cluster that refuses, is late, and loses questions and answers starts each task once, and none that was recalled, while servers come and go: seed ${seed}`, (t) =>
    play(t, seed));
