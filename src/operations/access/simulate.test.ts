import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustDocument } from '../../../test/support/iam.ts';
import { makeWorld, openWorld, type World } from '../../../test/support/world.ts';

const ANN = 'arn:aws:iam::012345678910:user/ann';
const QUEUE = 'arn:aws:batch:us-east-1:012345678910:job-queue/q';
const documentOf = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one })),
  });

const withAnn = async (): Promise<World> => {
  const world = await makeWorld();
  await world.ask('createUser', { UserName: 'ann', Tags: [{ Key: 'team', Value: 'red' }] });
  await world.ask('createGroup', { GroupName: 'g' });
  await world.ask('addUserToGroup', { GroupName: 'g', UserName: 'ann' });
  return world;
};

const put = (world: World, ...statements: readonly object[]) =>
  world.ask('putUserPolicy', {
    UserName: 'ann',
    PolicyName: 'own',
    PolicyDocument: documentOf(...statements),
  });

const simulate = async (world: World, more: object = {}) =>
  (
    await world.ask('simulatePrincipalPolicy', {
      PolicySourceArn: ANN,
      ActionNames: ['batch:SubmitJob'],
      ResourceArns: [QUEUE],
      ...more,
    })
  ).EvaluationResults;

test('A-025: what a user may do, and by which statement of which policy', async () => {
  const world = await withAnn();
  const [nothing] = await simulate(world);
  assert.deepEqual(nothing, {
    EvalActionName: 'batch:SubmitJob',
    EvalResourceName: QUEUE,
    EvalDecision: 'implicitDeny',
    MatchedStatements: [],
    MissingContextValues: [],
  });
  await put(world, { Action: 'batch:ListJobs' }, { Action: 'batch:Submit*' });
  const [allowed] = await simulate(world);
  assert.equal(allowed.EvalDecision, 'allowed');
  const [matched] = allowed.MatchedStatements;
  assert.deepEqual([matched.SourcePolicyId, matched.SourcePolicyType], ['own', 'user']);
  const text = documentOf({ Action: 'batch:ListJobs' }, { Action: 'batch:Submit*' });
  const statement = text.slice(matched.StartPosition.Column - 1, matched.EndPosition.Column);
  assert.equal(JSON.parse(statement).Action, 'batch:Submit*');
  await world.ask('attachGroupPolicy', {
    GroupName: 'g',
    PolicyArn: 'arn:aws:iam::aws:policy/AWSBatchFullAccess',
  });
  await world.ask('putGroupPolicy', {
    GroupName: 'g',
    PolicyName: 'not',
    PolicyDocument: documentOf({ Effect: 'Deny', Action: 'batch:SubmitJob' }),
  });
  const [denied] = await simulate(world);
  assert.equal(denied.EvalDecision, 'explicitDeny');
  assert.deepEqual(denied.MatchedStatements[0].SourcePolicyId, 'not');
  assert.deepEqual(denied.MatchedStatements[0].SourcePolicyType, 'group');
});

test('A-143: what is known of the user and of the resource is known, and what is said goes before', async () => {
  const world = await withAnn();
  await world.ask('tagResource', { resourceArn: QUEUE, tags: { team: 'red' } });
  const team = { 'aws:ResourceTag/team': `$\{aws:PrincipalTag/team}` };
  await put(world, {
    Action: 'batch:SubmitJob',
    Condition: { StringEquals: team, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
  });
  const entry = (ContextKeyName: string, value: string) => ({
    ContextKeyName,
    ContextKeyType: 'string',
    ContextKeyValues: [value],
  });
  const [missing] = await simulate(world);
  assert.deepEqual([missing.EvalDecision, missing.MissingContextValues], ['implicitDeny', ['aws:SourceIp']]);
  const here = entry('aws:SourceIp', '10.1.2.3');
  const [allowed] = await simulate(world, { ContextEntries: [here] });
  assert.equal(allowed.EvalDecision, 'allowed');
  const other = entry('aws:PrincipalTag/team', 'blue');
  assert.equal((await simulate(world, { ContextEntries: [here, other] }))[0].EvalDecision, 'implicitDeny');
});

test('A-140 A-142: a simulation knows of its subject what is known of a request', async () => {
  const world = await withAnn();
  await world.ask('createRole', { RoleName: 'r', AssumeRolePolicyDocument: trustDocument('*') });
  const decided = async (PolicySourceArn: string, key: string, value: string) => {
    const PolicyInputList = [
      documentOf({ Action: 'batch:SubmitJob', Condition: { StringLike: { [key]: value } } }),
    ];
    return (await simulate(world, { PolicySourceArn, PolicyInputList }))[0].EvalDecision;
  };
  const ROLE = 'arn:aws:iam::012345678910:role/r';
  for (const [arn, key, value] of [
    [ANN, 'aws:ViaAWSService', 'false'],
    [ANN, 'aws:PrincipalIsAWSService', 'false'],
    [ANN, 'aws:userid', 'AIDA*'],
    [ROLE, 'aws:userid', 'AROA*:*'],
    [ROLE, 'aws:PrincipalArn', ROLE],
    [ROLE, 'aws:TokenIssueTime', '2026-*'],
  ] as const)
    assert.equal(await decided(arn, key, value), 'allowed', `${arn} ${key}`);
});

test('a simulation of many questions lets others have their turn', async () => {
  const world = await withAnn();
  let isDone = false;
  const ActionNames = Array.from({ length: 200 }, (_, n) => `a:b${n}`);
  const simulated = simulate(world, { ActionNames, MaxItems: '1000' }).then((results) => {
    isDone = true;
    return results;
  });
  for (let n = 0; n < 3; n++) await world.service.store.read(async () => {});
  assert.equal(isDone, false);
  assert.equal((await simulated).length, 200);
});

test('A-105 A-108: a boundary is told for itself, one that is tried and one that is there', async () => {
  const world = await withAnn();
  await put(world, { Action: 'batch:*' });
  const tried = { PermissionsBoundaryPolicyInputList: [documentOf({ Action: 'batch:List*' })] };
  const [outside] = await simulate(world, tried);
  assert.deepEqual(
    [outside.EvalDecision, outside.PermissionsBoundaryDecisionDetail],
    ['implicitDeny', { AllowedByPermissionsBoundary: false }],
  );
  const [inside] = await simulate(world, { ...tried, ActionNames: ['batch:ListJobs'] });
  assert.deepEqual(
    [inside.EvalDecision, inside.PermissionsBoundaryDecisionDetail],
    ['allowed', { AllowedByPermissionsBoundary: true }],
  );
  await world.ask('createPolicy', { PolicyName: 'b', PolicyDocument: documentOf({ Action: 'batch:*' }) });
  const PermissionsBoundary = 'arn:aws:iam::012345678910:policy/b';
  await world.ask('putUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary });
  assert.equal((await simulate(world))[0].EvalDecision, 'allowed');
  const nobodyKnows = 'arn:aws:iam::aws:policy/NobodyKnows';
  await world.ask('putUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary: nobodyKnows });
  assert.equal((await simulate(world))[0].EvalDecision, 'implicitDeny');
});

test('A-025: policies that nobody has, roles, groups, and many actions on many resources in pages', async () => {
  const world = await withAnn();
  const PolicyInputList = [
    documentOf({ Action: 'a:One' }),
    documentOf({ Effect: 'Deny', Action: 'a:One', Resource: 'arn:aws:a:::x' }),
  ];
  const all: [string, string, string][] = [];
  for (let Marker: string | undefined; ; ) {
    const page = await world.ask('simulateCustomPolicy', {
      PolicyInputList,
      ActionNames: ['a:One', 'a:Two'],
      ResourceArns: ['arn:aws:a:::x', 'arn:aws:a:::y'],
      MaxItems: '3',
      ...(Marker && { Marker }),
    });
    for (const one of page.EvaluationResults)
      all.push([one.EvalActionName, one.EvalResourceName.slice(-1), one.EvalDecision]);
    Marker = page.Marker;
    if (!page.IsTruncated) break;
  }
  assert.deepEqual(all, [
    ['a:One', 'x', 'explicitDeny'],
    ['a:One', 'y', 'allowed'],
    ['a:Two', 'x', 'implicitDeny'],
    ['a:Two', 'y', 'implicitDeny'],
  ]);
  await world.ask('createRole', { RoleName: 'r', AssumeRolePolicyDocument: trustDocument('*') });
  for (const PolicySourceArn of ['arn:aws:iam::012345678910:role/r', 'arn:aws:iam::012345678910:group/g']) {
    const [result] = await simulate(world, {
      PolicySourceArn,
      PolicyInputList: [documentOf({ Action: 'batch:*' })],
    });
    assert.equal(result.EvalDecision, 'allowed');
    assert.deepEqual(result.MatchedStatements[0].SourcePolicyId, 'PolicyInputList.1');
  }
});

test('A-025: the keys that policies look at', async () => {
  const world = await withAnn();
  await put(world, {
    Action: 'a:b',
    Condition: { StringEquals: { 'aws:PrincipalTag/x': `$\{aws:username}` } },
  });
  const PolicyInputList = [
    documentOf({ Action: 'a:b', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
  ];
  const own = await world.ask('getContextKeysForPrincipalPolicy', { PolicySourceArn: ANN, PolicyInputList });
  assert.deepEqual(own.ContextKeyNames, ['aws:PrincipalTag/x', 'aws:username', 'aws:SecureTransport']);
  const given = await world.ask('getContextKeysForCustomPolicy', { PolicyInputList });
  assert.deepEqual(given.ContextKeyNames, ['aws:SecureTransport']);
});

test('A-032: what cannot be tried is told', async () => {
  const world = openWorld();
  const PolicyInputList = [documentOf({ Action: 'a:b' })];
  for (const [operation, input, type] of [
    ['simulatePrincipalPolicy', { PolicySourceArn: ANN, ActionNames: ['a:b'] }, 'NoSuchEntity'],
    ['simulatePrincipalPolicy', { ActionNames: ['a:b'] }, 'ValidationError'],
    ['simulateCustomPolicy', { PolicyInputList, ActionNames: ['a:*'] }, 'InvalidInput'],
    ['simulateCustomPolicy', { PolicyInputList, ActionNames: ['ab'] }, 'InvalidInput'],
    [
      'simulateCustomPolicy',
      { PolicyInputList: ['x'.repeat(131_073)], ActionNames: ['a:b'] },
      'InvalidInput',
    ],
    ['simulateCustomPolicy', { PolicyInputList: ['{'], ActionNames: ['a:b'] }, 'InvalidInput'],
    ['simulateCustomPolicy', { PolicyInputList, ActionNames: ['a:b'], ResourcePolicy: '{}' }, 'InvalidInput'],
  ] as const)
    assert.equal((await world.refused(operation, input)).type, type, operation);
});
