import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

const specs = async (world: World): Promise<number> =>
  (await world.service.store.read((tx) => tx.all('SELECT id FROM specs'))).length;

const failed = async (more = {}): Promise<[World, string]> => {
  const world = await makeWorld({ command: ['exit', '3'], pool: 4 });
  const jobId = await world.submit(more);
  await world.settle();
  assert.equal((await world.job(jobId)).status, 'FAILED');
  return [world, jobId];
};

const CHANGES = {
  vcpus: '2',
  memory: 512,
  command: ['exit', '0'],
  environment: [{ name: 'A', value: 'b' }],
  timeoutSeconds: 90,
};

test('retryjobs: changes hold from the next attempt on, are shown, and are what the task is given', async () => {
  const [world, jobId] = await failed({ parameters: { who: 'x' } });
  await world.ask('retryJobs', { jobId, changes: { ...CHANGES, command: ['run', 'Ref::who'] } });
  await world.settle();
  const { container, taskId } = world.engine.orders.at(-1)!;
  const room = await world.service.store.read((tx) =>
    tx.all('SELECT milli_vcpus, memory_mib FROM tasks WHERE id = ?', [taskId]),
  );
  assert.deepEqual([container.command, container.environment], [['run', 'x'], CHANGES.environment]);
  assert.deepEqual(room, [{ milli_vcpus: 2000, memory_mib: 512 }]);
  const job = await world.job(jobId);
  assert.deepEqual(job.container.resourceRequirements, [
    { type: 'VCPU', value: '2' },
    { type: 'MEMORY', value: '512' },
  ]);
  assert.deepEqual([job.timeout, job.container.memory], [{ attemptDurationSeconds: 90 }, undefined]);
  assert.equal(await specs(world), 1, 'the spec it had is gone');
});

test('retryjobs: another job of the same spec stays as it is', async () => {
  const [world, jobId] = await failed();
  const other = await world.submit();
  await world.settle();
  await world.ask('retryJobs', { jobId, changes: { command: ['exit', '0'] } });
  await world.settle();
  assert.equal((await world.job(jobId)).status, 'SUCCEEDED');
  const { status, container } = await world.job(other);
  assert.deepEqual([status, container.command], ['FAILED', ['exit', '3']]);
  const later = await world.submit();
  assert.deepEqual((await world.job(later)).container.command, ['exit', '3']);
});

test('retryjobs of an array: the children that go are changed, twice too, and their specs go with them', async () => {
  const [world, jobId] = await failed({ arrayProperties: { size: 3 } });
  const memories = async () => {
    const found = [];
    for (const index of [0, 1, 2]) {
      const { container } = await world.job(`${jobId}:${index}`);
      found.push(container.memory ?? Number(container.resourceRequirements[0].value));
    }
    return found;
  };
  for (const [indices, memory, shown, left] of [
    [[0, 2], 256, [256, 128, 256], 2],
    [[0], 512, [512, 128, 256], 3],
    [[2], 512, [512, 128, 512], 3],
  ] as const) {
    await world.ask('retryJobs', { jobId, indices, changes: { memory } });
    await world.settle();
    assert.deepEqual(await memories(), shown);
    assert.equal(await specs(world), left);
  }
});

test('retryjobs: what SubmitJob would refuse is refused, and nothing runs again', async () => {
  const [world, jobId] = await failed();
  for (const [changes, words] of [
    [{ memory: 3 }, /Memory must be at least 4/],
    [{ vcpus: '0.1' }, /vCPU must be at least 1/],
    [{ vcpus: 'two' }, /is not valid\. Please provide a numeric value/],
    [{ timeoutSeconds: 59 }, /at least 60 seconds/],
    [{ command: [''] }, /empty strings/],
    [{ command: ['Ref::none'] }, /No parameter found for reference none/],
    [{ environment: [{ name: 'AWS_BATCH_X', value: 'v' }] }, /cannot start with AWS_BATCH/],
    [{ environment: [{ name: 'A', value: 'v'.repeat(9000) }] }, /length must be at most 8192/],
  ] as const)
    assert.match((await world.refused('retryJobs', { jobId, changes })).message, words);
  assert.equal((await world.job(jobId)).status, 'FAILED');
});
