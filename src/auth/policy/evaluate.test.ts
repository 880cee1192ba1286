import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyOf } from '../../../test/support/policies.ts';
import { contextOf } from './context.ts';
import { evaluate, evaluateTrust, type Rights } from './evaluate.ts';
import type { Asker } from './principals.ts';
import { accessDenied, refusalText } from './words.ts';

const QUEUE = 'arn:aws:batch:us-east-1:123456789012:job-queue/q';
const SUBMIT = { action: 'batch:SubmitJob', resource: QUEUE, context: contextOf({}) };

const policy = (Effect: 'Allow' | 'Deny', Action: string, Resource = '*') =>
  policyOf({
    Version: '2012-10-17',
    Statement: { Sid: `${Effect}${Resource.length}`, Effect, Action, Resource },
  });
const ALL = policy('Allow', '*');
const LIST = policy('Allow', 'batch:ListJobs');

test('A-104: the policies of a user and of its groups add up', () => {
  const mine = policy('Allow', 'batch:SubmitJob', QUEUE);
  const verdict = evaluate({ identity: [LIST, mine] }, SUBMIT);
  assert.equal(verdict.kind, 'allow');
  assert.equal(verdict.kind === 'allow' && verdict.by.policy, mine);
  assert.equal(verdict.kind === 'allow' && verdict.by.rule.sid, `Allow${QUEUE.length}`);
});

test('A-108: a boundary whose policy is gone allows nothing', () => {
  assert.deepEqual(evaluate({ identity: [ALL], boundary: 'gone' }, SUBMIT), {
    kind: 'implicitDeny',
    lacking: 'boundary',
  });
});

test('A-106: a session made with no policies that allow may do nothing', () => {
  assert.deepEqual(evaluate({ identity: [ALL], session: [] }, SUBMIT), {
    kind: 'implicitDeny',
    lacking: 'session',
  });
});

const ROLE = 'arn:aws:iam::123456789012:role/pipeline';
const ASSUME = { action: 'sts:AssumeRole', resource: ROLE, context: contextOf({}) };
const ANN: Asker = {
  kind: 'user',
  account: '123456789012',
  arn: 'arn:aws:iam::123456789012:user/ann',
  id: 'AIDAANNANNANNANNANNAN',
};
const RUN: Asker = {
  kind: 'session',
  account: '123456789012',
  arn: 'arn:aws:sts::123456789012:assumed-role/runner/one',
  role: { arn: 'arn:aws:iam::123456789012:role/lab/runner', id: 'AROARUNNERRUNNERRUNNE' },
};
const NONE: Rights = { identity: [] };

const trusting = (Principal: unknown, more: object = {}, member = 'Principal') =>
  policyOf(
    { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', [member]: Principal, ...more } },
    'trust',
  );

const asked = (asker: Asker, Principal: unknown, rights = NONE) =>
  evaluateTrust(trusting(Principal), asker, rights, ASSUME);

test('A-055: a user and a role are known by their unique ids; one made anew under the name is not', () => {
  assert.equal(asked(ANN, { AWS: 'AIDAANNANNANNANNANNAN' }).kind, 'allow');
  assert.equal(
    asked({ ...ANN, id: 'AIDAOTHEROTHEROTHEROT' }, { AWS: 'AIDAANNANNANNANNANNAN' }).kind,
    'implicitDeny',
  );
  assert.equal(asked(RUN, { AWS: 'AROARUNNERRUNNERRUNNE' }).kind, 'allow');
});

test('A-110: a session that is named by itself is not cut, one whose role is named is', () => {
  const cut: Rights = { identity: [], boundary: LIST };
  assert.equal(asked(RUN, { AWS: RUN.kind === 'session' && RUN.arn }, cut).kind, 'allow');
  const role = { AWS: 'arn:aws:iam::123456789012:role/lab/runner' };
  assert.equal(asked(RUN, role).kind, 'allow');
  assert.deepEqual(asked(RUN, role, cut), { kind: 'implicitDeny', lacking: 'boundary' });
  assert.deepEqual(asked(RUN, role, { identity: [], session: [LIST] }), {
    kind: 'implicitDeny',
    lacking: 'session',
  });
});

test('A-110: named in several ways, the nearest counts', () => {
  const both = { AWS: ['123456789012', 'arn:aws:iam::123456789012:user/ann'] };
  assert.equal(asked(ANN, both).kind, 'allow');
  assert.deepEqual(asked(ANN, { AWS: '123456789012' }), { kind: 'implicitDeny', lacking: 'identity' });
  assert.equal(asked(ANN, '*').kind, 'allow');
});

test('A-110: so it is where several statements name', () => {
  const naming = (...all: readonly string[]) =>
    policyOf(
      { Statement: all.map((AWS) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } })) },
      'trust',
    );
  const [account, user] = ['123456789012', 'arn:aws:iam::123456789012:user/ann'];
  for (const trust of [naming(account, user), naming(user, account)])
    assert.equal(evaluateTrust(trust, ANN, NONE, ASSUME).kind, 'allow');
});

test('A-057: principals of other accounts match nobody', () => {
  for (const AWS of ['210987654321', 'arn:aws:iam::210987654321:root', 'arn:aws:iam::210987654321:user/ann'])
    assert.deepEqual(asked(ANN, { AWS }, { identity: [ALL] }), { kind: 'implicitDeny', lacking: 'trust' });
});

test('A-103: a Deny of the trust policy wins, for whom it names', () => {
  const trust = policyOf(
    {
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' },
        {
          Effect: 'Deny',
          Action: 'sts:AssumeRole',
          Principal: { AWS: 'arn:aws:iam::123456789012:user/ann' },
        },
      ],
    },
    'trust',
  );
  const refused = evaluateTrust(trust, ANN, { identity: [ALL] }, ASSUME);
  assert.equal(refused.kind === 'explicitDeny' && refused.in, 'trust');
  assert.equal(evaluateTrust(trust, RUN, NONE, ASSUME).kind, 'allow');
});

test('NotPrincipal: a Deny spares who is named by itself or by its role; an Allow lets in only who is not named at all', () => {
  const denying = (AWS: string) =>
    policyOf(
      {
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' },
          { Effect: 'Deny', Action: 'sts:AssumeRole', NotPrincipal: { AWS } },
        ],
      },
      'trust',
    );
  const kind = (AWS: string, asker: Asker) => evaluateTrust(denying(AWS), asker, NONE, ASSUME).kind;
  assert.equal(kind('arn:aws:iam::123456789012:user/ann', ANN), 'allow');
  assert.equal(kind('arn:aws:iam::123456789012:role/lab/runner', RUN), 'allow');
  assert.equal(kind('123456789012', ANN), 'explicitDeny');
  assert.equal(kind('arn:aws:iam::123456789012:user/bob', ANN), 'explicitDeny');
  const letting = (AWS: string) =>
    evaluateTrust(trusting({ AWS }, {}, 'NotPrincipal'), ANN, NONE, ASSUME).kind;
  assert.equal(letting('arn:aws:iam::123456789012:user/bob'), 'allow');
  assert.equal(letting('arn:aws:iam::123456789012:user/ann'), 'implicitDeny');
  assert.equal(letting('123456789012'), 'implicitDeny');
});

test('A-125: an entry of NotResource without a value: a Deny applies to all, an Allow to nothing', () => {
  const except = (Effect: string) =>
    policyOf({
      Version: '2012-10-17',
      Statement: { Effect, Action: '*', NotResource: [`${QUEUE}-\${nobody}`] },
    });
  assert.equal(evaluate({ identity: [ALL, except('Deny')] }, SUBMIT).kind, 'explicitDeny');
  assert.equal(evaluate({ identity: [except('Allow')] }, SUBMIT).kind, 'implicitDeny');
});

const ANNS =
  'User: arn:aws:iam::123456789012:user/ann is not authorized to perform: batch:SubmitJob on resource: ';

/** What ann is told. */
const told = (rights: Rights): string => {
  const verdict = evaluate(rights, SUBMIT);
  assert.notEqual(verdict.kind, 'allow');
  return refusalText({ caller: 'arn:aws:iam::123456789012:user/ann', ...SUBMIT, verdict: verdict as never });
};

for (const [rights, reason] of [
  [{ identity: [] }, 'because no identity-based policy allows the batch:SubmitJob action'],
  [{ identity: [ALL], boundary: LIST }, 'because no permissions boundary allows the batch:SubmitJob action'],
  [{ identity: [ALL], session: [LIST] }, 'because no session policy allows the batch:SubmitJob action'],
  [{ identity: [policy('Deny', '*')] }, 'with an explicit deny in an identity-based policy'],
  [{ identity: [ALL], boundary: policy('Deny', '*') }, 'with an explicit deny in a permissions boundary'],
  [{ identity: [ALL], session: [policy('Deny', '*')] }, 'with an explicit deny in a session policy'],
] as const) {
  test(`A-180: refused ${reason}`, () => {
    assert.equal(told(rights), `${ANNS}${QUEUE} ${reason}`);
  });
}

test('A-181: one reason: explicit before implicit, identity before boundary before session', () => {
  const deny = policy('Deny', '*');
  assert.match(
    told({ identity: [], boundary: LIST, session: [deny] }),
    /with an explicit deny in a session policy$/,
  );
  assert.match(told({ identity: [deny], boundary: deny, session: [deny] }), /in an identity-based policy$/);
  assert.match(told({ identity: [], boundary: LIST, session: [LIST] }), /no identity-based policy allows/);
  assert.match(told({ identity: [ALL], boundary: LIST, session: [LIST] }), /no permissions boundary allows/);
});

test('A-182: a managed policy that denies is named', () => {
  const arn = 'arn:aws:iam::123456789012:policy/never';
  const document = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*' } };
  assert.match(told({ identity: [policyOf(document, 'managed', arn)] }), new RegExp(`policy: ${arn}$`));
});

test('A-180: of a role, what its trust policy says', () => {
  const verdict = asked(ANN, { Service: 'ecs-tasks.amazonaws.com' }, { identity: [ALL] });
  assert.match(
    refusalText({ caller: 'c', ...ASSUME, verdict: verdict as never }),
    /on resource: arn:aws:iam::123456789012:role\/pipeline because no role trust policy allows the sts:AssumeRole action$/,
  );
});

for (const [service, status, type] of [
  ['batch', 403, 'AccessDeniedException'],
  ['longshore', 403, 'AccessDeniedException'],
  ['logs', 400, 'AccessDeniedException'],
  ['ecs', 400, 'AccessDeniedException'],
  ['sts', 403, 'AccessDenied'],
  ['ec2', 403, 'UnauthorizedOperation'],
] as const) {
  test(`A-183: ${service} answers ${status} ${type}`, () => {
    const verdict = { kind: 'implicitDeny', lacking: 'identity' } as const;
    const refusal = accessDenied(service, { caller: 'c', action: 'a:B', resource: '*', verdict });
    assert.deepEqual([refusal.status, refusal.type], [status, type]);
    const text =
      'User: c is not authorized to perform: a:B on resource: * because no identity-based policy allows the a:B action';
    assert.ok(refusal.message.endsWith(text));
    assert.equal(refusal.message.startsWith('You are not authorized'), service === 'ec2');
  });
}
