import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, RESOURCES, type World } from '../../../test/support/world.ts';

/* Members of environments that came after the first reference: what is shown when nobody set them, and unsetting them. */

const create = async (world: World, resources: object = {}, more: object = {}) => {
  const computeResources = { ...RESOURCES, allocationStrategy: 'BEST_FIT_PROGRESSIVE', ...resources };
  const given = { computeEnvironmentName: 'x', type: 'MANAGED', computeResources, ...more };
  await world.ask('createComputeEnvironment', given);
  return described(world);
};

const update = async (world: World, more: object) => {
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'x', ...more });
  return described(world);
};

const described = async (world: World) =>
  (await world.ask('describeComputeEnvironments', { computeEnvironments: ['x'] })).computeEnvironments[0];

test('E-048: an update policy is shown once it was set, with false and 30 for what was not said', async () => {
  const world = await makeWorld();
  assert.equal(
    'updatePolicy' in (await create(world, {}, { updatePolicy: { terminateJobsOnUpdate: true } })),
    false,
  );
  const steps = [
    [{}, false, 30],
    [{ terminateJobsOnUpdate: true }, true, 30],
    [{ jobExecutionTimeoutMinutes: 5 }, true, 5],
  ] as const;
  for (const [updatePolicy, terminateJobsOnUpdate, jobExecutionTimeoutMinutes] of steps) {
    const { updatePolicy: shown } = await update(world, { updatePolicy });
    assert.deepEqual(shown, { terminateJobsOnUpdate, jobExecutionTimeoutMinutes });
  }
});

for (const [given, shown] of [
  [{}, { imageType: 'ECS_AL2023' }],
  [{ instanceTypes: ['p3', 'g4dn.xlarge'] }, { imageType: 'ECS_AL2023_NVIDIA' }],
  [{ instanceTypes: ['p3', 'c5'] }, { imageType: 'ECS_AL2023' }],
  [{ type: 'SPOT' }, { imageType: 'ECS_AL2023' }],
  [{ instanceTypes: ['p3.2xlarge'] }, { imageType: 'ECS_AL2023_NVIDIA' }],
  [{ ec2Configuration: [{ imageType: 'ECS_AL2' }] }, { imageType: 'ECS_AL2' }],
] as const) {
  test(`E-050 T-383: the image of ${JSON.stringify(given)} is shown as ${shown.imageType}, the latest`, async () => {
    assert.deepEqual((await create(await makeWorld(), given)).computeResources.ec2Configuration, [
      { ...shown, batchImageStatus: 'LATEST' },
    ]);
  });
}

test('T-383: of an image that somebody names it is not said that it is the latest', async () => {
  const ec2Configuration = [{ imageType: 'ECS_AL2023', imageIdOverride: 'ami-1' }];
  const { computeResources } = await create(await makeWorld(), { ec2Configuration });
  assert.deepEqual(computeResources.ec2Configuration, ec2Configuration);
});

test('T-392: a policy gives jobs up to 7,200 minutes, five days', async () => {
  const world = await makeWorld();
  await create(world, {});
  const { updatePolicy } = await update(world, { updatePolicy: { jobExecutionTimeoutMinutes: 7200 } });
  assert.equal(updatePolicy.jobExecutionTimeoutMinutes, 7200);
  for (const minutes of [0, 7201]) {
    const refusal = await world.refused('updateComputeEnvironment', {
      computeEnvironment: 'x',
      updatePolicy: { jobExecutionTimeoutMinutes: minutes },
    });
    assert.equal(refusal.message, `jobExecutionTimeoutMinutes must be between 1 and 7200, got ${minutes}.`);
  }
});

test('T-393: updateToLatestImageVersion is taken and not shown', async () => {
  const world = await makeWorld();
  await create(world, { allocationStrategy: 'BEST_FIT_PROGRESSIVE' });
  const { computeResources } = await update(world, {
    computeResources: { updateToLatestImageVersion: true },
  });
  assert.equal('updateToLatestImageVersion' in computeResources, false);
});

test('T-394: EC2 and SPOT are exchanged, and nothing else becomes what it is not', async () => {
  const world = await makeWorld();
  await create(world, { allocationStrategy: 'BEST_FIT_PROGRESSIVE' });
  assert.equal((await update(world, { computeResources: { type: 'SPOT' } })).computeResources.type, 'SPOT');
  for (const [type, text] of [
    ['FARGATE', 'computeResources.type cannot be changed from SPOT to FARGATE.'],
    ['FARGATE_SPOT', 'computeResources.type cannot be changed from SPOT to FARGATE_SPOT.'],
    [
      'ECS_MANAGED_INSTANCES',
      'computeResources.type ECS_MANAGED_INSTANCES is not supported by Longshore yet.',
    ],
  ] as const) {
    const refusal = await world.refused('updateComputeEnvironment', {
      computeEnvironment: 'x',
      computeResources: { type },
    });
    assert.equal(refusal.message, text);
  }
});

test('T-394: FARGATE and FARGATE_SPOT are exchanged, and do not become EC2', async () => {
  const { subnets, securityGroupIds } = RESOURCES;
  const world = await makeWorld();
  await create(world, {}, { computeResources: { type: 'FARGATE', maxvCpus: 4, subnets, securityGroupIds } });
  for (const type of ['FARGATE_SPOT', 'FARGATE'])
    assert.equal((await update(world, { computeResources: { type } })).computeResources.type, type);
  const refusal = await world.refused('updateComputeEnvironment', {
    computeEnvironment: 'x',
    computeResources: { type: 'EC2' },
  });
  assert.equal(refusal.message, 'computeResources.type cannot be changed from FARGATE to EC2.');
});

test('T-395: containerInsights is kept and shown, at create and at update', async () => {
  const world = await makeWorld();
  const made = await create(world, {}, { ecsSettings: { containerInsights: 'ENHANCED' } });
  assert.deepEqual(made.ecsSettings, { containerInsights: 'ENHANCED' });
  const changed = await update(world, { ecsSettings: { containerInsights: 'DISABLED' } });
  assert.deepEqual(changed.ecsSettings, { containerInsights: 'DISABLED' });
});

test('E-050: slices of FARGATE have no image to show', async () => {
  const { type: _ec2, subnets, securityGroupIds } = RESOURCES;
  const computeResources = { type: 'FARGATE', maxvCpus: 4, subnets, securityGroupIds };
  const { computeResources: shown } = await create(await makeWorld(), {}, { computeResources });
  assert.equal('ec2Configuration' in shown, false);
});

test('E-052: no version of Kubernetes is known; Amazon Linux 2 and a template’s userdataType are taken', async () => {
  const world = await makeWorld();
  const image = { imageType: 'ECS_AL2', imageKubernetesVersion: '1.30' };
  const refusal = await world.refused('createComputeEnvironment', {
    computeEnvironmentName: 'x',
    type: 'MANAGED',
    computeResources: { ...RESOURCES, ec2Configuration: [image] },
  });
  assert.equal(refusal.message, 'At least one imageKubernetesVersion in EC2Configuration is not supported.');
  const launchTemplate = { launchTemplateId: 'lt-1', userdataType: 'EKS_NODEADM' };
  const { computeResources } = await create(world, {
    ec2Configuration: [{ imageType: 'ECS_AL2' }],
    launchTemplate,
  });
  assert.equal(computeResources.launchTemplate.userdataType, 'EKS_NODEADM');
});

for (const [member, given, empty] of [
  ['ec2KeyPair', 'key', ''],
  ['imageId', 'ami-1', ''],
  ['launchTemplate', { launchTemplateName: 't' }, { launchTemplateName: '' }],
  ['launchTemplate', { launchTemplateId: 'lt-1' }, { launchTemplateId: '' }],
] as const) {
  test(`E-089: ${member} is unset by ${JSON.stringify(empty)}`, async () => {
    const world = await makeWorld();
    assert.ok(member in (await create(world, { [member]: given })).computeResources);
    const { computeResources } = await update(world, { computeResources: { [member]: empty } });
    assert.equal(member in computeResources, false);
  });
}

test('E-089: ec2Configuration [] and overrides [] unset what was chosen', async () => {
  const world = await makeWorld();
  const override = { launchTemplateId: 'lt-2', targetInstanceTypes: ['c5.large'] };
  await create(world, {
    instanceTypes: ['c5'],
    ec2Configuration: [{ imageType: 'ECS_AL2' }],
    launchTemplate: { launchTemplateId: 'lt-1', version: '3', overrides: [override] },
  });
  const { computeResources } = await update(world, {
    computeResources: { ec2Configuration: [], launchTemplate: { overrides: [] } },
  });
  assert.deepEqual(computeResources.ec2Configuration, [
    { imageType: 'ECS_AL2023', batchImageStatus: 'LATEST' },
  ]);
  assert.deepEqual(computeResources.launchTemplate, {
    launchTemplateId: 'lt-1',
    version: '3',
    overrides: [],
  });
});

test('E-101: an environment shows its tags, id, orchestration, policy and a launch template’s overrides', async () => {
  const world = await makeWorld();
  const launchTemplate = { launchTemplateId: 'lt-1' };
  const made = await create(world, { launchTemplate }, { tags: { team: 'a' } });
  assert.deepEqual(made.tags, { team: 'a' });
  assert.match(made.uuid, /^[0-9a-f-]{36}$/);
  assert.equal(made.containerOrchestrationType, 'ECS');
  assert.deepEqual(made.computeResources.launchTemplate, { launchTemplateId: 'lt-1', overrides: [] });
  for (const unset of ['updatePolicy', 'unmanagedvCpus', 'eksConfiguration'])
    assert.ok(!(unset in made), unset);
  assert.ok('updatePolicy' in (await update(world, { updatePolicy: {} })));
});

test('E-101: an UNMANAGED environment shows its unmanagedvCpus when they were set', async () => {
  const own = { type: 'UNMANAGED', serviceRole: 'r', computeResources: undefined };
  assert.equal('unmanagedvCpus' in (await create(await makeWorld(), {}, own)), false);
  assert.equal((await create(await makeWorld(), {}, { ...own, unmanagedvCpus: 7 })).unmanagedvCpus, 7);
});
