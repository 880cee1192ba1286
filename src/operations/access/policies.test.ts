import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustDocument } from '../../../test/support/iam.ts';
import { openWorld, type World } from '../../../test/support/world.ts';

const documentOf = (action: string, more: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: action, Resource: '*', ...more },
  });
const DOCUMENT = documentOf('batch:*');
const ARN = 'arn:aws:iam::012345678910:policy/p';

const withPolicy = async (): Promise<World> => {
  const world = openWorld();
  await world.ask('createUser', { UserName: 'ann' });
  await world.ask('createPolicy', { PolicyName: 'p', PolicyDocument: DOCUMENT, Description: 'd' });
  return world;
};

test('A-028: a document comes back percent-encoded, as it was sent byte for byte', async () => {
  const world = openWorld();
  await world.ask('createUser', { UserName: 'ann' });
  const sent = `{ "Version": "2012-10-17",\n\t"Statement": {"Effect":"Allow","Action":"batch:*","Resource":"*","Sid":"x"}}`;
  await world.ask('putUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: sent });
  const { PolicyDocument } = await world.ask('getUserPolicy', { UserName: 'ann', PolicyName: 'p' });
  assert.match(PolicyDocument, /^%7B%20%22Version%22%3A%20/);
  assert.ok(!/[ !'()*]/.test(PolicyDocument));
  assert.equal(decodeURIComponent(PolicyDocument), sent);
});

test('A-038: other characters are not for documents', async () => {
  const world = openWorld();
  await world.ask('createUser', { UserName: 'ann' });
  const put = (text: string) =>
    world.refused('putUserPolicy', {
      UserName: 'ann',
      PolicyName: 'p',
      PolicyDocument: documentOf('batch:*', { Sid: text }),
    });
  assert.equal((await put('Ω')).type, 'ValidationError');
  assert.equal(
    (await world.refused('createPolicy', { PolicyName: 'p', PolicyDocument: 'x'.repeat(131_073) })).type,
    'ValidationError',
  );
});

test('A-037: sizes do not count white space; inline policies count together', async () => {
  const world = await withPolicy();
  const padded = (characters: number) => {
    const bare = documentOf('batch:*', { Sid: '' }).length;
    return documentOf('batch:*', { Sid: 'x'.repeat(characters - bare) });
  };
  const put = { UserName: 'ann', PolicyName: 'a' };
  await world.ask('putUserPolicy', { ...put, PolicyDocument: `${padded(1048)}${' '.repeat(5000)}` });
  await world.ask('putUserPolicy', { ...put, PolicyName: 'b', PolicyDocument: padded(1000) });
  const { type, status } = await world.refused('putUserPolicy', {
    ...put,
    PolicyName: 'b',
    PolicyDocument: padded(1001),
  });
  assert.deepEqual([status, type], [409, 'LimitExceeded']);
  await world.ask('createPolicy', { PolicyName: 'q', PolicyDocument: padded(6144) });
  assert.equal(
    (await world.refused('createPolicy', { PolicyName: 'r', PolicyDocument: padded(6145) })).type,
    'LimitExceeded',
  );
});

test('A-090: managed policies are of the newer version, inline ones may be older', async () => {
  const world = await withPolicy();
  const old = DOCUMENT.replace('2012', '2008');
  assert.match(
    (await world.refused('createPolicy', { PolicyName: 'q', PolicyDocument: old })).message,
    /version 2012-10-17/,
  );
  await world.ask('putUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: old });
  assert.equal(
    (await world.refused('putUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: '{}' })).type,
    'MalformedPolicyDocument',
  );
});

test('a managed policy is shown with its attachments', async () => {
  const world = await withPolicy();
  await world.ask('attachUserPolicy', { UserName: 'ann', PolicyArn: ARN });
  const { Policy } = await world.ask('getPolicy', { PolicyArn: ARN });
  assert.match(Policy.PolicyId, /^ANPA[A-Z2-7]{17}$/);
  assert.deepEqual(
    [Policy.DefaultVersionId, Policy.AttachmentCount, Policy.IsAttachable, Policy.Description],
    ['v1', 1, true, 'd'],
  );
  const of = async (input: object) => (await world.ask('listPolicies', input)).Policies.length;
  assert.deepEqual([await of({ Scope: 'Local' }), await of({ OnlyAttached: 'true' })], [1, 1]);
  const { PolicyUsers } = await world.ask('listEntitiesForPolicy', { PolicyArn: ARN });
  assert.equal(PolicyUsers[0].UserName, 'ann');
  const { AttachedPolicies } = await world.ask('listAttachedUserPolicies', { UserName: 'ann' });
  assert.deepEqual(AttachedPolicies, [{ PolicyName: 'p', PolicyArn: ARN }]);
});

test('A-042 A-043: an unknown policy, and one that there is', async () => {
  const world = await withPolicy();
  const none = 'arn:aws:iam::012345678910:policy/none';
  assert.equal(
    (await world.refused('getPolicy', { PolicyArn: none })).message,
    `Policy ${none} was not found.`,
  );
  assert.equal(
    (await world.refused('attachUserPolicy', { UserName: 'ann', PolicyArn: none })).message,
    `Policy ${none} does not exist or is not attachable.`,
  );
  assert.equal(
    (await world.refused('createPolicy', { PolicyName: 'P', PolicyDocument: DOCUMENT })).message,
    'A policy called P already exists. Duplicate names are not allowed.',
  );
});

test('A-046: what is attached or has versions stays', async () => {
  const world = await withPolicy();
  const policy = { PolicyArn: ARN };
  await world.ask('attachUserPolicy', { UserName: 'ann', ...policy });
  assert.equal(
    (await world.refused('deletePolicy', policy)).message,
    'Cannot delete a policy attached to entities.',
  );
  await world.ask('detachUserPolicy', { UserName: 'ann', ...policy });
  await world.ask('createPolicyVersion', { ...policy, PolicyDocument: DOCUMENT });
  const { type, message } = await world.refused('deletePolicy', policy);
  assert.equal(type, 'DeleteConflict');
  assert.match(message, /^This policy has more than one version\./);
  assert.equal(
    (await world.refused('deletePolicyVersion', { ...policy, VersionId: 'v1' })).message,
    'Cannot delete the default version of a policy.',
  );
  await world.ask('deletePolicyVersion', { ...policy, VersionId: 'v2' });
  await world.ask('deletePolicy', policy);
  assert.equal((await world.refused('getPolicy', policy)).type, 'NoSuchEntity');
});

test('A-047: attaching twice is once; detaching what is not attached is told', async () => {
  const world = await withPolicy();
  const input = { UserName: 'ann', PolicyArn: ARN };
  for (let n = 0; n < 2; n++) await world.ask('attachUserPolicy', input);
  await world.ask('detachUserPolicy', input);
  const { status, type } = await world.refused('detachUserPolicy', input);
  assert.deepEqual([status, type], [404, 'NoSuchEntity']);
});

test('A-048: versions are never used again', async () => {
  const world = await withPolicy();
  const policy = { PolicyArn: ARN };
  const create = async (more: object = {}) =>
    (
      await world.ask('createPolicyVersion', {
        ...policy,
        PolicyDocument: documentOf('batch:List*'),
        ...more,
      })
    ).PolicyVersion;
  assert.deepEqual(await create(), {
    VersionId: 'v2',
    IsDefaultVersion: false,
    CreateDate: '2026-01-01T00:00:00Z',
  });
  assert.equal((await create({ SetAsDefault: 'true' })).IsDefaultVersion, true);
  await world.ask('deletePolicyVersion', { ...policy, VersionId: 'v2' });
  assert.equal((await create()).VersionId, 'v4');
  const ids = async () =>
    (await world.ask('listPolicyVersions', policy)).Versions.map(
      (one: { VersionId: string }) => one.VersionId,
    );
  assert.deepEqual(await ids(), ['v4', 'v3', 'v1']);
  await world.ask('setDefaultPolicyVersion', { ...policy, VersionId: 'v1' });
  const { PolicyVersion } = await world.ask('getPolicyVersion', { ...policy, VersionId: 'v1' });
  assert.deepEqual(
    [PolicyVersion.IsDefaultVersion, decodeURIComponent(PolicyVersion.Document)],
    [true, DOCUMENT],
  );
});

test('A-039: five versions of a policy, ten policies of an entity', async () => {
  const world = await withPolicy();
  const version = { PolicyArn: ARN, PolicyDocument: DOCUMENT };
  for (let n = 0; n < 4; n++) await world.ask('createPolicyVersion', version);
  assert.match((await world.refused('createPolicyVersion', version)).message, /can have up to 5 versions/);
  const attach = (n: number) => ({ UserName: 'ann', PolicyArn: `arn:aws:iam::aws:policy/Some${n}` });
  for (let n = 0; n < 10; n++) await world.ask('attachUserPolicy', attach(n));
  assert.equal(
    (await world.refused('attachUserPolicy', attach(10))).message,
    'Cannot exceed quota for PoliciesPerUser: 10',
  );
});

const mayAsk = async (world: World, accessKeyId: string, action: string): Promise<boolean> => {
  const { evaluate } = await import('../../auth/policy/evaluate.ts');
  const principal = (await world.service.principals.find(world.service, accessKeyId))!;
  return evaluate(principal.rights, { action, resource: '*', context: new Map() }).kind === 'allow';
};

test('A-019 A-050 A-051: what is changed is in force; policies of the service grant what is built in, others nothing', async () => {
  const world = await withPolicy();
  const { AccessKey } = await world.ask('createAccessKey', { UserName: 'ann' });
  const may = (action: string) => mayAsk(world, AccessKey.AccessKeyId, action);
  const step = async (operation: string, input: object, action: string, expected: boolean) => {
    await world.ask(operation, { UserName: 'ann', ...input });
    assert.equal(await may(action), expected, `${operation} ${action}`);
  };
  assert.equal(await may('batch:ListJobs'), false);
  await step('attachUserPolicy', { PolicyArn: ARN }, 'batch:ListJobs', true);
  await step(
    'createPolicyVersion',
    { PolicyArn: ARN, PolicyDocument: documentOf('logs:*'), SetAsDefault: 'true' },
    'batch:ListJobs',
    false,
  );
  await step(
    'attachUserPolicy',
    { PolicyArn: 'arn:aws:iam::aws:policy/NobodyKnows' },
    'batch:ListJobs',
    false,
  );
  await step(
    'attachUserPolicy',
    { PolicyArn: 'arn:aws:iam::aws:policy/AWSBatchFullAccess' },
    'batch:ListJobs',
    true,
  );
  await step('putUserPermissionsBoundary', { PermissionsBoundary: ARN }, 'batch:ListJobs', false);
  await step('deleteUserPermissionsBoundary', {}, 'batch:ListJobs', true);
  await step(
    'detachUserPolicy',
    { PolicyArn: 'arn:aws:iam::aws:policy/AWSBatchFullAccess' },
    'batch:ListJobs',
    false,
  );
  await world.ask('createGroup', { GroupName: 'g' });
  await world.ask('putGroupPolicy', { GroupName: 'g', PolicyName: 'p', PolicyDocument: DOCUMENT });
  await step('addUserToGroup', { GroupName: 'g' }, 'batch:ListJobs', true);
  await step('removeUserFromGroup', { GroupName: 'g' }, 'batch:ListJobs', false);
});

test('A-111: of who has a policy that cannot be read nothing is allowed, and the reason is told', async () => {
  const world = await withPolicy();
  const { AccessKey } = await world.ask('createAccessKey', { UserName: 'ann' });
  await world.ask('putUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: DOCUMENT });
  await world.service.store.write((tx) => tx.run("UPDATE inline_policies SET document = '{'"));
  world.service.principals.forget();
  await assert.rejects(
    mayAsk(world, AccessKey.AccessKeyId, 'batch:ListJobs'),
    /cannot be read: Syntax errors/,
  );
});

test('A-046: a policy that bounds somebody stays: made anew it would bound them by what it says then', async () => {
  const world = await withPolicy();
  const policy = { PolicyArn: ARN };
  await world.ask('createRole', { RoleName: 'r', AssumeRolePolicyDocument: trustDocument('*') });
  await world.ask('putRolePermissionsBoundary', { RoleName: 'r', PermissionsBoundary: ARN });
  await world.ask('putUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary: ARN });
  const { status, type, message } = await world.refused('deletePolicy', policy);
  assert.deepEqual(
    [status, type, message],
    [409, 'DeleteConflict', 'Cannot delete a policy attached to entities.'],
  );
  await world.ask('deleteUserPermissionsBoundary', { UserName: 'ann' });
  assert.equal((await world.refused('deletePolicy', policy)).type, 'DeleteConflict');
  await world.ask('deleteRole', { RoleName: 'r' });
  await world.ask('deletePolicy', policy);
});

test('who uses a policy: by default who has it attached and whom it bounds, each once, page by page', async () => {
  const world = await withPolicy();
  for (const UserName of ['Bea', 'cid']) await world.ask('createUser', { UserName });
  for (const UserName of ['ann', 'Bea']) await world.ask('attachUserPolicy', { UserName, PolicyArn: ARN });
  for (const UserName of ['Bea', 'cid'])
    await world.ask('putUserPermissionsBoundary', { UserName, PermissionsBoundary: ARN });
  const page = async (more: object) => world.ask('listEntitiesForPolicy', { PolicyArn: ARN, ...more });
  const names = async (more: object = {}) =>
    (await page(more)).PolicyUsers.map((one: { UserName: string }) => one.UserName);
  assert.deepEqual(await names(), ['ann', 'Bea', 'cid']);
  assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsPolicy' }), ['ann', 'Bea']);
  assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsBoundary' }), ['Bea', 'cid']);
  const { Marker } = await page({ MaxItems: '2' });
  assert.deepEqual(await names({ MaxItems: '2', Marker }), ['cid']);
});

test('A-108: under the ARN of a policy that is gone and bounds somebody nobody makes another, until the boundary is taken away', async () => {
  const world = await withPolicy();
  await world.ask('putUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary: ARN });
  // as earlier versions did
  await world.service.store.write((tx) => tx.run('DELETE FROM managed_policies'));
  const refused = await world.refused('createPolicy', { PolicyName: 'p', PolicyDocument: DOCUMENT });
  assert.deepEqual([refused.status, refused.type], [409, 'EntityAlreadyExists']);
  assert.match(refused.message, /was deleted and still bounds user ann/);
  await world.ask('createPolicy', { PolicyName: 'p', Path: '/x/', PolicyDocument: DOCUMENT });
  await world.ask('deletePolicy', { PolicyArn: ARN.replace('/p', '/x/p') });
  await world.ask('deleteUserPermissionsBoundary', { UserName: 'ann' });
  await world.ask('createPolicy', { PolicyName: 'p', PolicyDocument: DOCUMENT });
});

test('A-108: a boundary that nobody knows denies everything', async () => {
  const world = await withPolicy();
  const { AccessKey } = await world.ask('createAccessKey', { UserName: 'ann' });
  await world.ask('putUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: DOCUMENT });
  assert.equal(await mayAsk(world, AccessKey.AccessKeyId, 'batch:ListJobs'), true);
  await world.ask('putUserPermissionsBoundary', {
    UserName: 'ann',
    PermissionsBoundary: 'arn:aws:iam::aws:policy/NobodyKnows',
  });
  assert.equal(await mayAsk(world, AccessKey.AccessKeyId, 'batch:ListJobs'), false);
});
