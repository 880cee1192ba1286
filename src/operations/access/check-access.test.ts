import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustDocument } from '../../../test/support/iam.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { type Authorising, authorise } from './authorise.ts';

const ACCOUNT = 'arn:aws:iam::012345678910';
const BATCH = 'arn:aws:batch:us-east-1:012345678910';
const JOB = '11111111-1111-1111-1111-111111111111';

const withAnn = async (): Promise<World & { readonly key: string }> => {
  const world = await makeWorld();
  await world.ask('createUser', { UserName: 'ann', Path: '/lab/', Tags: [{ Key: 'team', Value: 'red' }] });
  await world.ask('createUser', { UserName: 'bob', Path: '/team/' });
  await world.ask('createGroup', { GroupName: 'g' });
  for (const [RoleName, named] of [
    ['hers', `${ACCOUNT}:user/lab/ann`],
    ['all', `${ACCOUNT}:root`],
  ] as const) {
    const AssumeRolePolicyDocument = trustDocument({ AWS: named });
    await world.ask('createRole', { RoleName, AssumeRolePolicyDocument });
  }
  await world.ask('createPolicy', {
    PolicyName: 'p',
    Path: '/lab/',
    PolicyDocument: allow({ Action: 'a:b' }),
  });
  await world.ask('tagResource', { resourceArn: `${BATCH}:job-queue/q`, tags: { team: 'red' } });
  const { AccessKey } = await world.ask('createAccessKey', { UserName: 'ann' });
  return { ...world, key: AccessKey.AccessKeyId };
};

const allow = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one })),
  });

const put = (world: World, ...statements: readonly object[]) =>
  world.ask('putUserPolicy', { UserName: 'ann', PolicyName: 'own', PolicyDocument: allow(...statements) });

/** Whether the request itself is let through. */
const isAllowed = async (world: World & { key: string }, action: string, input: object): Promise<boolean> => {
  const { service } = world;
  const [of, operation] = action.split(':') as [Authorising['service'], string];
  const principal = (await service.principals.find(service, world.key))!;
  const asked = { service: of, operation, input: () => input, sourceIp: '127.0.0.1', region: 'us-east-1' };
  return !isRefusal(await authorise(service, principal, asked));
};

/** A statement, and then how a person asks and what the request says. */
const CASES: readonly (readonly [statement: object, action: string, resource: string, input: object])[] = [
  [
    { Action: 'batch:DescribeJobs', Resource: `${BATCH}:job/*` },
    'batch:DescribeJobs',
    `${BATCH}:job/${JOB}`,
    {},
  ],
  [{ Action: 'batch:DescribeJobs' }, 'batch:DescribeJobs', `${BATCH}:job/${JOB}`, {}],
  [{ Action: 'iam:ListUsers', Resource: `${ACCOUNT}:user/*` }, 'iam:ListUsers', 'x', {}],
  [{ Action: 'iam:GetUser', Resource: `${ACCOUNT}:user/team/*` }, 'iam:GetUser', 'bob', { UserName: 'bob' }],
  [
    { Action: 'iam:AddUserToGroup', Resource: `${ACCOUNT}:group/g` },
    'iam:AddUserToGroup',
    'g',
    { GroupName: 'g', UserName: 'bob' },
  ],
  [
    { Action: 'iam:CreateUser', Resource: `${ACCOUNT}:user/team/*` },
    'iam:CreateUser',
    'user/team/new',
    { UserName: 'new', Path: '/team/' },
  ],
  [
    { Action: 'iam:DeletePolicy', Resource: `${ACCOUNT}:policy/lab/*` },
    'iam:DeletePolicy',
    'p',
    { PolicyArn: `${ACCOUNT}:policy/lab/p` },
  ],
  [{ Action: 'a:b' }, 'sts:AssumeRole', 'hers', { RoleArn: `${ACCOUNT}:role/hers` }],
  [{ Action: 'a:b' }, 'sts:AssumeRole', 'all', { RoleArn: `${ACCOUNT}:role/all` }],
  [{ Action: 'sts:AssumeRole' }, 'sts:AssumeRole', 'all', { RoleArn: `${ACCOUNT}:role/all` }],
  [{ Action: 'sts:AssumeRole' }, 'sts:AssumeRole', 'none', { RoleArn: `${ACCOUNT}:role/none` }],
  [{ Action: 'a:b' }, 'sts:GetCallerIdentity', '*', {}],
  [
    { Action: 'logs:FilterLogEvents', Resource: 'arn:aws:logs:*:*:log-group:/aws/batch/job:*' },
    'logs:FilterLogEvents',
    '/aws/batch/job',
    { logGroupName: '/aws/batch/job' },
  ],
  [
    { Action: 'logs:GetLogEvents', Resource: 'arn:aws:logs:*:*:log-group:/aws/batch/job:log-stream:d/*' },
    'logs:GetLogEvents',
    'd/default/x',
    { logGroupName: '/aws/batch/job', logStreamName: 'd/default/x' },
  ],
  [
    { Action: 'batch:DeregisterJobDefinition', Resource: `${BATCH}:job-definition/d:1` },
    'batch:DeregisterJobDefinition',
    'd',
    { jobDefinition: 'd' },
  ],
  [
    { Action: 'batch:TerminateJob', Resource: `${BATCH}:job/*` },
    'batch:TerminateJob',
    JOB,
    { jobId: JOB, reason: 'r' },
  ],
  [
    {
      Action: 'batch:UpdateJobQueue',
      Condition: { StringEquals: { 'aws:ResourceTag/team': `$\{aws:PrincipalTag/team}` } },
    },
    'batch:UpdateJobQueue',
    'q',
    { jobQueue: 'q' },
  ],
  [
    { Action: 'batch:UpdateJobQueue', Condition: { StringEquals: { 'aws:ViaAWSService': 'false' } } },
    'batch:UpdateJobQueue',
    'q',
    { jobQueue: 'q' },
  ],
  [{ Action: 'batch:ListJobs' }, 'longshore:SearchJobs', '*', {}],
];

test('A-231: the verdict is that of the request itself', async () => {
  const world = await withAnn();
  const verdicts = new Set<string>();
  for (const [statement, action, resource, input] of CASES) {
    await put(world, statement);
    const { decision } = await world.ask('checkAccess', { name: 'ann', action, resource });
    assert.equal(decision === 'allow', await isAllowed(world, action, input), JSON.stringify(statement));
    verdicts.add(decision);
  }
  assert.deepEqual([...verdicts].sort(), ['allow', 'implicitDeny']);
});

test('A-231 A-154: a submission is asked about with its definition, or the answer says that it was not', async () => {
  const world = await withAnn();
  const submit = { name: 'ann', action: 'batch:SubmitJob', resource: 'q' };
  await put(world, { Action: 'batch:SubmitJob', Resource: `${BATCH}:job-queue/q` });
  const alone = await world.ask('checkAccess', submit);
  assert.deepEqual([alone.decision, alone.notAsked], ['allow', 'jobDefinition']);
  const input = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' };
  assert.equal(await isAllowed(world, 'batch:SubmitJob', input), false);
  const both = await world.ask('checkAccess', { ...submit, definition: 'd' });
  assert.deepEqual([both.decision, both.notAsked], ['implicitDeny', undefined]);
  assert.equal(both.answers[1].resource, `${BATCH}:job-definition/d`);
  // the revision that the name means will do
  await put(world, {
    Action: 'batch:SubmitJob',
    Resource: [`${BATCH}:job-queue/q`, `${BATCH}:job-definition/d:1`],
  });
  const { decision, answers } = await world.ask('checkAccess', { ...submit, definition: 'd' });
  assert.deepEqual([decision, answers.length], ['allow', 2]);
  assert.equal(await isAllowed(world, 'batch:SubmitJob', input), true);
});

test('A-231 A-109: of a role the statement of its trust policy decides, or the caller’s own', async () => {
  const world = await withAnn();
  const check = async (resource: string) =>
    (await world.ask('checkAccess', { name: 'ann', action: 'sts:AssumeRole', resource })).answers[0];
  const hers = await check('hers');
  assert.equal(hers.policy, 'the trust policy of the role');
  assert.equal(hers.statement.Principal.AWS, `${ACCOUNT}:user/lab/ann`);
  assert.match((await check('all')).reason, /no identity-based policy allows/);
  await put(world, { Action: 'sts:AssumeRole' });
  assert.equal((await check('all')).policy, 'own of the user');
});

test('A-231: who is named by an ARN or a path is no other; root is asked nothing', async () => {
  const world = await withAnn();
  const check = { action: 'batch:ListJobs', resource: '*' };
  for (const name of ['ann', 'user/ann', 'user/lab/ann', `${ACCOUNT}:user/lab/ann`, 'role/hers'])
    assert.equal((await world.ask('checkAccess', { ...check, name })).decision, 'implicitDeny', name);
  for (const name of [
    `${ACCOUNT}:user/ann`,
    'arn:aws:iam::999999999999:user/lab/ann',
    'user/other/ann',
    'group/g',
    'nobody',
  ])
    assert.equal(
      (await world.refused('checkAccess', { ...check, name })).message,
      `there is no user ${name}`,
    );
  for (const name of ['root', `${ACCOUNT}:root`]) {
    const { principal, decision } = await world.ask('checkAccess', { ...check, name });
    assert.deepEqual([principal, decision], [`${ACCOUNT}:root`, 'allow']);
  }
});

test('A-169: what no operation has the name of is asked about the thing itself', async () => {
  const world = await withAnn();
  await put(world, { Action: 'iam:PassRole', Resource: `${ACCOUNT}:role/hers` });
  const pass = async (resource: string) =>
    (await world.ask('checkAccess', { name: 'ann', action: 'iam:PassRole', resource })).decision;
  assert.deepEqual([await pass('hers'), await pass('all')], ['allow', 'implicitDeny']);
});
