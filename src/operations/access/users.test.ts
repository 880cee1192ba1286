import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from '../../../test/support/world.ts';

const refusal = ({ type, status, message }: { type: string; status: number; message: string }) => [
  status,
  type,
  message,
];

test('A-002 A-003 A-023: a user has an ARN with its path, a unique id, and a time without a fraction', async () => {
  const world = openWorld();
  const { User } = await world.ask('createUser', { UserName: 'Ann', Path: '/lab/' });
  assert.deepEqual(User, {
    Path: '/lab/',
    UserName: 'Ann',
    UserId: User.UserId,
    Arn: 'arn:aws:iam::012345678910:user/lab/Ann',
    CreateDate: '2026-01-01T00:00:00Z',
  });
  assert.match(User.UserId, /^AIDA[A-Z2-7]{17}$/);
  assert.deepEqual((await world.ask('getUser', { UserName: 'Ann' })).User, User);
});

test('A-005 A-006 A-043: names are one without regard to case, and shown as written', async () => {
  const world = openWorld();
  await world.ask('createUser', { UserName: 'Ann' });
  assert.deepEqual(refusal(await world.refused('createUser', { UserName: 'ANN' })), [
    409,
    'EntityAlreadyExists',
    'User with name ANN already exists.',
  ]);
  assert.equal((await world.ask('getUser', { UserName: 'aNN' })).User.UserName, 'Ann');
});

test('A-004: a name that is made anew is another user', async () => {
  const world = openWorld();
  const first = await world.ask('createUser', { UserName: 'ann' });
  await world.ask('deleteUser', { UserName: 'ann' });
  assert.deepEqual(refusal(await world.refused('getUser', { UserName: 'ann' })), [
    404,
    'NoSuchEntity',
    'The user with name ann cannot be found.',
  ]);
  const second = await world.ask('createUser', { UserName: 'ann' });
  assert.notEqual(first.User.UserId, second.User.UserId);
});

test('A-032 A-033: what breaks a constraint is told member by member', async () => {
  const world = openWorld();
  const text = async (operation: string, input: object) => {
    const refused = await world.refused(operation, input);
    assert.deepEqual([refused.status, refused.type], [400, 'ValidationError']);
    return refused.message;
  };
  const long = 'x'.repeat(65);
  assert.equal(
    await text('createUser', { UserName: long }),
    `1 validation error detected: Value '${long}' at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64`,
  );
  assert.equal(
    await text('createUser', {}),
    "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null",
  );
  assert.match(
    await text('createUser', { UserName: 'a b', Path: 'x' }),
    /^2 validation errors detected: Value 'a b' at 'userName' failed .*: \[\\w\+=,\.@-\]\+; Value 'x' at 'path' failed /,
  );
  assert.match(await text('createGroup', { GroupName: 'x'.repeat(129) }), /equal to 128$/);
  assert.match(await text('listUsers', { MaxItems: '1001' }), /at 'maxItems'/);
});

test('A-034: a path begins and ends with a slash', async () => {
  const world = openWorld();
  for (const Path of ['x', '/x', 'x/', '', '/a b/', `/${'x'.repeat(511)}/`])
    assert.equal((await world.refused('createUser', { UserName: 'u', Path })).type, 'ValidationError', Path);
  for (const Path of ['/', '/a/b/', '/!~/'])
    await world.ask('createUser', { UserName: `u${Path.length}`, Path });
});

test('A-036: tags of users: fifty, without regard to the case of keys', async () => {
  const world = openWorld();
  await world.ask('createUser', { UserName: 'ann', Tags: [{ Key: 'Team', Value: 'red' }] });
  await world.ask('tagUser', {
    UserName: 'ann',
    Tags: [
      { Key: 'team', Value: 'blue' },
      { Key: 'a', Value: '' },
    ],
  });
  assert.deepEqual((await world.ask('listUserTags', { UserName: 'ann' })).Tags, [
    { Key: 'a', Value: '' },
    { Key: 'team', Value: 'blue' },
  ]);
  const twice = [
    { Key: 'x', Value: '1' },
    { Key: 'X', Value: '2' },
  ];
  assert.deepEqual(refusal(await world.refused('tagUser', { UserName: 'ann', Tags: twice })), [
    400,
    'InvalidInput',
    'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  ]);
  for (const tag of [
    { Key: 'aws:x', Value: '' },
    { Key: '', Value: '' },
    { Key: 'x', Value: 'x'.repeat(257) },
  ])
    await world.refused('tagUser', { UserName: 'ann', Tags: [tag] });
  const many = Array.from({ length: 49 }, (_, n) => ({ Key: `k${n}`, Value: '' }));
  assert.equal((await world.refused('tagUser', { UserName: 'ann', Tags: many })).type, 'LimitExceeded');
  await world.ask('untagUser', { UserName: 'ann', TagKeys: ['TEAM', 'none'] });
  assert.equal((await world.ask('getUser', { UserName: 'ann' })).User.Tags.length, 1);
});

test('A-031: pages together hold each user once, PathPrefix filters', async () => {
  const world = openWorld();
  for (const name of ['c', 'A', 'b', 'D'])
    await world.ask('createUser', { UserName: name, Path: name === 'b' ? '/x/' : '/' });
  const names: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await world.ask('listUsers', { MaxItems: '3', ...(Marker && { Marker }) });
    names.push(...page.Users.map(({ UserName }: { UserName: string }) => UserName));
    assert.equal(page.IsTruncated, page.Marker !== undefined);
    Marker = page.Marker;
  } while (Marker);
  assert.deepEqual(names, ['A', 'b', 'c', 'D']);
  const below = await world.ask('listUsers', { PathPrefix: '/x' });
  assert.deepEqual(
    below.Users.map(({ UserName }: { UserName: string }) => UserName),
    ['b'],
  );
});

test('a user may be given another name and path, but no name that another has', async () => {
  const world = openWorld();
  const { User } = await world.ask('createUser', { UserName: 'ann' });
  await world.ask('createUser', { UserName: 'bob' });
  assert.equal(
    (await world.refused('updateUser', { UserName: 'ann', NewUserName: 'BOB' })).type,
    'EntityAlreadyExists',
  );
  await world.ask('updateUser', { UserName: 'ann', NewUserName: 'Ann', NewPath: '/lab/' });
  const now = (await world.ask('getUser', { UserName: 'ann' })).User;
  assert.deepEqual([now.UserId, now.Arn], [User.UserId, 'arn:aws:iam::012345678910:user/lab/Ann']);
});

const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
});
const CATALOGUE = 'arn:aws:iam::aws:policy/AdministratorAccess';

test('A-044: what a user still has keeps it', async () => {
  const world = openWorld();
  const user = { UserName: 'ann' };
  await world.ask('createUser', user);
  await world.ask('createGroup', { GroupName: 'g' });
  await world.ask('addUserToGroup', { ...user, GroupName: 'g' });
  await world.ask('attachUserPolicy', { ...user, PolicyArn: CATALOGUE });
  await world.ask('putUserPolicy', { ...user, PolicyName: 'p', PolicyDocument: DOCUMENT });
  const { AccessKey } = await world.ask('createAccessKey', user);
  for (const [what, remove, input] of [
    ['delete access keys', 'deleteAccessKey', { AccessKeyId: AccessKey.AccessKeyId }],
    ['delete policies', 'deleteUserPolicy', { PolicyName: 'p' }],
    ['detach all policies', 'detachUserPolicy', { PolicyArn: CATALOGUE }],
    ['remove users from group', 'removeUserFromGroup', { GroupName: 'g' }],
  ] as const) {
    assert.deepEqual(refusal(await world.refused('deleteUser', user)), [
      409,
      'DeleteConflict',
      `Cannot delete entity, must ${what} first.`,
    ]);
    await world.ask(remove, { ...user, ...input });
  }
  await world.ask('deleteUser', user);
});

test('A-045: so it is with groups', async () => {
  const world = openWorld();
  const group = { GroupName: 'g' };
  await world.ask('createGroup', group);
  await world.ask('createUser', { UserName: 'ann' });
  await world.ask('addUserToGroup', { ...group, UserName: 'ann' });
  await world.ask('putGroupPolicy', { ...group, PolicyName: 'p', PolicyDocument: DOCUMENT });
  await world.ask('attachGroupPolicy', { ...group, PolicyArn: CATALOGUE });
  for (const [what, remove, input] of [
    ['remove users from group', 'removeUserFromGroup', { UserName: 'ann' }],
    ['delete policies', 'deleteGroupPolicy', { PolicyName: 'p' }],
    ['detach all policies', 'detachGroupPolicy', { PolicyArn: CATALOGUE }],
  ] as const) {
    assert.equal(
      (await world.refused('deleteGroup', group)).message,
      `Cannot delete entity, must ${what} first.`,
    );
    await world.ask(remove, { ...group, ...input });
  }
  await world.ask('deleteGroup', group);
  assert.deepEqual((await world.ask('listGroups', {})).Groups, []);
});

test('A-041: an unknown user, group or key is named', async () => {
  const world = openWorld();
  await world.ask('createUser', { UserName: 'ann' });
  for (const [operation, input, message] of [
    ['deleteUser', { UserName: 'x' }, 'The user with name x cannot be found.'],
    ['getGroup', { GroupName: 'x' }, 'The group with name x cannot be found.'],
    ['getUserPolicy', { UserName: 'ann', PolicyName: 'x' }, 'The user policy with name x cannot be found.'],
    [
      'getAccessKeyLastUsed',
      { AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
      'The Access Key with id AKIAAAAAAAAAAAAAAAAA cannot be found',
    ],
  ] as const)
    assert.deepEqual(refusal(await world.refused(operation, input)), [404, 'NoSuchEntity', message]);
});

test('A-039 A-049: a user is in ten groups at most', async () => {
  const world = openWorld();
  await world.ask('createUser', { UserName: 'ann' });
  for (let n = 0; n <= 10; n++) await world.ask('createGroup', { GroupName: `g${n}` });
  for (let n = 0; n < 10; n++) await world.ask('addUserToGroup', { UserName: 'ann', GroupName: `g${n}` });
  assert.deepEqual(refusal(await world.refused('addUserToGroup', { UserName: 'ann', GroupName: 'g10' })), [
    409,
    'LimitExceeded',
    'Cannot exceed quota for GroupsPerUser: 10',
  ]);
  // once more is none more
  await world.ask('addUserToGroup', { UserName: 'ann', GroupName: 'g9' });
  const { Groups } = await world.ask('listGroupsForUser', { UserName: 'ann' });
  assert.equal(Groups.length, 10);
  const { Users } = await world.ask('getGroup', { GroupName: 'g9' });
  assert.deepEqual(
    Users.map(({ UserName }: { UserName: string }) => UserName),
    ['ann'],
  );
});

test('A-026: of things that are not here there are none', async () => {
  const world = openWorld();
  await world.ask('createUser', { UserName: 'ann' });
  for (const [operation, member] of [
    ['listMFADevices', 'MFADevices'],
    ['listVirtualMFADevices', 'VirtualMFADevices'],
    ['listSSHPublicKeys', 'SSHPublicKeys'],
    ['listSigningCertificates', 'Certificates'],
    ['listServiceSpecificCredentials', 'ServiceSpecificCredentials'],
  ] as const)
    assert.deepEqual((await world.ask(operation, { UserName: 'ann' }))[member], []);
  for (const operation of ['getLoginProfile', 'deleteLoginProfile'])
    assert.equal((await world.refused(operation, { UserName: 'ann' })).type, 'NoSuchEntity');
});
