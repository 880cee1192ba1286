import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeStatuses, nodeWorld, orderOfNode, submitNodes } from '../../../test/support/nodes.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';

const REASON = "Pod was rejected: Node didn't have enough resource: cpu";

/** A job whose task is ordered and has not begun. */
const starting = async (more: Record<string, unknown> = {}): Promise<{ world: World; id: string }> => {
  const world = await makeWorld({ command: ['run'] });
  world.engine.begins = false;
  const id = await world.submit(more);
  await world.settle();
  return { world, id };
};

/** The engine cannot start the last task that it was given. */
const turnAway = async (world: World): Promise<string> => {
  const { taskId } = world.engine.orders.at(-1)!;
  world.engine.say({ taskId, kind: 'unstarted', reason: REASON });
  await world.settle();
  return taskId;
};

test('K-043: a task that cannot be started uses no attempt: its job waits, and starts under another task’s id', async () => {
  const { world, id } = await starting();
  const first = await turnAway(world);
  const [former, next] = world.engine.orders;
  assert.deepEqual([former!.attempt, next!.attempt, world.engine.orders.length], [1, 1, 2]);
  assert.notEqual(next!.taskId, first);
  assert.deepEqual(world.engine.forgotten, [first]);
  const job = await world.job(id);
  assert.deepEqual([job.status, job.attempts], ['STARTING', []]);
  world.engine.begin(next!.taskId);
  world.engine.end(next!.taskId, 0);
  await world.settle();
  const done = await world.job(id);
  assert.deepEqual([done.status, done.attempts.length], ['SUCCEEDED', 1]);
});

test('K-043: a later attempt that cannot be started leaves those before it', async () => {
  const { world, id } = await starting({ retryStrategy: { attempts: 2 } });
  world.engine.begin(world.engine.orders[0]!.taskId);
  world.engine.end(world.engine.orders[0]!.taskId, 3);
  await world.settle();
  await turnAway(world);
  assert.deepEqual(
    world.engine.orders.map(({ attempt }) => attempt),
    [1, 2, 2],
  );
  assert.equal((await world.job(id)).attempts.length, 1);
});

test('K-043: what is said twice, or of a task that nobody knows, changes nothing and may be forgotten', async () => {
  const { world } = await starting();
  const first = await turnAway(world);
  for (const taskId of [first, 'f'.repeat(32)])
    world.engine.say({ taskId, kind: 'unstarted', reason: REASON });
  await world.settle();
  assert.equal(world.engine.orders.length, 2);
  assert.deepEqual(world.engine.forgotten, [first, first, 'f'.repeat(32)]);
});

test('K-048: a task that is known to have begun is lost, whatever is said of it now', async () => {
  const { world, id } = await starting();
  const { taskId } = world.engine.orders[0]!;
  world.engine.begin(taskId);
  await world.settle();
  world.engine.say({ taskId, kind: 'unstarted', reason: 'its pod is gone' });
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.status, 'FAILED');
  assert.match(job.statusReason, /^Host EC2 \(instance i-\w+\) terminated\.$/);
  assert.equal(job.attempts[0].container.reason, 'its pod is gone');
});

test('K-048: so is one whose begin is heard of together with an end that knows nothing of it', async () => {
  const { world, id } = await starting();
  const { taskId } = world.engine.orders[0]!;
  const startedAt = world.clock.wall();
  world.engine.say({ taskId, kind: 'running', startedAt });
  world.engine.say({ taskId, kind: 'unstarted', reason: 'its pod is gone' });
  await world.settle();
  const { status, attempts } = await world.job(id);
  assert.deepEqual([status, attempts.length], ['FAILED', 1]);
  assert.deepEqual([attempts[0].startedAt, attempts[0].container.reason], [startedAt, 'its pod is gone']);
});

test('J-262: a stop’s end that knows nothing of the begin, and is heard of together with it, has its time', async () => {
  const { world, id } = await starting();
  const { taskId } = world.engine.orders[0]!;
  const startedAt = world.clock.wall();
  world.engine.say({ taskId, kind: 'running', startedAt });
  world.engine.say({ taskId, kind: 'failed', stoppedAt: startedAt + 5, reason: 'stopped before it began' });
  await world.settle();
  const { status, attempts } = await world.job(id);
  assert.deepEqual([status, attempts[0].startedAt], ['FAILED', startedAt]);
});

test('K-043 J-262: a job that was told to stop meanwhile ends for that, and has no attempt', async () => {
  const { world, id } = await starting();
  world.engine.recall = async () => false;
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  await world.settle();
  await turnAway(world);
  const job = await world.job(id);
  assert.deepEqual([job.status, job.statusReason, job.attempts], ['FAILED', 'enough', []]);
});

test('K-043: an array counts a child once, however often its task was turned away', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  world.engine.begins = false;
  const id = await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  await turnAway(world);
  await turnAway(world);
  const live = (await world.engine.list()).map(({ taskId }) => taskId);
  for (const taskId of live) {
    world.engine.begin(taskId);
    world.engine.end(taskId, 0);
  }
  await world.settle();
  const { status, arrayProperties } = await world.job(id);
  assert.deepEqual([status, arrayProperties.statusSummary.SUCCEEDED], ['SUCCEEDED', 2]);
});

test('K-039 K-050: what is known of a loss is the container’s reason, and a strategy matches what is said of the host', async () => {
  const evaluateOnExit = [
    { onStatusReason: 'Host EC2*', action: 'RETRY' },
    { onReason: '*', action: 'EXIT' },
  ];
  const { world, id } = await starting({ retryStrategy: { attempts: 2, evaluateOnExit } });
  const { taskId } = world.engine.orders[0]!;
  const stoppedAt = world.clock.wall();
  world.engine.say({
    taskId,
    kind: 'lost',
    startedAt: stoppedAt,
    stoppedAt,
    reason: 'PreemptionByScheduler: x',
  });
  await world.settle();
  const [{ container, statusReason }] = (await world.job(id)).attempts;
  assert.equal(container.reason, 'PreemptionByScheduler: x');
  assert.match(statusReason, /^Host EC2 \(instance i-\w+\) terminated\.$/);
  assert.equal(world.engine.orders.at(-1)!.attempt, 2);
});

test('the activity log says why a task did not start', async () => {
  const told: unknown[] = [];
  const { world, id } = await starting();
  world.service.log.info = (fields, message) => void told.push([message, fields]);
  await turnAway(world);
  assert.deepEqual(told[0], [
    'a task did not start: its job waits again',
    { jobId: id, name: 'j', attempt: 1, reason: REASON },
  ]);
});

test('K-043: with the main node all its job’s nodes give up their places; another keeps its place and is started anew', async () => {
  const world = await nodeWorld();
  world.engine.begins = false;
  const id = await submitNodes(world);
  await world.settle();
  const turnedAway = await turnAway(world);
  assert.deepEqual(await nodeStatuses(world, id), ['STARTING', 'RUNNABLE', 'STARTING', 'RUNNABLE']);
  assert.notEqual(orderOfNode(world, id, 1).taskId, turnedAway);
  world.engine.begin(orderOfNode(world, id, 1).taskId);
  await world.settle();
  const other = orderOfNode(world, id, 2);
  await turnAway(world);
  const anew = orderOfNode(world, id, 2);
  assert.deepEqual([anew.attempt, anew.host], [1, other.host]);
  assert.notEqual(anew.taskId, other.taskId);
  assert.deepEqual(await nodeStatuses(world, id), ['RUNNING', 'STARTING', 'RUNNING', 'STARTING']);
});

for (const [what, stop] of [
  ['a node beside a main one that runs', false],
  ['a main node that is to stop', true],
] as const) {
  test(`K-143: ${what} keeps its place, and is lost with it: it does not wait for a host that is gone`, async () => {
    const world = await nodeWorld();
    world.engine.begins = false;
    const id = await submitNodes(world);
    await world.settle();
    if (stop) {
      world.engine.recall = async () => false;
      await world.ask('terminateJob', { jobId: id, reason: 'enough' });
    } else world.engine.begin(orderOfNode(world, id, 1).taskId);
    await world.settle();
    const ordered = world.engine.orders.length;
    Object.defineProperty(world.service.capacity, 'hosts', { value: [] });
    const { taskId } = orderOfNode(world, id, stop ? 1 : 2);
    world.engine.say({ taskId, kind: 'unstarted', reason: 'its node is gone' });
    await world.settle();
    assert.equal(world.engine.orders.length, ordered);
    const [, , main, other] = await nodeStatuses(world, id);
    assert.equal(stop ? main : other, 'FAILED');
  });
}
