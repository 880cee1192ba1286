import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { policyOf } from '../../../test/support/policies.ts';
import { type PlainStatement, verdictSlowly } from '../../../test/support/policy-reference.ts';
import { runsOf } from '../../../test/support/same-worlds.ts';
import { contextOf } from './context.ts';
import { evaluate, type Rights, type Verdict } from './evaluate.ts';

/* What holds for policies and requests chosen by chance, of a world so small that they often meet. */

const ARN = 'arn:aws:batch:r:1:job-queue/';
const ACTIONS = ['batch:SubmitJob', 'batch:submitjobs', 'batch:ListJobs', 'iam:PassRole'];
const PATTERNS = [
  '*',
  'batch:*',
  'BATCH:Submit*',
  '*:*Job?',
  'iam:PassRole',
  'batch:ListJobs',
  'batch:S*t*b',
];
const RESOURCES = ['*', `${ARN}a`, `${ARN}ab`, `${ARN}a:b`, `${ARN}*`, 'arn:aws:iam::1:role/a'];
const RESOURCE_PATTERNS = [
  '*',
  `${ARN}*`,
  `${ARN}a?`,
  `${ARN}a`,
  'arn:aws:batch:*:1:*a*b',
  'arn:aws:batch',
  `${ARN}\${u}`,
  `${ARN}\${u}*`,
  `${ARN}\${*}`,
  'arn:aws:iam::*:role/*',
];
const VALUES = ['a', 'ab', '*', 'A', `\${u}`, `\${*}`, '?', 'a*', `\${u}b`, ''];

const some = (from: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...from), { minLength: 1, maxLength: 3 });

const conditions = fc.option(
  fc.dictionary(
    fc.constantFrom('StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'),
    fc.dictionary(fc.constantFrom('u', 'v'), some(VALUES), { minKeys: 1, maxKeys: 2 }),
    { minKeys: 1, maxKeys: 2 },
  ),
  { nil: undefined, freq: 1 },
);

const statement: fc.Arbitrary<PlainStatement> = fc
  .record({
    Effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Allow' as const, 'Deny' as const),
    action: fc.tuple(fc.constantFrom('Action', 'Action', 'NotAction'), some(PATTERNS)),
    resource: fc.tuple(fc.constantFrom('Resource', 'Resource', 'NotResource'), some(RESOURCE_PATTERNS)),
    Condition: conditions,
  })
  .map(({ Effect, action, resource, Condition }) => ({
    Effect,
    ...Object.fromEntries([action, resource]),
    ...(Condition && { Condition }),
  }));

const policies = fc.array(fc.array(statement, { minLength: 1, maxLength: 3 }), { maxLength: 4 });

const request = fc
  .record({
    action: fc.constantFrom(...ACTIONS),
    resource: fc.constantFrom(...RESOURCES),
    context: fc.dictionary(fc.constantFrom('u', 'v'), fc.constantFrom('a', 'ab', '*', 'A', '')),
  })
  .map(({ action, resource, context }) => ({ action, resource, context: { ...context } }));

const compiled = (statements: readonly PlainStatement[]) =>
  policyOf({ Version: '2012-10-17', Statement: statements });

type Request = { action: string; resource: string; context: Record<string, string> };

const verdict = (rights: Rights, { context, ...asked }: Request): Verdict['kind'] =>
  evaluate(rights, { ...asked, context: contextOf(context) }).kind;

const runs = { numRuns: runsOf(1_500) };

test('property A-101: what is compiled says what a plain reading of the same policies says', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(policies, request, (all, asked) => {
      const expected = verdictSlowly(all.flat(), asked.action, asked.resource, asked.context);
      seen.add(expected);
      assert.equal(verdict({ identity: all.map(compiled) }, asked), expected);
    }),
    runs,
  );
  assert.equal(seen.size, 3);
});

const rights = fc
  .record({
    identity: policies,
    boundary: fc.option(fc.array(statement, { minLength: 1, maxLength: 3 }), { nil: undefined }),
    session: fc.option(policies, { nil: undefined }),
  })
  .map(({ identity, boundary, session }) => ({ identity, boundary, session }));

type Plain = typeof rights extends fc.Arbitrary<infer T> ? T : never;

const rightsOf = ({ identity, boundary, session }: Plain): Rights => ({
  identity: identity.map(compiled),
  ...(boundary && { boundary: compiled(boundary) }),
  ...(session && { session: session.map(compiled) }),
});

/** With a statement more in each kind of policy in turn. */
const withOne = (plain: Plain, one: PlainStatement): Plain[] => [
  { ...plain, identity: [...plain.identity, [one]] },
  ...(plain.boundary ? [{ ...plain, boundary: [...plain.boundary, one] }] : []),
  ...(plain.session ? [{ ...plain, session: [...plain.session, [one]] }] : []),
];

test('property A-103: a Deny that matches is never overruled', () => {
  let seen = 0;
  fc.assert(
    fc.property(rights, statement, request, (plain, one, asked) => {
      const deny = { ...one, Effect: 'Deny' as const };
      if (verdictSlowly([deny], asked.action, asked.resource, asked.context) !== 'explicitDeny') return;
      seen++;
      for (const more of withOne(plain, deny)) assert.equal(verdict(rightsOf(more), asked), 'explicitDeny');
    }),
    runs,
  );
  assert.ok(seen > 20, `${seen} matched`);
});

test('property A-104: an Allow more takes nothing away', () => {
  let seen = 0;
  fc.assert(
    fc.property(rights, statement, request, (plain, one, asked) => {
      if (verdict(rightsOf(plain), asked) !== 'allow') return;
      seen++;
      for (const more of withOne(plain, { ...one, Effect: 'Allow' }))
        assert.equal(verdict(rightsOf(more), asked), 'allow');
    }),
    runs,
  );
  assert.ok(seen > 20, `${seen} were allowed`);
});

test('property A-103: the order of policies and of statements changes nothing', () => {
  fc.assert(
    fc.property(rights, request, (plain, asked) => {
      const backwards = {
        identity: plain.identity.map((one) => one.toReversed()).toReversed(),
        boundary: plain.boundary?.toReversed(),
        session: plain.session?.map((one) => one.toReversed()).toReversed(),
      };
      assert.equal(verdict(rightsOf(backwards), asked), verdict(rightsOf(plain), asked));
    }),
    runs,
  );
});

test('property A-105 A-106 A-107: a boundary and session policies never add anything', () => {
  fc.assert(
    fc.property(rights, request, (plain, asked) => {
      if (verdict(rightsOf(plain), asked) !== 'allow') return;
      assert.equal(verdict(rightsOf({ ...plain, boundary: undefined, session: undefined }), asked), 'allow');
    }),
    runs,
  );
});
