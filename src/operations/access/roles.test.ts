import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustDocument } from '../../../test/support/iam.ts';
import { openWorld, type World } from '../../../test/support/world.ts';

const ACCOUNT = 'arn:aws:iam::012345678910';
const TRUST = trustDocument({ Service: 'ecs-tasks.amazonaws.com' });
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'batch:*', Resource: '*' },
});

const withRole = async (more: object = {}): Promise<World> => {
  const world = openWorld();
  await world.ask('createRole', { RoleName: 'r', AssumeRolePolicyDocument: TRUST, ...more });
  return world;
};

const refusal = ({ type, status, message }: { type: string; status: number; message: string }) => [
  status,
  type,
  message,
];

test('A-002 A-003 A-028: a role has an ARN with its path, a unique id, and its trust policy percent-encoded', async () => {
  const world = await withRole({ Path: '/lab/', Description: 'd', Tags: [{ Key: 'a', Value: 'b' }] });
  const { Role } = await world.ask('getRole', { RoleName: 'r' });
  assert.deepEqual(Role, {
    Path: '/lab/',
    RoleName: 'r',
    RoleId: Role.RoleId,
    Arn: `${ACCOUNT}:role/lab/r`,
    CreateDate: '2026-01-01T00:00:00Z',
    AssumeRolePolicyDocument: Role.AssumeRolePolicyDocument,
    Description: 'd',
    MaxSessionDuration: 3600,
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  assert.match(Role.RoleId, /^AROA[A-Z2-7]{17}$/);
  assert.equal(decodeURIComponent(Role.AssumeRolePolicyDocument), TRUST);
  assert.deepEqual((await world.ask('listRoles', { PathPrefix: '/lab/' })).Roles.length, 1);
  assert.deepEqual((await world.ask('listRoles', { PathPrefix: '/other/' })).Roles, []);
});

test('A-005 A-041 A-043: names of roles are one without regard to case; an unknown one is told', async () => {
  const world = await withRole();
  const again = await world.refused('createRole', { RoleName: 'R', AssumeRolePolicyDocument: TRUST });
  assert.deepEqual(refusal(again), [409, 'EntityAlreadyExists', 'Role with name R already exists.']);
  assert.deepEqual(refusal(await world.refused('getRole', { RoleName: 'x' })), [
    404,
    'NoSuchEntity',
    'The role with name x cannot be found.',
  ]);
});

test('A-033 A-035: how long a session may be, how long a name and a description', async () => {
  const world = await withRole();
  for (const [MaxSessionDuration, text] of [
    ['3599', /'maxSessionDuration' failed .*greater than or equal to 3600$/],
    ['43201', /less than or equal to 43200$/],
    ['1h', /must be an integer$/],
  ] as const) {
    const { type, message } = await world.refused('updateRole', { RoleName: 'r', MaxSessionDuration });
    assert.equal(type, 'ValidationError');
    assert.match(message, text);
  }
  const long = { RoleName: 'x'.repeat(65), AssumeRolePolicyDocument: TRUST };
  assert.match((await world.refused('createRole', long)).message, /'roleName' failed .*equal to 64$/);
  const Description = 'x'.repeat(1001);
  assert.equal((await world.refused('updateRole', { RoleName: 'r', Description })).type, 'ValidationError');
  await world.ask('updateRole', { RoleName: 'r', MaxSessionDuration: '7200', Description: 'new' });
  await world.ask('updateRole', { RoleName: 'r', MaxSessionDuration: '43200' });
  await world.ask('updateRoleDescription', { RoleName: 'r', Description: 'newer' });
  const { Role } = await world.ask('getRole', { RoleName: 'r' });
  assert.deepEqual([Role.MaxSessionDuration, Role.Description], [43_200, 'newer']);
});

test('A-054: a trust policy names nobody of the account who is not there', async () => {
  const world = await withRole();
  await world.ask('createUser', { UserName: 'ann', Path: '/lab/' });
  for (const AWS of [
    `${ACCOUNT}:user/nobody`,
    `${ACCOUNT}:user/ann`,
    `${ACCOUNT}:role/nobody`,
    'arn:aws:sts::012345678910:assumed-role/nobody/s',
  ]) {
    const PolicyDocument = trustDocument({ AWS });
    const refused = await world.refused('updateAssumeRolePolicy', { RoleName: 'r', PolicyDocument });
    assert.deepEqual(refusal(refused), [
      400,
      'MalformedPolicyDocument',
      `Invalid principal in policy: "AWS":"${AWS}"`,
    ]);
  }
  for (const AWS of [
    '*',
    '012345678910',
    `${ACCOUNT}:root`,
    `${ACCOUNT}:user/lab/ann`,
    `${ACCOUNT}:role/r`,
    'arn:aws:sts::012345678910:assumed-role/r/s',
  ])
    await world.ask('updateAssumeRolePolicy', { RoleName: 'r', PolicyDocument: trustDocument({ AWS }) });
});

test('A-057: principals of other accounts are taken', async () => {
  const world = await withRole();
  const PolicyDocument = trustDocument({ AWS: ['arn:aws:iam::999999999999:user/x', '999999999999'] });
  await world.ask('updateAssumeRolePolicy', { RoleName: 'r', PolicyDocument });
});

test('A-055: who was named and is gone is shown by its id; who has another name, by that', async () => {
  const world = await withRole();
  const { User } = await world.ask('createUser', { UserName: 'ann' });
  const AWS = `${ACCOUNT}:user/ann`;
  await world.ask('updateAssumeRolePolicy', { RoleName: 'r', PolicyDocument: trustDocument({ AWS }) });
  const named = async () => {
    const { Role } = await world.ask('getRole', { RoleName: 'r' });
    return JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument)).Statement[0].Principal.AWS;
  };
  assert.equal(await named(), AWS);
  await world.ask('updateUser', { UserName: 'ann', NewUserName: 'eve' });
  assert.equal(await named(), `${ACCOUNT}:user/eve`);
  await world.ask('deleteUser', { UserName: 'eve' });
  await world.ask('createUser', { UserName: 'ann' });
  assert.equal(await named(), User.UserId);
  // what is shown can be sent again
  const PolicyDocument = trustDocument({ AWS: User.UserId });
  await world.ask('updateAssumeRolePolicy', { RoleName: 'r', PolicyDocument });
});

test('A-037 A-056: what no trust policy may be', async () => {
  const world = await withRole();
  const put = (PolicyDocument: string) =>
    world.refused('updateAssumeRolePolicy', { RoleName: 'r', PolicyDocument });
  const long = JSON.parse(TRUST);
  long.Statement[0].Sid = 'x'.repeat(2048);
  assert.deepEqual(refusal(await put(JSON.stringify(long))), [
    409,
    'LimitExceeded',
    'Cannot exceed quota for ACLSizePerRole: 2048',
  ]);
  const about = JSON.parse(TRUST);
  about.Statement[0].Resource = '*';
  assert.equal((await put(JSON.stringify(about))).message, 'Has prohibited field Resource.');
});

test('A-045: a role with policies or in a profile stays', async () => {
  const world = await withRole();
  const role = { RoleName: 'r' };
  const profile = { InstanceProfileName: 'p' };
  const arn = { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
  const stays = async (what: string) => {
    const { status, type, message } = await world.refused('deleteRole', role);
    assert.deepEqual([status, type], [409, 'DeleteConflict']);
    assert.equal(message, `Cannot delete entity, must ${what} first.`);
  };
  await world.ask('putRolePolicy', { ...role, PolicyName: 'p', PolicyDocument: POLICY });
  await stays('delete policies');
  await world.ask('deleteRolePolicy', { ...role, PolicyName: 'p' });
  await world.ask('attachRolePolicy', { ...role, ...arn });
  await stays('detach all policies');
  await world.ask('detachRolePolicy', { ...role, ...arn });
  await world.ask('createInstanceProfile', profile);
  await world.ask('addRoleToInstanceProfile', { ...role, ...profile });
  await stays('remove roles from instance profile');
  assert.equal((await world.refused('deleteInstanceProfile', profile)).type, 'DeleteConflict');
  await world.ask('removeRoleFromInstanceProfile', { ...role, ...profile });
  await world.ask('deleteRole', role);
  await world.ask('deleteInstanceProfile', profile);
});

test('A-037 A-039 A-179: policies, boundary and tags of a role are as those of users', async () => {
  const world = await withRole();
  const role = { RoleName: 'r' };
  await world.ask('createPolicy', { PolicyName: 'm', PolicyDocument: POLICY });
  const PolicyArn = `${ACCOUNT}:policy/m`;
  await world.ask('attachRolePolicy', { ...role, PolicyArn });
  assert.deepEqual((await world.ask('listAttachedRolePolicies', role)).AttachedPolicies, [
    { PolicyName: 'm', PolicyArn },
  ]);
  const holders = await world.ask('listEntitiesForPolicy', { PolicyArn });
  assert.equal(holders.PolicyRoles[0].RoleName, 'r');
  await world.ask('putRolePermissionsBoundary', { ...role, PermissionsBoundary: PolicyArn });
  const bounded = await world.ask('listEntitiesForPolicy', {
    PolicyArn,
    PolicyUsageFilter: 'PermissionsBoundary',
  });
  assert.equal(bounded.PolicyRoles[0].RoleName, 'r');
  const { Role } = await world.ask('getRole', role);
  assert.equal(Role.PermissionsBoundary.PermissionsBoundaryArn, PolicyArn);
  await world.ask('deleteRolePermissionsBoundary', role);
  await world.ask('tagRole', { ...role, Tags: [{ Key: 'a', Value: '1' }] });
  assert.deepEqual((await world.ask('listRoleTags', role)).Tags, [{ Key: 'a', Value: '1' }]);
  await world.ask('untagRole', { ...role, TagKeys: ['A'] });
  assert.deepEqual((await world.ask('listRoleTags', role)).Tags, []);
  await world.ask('putRolePolicy', { ...role, PolicyName: 'p', PolicyDocument: POLICY });
  assert.deepEqual((await world.ask('listRolePolicies', role)).PolicyNames, ['p']);
  const { PolicyDocument } = await world.ask('getRolePolicy', { ...role, PolicyName: 'p' });
  assert.equal(decodeURIComponent(PolicyDocument), POLICY);
  const large = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Sid: 'x'.repeat(10_240), Effect: 'Allow', Action: 'a:b', Resource: '*' },
  });
  const over = await world.refused('putRolePolicy', { ...role, PolicyName: 'q', PolicyDocument: large });
  assert.equal(over.type, 'LimitExceeded');
});

test('A-040 A-043: one role in an instance profile, which shows it', async () => {
  const world = await withRole();
  await world.ask('createRole', { RoleName: 's', AssumeRolePolicyDocument: TRUST });
  const { InstanceProfile } = await world.ask('createInstanceProfile', {
    InstanceProfileName: 'p',
    Path: '/x/',
  });
  assert.match(InstanceProfile.InstanceProfileId, /^AIPA[A-Z2-7]{17}$/);
  assert.equal(InstanceProfile.Arn, `${ACCOUNT}:instance-profile/x/p`);
  assert.deepEqual(InstanceProfile.Roles, []);
  assert.deepEqual(refusal(await world.refused('createInstanceProfile', { InstanceProfileName: 'P' })), [
    409,
    'EntityAlreadyExists',
    'Instance Profile P already exists.',
  ]);
  await world.ask('addRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName: 'r' });
  const more = await world.refused('addRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName: 's' });
  assert.deepEqual(refusal(more), [
    409,
    'LimitExceeded',
    'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
  ]);
  const found = await world.ask('getInstanceProfile', { InstanceProfileName: 'p' });
  assert.equal(found.InstanceProfile.Roles[0].RoleName, 'r');
  const { InstanceProfiles } = await world.ask('listInstanceProfilesForRole', { RoleName: 'r' });
  assert.deepEqual(
    InstanceProfiles.map((one: { InstanceProfileName: string }) => one.InstanceProfileName),
    ['p'],
  );
  assert.equal((await world.ask('listInstanceProfiles', {})).InstanceProfiles.length, 1);
  assert.equal(
    (await world.refused('removeRoleFromInstanceProfile', { InstanceProfileName: 'p', RoleName: 's' })).type,
    'NoSuchEntity',
  );
  assert.equal(
    (await world.refused('getInstanceProfile', { InstanceProfileName: 'x' })).message,
    'Instance Profile x cannot be found.',
  );
});

test('A-031: pages of roles hold each once', async () => {
  const world = openWorld();
  const names = Array.from({ length: 7 }, (_, n) => `r${n}`);
  for (const RoleName of names) await world.ask('createRole', { RoleName, AssumeRolePolicyDocument: TRUST });
  const seen: string[] = [];
  for (let Marker: string | undefined; ; ) {
    const page = await world.ask('listRoles', { MaxItems: '3', ...(Marker && { Marker }) });
    seen.push(...page.Roles.map((role: { RoleName: string }) => role.RoleName));
    Marker = page.Marker;
    if (!page.IsTruncated) break;
  }
  assert.deepEqual(seen, names);
});
