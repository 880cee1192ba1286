import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, applyAs, documentOf, done, exported, trusts } from '../../../test/support/applied.ts';
import { openWorld, type World } from '../../../test/support/world.ts';

/* What whoever applies a file has its rights by is never pruned, and changed last. */

const prune = { prune: true };

const left = async (world: World, who: string): Promise<string[]> => {
  const { left: all } = await applyAs(world, who, {}, prune, () => {});
  return all.map(({ says }) => says);
};

test('A-230: `--prune` never takes from a user what it asks with, and says so', async () => {
  const world = openWorld();
  await done(world, {
    policies: [{ name: 'p', document: documentOf('iam:*') }],
    groups: [{ name: 'admins', policies: ['p'] }, { name: 'others' }],
    users: [{ name: 'ann', groups: ['admins'], inline: { own: documentOf('sts:*') } }, { name: 'bob' }],
  });
  const kept = [
    'take user ann out of group admins',
    'delete the policy own of user ann',
    'detach p from group admins',
    'delete user ann',
    'delete group admins',
    'delete policy p',
  ];
  assert.deepEqual(await left(world, `${ACCOUNT}:user/ann`), kept);
  const { users, groups } = await exported(world);
  assert.deepEqual([users.map(({ name }) => name), groups.map(({ name }) => name)], [['ann'], ['admins']]);
  assert.deepEqual(await left(world, `${ACCOUNT}:user/ann`), kept);
  // root has no such ties
  assert.deepEqual(await done(world, {}, prune), kept);
});

test('A-230: nor from a session what its role has, nor whom that trusts', async () => {
  const world = openWorld();
  const provider = { url: 'https://ci.example.org', clientIds: ['a'] };
  await done(world, {
    users: [{ name: 'ann' }, { name: 'bob' }],
    roles: [
      { name: 'admin', trust: trusts({ AWS: `${ACCOUNT}:role/ci` }), policies: ['IAMFullAccess'] },
      {
        name: 'ci',
        trust: trusts({ AWS: `${ACCOUNT}:user/ann`, Federated: `${ACCOUNT}:oidc-provider/ci.example.org` }),
      },
    ],
    providers: [provider],
  });
  assert.deepEqual(await left(world, 'arn:aws:sts::012345678910:assumed-role/admin/me'), [
    'detach IAMFullAccess from role admin',
    'delete role admin',
    'delete role ci',
    'delete user ann',
    'delete issuer https://ci.example.org',
  ]);
  const { users, roles, providers } = await exported(world);
  assert.deepEqual([users.length, roles.length, providers], [1, 2, [provider]]);
});

test('A-230: what a user has its rights by is changed last', async () => {
  const world = openWorld();
  await done(world, {
    policies: [{ name: 'p', document: documentOf('iam:*') }],
    groups: [{ name: 'admins', policies: ['p'] }],
    users: [{ name: 'ann', groups: ['admins'] }],
  });
  const file = {
    policies: [{ name: 'p', document: documentOf('batch:*') }],
    groups: [{ name: 'admins', inline: { own: documentOf('sts:*') } }],
    users: [
      { name: 'ann', groups: ['admins'], boundary: 'p' },
      { name: 'bob', policies: ['p'] },
    ],
    limits: [{ name: 'ann', rate: '1/s' }],
  };
  const last = [
    'change policy p',
    'bound user ann by p',
    'put the policy own of group admins',
    'limit ann: 1/s',
  ];
  const { steps } = await applyAs(world, `${ACCOUNT}:user/ann`, file, { dryRun: true }, () => {});
  assert.deepEqual(
    steps.map(({ says }) => says),
    ['make user bob', 'attach p to user bob', ...last],
  );
  assert.deepEqual(
    steps.filter(({ isOwn }) => isOwn).map(({ says }) => says),
    last,
  );
});

test('A-230: nor is it deleted to be put again: whoever asks could not go on', async () => {
  const world = openWorld();
  const file = (allows: string[], denied: string, boundary: string) => ({
    policies: ['all', 'iam'].map((name) => ({ name, document: documentOf(['iam:*', 'sts:*', 'a:*']) })),
    users: [
      {
        ...{ name: 'ann', boundary },
        inline: { i: documentOf(allows), j: documentOf(denied, { Effect: 'Deny' }) },
      },
    ],
  });
  await done(world, file(['iam:*', 'sts:*', 'longshore:*'], 'a:b', 'all'));
  const other = file(['iam:*', 'longshore:*', 'a:*'], 'a:c', 'iam');
  const { steps } = await applyAs(world, `${ACCOUNT}:user/ann`, other, prune, () => {});
  assert.deepEqual(
    steps.map(({ says }) => says),
    ['bound user ann by iam', 'put the policy j of user ann', 'put the policy i of user ann'],
  );
  assert.deepEqual(await done(world, other, prune), []);
});

test('A-230: where a session’s role trusts the account, nothing is pruned: its way in cannot be told', async () => {
  for (const AWS of [`${ACCOUNT}:root`, '012345678910', '*']) {
    const world = openWorld();
    const file = { users: [{ name: 'ann' }], roles: [{ name: 'admin', trust: trusts({ AWS }) }] };
    await done(world, file);
    const who = 'arn:aws:sts::012345678910:assumed-role/admin/me';
    const plan = await applyAs(world, who, { ...file, users: [{ name: 'bob' }] }, prune, () => {});
    assert.deepEqual([plan.openRole, plan.left.map(({ says }) => says)], ['admin', ['delete user ann']]);
    assert.deepEqual((await exported(world)).users, [{ name: 'ann' }, { name: 'bob' }]);
  }
});
