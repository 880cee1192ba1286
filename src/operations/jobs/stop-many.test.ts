import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeWorld, submitNodes } from '../../../test/support/nodes.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';

/* CancelJobs and TerminateJobs: what becomes of each id is what the operation on one does, whose tests are in `stop.test.ts`. */

const ARN = 'arn:aws:batch:us-east-1:012345678910';
const NOBODY = '11111111-1111-4111-8111-111111111111';
const BOTH = ['cancelJobs', 'terminateJobs'] as const;

const shown = async (world: World, id: string) => {
  const { status, statusReason, isCancelled, isTerminated } = await world.job(id);
  return { status, statusReason, isCancelled, isTerminated };
};
const CANCELLED = { status: 'FAILED', statusReason: 'because', isCancelled: true, isTerminated: undefined };
const TERMINATED = { status: 'FAILED', statusReason: 'because', isCancelled: undefined, isTerminated: true };

/** A world whose jobs wait for more than there is. */
const waiting = async (count: number): Promise<{ world: World; ids: string[] }> => {
  const world = await makeWorld({ command: ['run'] });
  const ids = [];
  for (let at = 0; at < count; at++) ids.push(await world.submit({ containerOverrides: { vcpus: 300 } }));
  await world.settle();
  return { world, ids };
};

for (const operation of BOTH) {
  const ended = operation === 'cancelJobs' ? CANCELLED : TERMINATED;

  test(`T-018 T-026 T-028: ${operation} ends all that wait, with the reason`, async () => {
    const { world, ids } = await waiting(3);
    assert.deepEqual(await world.ask(operation, { jobs: ids, reason: 'because' }), {
      successful: ids,
      errors: [],
    });
    for (const id of ids) assert.deepEqual(await shown(world, id), ended);
  });

  test(`T-019 T-020: ${operation} of none or more than 50 is refused, and does nothing`, async () => {
    const { world, ids } = await waiting(51);
    for (const jobs of [undefined, [], ids]) {
      const { type, message } = await world.refused(operation, { jobs, reason: 'because' });
      assert.deepEqual([type, message], ['ClientException', 'Number of jobs must be between 1 and 50.']);
    }
    assert.equal((await world.job(ids[0]!)).status, 'RUNNABLE');
    const { successful } = await world.ask(operation, { jobs: ids.slice(1), reason: 'because' });
    assert.equal(successful.length, 50);
  });

  test(`T-020 T-021: ${operation} wants a reason of 1 to 1024 characters, and else does nothing`, async () => {
    const { world, ids } = await waiting(1);
    for (const reason of [undefined, '', 'x'.repeat(1025)]) {
      const { type, message } = await world.refused(operation, { jobs: ids, reason });
      assert.equal(type, 'ClientException');
      assert.match(message, /^reason /);
    }
    assert.equal((await world.job(ids[0]!)).status, 'RUNNABLE');
    await world.ask(operation, { jobs: ids, reason: 'x'.repeat(1024) });
    assert.equal((await world.job(ids[0]!)).statusReason, 'x'.repeat(1024));
  });

  test(`T-022 T-023: ${operation} of ids that nobody has is done with; both lists are always there`, async () => {
    const world = await makeWorld();
    assert.deepEqual(await world.ask(operation, { jobs: [NOBODY], reason: 'because' }), {
      successful: [NOBODY],
      errors: [],
    });
    const malformed = await world.ask(operation, { jobs: ['x'], reason: 'because' });
    assert.deepEqual([malformed.successful, malformed.errors.length], [[], 1]);
  });

  test(`T-024 T-025: ${operation} says what is malformed, and does the others`, async () => {
    const { world, ids } = await waiting(2);
    const [first, second] = ids as [string, string];
    const jobs = [first, 'x', second, `arn:aws:batch:us-east-1:000000000000:job/${NOBODY}`];
    const { successful, errors } = await world.ask(operation, { jobs, reason: 'because' });
    assert.deepEqual(successful, ids);
    assert.deepEqual(errors, [
      { job: 'x', code: 'ValidationException', message: 'Job x not found' },
      { job: jobs[3], code: 'ValidationException', message: `Job ${jobs[3]} not found` },
    ]);
    for (const id of ids) assert.equal((await world.job(id)).status, 'FAILED');
  });

  test(`T-024: ${operation} of a node is the caller’s fault, as of one alone`, async () => {
    const world = await nodeWorld();
    const id = await submitNodes(world);
    await world.settle();
    const { errors } = await world.ask(operation, { jobs: [`${id}#0`], reason: 'because' });
    const message = `Job ${id}#0 is a node: a multi-node job is stopped by its own id`;
    assert.deepEqual(errors, [{ job: `${id}#0`, code: 'ClientException', message }]);
  });

  test(`T-029: ${operation} of what is over changes nothing`, async () => {
    const world = await makeWorld();
    const id = await world.submit();
    await world.settle();
    const before = await world.job(id);
    assert.equal(before.status, 'SUCCEEDED');
    const { successful } = await world.ask(operation, { jobs: [id], reason: 'because' });
    assert.deepEqual(successful, [id]);
    assert.deepEqual(await world.job(id), before);
  });

  test(`T-030 T-031: ${operation}: each once, in the order of the request, as it was sent`, async () => {
    const { world, ids } = await waiting(3);
    const [a, b, c] = ids as [string, string, string];
    const jobs = [c, `${ARN}:job/${a}`, b, a, c, `${ARN}:job/${b}`];
    const { successful } = await world.ask(operation, { jobs, reason: 'because' });
    assert.deepEqual(successful, [c, `${ARN}:job/${a}`, b]);
    for (const id of ids) assert.equal((await world.job(id)).status, 'FAILED');
  });

  test(`T-032: ${operation} of a service job’s id is done with, and does nothing`, async () => {
    const world = await makeWorld();
    const jobs = [`${ARN}:service-job/${NOBODY}`];
    assert.deepEqual(await world.ask(operation, { jobs, reason: 'because' }), {
      successful: jobs,
      errors: [],
    });
  });

  test(`T-031: ${operation.slice(0, -1)} takes an ARN too`, async () => {
    const { world, ids } = await waiting(1);
    await world.ask(operation.slice(0, -1), { jobId: `${ARN}:job/${ids[0]}`, reason: 'because' });
    assert.deepEqual(await shown(world, ids[0]!), ended);
  });

  test(`T-033: after ${operation} every list shows the new state at once`, async () => {
    const { world, ids } = await waiting(2);
    const array = await world.submit({ arrayProperties: { size: 3 }, containerOverrides: { vcpus: 300 } });
    await world.settle();
    await world.loops.stop();
    await world.ask(operation, { jobs: [...ids, array], reason: 'because' });
    const list = async (more: object) =>
      (await world.ask('listJobs', more)).jobSummaryList.map(({ jobId }: { jobId: string }) => jobId);
    assert.deepEqual(await list({ jobQueue: 'q', jobStatus: 'RUNNABLE' }), []);
    assert.deepEqual(await list({ jobQueue: 'q', jobStatus: 'FAILED' }), [...ids].reverse());
    assert.equal((await list({ arrayJobId: array, jobStatus: 'FAILED' })).length, 3);
  });
}

test('T-027: CancelJobs of what starts or runs is done with, and that goes on', async () => {
  const world = await makeWorld({ command: ['run'] });
  const runs = await world.submit();
  await world.settle();
  world.engine.begins = false;
  const starts = await world.submit();
  await world.settle();
  const before = [await world.job(runs), await world.job(starts)];
  assert.deepEqual(
    before.map(({ status }) => status),
    ['RUNNING', 'STARTING'],
  );
  const { successful } = await world.ask('cancelJobs', { jobs: [runs, starts], reason: 'because' });
  assert.deepEqual(successful, [runs, starts]);
  await world.settle();
  assert.deepEqual([await world.job(runs), await world.job(starts)], before);
});

test('T-028: TerminateJobs ends what runs: jobs, all children of an array, all nodes', async () => {
  const world = await nodeWorld();
  const nodes = await submitNodes(world);
  const array = await world.submit({ arrayProperties: { size: 3 } });
  await world.settle();
  assert.equal((await world.job(nodes)).status, 'RUNNING');
  const { successful } = await world.ask('terminateJobs', { jobs: [nodes, array], reason: 'because' });
  assert.deepEqual(successful, [nodes, array]);
  await world.settle();
  const running = world.engine.orders.map(({ taskId }) => taskId);
  for (const taskId of running) world.engine.end(taskId, 143);
  await world.settle();
  for (const id of [nodes, array, `${array}:0`, `${array}:2`]) {
    const { status, statusReason } = await world.job(id);
    assert.deepEqual([status, statusReason], ['FAILED', 'because'], id);
  }
});
