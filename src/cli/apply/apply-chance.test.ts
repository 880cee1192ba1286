import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ACCOUNT, documentOf, done, exported, trusts } from '../../../test/support/applied.ts';
import { runsOf } from '../../../test/support/same-worlds.ts';
import { makeWorld } from '../../../test/support/world.ts';

const prune = { prune: true };

const of = <T>(names: readonly T[]) => fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 });
const entries = <T extends { name: string }>(entry: fc.Arbitrary<T>) =>
  fc.uniqueArray(entry, { maxLength: 3, selector: ({ name }) => name });
const DOCUMENT = fc.constantFrom(documentOf('a:b'), documentOf('a:c'));
const HELD = {
  policies: of(['p', 'q', 'longshore/Operator', 'AWSBatchFullAccess']),
  inline: fc.dictionary(fc.constantFrom('i', 'j'), DOCUMENT, { maxKeys: 2, noNullPrototype: true }),
};
const OWNED = {
  ...HELD,
  tags: fc.dictionary(fc.constantFrom('k', 'l'), fc.constantFrom('v', 'w'), {
    maxKeys: 2,
    noNullPrototype: true,
  }),
  boundary: fc.constantFrom('p', 'q', 'ReadOnlyAccess'),
};
const TRUSTED = ['root', 'user/ann', 'user/bob', 'role/r', 'role/s'].map((who) => `${ACCOUNT}:${who}`);

/** Whoever is named in it is in it, too. */
const fileByChance = fc
  .record({
    policies: fc.tuple(DOCUMENT, DOCUMENT).map(([p, q]) => [
      { name: 'p', document: p },
      { name: 'q', document: q },
    ]),
    groups: fc.constantFrom([], [{ name: 'g' }], [{ name: 'g' }, { name: 'h', path: '/x/' }]),
    users: entries(
      fc.record(
        { name: fc.constantFrom('ann', 'bob'), groups: of(['g', 'h']), ...OWNED },
        { requiredKeys: ['name'] },
      ),
    ),
    roles: entries(
      fc.record(
        {
          name: fc.constantFrom('r', 's', 't'),
          trust: fc.constantFrom(...TRUSTED).map((AWS) => trusts({ AWS })),
          ...OWNED,
        },
        { requiredKeys: ['name', 'trust'] },
      ),
    ),
    providers: fc.constantFrom([], [{ url: 'https://ci.example.org', clientIds: ['a'] }]),
    limits: fc.constantFrom([], [{ name: 'queue/q', jobs: 5 }]),
  })
  .filter(({ users, roles, groups }) => {
    const there = [
      ...users.map(({ name }) => `user/${name}`),
      ...roles.map(({ name }) => `role/${name}`),
      'root',
    ];
    const trusted = (role: object) =>
      TRUSTED.find((arn) => JSON.stringify(role).includes(arn))!
        .split(':')
        .at(-1)!;
    const circle =
      roles.some((one) => trusted(one) === `role/${one.name}`) ||
      (roles.length > 1 && roles.filter((one) => trusted(one).startsWith('role/')).length > 1);
    return (
      !circle &&
      roles.every((one) => there.includes(trusted(one))) &&
      users.every((one) => (one.groups ?? []).every((name) => groups.some((group) => group.name === name)))
    );
  });

/** What a file that is empty here and there says, with its lists in order. */
const told = (file: unknown): unknown =>
  JSON.parse(
    JSON.stringify(file, (key, value) => {
      if (Array.isArray(value)) return value.length === 0 && key !== '' ? undefined : [...value].sort(byText);
      const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
      if (isEmpty) return undefined;
      return typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).sort(byText))
        : value;
    }),
  );
const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

test('A-230: from any file to any other: pruned it is what the second says, told before, and the next time nothing changes', async () => {
  await fc.assert(
    fc.asyncProperty(fileByChance, fileByChance, async (one, other) => {
      const world = await makeWorld();
      await done(world, one);
      const would = await done(world, other, { prune: true, dryRun: true });
      const did = await done(world, other, prune);
      assert.deepEqual(
        would,
        did.map((line) => `would ${line}`),
      );
      assert.deepEqual(told(await exported(world)), told(other));
      assert.deepEqual(await done(world, other, prune), []);
      assert.deepEqual(await done(world, await exported(world), prune), []);
    }),
    { numRuns: runsOf(15) },
  );
});
