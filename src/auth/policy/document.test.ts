import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal } from '../../domain/refusal.ts';
import { type DocumentKind, readDocument } from './document.ts';

const GOOD = { Effect: 'Allow', Action: 'batch:ListJobs', Resource: '*' };
const QUEUE = 'arn:aws:batch:us-east-1:123456789012:job-queue/q';

/** The text of the refusal; undefined where there is none. */
const answer = (document: unknown, kind: DocumentKind = 'inline'): string | undefined => {
  const read = readDocument(typeof document === 'string' ? document : JSON.stringify(document), kind);
  if (!isRefusal(read)) return undefined;
  assert.equal(read.type, 'MalformedPolicyDocument');
  assert.equal(read.status, 400);
  return read.message;
};

/** A document of these statements, and what is written over. */
const of = (statement: unknown, more: object = {}): object => ({
  Version: '2012-10-17',
  Statement: statement,
  ...more,
});
const good = (more: object): object => of({ ...GOOD, ...more });

const SYNTAX = 'Syntax errors in policy.';
const LEGACY = 'The policy failed legacy parsing';

test('A-085: both versions and none are taken, another is not', () => {
  for (const Version of ['2012-10-17', '2008-10-17', undefined])
    assert.equal(answer({ Version, Statement: GOOD }), undefined);
  for (const Version of ['2012-10-18', 'x', 20121017, null])
    assert.equal(answer({ Version, Statement: GOOD }), SYNTAX);
  const read = readDocument(JSON.stringify({ Statement: GOOD }), 'inline');
  assert.ok(!isRefusal(read));
  assert.equal(read.version, '2008-10-17');
});

test('A-086: Statement is an object or a list that is not empty', () => {
  assert.equal(answer(of(GOOD)), undefined);
  assert.equal(answer(of([GOOD, GOOD])), undefined);
  for (const wrong of [[], undefined, null, 'x', [[]], ['x'], [null]])
    assert.equal(answer(of(wrong)), SYNTAX);
});

for (const [one, other] of [
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
] as const) {
  test(`A-087: ${one} or ${other}, not both, a text or a list of texts`, () => {
    const { [one]: value, ...rest } = GOOD;
    assert.equal(answer(of({ ...rest, [other]: value })), undefined);
    assert.equal(answer(of({ ...rest, [other]: [value] })), undefined);
    assert.equal(answer(good({ [other]: value })), SYNTAX);
    assert.equal(answer(good({ [other]: [] })), SYNTAX);
    for (const wrong of [1, {}, [[]], [1], null]) assert.equal(answer(good({ [one]: wrong })), SYNTAX);
  });
}

test('A-088 A-091: an Effect in another case is legacy, another word an error of syntax', () => {
  assert.equal(answer(good({ Effect: 'deny' })), LEGACY);
  for (const wrong of ['Permit', '', undefined, 1]) assert.equal(answer(good({ Effect: wrong })), SYNTAX);
});

test('A-089: what is no policy is an error of syntax', () => {
  const wrong = [
    'x',
    '',
    '[]',
    'null',
    '1',
    of(GOOD, { Extra: 1 }),
    of(GOOD, { Id: 1 }),
    of(GOOD, { Conditions: {} }),
  ];
  for (const document of wrong) assert.equal(answer(document), SYNTAX, JSON.stringify(document));
  for (const members of [{ Extra: 'x' }, { Sid: 1 }, { Sid: [] }, { action: 'a:b' }])
    assert.equal(answer(good(members)), SYNTAX);
});

test('A-089: of a condition too, and of an operator that is unknown', () => {
  const wrong = [
    [],
    'x',
    { StringEquals: 'x' },
    { StringEquals: { a: {} } },
    { StringEquals: { a: [null] } },
    { Equals: { a: 'b' } },
    { stringequals: { a: 'b' } },
    { 'ForAnyValue::StringEquals': { a: 'b' } },
    { 'ForNoValue:StringEquals': { a: 'b' } },
    { NullIfExists: { a: 'true' } },
  ];
  for (const Condition of wrong) assert.equal(answer(good({ Condition })), SYNTAX, JSON.stringify(Condition));
});

test('A-099: conditions that ask nothing are accepted', () => {
  for (const Condition of [{}, { StringEquals: {} }, { Whatever: {} }, { DateEquals: { a: [] } }])
    assert.equal(answer(good({ Condition })), undefined);
  assert.equal(
    answer(good({ Condition: { NumericEqualsIfExists: { a: [1, '2'] }, Bool: { b: true } } })),
    undefined,
  );
});

test('A-090: managed policies must be of 2012-10-17, others need not', () => {
  const old = { Version: '2008-10-17', Statement: GOOD };
  assert.equal(answer(old, 'managed'), 'Policy document must be version 2012-10-17 or greater.');
  assert.equal(
    answer({ Statement: GOOD }, 'managed'),
    'Policy document must be version 2012-10-17 or greater.',
  );
  assert.equal(answer(of(GOOD), 'managed'), undefined);
  assert.equal(answer(old, 'inline'), undefined);
});

for (const [date, right] of [
  ['2026-01-01T00:00:00Z', true],
  ['2026-01-01T10:00:00.593194+02:00', true],
  ['2026-01-01t2:00:00+23', true],
  ['2026-01', true],
  ['1767225600', true],
  ['-292275054', true],
  ['soon', false],
  ['2026-13', false],
  ['2026-01-01T24:00', false],
  ['2026-01-01T10:00:00+1', false],
  ['2026-01-01T10:00:00+24:00', false],
  ['2026-01-01T10:00:00.1999999999Z', false],
  ['9223372036854775808', false],
  ['', false],
] as const) {
  test(`A-091: ${JSON.stringify(date)} is ${right ? 'a' : 'no'} date`, () => {
    assert.equal(
      answer(good({ Condition: { DateLessThanIfExists: { a: date } } })),
      right ? undefined : LEGACY,
    );
    assert.equal(answer(good({ Condition: { StringEquals: { a: date } } })), undefined);
  });
}

test('A-091: ARNs that are short and have an empty part, or no service', () => {
  for (const Resource of ['arn:aws:s3::bucket', 'arn:aws::x', 'arn:aws::::x'])
    assert.equal(answer(good({ Resource })), LEGACY, Resource);
  assert.equal(answer(good({ Resource: 'arn:aws:batch' })), undefined);
});

test('A-092: equal Sids are refused, absent and empty ones are no Sids', () => {
  const text = 'Statement IDs (SID) in a single policy must be unique.';
  assert.equal(
    answer(
      of([
        { ...GOOD, Sid: 'a' },
        { ...GOOD, Sid: 'a' },
      ]),
    ),
    text,
  );
  assert.equal(
    answer(
      of([
        { ...GOOD, Sid: 'a' },
        { ...GOOD, Sid: 'A' },
      ]),
    ),
    undefined,
  );
  assert.equal(answer(of([{ ...GOOD, Sid: '' }, { ...GOOD, Sid: '' }, GOOD])), undefined);
});

test('A-093: no action, no resource', () => {
  const { Action, Resource, ...rest } = GOOD;
  assert.equal(answer(of({ ...rest, Resource })), 'Policy statement must contain actions.');
  assert.equal(answer(good({ Action: [] })), 'Policy statement must contain actions.');
  assert.equal(answer(of({ ...rest, Action })), 'Policy statement must contain resources.');
  assert.equal(answer(good({ Resource: [] })), 'Policy statement must contain resources.');
});

for (const [resource, text] of [
  ['queue', 'Resource queue must be in ARN format or "*".'],
  ['', 'Resource  must be in ARN format or "*".'],
  ['a:b', 'Partition "b" is not valid for resource "arn:b:*:*:*:*".'],
  ['a:b:c', 'Partition "b" is not valid for resource "arn:b:c:*:*:*".'],
  ['a:b:c:d:e:f:g:h', 'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".'],
  ['aws:s3:::bucket', 'Partition "s3" is not valid for resource "arn:s3:::bucket:*".'],
  ['arn:aws', 'Resource vendor must be fully qualified and cannot contain regexes.'],
  ['arn:aws:*:us-east-1:1:x', 'Resource vendor must be fully qualified and cannot contain regexes.'],
  [
    'arn:aws:iam:eu-west-1::role/x',
    'IAM resource arn:aws:iam:eu-west-1::role/x cannot contain region information.',
  ],
  ['arn:aws:s3:eu-west-1::x', 'Resource arn:aws:s3:eu-west-1::x can not contain region information.'],
] as const) {
  test(`A-094: ${JSON.stringify(resource)} is refused as a resource`, () => {
    assert.equal(answer(good({ Resource: resource })), text);
    assert.equal(answer(good({ Resource: undefined, NotResource: ['*', resource] })), text);
  });
}

test('A-094: paths of iam', () => {
  assert.match(
    answer(good({ Resource: 'arn:aws:iam:::x' })) ?? '',
    /^IAM resource path must either be "\*" or start with user\/, /,
  );
  for (const Resource of [
    'arn:aws:iam::*:user/x',
    'arn:aws:iam::1:*',
    'arn:aws:s3:us-west-2:1:accesspoint/a',
  ])
    assert.equal(answer(good({ Resource })), undefined, Resource);
});

for (const [action, text] of [
  ['ListJobs', 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
  ['', 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
  ['a:b:c', 'Actions/Condition can contain only one colon.'],
  ['a b:ListJobs', 'Vendor a b is not valid'],
] as const) {
  test(`A-095: ${JSON.stringify(action)} is refused as an action`, () => {
    assert.equal(answer(good({ Action: action })), text);
    assert.equal(answer(good({ Action: undefined, NotAction: ['*', action] })), text);
  });
}

test('A-096: of several that are wrong the first in the order of the service answers', () => {
  const wrong: [object, string][] = [
    [{ Extra: 1 }, SYNTAX],
    [{ Effect: 'allow' }, LEGACY],
    [{ Sid: 'twice' }, 'Statement IDs (SID) in a single policy must be unique.'],
    [{ Action: [] }, 'Policy statement must contain actions.'],
    [{ Resource: 'r' }, 'Resource r must be in ARN format or "*".'],
    [{ Action: 'a' }, 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
    [{ Resource: [] }, 'Policy statement must contain resources.'],
  ];
  const first = { ...GOOD, Sid: 'twice' };
  for (let from = 0; from < wrong.length; from++) {
    const statements = wrong.slice(from).map(([members]) => ({ ...GOOD, ...members }));
    assert.equal(answer(of([first, ...statements.reverse()])), wrong[from]![1]);
  }
  assert.equal(
    answer({ Statement: { ...GOOD, Effect: 'allow' } }, 'managed'),
    'Policy document must be version 2012-10-17 or greater.',
  );
});

test('A-097: services, actions and keys that nobody knows are accepted', () => {
  assert.equal(
    answer(
      good({
        Action: 'nothing:Here',
        Resource: 'arn:aws:nothing:::x',
        Condition: { StringLike: { 'no:Key': 'x' } },
      }),
    ),
    undefined,
  );
});

test('A-098: only trust policies name principals', () => {
  for (const member of ['Principal', 'NotPrincipal'])
    assert.equal(answer(good({ [member]: '*' })), 'Policy document should not specify a principal.');
});

for (const text of [
  `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}`,
  `{"Statement":[],"Statement":${JSON.stringify(GOOD)}}`,
  `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a":"true","\\u0061":"false"}}}}`,
]) {
  test(`A-100: a key twice in one object is refused: ${text}`, () => {
    assert.equal(answer(text), SYNTAX);
  });
}

test('A-100: the same key in other objects, and as a value, is fine', () => {
  const Condition = {
    StringEquals: { Effect: 'Effect' },
    StringLike: { Effect: ['Effect', '{"Effect', 'Effect'] },
  };
  assert.equal(
    answer(
      of([
        { ...GOOD, Condition },
        { ...GOOD, Condition },
      ]),
    ),
    undefined,
  );
});

const TRUST = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
const trust = (more: object): string | undefined => answer(of({ ...TRUST, ...more }), 'trust');

test('A-053: whom a trust policy may name', () => {
  const right = [
    '*',
    { AWS: '*' },
    { AWS: '123456789012' },
    { AWS: 'arn:aws:iam::123456789012:root' },
    { AWS: ['arn:aws:iam::123456789012:user/lab/ann', 'arn:aws:iam::123456789012:role/r'] },
    { AWS: 'arn:aws:sts::123456789012:assumed-role/r/s' },
    { AWS: 'AROAABCDEFGHIJKLMNOPQ' },
    { Service: ['ecs-tasks.amazonaws.com'], Federated: 'arn:aws:iam::123456789012:oidc-provider/id.example' },
  ];
  for (const Principal of right) assert.equal(trust({ Principal }), undefined, JSON.stringify(Principal));
  const wrong = ['arn:aws:iam::123456789012:user/*', 'ann', 'arn:aws:iam::1:root', QUEUE];
  for (const AWS of wrong)
    assert.equal(trust({ Principal: { AWS } }), `Invalid principal in policy: "AWS":"${AWS}"`);
  assert.equal(trust({ Principal: { Service: 'ecs*' } }), 'Invalid principal in policy: "Service":"ecs*"');
  for (const Principal of [{}, [], 'ann', { CanonicalUser: 'x' }, { AWS: 1 }])
    assert.equal(trust({ Principal }), SYNTAX);
  assert.equal(trust({ Principal: undefined }), 'Missing required field Principal');
});

test('A-056: a trust policy is about its role alone, and about the actions that give it out', () => {
  for (const member of ['Resource', 'NotResource'])
    assert.equal(trust({ [member]: '*' }), 'Has prohibited field Resource.');
  for (const Action of [
    'sts:assumerole',
    ['sts:AssumeRole', 'sts:TagSession'],
    'sts:AssumeRoleWithWebIdentity',
  ])
    assert.equal(trust({ Action }), undefined);
  for (const Action of ['sts:GetSessionToken', '*', 'batch:SubmitJob'])
    assert.equal(trust({ Action }), 'AssumeRole policy may only specify STS AssumeRole actions.');
});
