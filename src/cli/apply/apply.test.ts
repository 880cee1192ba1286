import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ACCOUNT,
  applyAs,
  asksOf,
  documentOf,
  done,
  exported,
  trusts,
} from '../../../test/support/applied.ts';
import { makeWorld, openWorld } from '../../../test/support/world.ts';
import { deletePolicyRow, policyByArn } from '../../store/access/policies.ts';
import { planFile, takeSteps } from './apply.ts';
import { readFound } from './found.ts';
import { readAccess } from './read-file.ts';

const prune = { prune: true };
const textOf = (Action: string): string => JSON.stringify(documentOf(Action));

const LAB = {
  policies: [
    { name: 'bounds', document: documentOf('batch:*') },
    {
      name: 'submit',
      path: '/lab/',
      description: 'to the night queue',
      document: documentOf('batch:SubmitJob'),
    },
  ],
  groups: [{ name: 'lab', policies: ['submit'], inline: { logs: documentOf('logs:Get*') } }],
  users: [
    { name: 'ann', path: '/lab/', groups: ['lab'], policies: ['longshore/Submitter'], tags: { team: 'red' } },
    { name: 'bob', groups: ['lab'], boundary: 'bounds', inline: { own: documentOf('batch:List*') } },
  ],
  roles: [
    {
      ...{ name: 'chained', trust: trusts({ AWS: `${ACCOUNT}:role/ci/night` }) },
      ...{ maxSession: 7200, description: 'after night' },
    },
    {
      ...{ name: 'night', path: '/ci/', trust: trusts({ AWS: `${ACCOUNT}:user/lab/ann` }) },
      ...{ policies: ['submit', 'AWSBatchFullAccess'], tags: { team: 'red' } },
    },
  ],
  providers: [{ url: 'https://ci.example.org/a', clientIds: ['longshore', 'other'] }],
  limits: [
    { name: 'ann', rate: '50/s', burst: 100 },
    { name: 'role/night', jobs: 1000 },
  ],
};

test('A-230: applied once it is so, applied twice nothing changes, and what is exported is what was applied', async () => {
  const world = openWorld();
  const first = await done(world, LAB);
  assert.ok(
    first.includes('make user ann') && first.includes('attach submit to group lab'),
    first.join('\n'),
  );
  assert.deepEqual(await done(world, LAB), []);
  assert.deepEqual(await done(world, LAB, prune), []);
  assert.deepEqual(await exported(world), LAB);
  const other = openWorld();
  await done(other, await exported(world));
  assert.deepEqual(await exported(other), LAB);
});

test('A-230: what it says is what IAM shows', async () => {
  const world = openWorld();
  await done(world, LAB);
  const { User } = await world.ask('getUser', { UserName: 'bob' });
  assert.equal(User.PermissionsBoundary.PermissionsBoundaryArn, `${ACCOUNT}:policy/bounds`);
  const { Users } = await world.ask('getGroup', { GroupName: 'lab' });
  assert.deepEqual(
    Users.map(({ Arn }: { Arn: string }) => Arn),
    [`${ACCOUNT}:user/lab/ann`, `${ACCOUNT}:user/bob`],
  );
  const { Role } = await world.ask('getRole', { RoleName: 'night' });
  assert.equal(Role.Arn, `${ACCOUNT}:role/ci/night`);
  assert.deepEqual(Role.Tags, [{ Key: 'team', Value: 'red' }]);
  assert.equal(decodeURIComponent(Role.AssumeRolePolicyDocument), JSON.stringify(LAB.roles[1]!.trust));
});

test('A-230: `--dry-run` says what it would do, and does nothing', async () => {
  const world = openWorld();
  const would = await done(world, LAB, { dryRun: true });
  assert.deepEqual(await exported(world), await exported(openWorld()));
  const did = await done(world, LAB);
  assert.deepEqual(
    would,
    did.map((line) => `would ${line}`),
  );
  assert.ok((await done(world, {}, { prune: true, dryRun: true })).includes('would delete user ann'));
  assert.deepEqual(await exported(world), LAB);
});

test('A-230: what is otherwise is changed, one thing at a time; what the file does not say stays', async () => {
  const world = openWorld();
  await done(world, LAB);
  await world.ask('putUserPolicy', {
    UserName: 'ann',
    PolicyName: 'by-hand',
    PolicyDocument: textOf('ecs:List*'),
  });
  const [ann, bob] = LAB.users;
  const [chained, night] = LAB.roles;
  const [bounds, submit] = LAB.policies;
  const changed = {
    ...LAB,
    policies: [bounds, { ...submit, document: documentOf('batch:*') }],
    users: [
      { ...ann, path: '/', tags: { team: 'blue' } },
      { ...bob, boundary: 'submit' },
    ],
    roles: [
      { ...chained, maxSession: 3600 },
      { ...night, trust: trusts({ AWS: `${ACCOUNT}:user/bob` }) },
    ],
    providers: [{ url: 'https://ci.example.org/a', clientIds: ['longshore', 'third'] }],
  };
  assert.deepEqual(await done(world, changed), [
    'change policy submit',
    'move user ann to /',
    'tag user ann: team',
    'bound user bob by submit',
    'change role chained',
    'change whom role night trusts',
    'add client third to issuer https://ci.example.org/a',
  ]);
  assert.deepEqual(await done(world, changed), []);
  assert.deepEqual(await done(world, changed, prune), [
    'remove client other from issuer https://ci.example.org/a',
    'delete the policy by-hand of user ann',
  ]);
});

test('A-230: documents that mean the same are the same, however they are written', async () => {
  const world = openWorld();
  await done(world, LAB);
  await world.ask('putUserPolicy', {
    ...{ UserName: 'bob', PolicyName: 'own' },
    PolicyDocument: `{ "Statement": [{"Resource": "*", "Action": "batch:List*", "Effect": "Allow"}],\n"Version": "2012-10-17"}`,
  });
  assert.deepEqual(await done(world, LAB, prune), []);
});

test('A-230: `--prune` takes away what the file does not name, whatever keeps it, and nothing that it names', async () => {
  const world = openWorld();
  await done(world, LAB);
  await world.ask('createAccessKey', { UserName: 'ann' });
  await world.ask('createInstanceProfile', { InstanceProfileName: 'host' });
  await world.ask('addRoleToInstanceProfile', { InstanceProfileName: 'host', RoleName: 'night' });
  for (const UserName of ['ann', 'bob'])
    await world.ask('tagUser', { UserName, Tags: [{ Key: 'cost', Value: '1' }] });
  await world.ask('createPolicyVersion', {
    PolicyArn: `${ACCOUNT}:policy/bounds`,
    PolicyDocument: textOf('a:b'),
  });
  const bob = { name: 'bob', groups: [], tags: { team: 'red' } };
  await done(world, { users: [bob] });
  assert.equal((await exported(world)).users.length, 2);
  await done(world, { users: [bob] }, prune);
  const nothing = await exported(openWorld());
  assert.deepEqual(await exported(world), { ...nothing, users: [{ name: 'bob', tags: { team: 'red' } }] });
  assert.equal((await done(world, {}, prune)).at(-1), 'delete user bob');
  assert.deepEqual(await done(world, {}, prune), []);
});

test('A-230: a policy or group that somebody in the file has is not pruned, though no section lists it', async () => {
  const world = openWorld();
  await done(world, LAB);
  const users = [{ name: 'ann', groups: ['lab'], policies: ['submit'] }];
  const said = await done(world, { users }, prune);
  assert.ok(said.includes('detach submit from role night') && said.includes('delete policy bounds'));
  const { groups, policies } = await exported(world);
  assert.deepEqual([groups[0]!.name, policies[0]!.name], ['lab', 'submit']);
});

test('A-039 A-230: a sixth version of a policy takes the place of the oldest that is not in force', async () => {
  const world = openWorld();
  const file = (action: string) => ({ policies: [{ name: 'p', document: documentOf(action) }] });
  for (let n = 1; n <= 7; n++) await done(world, file(`a:b${n}`));
  assert.deepEqual(await done(world, file('a:b8')), ['delete version v3 of policy p', 'change policy p']);
  assert.deepEqual(await done(world, file('a:b8')), []);
});

test('A-055 A-230: a role trusts the user of a name that was made anew, once the file is applied again', async () => {
  const world = openWorld();
  const roles = [{ name: 'r', trust: trusts({ AWS: `${ACCOUNT}:user/ann` }) }];
  const file = { users: [{ name: 'ann' }], roles };
  await done(world, file);
  await world.ask('deleteUser', { UserName: 'ann' });
  assert.deepEqual(await done(world, file), ['make user ann', 'change whom role r trusts']);
  assert.deepEqual(await done(world, file), []);
});

test('A-222 A-226 A-230: limits of single users, roles and queues are in the file, too', async () => {
  const world = await makeWorld();
  const users = [{ name: 'ann' }];
  const file = (...limits: object[]) => ({ users, limits });
  assert.deepEqual(
    await done(world, file({ name: 'Ann', rate: '5.0/s', jobs: 10 }, { name: 'queue/q', jobs: 5 })),
    ['make user ann', 'limit Ann: 5.0/s, 10 jobs', 'limit queue/q: 5 jobs'],
  );
  assert.deepEqual(await done(world, file({ name: 'user/ann', rate: '5/s', jobs: 10 })), []);
  assert.deepEqual(await done(world, file({ name: 'ann', jobs: 10 }), prune), [
    'limit ann: 10 jobs',
    'take the limits from queue/q',
  ]);
  assert.deepEqual((await exported(world)).limits, [{ name: 'ann', jobs: 10 }]);
  assert.deepEqual(await done(world, {}, prune), ['delete user ann']);
  for (const [limit, told] of [
    [{ name: 'ann', rate: '5' }, 'f:10: limits[0].rate: requests a second such as 50/s are expected here'],
    [{ name: 'ann' }, 'f:8: limits[0]: rate or jobs is missing'],
    [{ name: 'queue/none', jobs: 1 }, 'f:8: limits[0]: there is no queue none'],
  ] as const)
    await assert.rejects(done(world, file(limit)), { message: told });
  await assert.rejects(
    done(world, file({ name: 'ann', jobs: 1 }, { name: 'user/ANN', jobs: 2 })),
    /is there twice/,
  );
});

test('A-005 A-230: a name in other letters is the same', async () => {
  const world = openWorld();
  await done(world, LAB);
  const users = [{ name: 'ANN', groups: ['LAB'], policies: ['Submit', 'LONGSHORE/submitter'] }];
  assert.deepEqual(await done(world, { users }), ['attach submit to user ann']);
});

test('A-050 A-230: an ARN of AWS’s may be any; a name must be a policy’s', async () => {
  const world = openWorld();
  const file = { users: [{ name: 'ann', policies: ['arn:aws:iam::aws:policy/NobodyKnows'] }] };
  await done(world, file);
  assert.deepEqual(await done(world, file, prune), []);
  assert.deepEqual((await exported(world)).users, file.users);
});

test('A-230: what cannot be is told with its line and its place, and changes nothing', async () => {
  const world = openWorld();
  await done(world, LAB);
  for (const [file, told] of [
    [{ users: [{ name: 'n', groups: ['nosuch'] }] }, 'f:6: users[0].groups[0]: there is no group nosuch'],
    [
      { users: [{ name: 'n', policies: ['Submiter'] }] },
      'f:6: users[0].policies[0]: there is no policy Submiter',
    ],
    [
      { users: [{ name: 'n' }, { name: 'm', boundary: `${ACCOUNT}:policy/none` }] },
      `f:8: users[1].boundary: there is no policy ${ACCOUNT}:policy/none`,
    ],
    [
      { policies: [{ ...LAB.policies[1], path: '/x/' }] },
      "f:5: policies[0].path: the path of a policy stays as it was made: it is '/lab/'",
    ],
    [
      { roles: [{ path: '/x/', ...LAB.roles[0] }] },
      "f:4: roles[0].path: the path of a role stays as it was made: it is '/'",
    ],
  ] as const)
    await assert.rejects(done(world, file, prune), { name: 'UsageError', message: told });
  assert.deepEqual(await exported(world), LAB);
});

test('A-230: what the service refuses is told with its place, what was done before stays, and the next time goes on', async () => {
  const world = openWorld();
  const file = (name: string) => ({
    users: [{ name: 'ann' }],
    roles: [{ name: 'r', trust: trusts({ AWS: `${ACCOUNT}:user/${name}` }) }],
  });
  await assert.rejects(
    done(world, file('nobody')),
    /^MalformedPolicyDocument: f:\d+: roles\[0\]: Invalid principal in policy/,
  );
  assert.deepEqual((await exported(world)).users, [{ name: 'ann' }]);
  assert.deepEqual(await done(world, file('ann')), ['make role r']);
});

test('A-230: of which sections nothing is left is known before', async () => {
  const world = openWorld();
  await done(world, LAB);
  const emptied = async (file: object) =>
    (await applyAs(world, undefined, file, { prune: true, dryRun: true }, () => {})).emptied;
  assert.deepEqual(await emptied({}), ['2 policies', '1 groups', '2 users', '2 roles', '1 providers']);
  assert.deepEqual(await emptied({ ...LAB, roles: [] }), ['2 roles']);
  assert.deepEqual(await emptied({ ...LAB, policies: [] }), []);
  assert.deepEqual(await emptied({ ...LAB, users: [{ name: 'zed' }] }), []);
});

test('A-230: what somebody else takes away meanwhile counts as done, and who goes while it is read is not there', async () => {
  const world = openWorld();
  await done(world, LAB);
  const asks = asksOf(world);
  const read = readAccess('f', '{}');
  const plan = await planFile(read, asks, true);
  await done(world, {}, prune);
  const lines: string[] = [];
  await takeSteps(plan, asks, read, (line) => lines.push(line));
  assert.ok(lines.includes('delete user ann'));
  await done(world, LAB);
  const iam: typeof asks.iam = async (action, input) => {
    const answer = await asks.iam(action, input);
    if (action === 'ListUsers') await done(world, { ...LAB, users: [] }, prune);
    return answer;
  };
  assert.deepEqual((await readFound({ ...asks, iam })).users, []);
});

test('A-230: roles that trust themselves or each other are made first, and trusted then', async () => {
  const world = openWorld();
  const role = (name: string, ...whom: string[]) => ({
    name,
    trust: trusts({ AWS: whom.map((one) => `${ACCOUNT}:role/${one}`) }),
  });
  const roles = [role('a', 'b', 'c'), role('b', 'a', 'b'), role('c', 'c'), role('d', 'a', 'b')];
  await done(world, { roles });
  assert.deepEqual((await exported(world)).roles, roles);
  assert.deepEqual(await done(world, { roles }, prune), []);
  assert.deepEqual(await done(openWorld(), { roles: [role('c', 'c')] }), [
    'make role c',
    'change whom role c trusts',
  ]);
});

test('A-230: a boundary whose policy is gone is exported as it is, and stays', async () => {
  const world = openWorld();
  await done(world, {
    policies: [{ name: 'p', document: documentOf('a:b') }],
    users: [{ name: 'ann', boundary: 'p' }],
  });
  // as folders of older versions have it
  await world.service.store.write(async (tx) =>
    deletePolicyRow(tx, (await policyByArn(tx, `${ACCOUNT}:policy/p`))!.seq),
  );
  const file = await exported(world);
  assert.deepEqual(file.users, [{ name: 'ann', boundary: `${ACCOUNT}:policy/p` }]);
  assert.deepEqual(await done(world, file, prune), []);
  await assert.rejects(done(openWorld(), file), /users\[0\]\.boundary: there is no policy/);
});

test('A-035 A-230: the description of a role can be emptied', async () => {
  const world = openWorld();
  await done(world, LAB);
  const file = { ...LAB, roles: [{ ...LAB.roles[0], description: '' }, LAB.roles[1]] };
  assert.deepEqual(await done(world, file), ['change role chained']);
  assert.equal((await exported(world)).roles[0]!.description, undefined);
  assert.deepEqual(await done(world, file, prune), []);
});
