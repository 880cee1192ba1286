import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARN, asked, JOB, questions, ROLE, short } from '../../../test/support/questions.ts';

const LOGS_ARN = 'arn:aws:logs:us-east-1:123456789012:log-group';
const logs = (operation: string, input: object) => short(questions('logs', operation, input));

test('A-173: a stream that is read is asked about, however its group is named', () => {
  const expected = [`logs:GetLogEvents ${LOGS_ARN}:/aws/batch/job:log-stream:align/default/1`];
  const stream = { logStreamName: 'align/default/1' };
  assert.deepEqual(logs('GetLogEvents', { ...stream, logGroupName: '/aws/batch/job' }), expected);
  assert.deepEqual(
    logs('GetLogEvents', { ...stream, logGroupIdentifier: `${LOGS_ARN}:/aws/batch/job` }),
    expected,
  );
});

test('A-174 A-175: a group is asked about as all of its streams, or as itself', () => {
  for (const operation of ['FilterLogEvents', 'DescribeLogStreams', 'CreateLogGroup'])
    assert.deepEqual(logs(operation, { logGroupName: 'g' }), [
      `logs:${operation} ${LOGS_ARN}:g:log-stream:|${LOGS_ARN}:g`,
    ]);
  assert.deepEqual(logs('DescribeLogGroups', {}), [`logs:DescribeLogGroups ${LOGS_ARN}::log-stream:|*`]);
});

test('A-176: ECS asks about each cluster, task and container instance', () => {
  const ecs = 'arn:aws:ecs:us-east-1:123456789012';
  const all = (operation: string, input: object) => short(questions('ecs', operation, input));
  assert.deepEqual(all('DescribeClusters', { clusters: ['a', `${ecs}:cluster/b`] }), [
    `ecs:DescribeClusters ${ecs}:cluster/a`,
    `ecs:DescribeClusters ${ecs}:cluster/b`,
  ]);
  assert.deepEqual(
    all('DescribeTasks', {
      cluster: 'a',
      tasks: ['1', `${ecs}:task/2`, `${ecs}:task/a/3`, `${ecs}:task/b/4`],
    }),
    [
      `ecs:DescribeTasks ${ecs}:task/a/1`,
      `ecs:DescribeTasks ${ecs}:task/a/2`,
      `ecs:DescribeTasks ${ecs}:task/a/3`,
      'ecs:DescribeTasks *',
    ],
  );
  const [instance] = questions('ecs', 'DescribeContainerInstances', {
    cluster: 'a',
    containerInstances: ['1'],
  });
  assert.deepEqual(instance!.resources, [`${ecs}:container-instance/a/1`]);
  assert.deepEqual(instance!.context, { 'ecs:cluster': `${ecs}:cluster/a` });
  assert.deepEqual(all('ListClusters', {}), ['ecs:ListClusters *']);
});

test('A-177: EC2 asks about everything', () => {
  assert.deepEqual(short(questions('ec2', 'DescribeInstances')), ['ec2:DescribeInstances *']);
});

test('A-059: who one is, everybody may know', () => {
  assert.deepEqual(questions('sts', 'GetCallerIdentity'), []);
});

test('reads of our own ask what their counterpart in Batch asks, others longshore:<Name>', () => {
  const own = (operation: string) => short(questions('longshore', operation, { jobId: JOB }));
  assert.deepEqual(own('SearchJobs'), ['batch:ListJobs *']);
  assert.deepEqual(own('GetArrayGroups'), ['batch:ListJobs *']);
  assert.deepEqual(own('ExplainJob'), ['batch:DescribeJobs *']);
  assert.deepEqual(own('GetOverview'), ['longshore:GetOverview *']);
});

test('StopJobs asks batch:TerminateJob of each job that it finds', () => {
  assert.deepEqual(asked('longshore', 'StopJobs', { reason: 'r' }), {
    kind: 'found',
    action: 'batch:TerminateJob',
  });
});

const RERUN = {
  queue: `${ARN}:job-queue/q`,
  definition: `${ARN}:job-definition/align:3`,
  registered: { containerProperties: { image: 'i', jobRoleArn: ROLE } },
};
const rerun = (changes: object | undefined, reruns = [RERUN]) =>
  short(questions('longshore', 'RetryJobs', { jobId: JOB, changes }, { reruns }));

test('RetryJobs asks to submit; with another command also to register, with the roles that it then has', () => {
  const submits = ['batch:SubmitJob ~job-queue/q', 'batch:SubmitJob ~job-definition/align:3'];
  assert.deepEqual(rerun(undefined), submits);
  assert.deepEqual(rerun({ timeoutSeconds: 5 }), submits);
  assert.deepEqual(rerun({ command: ['x'] }), [
    ...submits,
    'batch:RegisterJobDefinition ~job-definition/align:3',
    `iam:PassRole ${ROLE}`,
  ]);
  assert.deepEqual(rerun(undefined, []), ['batch:SubmitJob *']);
});

test('A-158: RetryJobs asks for what waits, too, and with the share of each', () => {
  const waits = {
    queue: `${ARN}:job-queue/r`,
    definition: `${ARN}:job-definition/sort:1`,
    share: 's',
    owner: 'AIDABOB',
    registered: undefined,
  };
  const all = questions(
    'longshore',
    'RetryJobs',
    { jobId: JOB, withDependents: true, changes: { command: ['x'] } },
    { reruns: [RERUN, waits] },
  );
  const of = { 'batch:ShareIdentifier': 's', 'longshore:JobOwner': 'AIDABOB' };
  assert.deepEqual(short(all).slice(-2), [
    'batch:SubmitJob ~job-queue/r',
    'batch:SubmitJob ~job-definition/sort:1',
  ]);
  assert.deepEqual(
    all.slice(-2).map(({ context }) => context),
    [of, of],
  );
});

test('A-146: RetryJobs tells whose each job is; of one of an earlier version that it is nobody’s', () => {
  const asked = questions('longshore', 'RetryJobs', { jobId: JOB }, { reruns: [RERUN] });
  assert.deepEqual(
    asked.map(({ context }) => context),
    [{ 'longshore:JobOwner': '' }, { 'longshore:JobOwner': '' }],
  );
});
