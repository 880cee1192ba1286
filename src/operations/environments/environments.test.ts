import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, RESOURCES, type World } from '../../../test/support/world.ts';

const BASE = { computeEnvironmentName: 'x', type: 'MANAGED', computeResources: RESOURCES };
const ROLE = 'arn:aws:iam::012345678910:role/AWSBatchServiceRole';
const LINKED = 'arn:aws:iam::012345678910:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch';

const create = (world: World, more: object = {}) =>
  world.ask('createComputeEnvironment', { ...BASE, ...more });
const described = async (world: World, name = 'x') =>
  (await world.ask('describeComputeEnvironments', { computeEnvironments: [name] })).computeEnvironments[0];

/** What a create is refused with; members of computeResources, or of the request. */
const REFUSED: readonly (readonly [
  string,
  Record<string, unknown>,
  Record<string, unknown>,
  string | RegExp,
])[] = [
  [
    'S-024 E-002',
    {},
    { computeEnvironmentName: 'a b' },
    'Compute Environment name should match a valid pattern.',
  ],
  [
    'S-024 J-330',
    {},
    { computeEnvironmentName: 'a'.repeat(129) },
    'Compute Environment name should match a valid pattern.',
  ],
  [
    'E-001',
    {},
    { computeEnvironmentName: undefined },
    'Compute Environment name should match a valid pattern.',
  ],
  [
    'S-026 E-029',
    {},
    { computeResources: undefined },
    'computeResources must be provided for a MANAGED compute environment',
  ],
  ['E-018', { minvCpus: -1 }, {}, 'minvCpus should be greater than or equal to 0.'],
  ['E-020', { minvCpus: 300 }, {}, 'maxvCpus should be greater than or equal to minvCpus.'],
  ['E-021', { desiredvCpus: 300 }, {}, 'desiredvCpus should be between minvCpus and maxvCpus.'],
  ['S-238', { maxvCpus: undefined }, {}, 'Resource maxvCpus is required.'],
  ['S-235 E-023', { instanceTypes: [] }, {}, 'Resource instanceTypes are required.'],
  ['S-234 E-024', { instanceRole: undefined }, {}, 'Instance role is required.'],
  ['S-240 E-025', { securityGroupIds: undefined }, {}, 'Security group ids are required.'],
  ['S-242', { subnets: undefined }, {}, 'Subnets are required.'],
  ['E-027 S-230', { bidPercentage: 101 }, {}, 'Bid percentage must be between 0 to 100.'],
  ['E-028 S-241', { type: 'SPOT' }, {}, 'compute resource spotIamFleetRole is required.'],
  ['E-030 S-027', {}, { type: 'UNMANAGED', computeResources: undefined }, 'ServiceRole is required.'],
  [
    'E-032',
    {},
    { type: 'UNMANAGED', computeResources: undefined, serviceRole: LINKED },
    'Service Linked Role cannot be used with UNMANAGED Compute Environment',
  ],
  ['E-036', {}, { unmanagedvCpus: 4 }, 'unmanagedvCpus is not applicable for managed Compute Environments'],
  ['E-038', { type: 'FARGATE' }, {}, 'instanceRole is not applicable for Fargate.'],
  [
    'E-039',
    {},
    { type: 'UNMANAGED', computeResources: { type: 'FARGATE' } },
    'Cannot create an UNMANAGED Fargate Compute Environment.',
  ],
  [
    'E-040',
    { allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED' },
    {},
    'Allocation strategy SPOT_CAPACITY_OPTIMIZED requires compute resource type SPOT.',
  ],
  [
    'E-041',
    { launchTemplate: {} },
    {},
    'One of LaunchTemplateId and LaunchTemplateName or LaunchTemplate.overrides should be provided',
  ],
  [
    'E-041',
    { launchTemplate: { launchTemplateId: 'lt-1', version: 'x' } },
    {},
    'LaunchTemplateVersion must be either empty or a number or $Default or $Latest',
  ],
  [
    'E-043',
    { ec2Configuration: [{ imageType: 'X' }] },
    {},
    'Invalid imageType in ComputeResources.ec2Configuration',
  ],
  [
    'E-044',
    { scalingPolicy: { minScaleDownDelayMinutes: 19 } },
    {},
    /minScaleDownDelayMinutes must be 0 or between 20/,
  ],
  [
    'E-047',
    { instanceTypes: ['c5', 'c6g'] },
    {},
    'arm-based instance type cannot be used with other instance types.',
  ],
  ['E-056', { instanceTypes: ['c5.*'] }, {}, 'Instance type c5.* does not exist'],
  ['E-057', { instanceTypes: ['c5', 'zz.large'] }, {}, 'Instance type zz.large does not exist'],
];

for (const [at, [rules, resources, request, text]] of REFUSED.entries()) {
  test(`S-038 ${rules}: creating an environment is refused, case ${at + 1}: ${String(text).slice(0, 60)}`, async () => {
    const world = await makeWorld();
    const computeResources = { ...RESOURCES, ...resources };
    const input = JSON.parse(JSON.stringify({ ...BASE, computeResources, ...request }));
    const refusal = await world.refused('createComputeEnvironment', input);
    if (typeof text === 'string') assert.equal(refusal.message, text);
    else assert.match(refusal.message, text);
    assert.deepEqual([refusal.type, refusal.status], ['ClientException', 400]);
    assert.equal(await described(world), undefined);
  });
}

test('S-036 S-037 E-004: the answer of a create', async () => {
  const world = await makeWorld();
  assert.deepEqual(await create(world), {
    computeEnvironmentName: 'x',
    computeEnvironmentArn: 'arn:aws:batch:us-east-1:012345678910:compute-environment/x',
  });
});

test('E-064 E-014 E-022: a new environment is VALID and healthy from its answer on (CREATING is never seen), ENABLED, and wants its minimum', async () => {
  const world = await makeWorld();
  await create(world, { computeResources: { ...RESOURCES, minvCpus: 2 } });
  const environment = await described(world);
  assert.equal(environment.status, 'VALID');
  assert.equal(environment.statusReason, 'ComputeEnvironment Healthy');
  assert.equal(environment.state, 'ENABLED');
  assert.equal(environment.computeResources.desiredvCpus, 2);
});

test('E-016 E-017: members never set are left out, empty tags are shown', async () => {
  const world = await makeWorld();
  await create(world);
  const environment = await described(world);
  assert.ok(!('allocationStrategy' in environment.computeResources));
  assert.deepEqual(environment.tags, {});
  assert.deepEqual(environment.computeResources.tags, {});
});

test('S-030 E-015: DISABLED at create is taken', async () => {
  const world = await makeWorld();
  await create(world, { state: 'DISABLED' });
  assert.equal((await described(world)).state, 'DISABLED');
});

for (const [rules, given, shown] of [
  ['E-031', '', LINKED],
  ['E-031', undefined, LINKED],
  ['S-029 E-033', 'role-name', 'arn:aws:iam::012345678910:role/role-name'],
  ['S-028 E-033', '/path/role-name', 'arn:aws:iam::012345678910:role/path/role-name'],
  ['S-027', ROLE, ROLE],
] as const) {
  test(`${rules}: service role ${given} is shown as ${shown}`, async () => {
    const world = await makeWorld();
    await create(world, given === undefined ? {} : { serviceRole: given });
    assert.equal((await described(world)).serviceRole, shown);
  });
}

test('E-026 E-019: instanceRole is echoed as sent; no minvCpus is 0', async () => {
  const world = await makeWorld();
  const { minvCpus, ...resources } = RESOURCES;
  await create(world, { computeResources: resources });
  const { computeResources } = await described(world);
  assert.equal(computeResources.instanceRole, 'ecsInstanceRole');
  assert.equal(computeResources.minvCpus, minvCpus);
});

test('E-034 S-035 E-157: an UNMANAGED environment has a cluster and no resources', async () => {
  const world = await makeWorld();
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'x',
    type: 'UNMANAGED',
    serviceRole: ROLE,
  });
  const environment = await described(world);
  assert.match(environment.ecsClusterArn, /:cluster\/x_Batch_/);
  assert.equal(environment.computeResources, undefined);
});

test('E-035: an UNMANAGED environment may be sent computeResources, which count for nothing', async () => {
  const world = await makeWorld();
  await create(world, {
    type: 'UNMANAGED',
    serviceRole: ROLE,
    computeResources: { ...RESOURCES, maxvCpus: 1 },
  });
  assert.equal('computeResources' in (await described(world)), false);
});

test('E-010 E-011 E-079: an update is in force when answered, of an environment in either state', async () => {
  const world = await makeWorld();
  await create(world);
  for (const state of ['DISABLED', 'DISABLED', 'ENABLED']) {
    await world.ask('updateComputeEnvironment', { computeEnvironment: 'x', state });
    const environment = await described(world);
    assert.deepEqual([environment.state, environment.status], [state, 'VALID']);
  }
});

test('E-074 E-075: the cluster’s id and the environment’s own look name-based and differ', async () => {
  const world = await makeWorld();
  await create(world);
  const { ecsClusterArn, uuid } = await described(world);
  assert.match(ecsClusterArn, /_Batch_[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f]{3}-/);
  assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f]{3}-/);
  assert.ok(!ecsClusterArn.includes(uuid));
});

test('E-037 E-003: a name that is there already is refused, of another case it is another', async () => {
  const world = await makeWorld();
  await create(world);
  assert.match((await world.refused('createComputeEnvironment', BASE)).message, /already exists/);
  await create(world, { computeEnvironmentName: 'X' });
});

test('E-204 E-205: the 51st environment is refused', async () => {
  const world = await makeWorld();
  for (let i = 1; i < 50; i++) await create(world, { computeEnvironmentName: `n${i}` });
  assert.match((await world.refused('createComputeEnvironment', BASE)).message, /maximum of 50/);
});

test('E-053 E-055 S-236: families, sizes and optimal', async () => {
  const world = await makeWorld();
  const instanceTypes = ['optimal', 'p2', 'c4.8xlarge', 'm3', 'x1', 'f1'];
  await create(world, { computeResources: { ...RESOURCES, instanceTypes } });
  assert.deepEqual((await described(world)).computeResources.instanceTypes, instanceTypes);
});

test('E-078 S-184: only what is given changes', async () => {
  const world = await makeWorld();
  await create(world);
  const before = await described(world);
  assert.deepEqual(
    await world.ask('updateComputeEnvironment', { computeEnvironment: 'x', state: 'DISABLED' }),
    {
      computeEnvironmentName: 'x',
      computeEnvironmentArn: before.computeEnvironmentArn,
    },
  );
  assert.deepEqual(await described(world), { ...before, state: 'DISABLED' });
});

test('S-246 S-247 E-083: min and max change; a minimum above what is wanted raises it', async () => {
  const world = await makeWorld();
  await create(world);
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: 'x',
    computeResources: { minvCpus: 8, maxvCpus: 16 },
  });
  const { computeResources } = await described(world);
  assert.deepEqual(
    [computeResources.minvCpus, computeResources.maxvCpus, computeResources.desiredvCpus],
    [8, 16, 8],
  );
});

for (const [rules, computeResources, text] of [
  [
    'E-080 S-245',
    { desiredvCpus: 1 },
    'Manually scaling down compute environment is not supported.  Disconnecting job queues from compute environment will cause it to scale-down to minvCpus.',
  ],
  ['E-081', { desiredvCpus: 999 }, 'desiredvCpus should be between minvCpus and maxvCpus.'],
  ['E-082', {}, 'At least one compute-resources attribute must be specified'],
  ['E-084', { maxvCpus: 2 }, 'maxvCpus 2 is below the current desiredvCpus 4.'],
  ['E-087 E-086', { subnets: ['s'] }, /^Following fields \[subnets\] can be updated only for Non-fargate/],
] as const) {
  test(`${rules}: an update of ${JSON.stringify(computeResources)} is refused`, async () => {
    const world = await makeWorld();
    await create(world, { computeResources: { ...RESOURCES, desiredvCpus: 4 } });
    const refusal = await world.refused('updateComputeEnvironment', {
      computeEnvironment: 'x',
      computeResources,
    });
    if (typeof text === 'string') assert.equal(refusal.message, text);
    else assert.match(refusal.message, text);
  });
}

test('E-008 S-190: an unknown environment is named by its ARN', async () => {
  const world = await makeWorld();
  const refusal = await world.refused('updateComputeEnvironment', {
    computeEnvironment: 'nobody',
    state: 'DISABLED',
  });
  assert.equal(
    refusal.message,
    'arn:aws:batch:us-east-1:012345678910:compute-environment/nobody does not exist',
  );
});

test('E-091 S-060 E-093: an ENABLED environment is not deleted', async () => {
  const world = await makeWorld();
  const refusal = await world.refused('deleteComputeEnvironment', { computeEnvironment: 'e' });
  assert.equal(refusal.message, 'Cannot delete, state must be set to DISABLED');
});

test('S-061 E-094: nor one that a queue refers to', async () => {
  const world = await makeWorld();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  const refusal = await world.refused('deleteComputeEnvironment', { computeEnvironment: 'e' });
  assert.equal(refusal.message, 'Cannot delete, found existing JobQueue relationship');
});

test('S-062 E-076 E-092: once deleted it is not described, its name is free, and a second delete answers', async () => {
  const world = await makeWorld();
  await create(world, { state: 'DISABLED' });
  assert.deepEqual(await world.ask('deleteComputeEnvironment', { computeEnvironment: 'x' }), {});
  assert.equal(await described(world), undefined);
  assert.deepEqual(await world.ask('deleteComputeEnvironment', { computeEnvironment: 'x' }), {});
  await create(world);
});

test('E-007 E-009 E-098: by name or ARN; unknown ones and those of other accounts are left out', async () => {
  const world = await makeWorld();
  const count = async (name: string) =>
    (await world.ask('describeComputeEnvironments', { computeEnvironments: [name] })).computeEnvironments
      .length;
  assert.equal(await count('e'), 1);
  assert.equal(await count('arn:aws:batch:us-east-1:012345678910:compute-environment/e'), 1);
  assert.equal(await count('arn:aws:batch:eu-west-1:012345678910:compute-environment/e'), 0);
  assert.equal(await count('nobody'), 0);
});

test('E-099 W-072 S-084: a list goes without maxResults and has at most 100', async () => {
  const world = await makeWorld();
  const refusal = await world.refused('describeComputeEnvironments', {
    computeEnvironments: ['e'],
    maxResults: 1,
  });
  assert.equal(refusal.message, 'ComputeEnvironments and MaxResults cannot both be set');
  const many = Array.from({ length: 101 }, (_, i) => `n${i}`);
  assert.match(
    (await world.refused('describeComputeEnvironments', { computeEnvironments: many })).message,
    /supported is {2}100/,
  );
});

test('S-085 S-087 W-076: pages in the order of creation, each once', async () => {
  const world = await makeWorld();
  for (const name of ['b', 'a', 'c']) await create(world, { computeEnvironmentName: name });
  const seen: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await world.ask('describeComputeEnvironments', { maxResults: 2, nextToken });
    seen.push(
      ...page.computeEnvironments.map((e: { computeEnvironmentName: string }) => e.computeEnvironmentName),
    );
    nextToken = page.nextToken;
  } while (nextToken);
  assert.deepEqual(seen, ['e', 'b', 'a', 'c']);
  for (const maxResults of [0, -1, 101]) {
    const refusal = await world.refused('describeComputeEnvironments', { maxResults });
    assert.equal(refusal.message, 'maxResults must be between 1 and 100.', 'W-070');
  }
});

test('Terraform’s life of an environment and a queue, with its polling', async () => {
  const world = await makeWorld();
  await create(world, { serviceRole: '', tags: {} });
  assert.equal((await described(world)).status, 'VALID');
  const order = [
    { order: 0, computeEnvironment: 'arn:aws:batch:us-east-1:012345678910:compute-environment/x' },
  ];
  await world.ask('createJobQueue', {
    jobQueueName: 'tq',
    priority: 1,
    state: 'ENABLED',
    computeEnvironmentOrder: order,
    tags: {},
  });
  const queue = async () => (await world.ask('describeJobQueues', { jobQueues: ['tq'] })).jobQueues[0];
  assert.deepEqual((await queue()).computeEnvironmentOrder, order);
  await world.ask('updateJobQueue', { jobQueue: 'tq', priority: 7 });
  assert.equal((await queue()).priority, 7);
  await world.ask('updateJobQueue', { jobQueue: 'tq', state: 'DISABLED' });
  assert.equal((await queue()).status, 'VALID');
  await world.ask('deleteJobQueue', { jobQueue: 'tq' });
  assert.equal(await queue(), undefined);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'x', state: 'DISABLED' });
  await world.ask('deleteComputeEnvironment', { computeEnvironment: 'x' });
  assert.equal(await described(world), undefined);
});
