import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../../test/support/world.ts';

/* ComputeEnvironmentDetail and ComputeResource, member by member (p. 75 to 79), and the pages of the list (p. 26). */

const GIVEN = {
  type: 'SPOT',
  minvCpus: 2,
  maxvCpus: 64,
  desiredvCpus: 4,
  instanceTypes: ['c5', 'm5.large'],
  subnets: ['subnet-1', 'subnet-2'],
  securityGroupIds: ['sg-1'],
  instanceRole: 'ecsInstanceRole',
  ec2KeyPair: 'id_rsa',
  imageId: 'ami-1',
  tags: { Name: 'batch' },
  bidPercentage: 40,
  spotIamFleetRole: 'arn:aws:iam::012345678910:role/fleet',
};

const described = async () => {
  const world = await makeWorld();
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'full',
    type: 'MANAGED',
    state: 'DISABLED',
    serviceRole: 'arn:aws:iam::012345678910:role/service',
    computeResources: GIVEN,
  });
  return world.ask('describeComputeEnvironments', { computeEnvironments: ['full'] });
};

const STATUSES = /^(CREATING|UPDATING|DELETING|DELETED|VALID|INVALID)$/;

for (const [rule, member, expected] of [
  ['S-218', 'computeEnvironmentArn', 'arn:aws:batch:us-east-1:012345678910:compute-environment/full'],
  ['S-219', 'computeEnvironmentName', 'full'],
  ['S-221', 'ecsClusterArn', /^arn:aws:ecs:us-east-1:012345678910:cluster\/full_Batch_[0-9a-f-]{36}$/],
  ['S-222', 'serviceRole', 'arn:aws:iam::012345678910:role/service'],
  ['S-223', 'state', 'DISABLED'],
  ['S-224', 'status', STATUSES],
  ['S-225', 'statusReason', /./],
  ['S-226', 'type', 'MANAGED'],
] as const) {
  test(`${rule} S-088: an environment shows its ${member}`, async () => {
    const { computeEnvironments } = await described();
    assert.equal(computeEnvironments.length, 1);
    const value = computeEnvironments[0][member];
    if (typeof expected === 'string') assert.equal(value, expected);
    else assert.match(value, expected);
  });
}

for (const [rule, member] of [
  ['S-231', 'desiredvCpus'],
  ['S-232', 'ec2KeyPair'],
  ['S-233', 'imageId'],
  ['S-239', 'minvCpus'],
  ['S-243', 'tags'],
  ['S-244', 'type'],
] as const) {
  test(`${rule} S-220 S-025: computeResources shows ${member} as it was sent`, async () => {
    const { computeEnvironments } = await described();
    assert.deepEqual(computeEnvironments[0].computeResources[member], GIVEN[member]);
  });
}

test('S-025 S-220: an UNMANAGED environment needs no computeResources and shows none', async () => {
  const world = await makeWorld();
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'own',
    type: 'UNMANAGED',
    serviceRole: 'service',
  });
  const { computeEnvironments } = await world.ask('describeComputeEnvironments', {
    computeEnvironments: ['own'],
  });
  assert.equal(computeEnvironments[0].type, 'UNMANAGED');
  assert.equal('computeResources' in computeEnvironments[0], false);
});

test('S-033: a MANAGED environment must say of which resources it is made', async () => {
  const world = await makeWorld();
  const refusal = await world.refused('createComputeEnvironment', {
    computeEnvironmentName: 'x',
    type: 'MANAGED',
  });
  assert.match(refusal.message, /computeResources/);
});

test('S-031 S-187: a job runs in an ENABLED environment, and waits while it is DISABLED', async () => {
  const world = await makeWorld();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  const id = await world.submit();
  await world.settle();
  assert.equal((await world.job(id)).status, 'RUNNABLE');
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'ENABLED' });
  await world.settle();
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
});

test('S-188 S-189: an update answers with the name and the ARN, by either of them', async () => {
  const world = await makeWorld();
  const computeEnvironmentArn = 'arn:aws:batch:us-east-1:012345678910:compute-environment/e';
  for (const computeEnvironment of ['e', computeEnvironmentArn]) {
    const answer = await world.ask('updateComputeEnvironment', { computeEnvironment, state: 'ENABLED' });
    assert.deepEqual(answer, { computeEnvironmentName: 'e', computeEnvironmentArn });
  }
});

for (const [given, shown] of [
  ['role', 'arn:aws:iam::012345678910:role/role'],
  ['/path/role', 'arn:aws:iam::012345678910:role/path/role'],
  ['arn:aws:iam::012345678910:role/other', 'arn:aws:iam::012345678910:role/other'],
] as const) {
  test(`S-185: an update’s service role ${given} is shown as ${shown}`, async () => {
    const world = await makeWorld();
    await world.ask('createComputeEnvironment', {
      computeEnvironmentName: 'own',
      type: 'UNMANAGED',
      serviceRole: 'first',
    });
    await world.ask('updateComputeEnvironment', { computeEnvironment: 'own', serviceRole: given });
    const { computeEnvironments } = await world.ask('describeComputeEnvironments', {
      computeEnvironments: ['own'],
    });
    assert.equal(computeEnvironments[0].serviceRole, shown);
  });
}

test('S-064: what an environment must be before it is deleted is said in a ClientException', async () => {
  const world = await makeWorld();
  for (const state of ['ENABLED', 'DISABLED']) {
    await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state });
    const refusal = await world.refused('deleteComputeEnvironment', { computeEnvironment: 'e' });
    assert.deepEqual([refusal.type, refusal.status], ['ClientException', 400]);
  }
});

test('S-086 S-089: a page holds 100 and has a token when there are more; the last page has none', async () => {
  const world = await makeWorld();
  // more than an account may create: what else an upgrade or another limit may have left
  await world.service.store.write((tx) =>
    tx.run(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
       INSERT INTO environments (name, uuid, cluster, type, state, status, status_reason, service_role, resources,
         min_vcpus, max_vcpus, desired_vcpus, extra)
       SELECT name || i, uuid || i, cluster || i, type, state, status, status_reason, service_role, resources,
         min_vcpus, max_vcpus, desired_vcpus, extra FROM environments, n WHERE name = 'e'`,
    ),
  );
  const first = await world.ask('describeComputeEnvironments');
  assert.equal(first.computeEnvironments.length, 100);
  const second = await world.ask('describeComputeEnvironments', { nextToken: first.nextToken });
  assert.equal(second.computeEnvironments.length, 1);
  assert.equal('nextToken' in second, false);
});

for (const input of [{ maxResults: 0 }, { maxResults: 101 }, { nextToken: 'nobody’s' }]) {
  test(`S-090: ${JSON.stringify(input)} is refused with ClientException`, async () => {
    const world = await makeWorld();
    const refusal = await world.refused('describeComputeEnvironments', input);
    assert.deepEqual([refusal.type, refusal.status], ['ClientException', 400]);
  });
}

test('W-074: the token of a page is bound to its operation and can’t be changed', async () => {
  const world = await makeWorld();
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'b',
    type: 'UNMANAGED',
    serviceRole: 'r',
  });
  const { nextToken } = await world.ask('describeComputeEnvironments', { maxResults: 1 });
  const refused = async (operation: string, token: string) =>
    (await world.refused(operation, { nextToken: token })).message;
  assert.equal(await refused('describeJobQueues', nextToken), 'Invalid nextToken.');
  assert.equal(await refused('describeComputeEnvironments', `${nextToken}x`), 'Invalid nextToken.');
});
