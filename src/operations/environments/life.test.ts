import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, RESOURCES, type World } from '../../../test/support/world.ts';

const described = async (world: World, name = 'e') =>
  (await world.ask('describeComputeEnvironments', { computeEnvironments: [name] })).computeEnvironments[0];

const instances = (world: World) =>
  world.service.store.read((tx) =>
    tx.all<{ id: string; type: string; state: number }>(
      'SELECT id, type, state FROM instances WHERE state < 2 ORDER BY launched_at, id',
    ),
  );

const create = (world: World, name: string, more: object = {}, resources: object = {}) =>
  world.ask('createComputeEnvironment', {
    computeEnvironmentName: name,
    type: 'MANAGED',
    computeResources: { ...RESOURCES, ...resources },
    ...more,
  });

const update = (world: World, more: object) =>
  world.ask('updateComputeEnvironment', { computeEnvironment: 'e', ...more });

test('E-010 E-077 E-135: what has nothing to wait for is done when it is answered', async () => {
  const world = await makeWorld();
  await create(world, 'x');
  assert.equal((await described(world, 'x')).status, 'VALID');
  await update(world, { state: 'DISABLED' });
  assert.equal((await described(world)).status, 'VALID');
});

test('E-011 E-079: state is the wish, status the life; both states may be updated', async () => {
  const world = await makeWorld();
  for (const state of ['DISABLED', 'DISABLED', 'ENABLED']) {
    await update(world, { state });
    const { state: now, status } = await described(world);
    assert.deepEqual([now, status], [state, 'VALID']);
  }
});

test('E-035: UNMANAGED with computeResources is taken, the block left aside', async () => {
  const world = await makeWorld();
  await create(world, 'own', { type: 'UNMANAGED', serviceRole: 'r' });
  assert.equal((await described(world, 'own')).computeResources, undefined);
});

const FAULTS: readonly (readonly [string, object, object, RegExp])[] = [
  [
    'E-065 E-066',
    { serviceRole: 'arn:aws:iam::012345678910:user/bob' },
    {},
    /^CLIENT_ERROR - Not authorized to perform sts:AssumeRole \(Service: AWSSecurityTokenService; Status Code: 403; Error Code: AccessDenied; Request ID: [0-9a-f-]{36}\)$/,
  ],
  [
    'E-065 E-067',
    {},
    { type: 'SPOT', spotIamFleetRole: 'arn:aws:s3:::bucket' },
    /^CLIENT_ERROR - Parameter: SpotFleetRequestConfig.IamFleetRole is invalid. \(.*Request ID: [0-9a-f-]{36}\) {2}Parameter: SpotFleetRequestConfig.IamFleetRole is invalid$/,
  ],
  [
    'E-065 E-068',
    {},
    { instanceRole: 'arn:aws:iam::012345678910:user/bob' },
    /^CLIENT_ERROR - Instance profile arn:aws:iam::012345678910:user\/bob does not exist$/,
  ],
];

for (const [rules, more, resources, text] of FAULTS) {
  test(`${rules}: a setup that is known to fail is taken and INVALID: ${String(text).slice(0, 60)}`, async () => {
    const world = await makeWorld();
    await create(world, 'x', more, resources);
    const { status, statusReason } = await described(world, 'x');
    assert.equal(status, 'INVALID');
    assert.match(statusReason, text);
    const order = {
      jobQueueName: 'y',
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'x' }],
    };
    assert.match((await world.refused('createJobQueue', order)).message, /created and valid/);
  });
}

test('E-069 E-070 E-071: what only the cloud could find wrong is not found wrong here', async () => {
  const world = await makeWorld();
  await create(world, 'x', { serviceRole: 'arn:aws:iam::999999999999:role/without-permissions' });
  assert.equal((await described(world, 'x')).status, 'VALID');
});

test('E-073: an INVALID environment runs no jobs; an update with what is right repairs it', async () => {
  const world = await makeWorld({ command: ['run'] });
  await create(world, 'x', { serviceRole: 'good' });
  await world.ask('createJobQueue', {
    jobQueueName: 'qx',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'x' }],
  });
  const setRole = (serviceRole: string) =>
    world.ask('updateComputeEnvironment', { computeEnvironment: 'x', serviceRole });
  await setRole('arn:aws:iam::012345678910:user/bob');
  assert.equal((await described(world, 'x')).status, 'INVALID');
  const id = await world.submit({ jobQueue: 'qx' });
  await world.settle();
  assert.match(
    (await world.job(id)).statusReason,
    /^ACTION_REQUIRED - CE\(s\) associated with the job queue are invalid\. /,
    'E-176',
  );
  await setRole('arn:aws:iam::012345678910:role/good');
  await world.settle();
  const { status, statusReason } = await described(world, 'x');
  assert.deepEqual([status, statusReason], ['VALID', 'ComputeEnvironment Healthy']);
  assert.equal((await world.job(id)).status, 'RUNNING');
});

test('E-085: what cannot be changed stays: the name, the kind, the fleet role', async () => {
  const world = await makeWorld();
  await create(world, 'x', {}, { type: 'SPOT', spotIamFleetRole: 'fleet' });
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: 'x',
    type: 'UNMANAGED',
    computeEnvironmentName: 'y',
    computeResources: { maxvCpus: 8 },
  });
  const { type, computeResources } = await described(world, 'x');
  assert.deepEqual(
    [type, computeResources.spotIamFleetRole, computeResources.maxvCpus],
    ['MANAGED', 'fleet', 8],
  );
});

for (const [name, more, text] of [
  ['own', { computeResources: { maxvCpus: 8 } }, 'computeResources is not applicable for unmanaged'],
  ['own', { computeResources: {} }, 'computeResources is not applicable for unmanaged'],
  ['e', { unmanagedvCpus: 7 }, 'unmanagedvCpus is not applicable for managed'],
] as const) {
  test(`E-036 E-085: an update of ${name} to ${JSON.stringify(more)} is refused, for its kind has none`, async () => {
    const world = await makeWorld();
    await create(world, 'own', { type: 'UNMANAGED', serviceRole: 'r' });
    const before = await described(world, name);
    const change = { computeEnvironment: name, state: 'DISABLED', ...more };
    const { status, message } = await world.refused('updateComputeEnvironment', change);
    assert.deepEqual([status, message], [400, `${text} Compute Environments`]);
    assert.deepEqual(await described(world, name), before);
  });
}

const LINKED = 'arn:aws:iam::012345678910:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch';

for (const [kind, more, roles, text] of [
  ['MANAGED', {}, ['role'], /^serviceRole cannot be changed from a service-linked role to another/],
  ['MANAGED', { serviceRole: 'role' }, [LINKED], /^serviceRole cannot be changed from a service-linked/],
  ['MANAGED', { serviceRole: 'arn:aws:s3:::b' }, [LINKED], /^serviceRole cannot be changed/],
  ['UNMANAGED', { serviceRole: 'role' }, [LINKED], /^Service Linked Role cannot be used with UNMANAGED/],
] as const) {
  test(`E-032 E-085: ${kind} with ${Object.values(more)[0] ?? 'the service-linked role'} is not updated to ${roles[0]}`, async () => {
    const world = await makeWorld();
    await create(world, 'x', { type: kind, ...more });
    const before = await described(world, 'x');
    const change = { computeEnvironment: 'x', state: 'DISABLED', serviceRole: roles[0] };
    assert.match((await world.refused('updateComputeEnvironment', change)).message, text);
    assert.deepEqual(await described(world, 'x'), before);
  });
}

test('E-031 E-085: an update may name the service-linked role that an environment has, and another role for another', async () => {
  const world = await makeWorld();
  await update(world, { serviceRole: LINKED });
  assert.equal((await described(world)).serviceRole, LINKED);
  await create(world, 'own', { type: 'UNMANAGED', serviceRole: 'r' });
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'own', serviceRole: 's' });
  assert.match((await described(world, 'own')).serviceRole, /:role\/s$/);
});

const FARGATE = { type: 'FARGATE', maxvCpus: 4, subnets: ['s'], securityGroupIds: ['g'] };
const RENEWABLE = { ...RESOURCES, allocationStrategy: 'BEST_FIT_PROGRESSIVE' };

for (const [made, given] of [
  [FARGATE, { type: 'EC2', instanceTypes: ['c5.large'], instanceRole: 'ecsInstanceRole', minvCpus: 0 }],
  [FARGATE, { type: 'SPOT', instanceTypes: ['c5'], instanceRole: 'r', spotIamFleetRole: 'fleet' }],
  [RENEWABLE, { type: 'FARGATE' }],
  [RENEWABLE, { type: 'FARGATE_SPOT', allocationStrategy: '', instanceTypes: [], instanceRole: '' }],
] as const) {
  test(`E-085: ${made.type} is not updated to ${given.type}`, async () => {
    const world = await makeWorld();
    await create(world, 'x', { computeResources: made });
    const before = await described(world, 'x');
    const change = { computeEnvironment: 'x', computeResources: given };
    const { message } = await world.refused('updateComputeEnvironment', change);
    assert.equal(message, `computeResources.type cannot be changed from ${made.type} to ${given.type}.`);
    assert.deepEqual(await described(world, 'x'), before);
  });
}

test('E-085 E-086: FARGATE may become FARGATE_SPOT, EC2 may become SPOT, and a type may be said that is there', async () => {
  const world = await makeWorld();
  await create(world, 'f', { computeResources: FARGATE });
  await create(world, 'r', { computeResources: RENEWABLE });
  for (const [name, type] of [
    ['f', 'FARGATE'],
    ['f', 'FARGATE_SPOT'],
    ['r', 'EC2'],
    ['r', 'SPOT'],
  ] as const) {
    await world.ask('updateComputeEnvironment', { computeEnvironment: name, computeResources: { type } });
    assert.equal((await described(world, name)).computeResources.type, type);
  }
});

test('E-089: empty subnets and securityGroupIds of a FARGATE environment are ignored', async () => {
  const world = await makeWorld();
  await create(world, 'f', { computeResources: FARGATE });
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: 'f',
    computeResources: { subnets: [], securityGroupIds: [], maxvCpus: 2 },
  });
  const { subnets, securityGroupIds, maxvCpus } = (await described(world, 'f')).computeResources;
  assert.deepEqual([subnets, securityGroupIds, maxvCpus], [['s'], ['g'], 2]);
});

test('E-101: the unmanagedvCpus of an UNMANAGED environment may be changed', async () => {
  const world = await makeWorld();
  await create(world, 'own', { type: 'UNMANAGED', serviceRole: 'r' });
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'own', unmanagedvCpus: 7 });
  assert.equal((await described(world, 'own')).unmanagedvCpus, 7);
});

test('E-090 E-155: DISABLED places nothing, lets jobs go on, and falls to its minimum when idle; ENABLED resumes', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit();
  await world.settle();
  await update(world, { state: 'DISABLED', computeResources: { minvCpus: 1 } });
  const later = await world.submit();
  await world.settle();
  assert.deepEqual([(await world.job(id)).status, (await world.job(later)).status], ['RUNNING', 'RUNNABLE']);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  world.clock.advance(30_000);
  await world.settle();
  assert.equal((await instances(world)).length, 1, 'its minimum stays');
  await update(world, { computeResources: { minvCpus: 0 } });
  await world.settle();
  assert.equal((await instances(world)).length, 0);
  await update(world, { state: 'ENABLED' });
  await world.settle();
  assert.equal((await world.job(later)).status, 'RUNNING');
});

const detach = async (world: World) => {
  await update(world, { state: 'DISABLED' });
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED', computeEnvironmentOrder: [] });
};

test('E-096: an INVALID environment may be deleted', async () => {
  const world = await makeWorld();
  await create(world, 'x', { serviceRole: 'arn:aws:s3:::b', state: 'DISABLED' });
  await world.ask('deleteComputeEnvironment', { computeEnvironment: 'x' });
  assert.equal(await described(world, 'x'), undefined);
});

test('E-097 E-076: its instances end with it; jobs that still run end as their host does, and it is DELETING till then', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit();
  await world.settle();
  await detach(world);
  await world.ask('deleteComputeEnvironment', { computeEnvironment: 'e' });
  const { status, state } = await described(world);
  assert.deepEqual([status, state], ['DELETING', 'DISABLED']);
  await world.settle();
  assert.equal(world.engine.stopped.length, 1);
  world.engine.end(world.engine.orders[0]!.taskId, 137);
  await world.settle();
  assert.equal(await described(world), undefined);
  assert.deepEqual(await instances(world), []);
  assert.match((await world.job(id)).statusReason, /^Host EC2 \(instance i-[0-9a-f]{17}\) terminated\.$/);
});

test('E-100 E-149: desiredvCpus is what is wanted now, between the minimum and the maximum as they were set', async () => {
  const world = await makeWorld({ command: ['run'], pool: 8 });
  await update(world, { computeResources: { maxvCpus: 6 } });
  const shown = async () => {
    const { minvCpus, maxvCpus, desiredvCpus } = (await described(world)).computeResources;
    return [minvCpus, desiredvCpus, maxvCpus];
  };
  assert.deepEqual(await shown(), [0, 0, 6]);
  for (let i = 0; i < 9; i++) await world.submit();
  await world.settle();
  assert.deepEqual(await shown(), [0, 6, 6]);
  for (const { taskId } of [...world.engine.orders]) world.engine.end(taskId, 0);
  await world.settle();
  for (const { taskId } of world.engine.orders.slice(6)) world.engine.end(taskId, 0);
  await world.settle();
  assert.deepEqual(await shown(), [0, 0, 6]);
});

test('E-156 S-040: a desired number beyond the pool is echoed as sent, VALID, and says so; within it, it is there at once', async () => {
  const world = await makeWorld({ pool: 2 });
  await create(world, 'x', {}, { desiredvCpus: 48, maxvCpus: 128 });
  await world.settle();
  const beyond = await described(world, 'x');
  assert.equal(beyond.computeResources.desiredvCpus, 48);
  assert.deepEqual([beyond.status, beyond.statusReason], ['VALID', 'wants 48 vCPUs, the pool has 2']);
  const roomy = await makeWorld({ pool: 64 });
  await create(roomy, 'x', {}, { desiredvCpus: 48, maxvCpus: 128, instanceTypes: ['c5.4xlarge'] });
  await roomy.settle();
  assert.equal((await instances(roomy)).length, 3);
  assert.equal((await described(roomy, 'x')).statusReason, 'ComputeEnvironment Healthy');
  roomy.clock.advance(30_000);
  await roomy.settle();
  assert.equal((await instances(roomy)).length, 0, 'they fall back when idle');
  assert.equal((await described(roomy, 'x')).computeResources.desiredvCpus, 0);
});

test('E-156 E-080: a wish that the pool cannot grant is over once it had what there was; a new one counts anew', async () => {
  const world = await makeWorld({ pool: 4 });
  await create(world, 'x', {}, { desiredvCpus: 48, maxvCpus: 128 });
  await world.settle();
  assert.equal((await instances(world)).length, 2);
  world.clock.advance(30_000);
  await world.settle();
  assert.equal((await instances(world)).length, 0, 'nothing is kept or launched again');
  assert.equal((await described(world, 'x')).statusReason, 'wants 48 vCPUs, the pool has 4');
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: 'x',
    computeResources: { desiredvCpus: 50 },
  });
  await world.settle();
  assert.equal((await instances(world)).length, 2);
  assert.equal((await described(world, 'x')).computeResources.desiredvCpus, 50);
});

test('E-156 E-149: what waits is part of what was wished for, and adds to it only beyond', async () => {
  const world = await makeWorld({ pool: 4, command: ['run'] });
  await create(world, 'x', {}, { desiredvCpus: 48, maxvCpus: 128 });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'x' }];
  await world.ask('createJobQueue', { jobQueueName: 'qx', priority: 1, computeEnvironmentOrder });
  const submit = (size: number) => world.submit({ jobQueue: 'qx', arrayProperties: { size } });
  await submit(30);
  await world.settle();
  assert.equal((await described(world, 'x')).statusReason, 'wants 48 vCPUs, the pool has 4');
  await submit(40);
  await world.settle();
  assert.equal((await described(world, 'x')).statusReason, 'wants 70 vCPUs, the pool has 4');
});

test('E-154: a minimum beyond the pool is kept as far as it goes, and said', async () => {
  const world = await makeWorld({ pool: 4 });
  await create(world, 'x', {}, { minvCpus: 16 });
  await world.settle();
  assert.equal((await described(world, 'x')).statusReason, 'wants 16 vCPUs, the pool has 4');
  assert.equal((await instances(world)).length, 2);
});

test('an environment none of whose types fits the pool says so from the first', async () => {
  const world = await makeWorld({ memoryMiB: 8_000 });
  await create(world, 'x', {}, { instanceTypes: ['p2'] });
  assert.match(
    (await described(world, 'x')).statusReason,
    /^no instance type of it fits the pool, which has 4 vCPUs, 8000 MiB and 0 GPUs$/,
  );
});

test('an environment of types with GPUs is healthy where the engine has them carved without', async () => {
  const world = await makeWorld();
  await create(world, 'x', {}, { instanceTypes: ['g4dn.xlarge'], minvCpus: 4 });
  const { statusReason } = await described(world, 'x');
  assert.equal(
    statusReason,
    'no instance type of it fits the pool, which has 4 vCPUs, 1000000 MiB and 0 GPUs',
  );
  (world.engine as { hasNoGpus?: boolean }).hasNoGpus = true;
  await world.service.store.write(async (tx) => world.service.catalog.forget(tx));
  await world.settle();
  assert.equal((await described(world, 'x')).statusReason, 'ComputeEnvironment Healthy');
  assert.deepEqual(
    (await instances(world)).map(({ type }) => type),
    ['g4dn.xlarge'],
  );
});

test('E-154: a minimum that others leave no room for says what it has and what is free, until it is met', async () => {
  const world = await makeWorld({ pool: 4, command: ['run'] });
  await world.submit({ containerOverrides: { vcpus: 4 } });
  await world.settle();
  await create(world, 'x', {}, { minvCpus: 4 });
  await world.settle();
  const reason = async () => (await described(world, 'x')).statusReason;
  assert.match(await reason(), /^wants 4 vCPUs, has 0: the pool has 0 vCPUs and \S+ .iB free$/);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'x', state: 'DISABLED' });
  assert.equal(await reason(), 'ComputeEnvironment Healthy', 'one that is switched off keeps no minimum');
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'x', state: 'ENABLED' });
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal(await reason(), 'ComputeEnvironment Healthy');
});
