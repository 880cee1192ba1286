import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld, type World } from '../../../test/support/world.ts';
import { evaluate } from '../../auth/policy/evaluate.ts';

const AWS = 'arn:aws:iam::aws:policy';
const OWN = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'batch:ListJobs', Resource: '*' },
});

const arnsOf = async (world: World, input: object): Promise<string[]> =>
  (await world.ask('listPolicies', input)).Policies.map(({ Arn }: { Arn: string }) => Arn);

test('A-051: ListPolicies lists what is built in as managed by AWS, and beside the account’s own', async () => {
  const world = openWorld();
  await world.ask('createPolicy', { PolicyName: 'ReadOnlyAccess', PolicyDocument: OWN });
  const own = ['arn:aws:iam::012345678910:policy/ReadOnlyAccess'];
  const provided = await arnsOf(world, { Scope: 'AWS' });
  for (const name of [
    'AdministratorAccess',
    'ReadOnlyAccess',
    'AWSBatchFullAccess',
    'CloudWatchLogsReadOnlyAccess',
    'IAMFullAccess',
    'IAMReadOnlyAccess',
    'service-role/AWSBatchServiceRole',
    'service-role/AmazonEC2ContainerServiceforEC2Role',
    'service-role/AmazonECSTaskExecutionRolePolicy',
    'service-role/AmazonEC2SpotFleetTaggingRole',
    'longshore/Submitter',
    'longshore/Operator',
  ])
    assert.ok(provided.includes(`${AWS}/${name}`), name);
  assert.deepEqual(await arnsOf(world, { Scope: 'Local' }), own);
  assert.deepEqual(await arnsOf(world, {}), [...own, ...provided]);
  assert.deepEqual(await arnsOf(world, { PathPrefix: '/longshore/' }), [
    `${AWS}/longshore/Operator`,
    `${AWS}/longshore/Submitter`,
  ]);
});

test('A-031 A-051: all pages together have each policy once', async () => {
  const world = openWorld();
  for (const name of ['a', 'b', 'c'])
    await world.ask('createPolicy', { PolicyName: name, PolicyDocument: OWN });
  const all = await arnsOf(world, {});
  const seen: string[] = [];
  let more: object | undefined = {};
  while (more) {
    const page: { Policies: { Arn: string }[]; Marker?: string } = await world.ask('listPolicies', {
      MaxItems: '2',
      ...more,
    });
    seen.push(...page.Policies.map(({ Arn }) => Arn));
    more = page.Marker === undefined ? undefined : { Marker: page.Marker };
  }
  assert.deepEqual(seen, all);
});

test('A-051: one that is built in has one version, shows who has it, and is changed by nobody', async () => {
  const world = openWorld();
  const PolicyArn = `${AWS}/longshore/Submitter`;
  await world.ask('createUser', { UserName: 'ann' });
  await world.ask('attachUserPolicy', { UserName: 'ann', PolicyArn });
  const { Policy } = await world.ask('getPolicy', { PolicyArn });
  assert.deepEqual(
    [Policy.PolicyName, Policy.Path, Policy.DefaultVersionId, Policy.AttachmentCount],
    ['Submitter', '/longshore/', 'v1', 1],
  );
  assert.match(Policy.PolicyId, /^ANPA[A-Z2-7]{17}$/);
  assert.equal((await world.ask('listEntitiesForPolicy', { PolicyArn })).PolicyUsers[0].UserName, 'ann');
  assert.equal((await world.ask('listPolicyVersions', { PolicyArn })).Versions.length, 1);
  const { PolicyVersion } = await world.ask('getPolicyVersion', { PolicyArn, VersionId: 'v1' });
  assert.ok(
    JSON.parse(decodeURIComponent(PolicyVersion.Document)).Statement[0].Action.includes('batch:Describe*'),
  );
  for (const [operation, more] of [
    ['createPolicyVersion', { PolicyDocument: OWN }],
    ['deletePolicy', {}],
    ['deletePolicyVersion', { VersionId: 'v1' }],
    ['setDefaultPolicyVersion', { VersionId: 'v1' }],
  ] as const)
    assert.equal((await world.refused(operation, { PolicyArn, ...more })).type, 'NoSuchEntity', operation);
});

/** What of these somebody may who has that policy alone. */
const mayOf = async (name: string, actions: readonly string[]): Promise<string[]> => {
  const world = openWorld();
  await world.ask('createUser', { UserName: 'ann' });
  await world.ask('attachUserPolicy', { UserName: 'ann', PolicyArn: `${AWS}/${name}` });
  const { AccessKey } = await world.ask('createAccessKey', { UserName: 'ann' });
  const principal = await world.service.principals.find(world.service, AccessKey.AccessKeyId);
  return actions.filter((action) => {
    const asked = { action, resource: 'arn:aws:x:::y', context: new Map() };
    return evaluate(principal!.rights, asked).kind === 'allow';
  });
};

const READS = ['batch:DescribeJobs', 'batch:ListJobs', 'batch:GetJobQueueSnapshot', 'logs:GetLogEvents'];
const WORKS = ['batch:SubmitJob', 'longshore:GetOverview'];
const KEEPS = [
  'batch:TerminateJob',
  'batch:CancelJob',
  'batch:UpdateJobQueue',
  'batch:UpdateComputeEnvironment',
];
const MAKES = ['batch:CreateJobQueue', 'batch:DeleteJobQueue', 'batch:RegisterJobDefinition', 'iam:PassRole'];
const GIVES = ['iam:CreateUser', 'iam:PutUserPolicy', 'longshore:SetLimits'];
const ALL = [...READS, ...WORKS, ...KEEPS, ...MAKES, ...GIVES];

test('A-051: a Submitter describes, lists, submits and reads logs; an Operator stops and switches, too', async () => {
  assert.deepEqual(await mayOf('longshore/Submitter', ALL), [...READS, ...WORKS]);
  assert.deepEqual(await mayOf('longshore/Operator', ALL), [...READS, ...WORKS, ...KEEPS]);
  assert.deepEqual(await mayOf('IAMFullAccess', ALL), ['iam:PassRole', ...GIVES]);
  assert.deepEqual(
    (await mayOf('AWSBatchFullAccess', ALL)).filter((one) => GIVES.includes(one)),
    [],
  );
});
