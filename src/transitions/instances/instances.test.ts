import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, RESOURCES, type World } from '../../../test/support/world.ts';

const live = (world: World) =>
  world.service.store.read((tx) =>
    tx.all<{ id: string; type: string; state: number; reason: string | null; milli_vcpus: number }>(
      'SELECT id, type, state, reason, milli_vcpus FROM instances WHERE state < 2 ORDER BY launched_at, id',
    ),
  );

const environment = (world: World, name: string, resources: object) =>
  world.ask('createComputeEnvironment', {
    computeEnvironmentName: name,
    type: 'MANAGED',
    computeResources: { ...RESOURCES, ...resources },
  });

/** A queue of the same name over environments. */
const queue = (world: World, name: string, environments: string[], more: object = {}) =>
  world.ask('createJobQueue', {
    jobQueueName: name,
    priority: 1,
    computeEnvironmentOrder: environments.map((computeEnvironment, order) => ({ order, computeEnvironment })),
    ...more,
  });

const why = async (world: World, id: string): Promise<string> => (await world.job(id)).statusReason;

const end = async (world: World, at: number, exitCode = 0) => {
  world.engine.end(world.engine.orders[at]!.taskId, exitCode);
  await world.settle();
};

test('E-167 J-162: a job shows the instance it runs on; its ids are of the service’s form', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit();
  await world.settle();
  const [instance] = await live(world);
  assert.match(instance!.id, /^i-[0-9a-f]{17}$/);
  const { containerInstanceArn } = (await world.job(id)).container;
  assert.match(
    containerInstanceArn,
    /^arn:aws:ecs:us-east-1:012345678910:container-instance\/e_Batch_[0-9a-f-]{36}\/[0-9a-f]{32}$/,
  );
});

test('E-155: an instance without a job stays for the grace, by the steady clock, and is used again meanwhile', async () => {
  const world = await makeWorld({ command: ['run'] });
  await world.submit();
  await world.settle();
  const [first] = await live(world);
  await end(world, 0);
  world.clock.advance(29_999);
  world.clock.jump(3_600_000);
  await world.settle();
  await world.submit();
  await world.settle();
  assert.deepEqual(
    (await live(world)).map((i) => i.id),
    [first!.id],
  );
  await end(world, 1);
  world.clock.advance(30_000);
  await world.settle();
  assert.deepEqual(await live(world), []);
});

test('E-159: minScaleDownDelayMinutes counts from the end of an instance’s last job, not for one that had none', async () => {
  const world = await makeWorld({ command: ['run'], pool: 8 });
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: 'e',
    computeResources: { desiredvCpus: 4, scalingPolicy: { minScaleDownDelayMinutes: 20 } },
  });
  await world.submit();
  await world.settle();
  assert.equal((await live(world)).length, 2);
  await end(world, 0);
  world.clock.advance(30_000);
  await world.settle();
  assert.equal((await live(world)).length, 1, 'the one that ran');
  world.clock.advance(20 * 60_000 - 30_000);
  await world.settle();
  assert.deepEqual(await live(world), []);
});

test('E-157: the machine is the one instance of an UNMANAGED environment, as large as the pool, neither launched nor retired', async () => {
  const world = await makeWorld({ command: ['run'], pool: 4, memoryMiB: 9_000 });
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'own',
    type: 'UNMANAGED',
    serviceRole: 'r',
  });
  await queue(world, 'own', ['own']);
  await world.settle();
  const before = await live(world);
  assert.deepEqual(
    before.map((i) => [i.type, i.milli_vcpus]),
    [['host', 4000]],
  );
  const all = await world.submit({ jobQueue: 'own', containerOverrides: { vcpus: 4, memory: 9_000 } });
  await world.settle();
  assert.equal((await world.job(all)).status, 'RUNNING', 'the whole machine can be used');
  await end(world, 0);
  world.clock.advance(3_600_000);
  await world.settle();
  assert.deepEqual(
    (await live(world)).map((i) => i.id),
    before.map((i) => i.id),
  );
  const { computeEnvironments } = await world.ask('describeComputeEnvironments', {
    computeEnvironments: ['own'],
  });
  assert.equal(computeEnvironments[0].computeResources, undefined, 'no desiredvCpus');
});

test('E-161: a job that fits no instance says of which kind there is too little', async () => {
  const world = await makeWorld({ command: ['run'], pool: 4, memoryMiB: 16_000 });
  await environment(world, 'x', { instanceTypes: ['c5.large'] });
  await queue(world, 'x', ['x']);
  const asks = async (containerOverrides: object) => {
    const id = await world.submit({ jobQueue: 'x', containerOverrides });
    await world.settle();
    return why(world, id);
  };
  const NEVER =
    /^MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement \(vCPU\/memory\/GPU\) is higher than that can be met by the CE\(s\) attached to the job queue\. needs /;
  const memory = await asks({ memory: 62_464 });
  assert.match(memory, NEVER, 'E-173');
  assert.match(
    memory,
    /needs 1 vCPU and 61 GiB; the largest instance type of environment x has 3961 MiB for jobs: no type of it can ever run it$/,
  );
  assert.match(
    await asks({ vcpus: 3 }),
    /needs 3 vCPUs and [^;]*; the largest instance type of environment x has 2 vCPUs: no type/,
  );
  assert.match(
    await asks({ resourceRequirements: [{ type: 'GPU', value: '1' }] }),
    / and 1 GPU; the largest instance type of environment x has 0 GPUs: no type/,
  );
});

test('E-162 E-179: subnets, roles and networks are not there to be short of: nothing waits for them', async () => {
  const world = await makeWorld({ command: ['run'] });
  await environment(world, 'x', { subnets: ['subnet-without-addresses'], instanceRole: 'nobody' });
  await queue(world, 'x', ['x']);
  const id = await world.submit({ jobQueue: 'x' });
  await world.settle();
  assert.equal((await world.job(id)).status, 'RUNNING');
});

test('a waiting job says its place, what it asks, and what each environment has: full, at its maximum, off', async () => {
  const world = await makeWorld({ command: ['run'], pool: 8 });
  await environment(world, 'x', { instanceTypes: ['c5.xlarge'], maxvCpus: 4 });
  await environment(world, 'off', { state: 'DISABLED' });
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'off', state: 'DISABLED' });
  await queue(world, 'x', ['x', 'off']);
  await world.submit({ jobQueue: 'x', containerOverrides: { vcpus: 3 } });
  const second = await world.submit({ jobQueue: 'x', containerOverrides: { vcpus: 3 } });
  const third = await world.submit({ jobQueue: 'x', containerOverrides: { vcpus: 3 } });
  await world.settle();
  assert.equal(
    await why(world, third),
    '2nd in queue x; needs 3 vCPUs and 128 MiB; environment x has 1 of 4 vCPUs free and may launch no more; environment off is DISABLED',
  );
  assert.match(await why(world, second), /^1st in queue x; /);
});

test('E-171: where others have the pool and no instance of its own could hold it, the service’s code for that stands in front', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  await environment(world, 'x', { instanceTypes: ['c5.large'] });
  await queue(world, 'x', ['x']);
  await world.submit({ containerOverrides: { vcpus: 2 } });
  await world.settle();
  const id = await world.submit({ jobQueue: 'x' });
  await world.settle();
  assert.match(
    await why(world, id),
    /^CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity requested for instance type \[c5\.large\] 1st in queue x; needs 1 vCPU and 128 MiB; environment x would launch c5\.large: the pool has 0 vCPUs and /,
  );
});

test('E-172: more vCPUs than the maximum of every environment', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ containerOverrides: { vcpus: 300 } });
  await world.settle();
  assert.match(
    await why(world, id),
    /^MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE\(s\) associated with the job queue cannot meet the CPU requirement of the job\. needs 300 vCPUs and 128 MiB; environment e has at most 256 vCPUs/,
  );
});

test('E-174 E-175 E-177: a reason is known for whatever waits: none of the others is ever told', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  for (let i = 0; i < 4; i++) await world.submit();
  await world.settle();
  const { jobSummaryList } = await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'RUNNABLE' });
  assert.equal(jobSummaryList.length, 2);
  for (const { statusReason } of jobSummaryList)
    assert.doesNotMatch(statusReason, /SERVICE_ROLE|EC2_INSTANCE|UNDETERMINED/);
});

test('E-168: Spot gives way to work on demand: warned for two minutes, then its job has lost its host and runs again', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  await environment(world, 'spot', { type: 'SPOT', spotIamFleetRole: 'fleet', instanceTypes: ['c5.large'] });
  await queue(world, 'spot', ['spot']);
  const taken = await world.submit({ jobQueue: 'spot', retryStrategy: { attempts: 2 } });
  const once = await world.submit({ jobQueue: 'spot' });
  await world.settle();
  const [instance] = await live(world);
  const first = await world.submit();
  await world.settle();
  assert.deepEqual(
    (await live(world)).map((i) => [i.id, i.state]),
    [[instance!.id, 1]],
  );
  world.clock.advance(119_999);
  await world.settle();
  assert.equal((await world.job(taken)).status, 'RUNNING');
  assert.deepEqual(world.engine.stopped, []);
  world.clock.advance(1);
  await world.settle();
  assert.equal(world.engine.stopped.length, 2);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  world.engine.end(world.engine.orders[1]!.taskId, 137);
  await world.settle();
  const lost = `Host EC2 (instance ${instance!.id}) terminated.`;
  const again = await world.job(taken);
  assert.deepEqual(
    [again.status, again.attempts[0].statusReason, again.attempts[0].container.exitCode],
    ['RUNNABLE', lost, undefined],
  );
  const failed = await world.job(once);
  assert.deepEqual([failed.status, failed.statusReason], ['FAILED', lost]);
  assert.equal((await world.job(first)).status, 'RUNNING');
  assert.match(
    again.statusReason,
    /environment spot launches nothing while Spot capacity costs 100% of on-demand and its bid is 100%$/,
  );
  await end(world, 2);
  assert.equal((await world.job(taken)).status, 'RUNNING', 'when the work on demand is done');
});

test('E-168 E-086: Spot of a former setup gives way to work on demand too, and its environment is UPDATING till then', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  await environment(world, 'spot', {
    type: 'SPOT',
    allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED',
    instanceTypes: ['c5.large'],
  });
  await queue(world, 'spot', ['spot']);
  await world.submit({ jobQueue: 'spot' });
  await world.settle();
  const change = { computeEnvironment: 'spot', computeResources: { instanceTypes: ['m5.large'] } };
  await world.ask('updateComputeEnvironment', change);
  const first = await world.submit();
  await world.settle();
  world.clock.advance(119_999);
  await world.settle();
  assert.deepEqual(world.engine.stopped, []);
  const status = async () =>
    (await world.ask('describeComputeEnvironments', { computeEnvironments: ['spot'] })).computeEnvironments[0]
      .status;
  assert.equal(await status(), 'UPDATING');
  world.clock.advance(1);
  await world.settle();
  assert.equal(world.engine.stopped.length, 1);
  await end(world, 0);
  assert.equal((await world.job(first)).status, 'RUNNING');
  assert.equal(await status(), 'VALID');
});

test('E-168: what is warned and done before the two minutes are over just ends', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  await environment(world, 'spot', { type: 'SPOT', spotIamFleetRole: 'fleet', instanceTypes: ['c5.large'] });
  await queue(world, 'spot', ['spot']);
  const quick = await world.submit({ jobQueue: 'spot' });
  await world.settle();
  const first = await world.submit();
  await world.settle();
  await end(world, 0);
  assert.deepEqual(
    [(await world.job(quick)).status, (await world.job(first)).status],
    ['SUCCEEDED', 'RUNNING'],
  );
});

test('E-168: the warning is the instance’s status in ECS, from the first moment till it is gone', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  await environment(world, 'spot', { type: 'SPOT', spotIamFleetRole: 'fleet', instanceTypes: ['c5.large'] });
  await queue(world, 'spot', ['spot']);
  const id = await world.submit({ jobQueue: 'spot' });
  await world.settle();
  const instance = (await world.job(id)).container.containerInstanceArn;
  const cluster = instance.split('/')[1];
  const status = async () => {
    const given = { cluster, containerInstances: [instance] };
    return (await world.ask('describeContainerInstances', given)).containerInstances[0].status;
  };
  assert.equal(await status(), 'ACTIVE');
  await world.submit();
  await world.settle();
  assert.equal(await status(), 'DRAINING');
  await end(world, 0);
  assert.equal(await status(), 'INACTIVE');
});

test('E-124: a queue’s changed list applies to jobs that are not placed', async () => {
  const world = await makeWorld({ command: ['run'], pool: 8 });
  await environment(world, 'x', { maxvCpus: 2, instanceTypes: ['c5.large'] });
  await environment(world, 'y', { instanceTypes: ['m5.large'] });
  await queue(world, 'x', ['x']);
  const ids = [];
  for (let i = 0; i < 3; i++) ids.push(await world.submit({ jobQueue: 'x' }));
  await world.settle();
  await world.ask('updateJobQueue', {
    jobQueue: 'x',
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'y' }],
  });
  await world.settle();
  assert.deepEqual((await live(world)).map((i) => i.type).sort(), ['c5.large', 'm5.large']);
  assert.equal((await world.job(ids[2]!)).status, 'RUNNING');
});

test('E-134: launching takes no time: no job is held for an environment that is getting ready', async () => {
  const world = await makeWorld({ command: ['run'], pool: 4 });
  const id = await world.submit();
  await world.settle();
  assert.equal((await world.job(id)).status, 'RUNNING');
});

test('E-140: a PENDING job has no place in line, but its place is that of its submission once it is RUNNABLE', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  const first = await world.submit({ containerOverrides: { vcpus: 2 } });
  const pending = await world.submit({ dependsOn: [{ jobId: first }] });
  const later = await world.submit({ containerOverrides: { vcpus: 2 } });
  await world.settle();
  assert.match(await why(world, later), /^1st in queue q/);
  await end(world, 0);
  assert.equal((await world.job(pending)).status, 'RUNNING');
  assert.equal((await world.job(later)).status, 'RUNNABLE');
});

test('E-132: queues of equal priority take turns over many turns of the scheduler', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  await queue(world, 'other', ['e']);
  for (let i = 0; i < 3; i++) await world.submit();
  for (let i = 0; i < 3; i++) await world.submit({ jobQueue: 'other', jobName: 'o' });
  await world.settle();
  for (let i = 0; i < 5; i++) {
    world.clock.advance(1000);
    await end(world, i);
  }
  const queues = world.engine.orders.map((o) => o.jobVariables.AWS_BATCH_JQ_NAME ?? '');
  assert.deepEqual(
    queues,
    ['q', 'q', 'other', 'q', 'other', 'other'],
    'q had its second place before other came',
  );
});
