import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeWorld, submitNodes } from '../../../test/support/nodes.ts';
import { CALLER, makeWorld } from '../../../test/support/world.ts';
import { deregisterJobDefinition } from '../definitions/deregister.ts';
import { submitJob } from './submit.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('S-165 S-166 J-001: the answer has the name and an id, a lower-case UUID', async () => {
  const world = await makeWorld();
  const answer = await world.ask('submitJob', { jobName: 'example', jobQueue: 'q', jobDefinition: 'd' });
  assert.equal(answer.jobName, 'example');
  assert.match(answer.jobId, UUID);
  assert.equal(answer.jobArn, `arn:aws:batch:us-east-1:012345678910:job/${answer.jobId}`);
});

test('J-130 J-271: a job is SUBMITTED and visible as soon as it is answered', async () => {
  const world = await makeWorld();
  await world.loops.stop();
  const id = await world.submit();
  const job = await world.job(id);
  assert.equal(job.status, 'SUBMITTED');
  assert.equal(job.createdAt, world.clock.wall());
  assert.deepEqual(job.attempts, []);
});

test('J-076: two equal submissions are two jobs', async () => {
  const world = await makeWorld();
  assert.notEqual(await world.submit(), await world.submit());
});

for (const [rule, jobName] of [
  ['a dot', 'a.b'],
  ['a blank', 'a b'],
  ['a leading hyphen', '-a'],
  ['a leading underscore', '_a'],
  ['129 characters', 'a'.repeat(129)],
  ['nothing', ''],
] as const) {
  test(`S-161 J-077: a name with ${rule} is refused`, async () => {
    const world = await makeWorld();
    const refusal = await world.refused('submitJob', { jobName, jobQueue: 'q', jobDefinition: 'd' });
    assert.equal(refusal.message, 'Job name should match valid pattern');
    assert.equal(refusal.wrapped, true);
    assert.equal(refusal.status, 400);
  });
}

test('S-161: a name of 128 characters is taken', async () => {
  const world = await makeWorld();
  assert.match(await world.submit({ jobName: 'a'.repeat(128) }), UUID);
});

for (const size of [1, 0, -1, 10_001]) {
  test(`S-153 J-084: an array of ${size} is refused`, async () => {
    const world = await makeWorld();
    const refusal = await world.refused('submitJob', {
      jobName: 'j',
      jobQueue: 'q',
      jobDefinition: 'd',
      arrayProperties: { size },
    });
    assert.equal(refusal.message, 'Array size must be between 2 and 10000');
  });
}

test('J-078 S-162: an unknown queue is refused as it was given', async () => {
  const world = await makeWorld();
  const refusal = await world.refused('submitJob', { jobName: 'j', jobQueue: 'nobody', jobDefinition: 'd' });
  assert.equal(refusal.message, 'JobQueue nobody not found.');
});

test('J-079 S-051: a DISABLED queue takes no jobs, and the jobs in it go on (J-324)', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit();
  await world.settle();
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  const refusal = await world.refused('submitJob', { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' });
  assert.equal(refusal.message, 'Job queue q is not in ENABLED state');
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
});

test('J-068 J-073: a definition by name, name:revision and ARN; the job shows its ARN with revision', async () => {
  const world = await makeWorld();
  const arn = 'arn:aws:batch:us-east-1:012345678910:job-definition/d';
  for (const jobDefinition of ['d', 'd:1', arn, `${arn}:1`]) {
    assert.equal((await world.job(await world.submit({ jobDefinition }))).jobDefinition, `${arn}:1`);
  }
});

test('J-069: without a revision the highest ACTIVE one counts', async () => {
  const world = await makeWorld();
  const definition = {
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: { image: 'x', vcpus: 1, memory: 4 },
  };
  await world.ask('registerJobDefinition', definition);
  await world.ask('registerJobDefinition', definition);
  await world.ask('deregisterJobDefinition', { jobDefinition: 'd:3' });
  assert.match((await world.job(await world.submit())).jobDefinition, /:2$/);
});

test('A-156: what a user was asked about runs, whatever was registered since', async () => {
  const world = await makeWorld();
  const { service } = world;
  const doc = { type: 'container', containerProperties: { image: 'x', vcpus: 1, memory: 4 } };
  await world.ask('registerJobDefinition', { jobDefinitionName: 'd', ...doc });
  const asked = { ...CALLER, revision: 1 };
  const input = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' };
  const { jobId } = (await submitJob(service, input, asked)) as { jobId: string };
  assert.match((await world.job(jobId)).jobDefinition, /:1$/);
  assert.deepEqual(await deregisterJobDefinition(service, { jobDefinition: 'd' }, asked), {});
  assert.match((await world.job(await world.submit())).jobDefinition, /:2$/);
});

for (const [rule, jobDefinition, text] of [
  ['J-070', 'nobody', 'JobDefinition name nobody does not exist or is not in ACTIVE status'],
  [
    'J-071',
    'arn:aws:batch:us-east-1:012345678910:job-definition/x:1',
    'JobDefinition arn:aws:batch:us-east-1:012345678910:job-definition/x:1 not found.',
  ],
  ['J-072', 'd:1', 'JobDefinition d:1 is not in ACTIVE status'],
] as const) {
  test(`${rule} S-167: ${text}`, async () => {
    const world = await makeWorld();
    await world.ask('deregisterJobDefinition', { jobDefinition: 'd:1' });
    const refusal = await world.refused('submitJob', { jobName: 'j', jobQueue: 'q', jobDefinition });
    assert.equal(refusal.message, text);
    assert.equal(refusal.status, 400);
  });
}

test('J-067: a job of a deregistered definition goes on, retries and shows its ARN', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ retryStrategy: { attempts: 2 } });
  await world.settle();
  await world.ask('deregisterJobDefinition', { jobDefinition: 'd:1' });
  world.engine.end(world.engine.orders[0]!.taskId, 1);
  await world.settle();
  world.engine.end(world.engine.orders[1]!.taskId, 0);
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.status, 'SUCCEEDED');
  assert.match(job.jobDefinition, /job-definition\/d:1$/);
});

test('S-157 J-083: 21 dependencies are refused, 20 are taken', async () => {
  const world = await makeWorld();
  const ids = [];
  for (let i = 0; i < 21; i++) ids.push({ jobId: await world.submit() });
  const refusal = await world.refused('submitJob', {
    jobName: 'j',
    jobQueue: 'q',
    jobDefinition: 'd',
    dependsOn: ids,
  });
  assert.equal(refusal.message, 'Job cannot have more than 20 dependencies');
  assert.match(await world.submit({ dependsOn: ids.slice(1) }), UUID);
});

test('J-082: a placeholder without a value is refused, and no job is made (J-081)', async () => {
  const world = await makeWorld();
  const before = await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'SUBMITTED' });
  const refusal = await world.refused('submitJob', {
    jobName: 'j',
    jobQueue: 'q',
    jobDefinition: 'd',
    containerOverrides: { command: ['cp', 'Ref::inputfile'] },
  });
  assert.equal(refusal.message, 'Unable to substitute value. No parameter found for reference inputfile');
  assert.deepEqual(await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'SUBMITTED' }), before);
});

test('J-085: an override command with an empty string is refused', async () => {
  const world = await makeWorld();
  const input = {
    jobName: 'j',
    jobQueue: 'q',
    jobDefinition: 'd',
    containerOverrides: { command: ['a', ''] },
  };
  assert.equal((await world.refused('submitJob', input)).message, 'Command field cannot have empty strings');
});

test('J-086: evaluateOnExit without attempts is refused', async () => {
  const world = await makeWorld();
  const retryStrategy = { evaluateOnExit: [{ action: 'EXIT', onExitCode: '1' }] };
  const refusal = await world.refused('submitJob', {
    jobName: 'j',
    jobQueue: 'q',
    jobDefinition: 'd',
    retryStrategy,
  });
  assert.equal(refusal.message, 'RetryAttempts must be provided with retry strategy');
});

test('J-087: empty arrayProperties, retryStrategy and timeout count as absent', async () => {
  const world = await makeWorld();
  const id = await world.submit({
    arrayProperties: {},
    retryStrategy: {},
    timeout: {},
    tags: {},
    dependsOn: [],
  });
  const job = await world.job(id);
  assert.equal(job.arrayProperties, undefined);
  assert.equal(job.timeout, undefined);
  assert.deepEqual(job.retryStrategy, { attempts: 1, evaluateOnExit: [] });
});

/** Overrides that are so many bytes as JSON. */
const overridesOf = (bytes: number) => {
  const empty = JSON.stringify({ environment: [{ name: 'A', value: '' }] }).length;
  return { environment: [{ name: 'A', value: `${'x'.repeat(bytes - empty - 2)}ü` }] };
};

test('T-408: a job with overrides of more than 8192 bytes is taken, and FAILED', async () => {
  const world = await makeWorld();
  const fits = await world.submit({ containerOverrides: overridesOf(8192) });
  const over = await world.submit({ containerOverrides: overridesOf(8193) });
  const dependent = await world.submit({ dependsOn: [{ jobId: over }] });
  await world.settle();
  assert.equal((await world.job(fits)).status, 'SUCCEEDED');
  const job = await world.job(over);
  assert.deepEqual([job.status, job.attempts, job.isTerminated], ['FAILED', [], undefined]);
  assert.equal(job.statusReason, 'Container Overrides length must be at most 8192');
  assert.equal((await world.job(dependent)).statusReason, 'Dependent Job failed');
  assert.equal(world.engine.orders.length, 1);
});

test('T-408: of an array and of a multi-node job nothing starts either', async () => {
  const world = await nodeWorld();
  const array = await world.submit({ containerOverrides: overridesOf(9000), arrayProperties: { size: 3 } });
  const nodes = await submitNodes(world, {
    nodeOverrides: { nodePropertyOverrides: [{ targetNodes: '0:', containerOverrides: overridesOf(9000) }] },
  });
  await world.settle();
  for (const id of [array, `${array}:2`, nodes, `${nodes}#1`]) {
    const { status, statusReason } = await world.job(id);
    const words = 'Container Overrides length must be at most 8192';
    assert.deepEqual([id, status, statusReason], [id, 'FAILED', words]);
  }
  assert.deepEqual(world.engine.orders, []);
});

test('S-267 J-022: an override named AWS_BATCH is refused', async () => {
  const world = await makeWorld();
  const containerOverrides = { environment: [{ name: 'AWS_BATCH_X', value: '1' }] };
  const refusal = await world.refused('submitJob', {
    jobName: 'j',
    jobQueue: 'q',
    jobDefinition: 'd',
    containerOverrides,
  });
  assert.equal(refusal.message, 'Environment variable names cannot start with AWS_BATCH');
});

test('S-277 S-284: an override may not ask less than a definition may', async () => {
  const world = await makeWorld();
  for (const [type, value] of [
    ['MEMORY', '3'],
    ['VCPU', '0'],
    ['VCPU', '0.1'],
  ]) {
    const containerOverrides = { resourceRequirements: [{ type, value }] };
    const input = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd', containerOverrides };
    assert.match((await world.refused('submitJob', input)).message, /must be at least/);
  }
});

test('members that are not here yet are refused by name, never dropped', async () => {
  const world = await makeWorld();
  const refusal = await world.refused('submitJob', {
    jobName: 'j',
    jobQueue: 'q',
    jobDefinition: 'd',
    ecsPropertiesOverride: { some: 1 },
  });
  assert.match(refusal.message, /^ecsPropertiesOverride is not supported by Longshore yet/);
});

test('J-095 J-102 S-312: parameters lie over the defaults, and the command shows their values', async () => {
  const world = await makeWorld();
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'p',
    type: 'container',
    parameters: { a: '1', b: '2' },
    containerProperties: { image: 'x', vcpus: 1, memory: 4, command: ['Ref::a', '--b=Ref::b'] },
  });
  const job = await world.job(
    await world.submit({ jobDefinition: 'p', parameters: { b: 'x y', c: 'unused' } }),
  );
  assert.deepEqual(job.parameters, { a: '1', b: 'x y', c: 'unused' });
  assert.deepEqual(job.container.command, ['1', '--b=x y']);
});

test('J-111 S-164: a retry strategy of the submission takes the place of the definition’s as a whole', async () => {
  const world = await makeWorld();
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'r',
    type: 'container',
    retryStrategy: { attempts: 5, evaluateOnExit: [{ action: 'EXIT', onExitCode: '7' }] },
    containerProperties: { image: 'x', vcpus: 1, memory: 4 },
  });
  const own = await world.job(await world.submit({ jobDefinition: 'r' }));
  assert.deepEqual(own.retryStrategy, { attempts: 5, evaluateOnExit: [{ action: 'exit', onExitCode: '7' }] });
  const given = await world.job(await world.submit({ jobDefinition: 'r', retryStrategy: { attempts: 2 } }));
  assert.deepEqual(given.retryStrategy, { attempts: 2, evaluateOnExit: [] });
});
