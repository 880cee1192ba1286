import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { ACCOUNT, asksOf, documentOf, done, trusts } from '../../../test/support/applied.ts';
import { runsOf } from '../../../test/support/same-worlds.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';
import { planFile, takeSteps } from './apply.ts';
import { readAccess } from './read-file.ts';

/* Killed after any step, a run has left nobody with more than it had before, or has afterwards. */

const ACTIONS = ['a:b', 'a:c', 'a:d'];
const denies = (Action: string) => documentOf(Action, { Effect: 'Deny' });
const allowed = fc.subarray(ACTIONS, { minLength: 1 }).map((actions) => documentOf(actions));
const denied = fc.constantFrom(...ACTIONS).map(denies);

const POLICIES = [
  { name: 'all', document: documentOf('a:*') },
  { name: 'b', document: documentOf('a:b') },
  { name: 'c', document: documentOf(['a:c', 'a:d']) },
  { name: 'no-b', document: denies('a:b') },
  { name: 'no-c', document: denies('a:c') },
];
const names = fc.uniqueArray(fc.constantFrom(...POLICIES.map(({ name }) => name)), { maxLength: 3 });
const inline = fc.record({ i: allowed, j: fc.oneof(denied, allowed) }, { requiredKeys: [] });
const boundary = fc.constantFrom('all', 'b', 'c');
const groups = fc.record({ policies: names, inline });
const file = fc
  .record({
    group: groups,
    ann: fc.record(
      { policies: names, inline, boundary, groups: fc.subarray(['g']) },
      { requiredKeys: ['policies'] },
    ),
    r: fc.record({ policies: names, inline, boundary }, { requiredKeys: ['policies'] }),
  })
  .map(({ group, ann, r }) => ({
    policies: POLICIES,
    groups: [{ name: 'g', ...group }],
    users: [{ name: 'ann', ...ann }],
    roles: [{ name: 'r', trust: trusts({ AWS: `${ACCOUNT}:root` }), ...r }],
  }));

const rightsIn = async (world: World): Promise<string[]> => {
  const rights = [];
  for (const who of ['user/ann', 'role/r']) {
    const asked = { PolicySourceArn: `${ACCOUNT}:${who}`, ActionNames: ACTIONS };
    const { EvaluationResults } = await world.ask('simulatePrincipalPolicy', asked);
    for (const { EvalActionName, EvalDecision } of EvaluationResults)
      if (EvalDecision === 'allowed') rights.push(`${who} ${EvalActionName}`);
  }
  return rights;
};

/** What whoever has after each of the steps. */
const rightsBetween = async (world: World, file: object, prune: boolean) => {
  const between: { readonly step: string; readonly rights: readonly string[] }[] = [];
  const asks = asksOf(world);
  const iam: typeof asks.iam = async (action, input) => {
    const answer = await asks.iam(action, input);
    if (!/^(Get|List)/.test(action))
      between.push({ step: `${action} ${JSON.stringify(input)}`, rights: await rightsIn(world) });
    return answer;
  };
  const read = readAccess('f', JSON.stringify(file));
  await takeSteps(await planFile(read, asks, prune), { ...asks, iam }, read, () => {});
  return between;
};

type File = typeof file extends fc.Arbitrary<infer T> ? T : never;

/** One boundary for another while something denies: what denies may be too early before, and too late afterwards. */
const isTangled = (one: File, other: File): boolean => {
  const denied = JSON.stringify([one.groups, one.users, one.roles, other.groups, other.users, other.roles]);
  const isSwapped = (was?: string, is?: string) => was !== undefined && is !== undefined && was !== is;
  return (
    /Deny|no-/.test(denied) &&
    (isSwapped(one.users[0]!.boundary, other.users[0]!.boundary) ||
      isSwapped(one.roles[0]!.boundary, other.roles[0]!.boundary))
  );
};

/** What denies a user becomes another document while what its group denies changes for it: both at once is no step. */
const isCrossed = (one: File, other: File): boolean => {
  const [was, is] = [one.users[0]!, other.users[0]!];
  const [own, then] = [was, is].map(({ inline }) => JSON.stringify(inline?.j ?? {}));
  const isTurned = [own, then].every((text) => text!.includes('Deny')) && own !== then;
  const isMember = [was, is].some(({ groups = [] }) => groups.length > 0);
  const groupDenies = /Deny|no-/.test(JSON.stringify([one.groups, other.groups]));
  const isSame =
    isDeepStrictEqual(one.groups, other.groups) && isDeepStrictEqual(was.groups ?? [], is.groups ?? []);
  return isTurned && isMember && groupDenies && !isSame;
};

test('A-230: whenever it is killed, nobody has more than before or afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(file, file, fc.boolean(), async (one, other, prune) => {
      fc.pre(!isTangled(one, other) && !isCrossed(one, other));
      const world = await makeWorld();
      await done(world, one);
      const before = await rightsIn(world);
      const between = await rightsBetween(world, other, prune);
      const most = new Set([...before, ...(await rightsIn(world))]);
      for (const { step, rights } of between)
        for (const right of rights) assert.ok(most.has(right), `${right} after ${step}`);
    }),
    { numRuns: runsOf(30) },
  );
});

test('A-230: what allows goes before what denies becomes another, and comes again after it, of whoever has both', async () => {
  const inline = (allows: string[], no: string) => ({ i: documentOf(allows), j: denies(no) });
  const [one, other] = [inline(['a:c', 'a:d'], 'a:c'), inline(['a:d'], 'a:b')];
  const trust = trusts({ AWS: `${ACCOUNT}:root` });
  const files = {
    'user ann': (own: object) => ({ users: [{ name: 'ann', inline: own }] }),
    'role r': (own: object) => ({ roles: [{ name: 'r', trust, inline: own }] }),
    'group g': (own: object) => ({ groups: [{ name: 'g', inline: own }] }),
  };
  for (const [who, file] of Object.entries(files)) {
    const world = await makeWorld();
    await done(world, file(one));
    assert.deepEqual(await done(world, file(other)), [
      `delete the policy i of ${who}`,
      `put the policy j of ${who}`,
      `put the policy i of ${who}`,
    ]);
    assert.deepEqual(await done(world, file(other), { prune: true }), []);
  }
});

test('A-230: so it is where a user has one of them of its group, and not where nobody has both', async () => {
  const world = await makeWorld();
  const file = (allows: string, no: string) => ({
    policies: [{ name: 'no', document: denies(no) }],
    groups: [
      { name: 'denied', policies: ['no'] },
      { name: 'g', inline: { i: documentOf(allows) } },
    ],
    users: [
      { name: 'ann', groups: ['g', 'denied'], inline: { i: documentOf(allows) } },
      { name: 'bob', inline: { i: documentOf(allows) } },
    ],
  });
  await done(world, file('a:c', 'a:c'));
  assert.deepEqual(await done(world, file('a:d', 'a:b')), [
    'delete the policy i of group g',
    'delete the policy i of user ann',
    'change policy no',
    'put the policy i of user bob',
    'put the policy i of group g',
    'put the policy i of user ann',
  ]);
});

test('A-230: what allows and will deny is there afterwards, whatever boundary there is', async () => {
  const world = await makeWorld();
  const file = (boundary: string, document: object) => ({
    policies: POLICIES,
    users: [{ name: 'ann', boundary, inline: { i: document } }],
  });
  await done(world, file('b', documentOf('a:c')));
  const other = file('c', denies('a:c'));
  assert.deepEqual(await done(world, other), ['put the policy i of user ann', 'bound user ann by c']);
  assert.deepEqual(await done(world, other, { prune: true }), []);
});

test('A-230: a boundary is there before the policies that it holds, those of a group, too', async () => {
  const world = await makeWorld();
  await done(world, { policies: POLICIES, groups: [{ name: 'g' }], users: [{ name: 'ann', groups: ['g'] }] });
  const file = {
    groups: [{ name: 'g', policies: ['all'] }],
    users: [{ name: 'ann', policies: ['all'], inline: { i: denies('a:b') }, boundary: 'c' }],
  };
  assert.deepEqual(await done(world, file), [
    'put the policy i of user ann',
    'bound user ann by c',
    'attach all to group g',
    'attach all to user ann',
  ]);
});

test('A-230: whoever leaves a group has left it before that gets more, and what denies goes last', async () => {
  const world = await makeWorld();
  const [g, no] = [{ name: 'g' }, { name: 'no', inline: { i: denies('a:b') } }];
  await done(world, {
    policies: POLICIES,
    groups: [g, no],
    users: [{ name: 'ann', groups: ['g', 'no'], policies: ['all'] }],
  });
  const file = { policies: POLICIES, groups: [{ ...g, policies: ['all'] }, no], users: [{ name: 'ann' }] };
  assert.deepEqual(await done(world, file, { prune: true }), [
    'take user ann out of group g',
    'detach all from user ann',
    'take user ann out of group no',
    'attach all to group g',
  ]);
});

test('A-230: where there may be no more, what goes makes room for what comes', async () => {
  const world = await makeWorld();
  const ten = (letter: string) => [...'0123456789'].map((n) => `${letter}${n}`);
  const file = (letter: string) => ({
    policies: [...ten('p'), ...ten('q')].map((name) => ({ name, document: documentOf('a:b') })),
    groups: [...ten('p'), ...ten('q')].map((name) => ({ name })),
    users: [
      {
        name: 'ann',
        groups: ten(letter),
        policies: ten(letter),
        inline: { [letter]: documentOf(`a:${letter.repeat(1500)}`) },
        tags: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`${letter}${n}`, 'v'])),
      },
    ],
  });
  await done(world, file('p'));
  await done(world, file('q'), { prune: true });
  assert.deepEqual(await done(world, file('q'), { prune: true }), []);
});

test('A-230: of documents that change, those that get smaller make room', async () => {
  const world = await makeWorld();
  const file = (i: number, j: number) => ({
    users: [
      { name: 'ann', inline: { i: documentOf(`a:${'i'.repeat(i)}`), j: documentOf(`a:${'j'.repeat(j)}`) } },
    ],
  });
  await done(world, file(10, 1500));
  await done(world, file(1500, 10));
  assert.deepEqual(await done(world, file(1500, 10)), []);
});
