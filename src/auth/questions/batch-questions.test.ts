import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARN, asked, batch, JOB, questions, short } from '../../../test/support/questions.ts';

test('A-148: what describes and lists asks about everything', () => {
  for (const operation of [
    'DescribeJobs',
    'ListJobs',
    'DescribeJobQueues',
    'DescribeJobDefinitions',
    'DescribeComputeEnvironments',
    'DescribeSchedulingPolicies',
    'ListSchedulingPolicies',
    'DescribeServiceEnvironments',
    'DescribeServiceJob',
    'ListServiceJobs',
    'ListConsumableResources',
  ])
    assert.deepEqual(batch(operation, { jobQueue: 'q', jobs: [JOB] }), [`batch:${operation} *`]);
});

for (const [operation, input, resource] of [
  ['GetJobQueueSnapshot', { jobQueue: 'q' }, 'job-queue/q'],
  ['ListQuotaShares', { jobQueue: `${ARN}:job-queue/q` }, 'job-queue/q'],
  ['DescribeConsumableResource', { consumableResource: 'r' }, 'consumable-resource/r'],
  ['ListJobsByConsumableResource', { consumableResource: 'r' }, 'consumable-resource/r'],
  ['DescribeQuotaShare', { quotaShareArn: `${ARN}:job-queue/q/quota-share/s` }, 'job-queue/q/quota-share/s'],
] as const) {
  test(`A-149: ${operation} asks about ${resource}`, () => {
    assert.deepEqual(batch(operation, input), [`batch:${operation} ~${resource}`]);
  });
}

for (const [operation, input, resource] of [
  ['UpdateComputeEnvironment', { computeEnvironment: 'e' }, 'compute-environment/e'],
  [
    'DeleteComputeEnvironment',
    { computeEnvironment: `${ARN}:compute-environment/e` },
    'compute-environment/e',
  ],
  ['UpdateJobQueue', { jobQueue: 'q' }, 'job-queue/q'],
  ['DeleteJobQueue', { jobQueue: 'q' }, 'job-queue/q'],
  ['UpdateSchedulingPolicy', { arn: `${ARN}:scheduling-policy/p` }, 'scheduling-policy/p'],
  ['DeleteSchedulingPolicy', { arn: `${ARN}:scheduling-policy/p` }, 'scheduling-policy/p'],
  ['UpdateServiceEnvironment', { serviceEnvironment: 's' }, 'service-environment/s'],
  ['DeleteServiceEnvironment', { serviceEnvironment: 's' }, 'service-environment/s'],
  ['UpdateConsumableResource', { consumableResource: 'r' }, 'consumable-resource/r'],
  ['DeleteConsumableResource', { consumableResource: 'r' }, 'consumable-resource/r'],
  ['UpdateQuotaShare', { quotaShareArn: `${ARN}:job-queue/q/quota-share/s` }, 'job-queue/q/quota-share/s'],
  ['DeleteQuotaShare', { quotaShareArn: `${ARN}:job-queue/q/quota-share/s` }, 'job-queue/q/quota-share/s'],
  ['TerminateServiceJob', { jobId: JOB }, `service-job/${JOB}`],
  ['UpdateServiceJob', { jobId: JOB, schedulingPriority: 5 }, `service-job/${JOB}`],
] as const) {
  test(`A-150: ${operation} asks about ${resource}`, () => {
    assert.deepEqual(batch(operation, input), [`batch:${operation} ~${resource}`]);
  });
}

for (const [operation, member, resource] of [
  ['CreateComputeEnvironment', 'computeEnvironmentName', 'compute-environment/x'],
  ['CreateJobQueue', 'jobQueueName', 'job-queue/x'],
  ['CreateSchedulingPolicy', 'name', 'scheduling-policy/x'],
  ['CreateServiceEnvironment', 'serviceEnvironmentName', 'service-environment/x'],
  ['CreateConsumableResource', 'consumableResourceName', 'consumable-resource/x'],
  ['RegisterJobDefinition', 'jobDefinitionName', 'job-definition/x'],
] as const) {
  test(`A-150 A-151 A-143: ${operation} asks about what is to be, and to tag it when it comes with tags`, () => {
    assert.deepEqual(batch(operation, { [member]: 'x', tags: {} }), [`batch:${operation} ~${resource}`]);
    const all = questions('batch', operation, { [member]: 'x', tags: { team: 'red', env: 'dev' } });
    assert.deepEqual(short(all), [`batch:${operation} ~${resource}`, `batch:TagResource ~${resource}`]);
    for (const { context } of all)
      assert.deepEqual(context, {
        'aws:RequestTag/team': 'red',
        'aws:RequestTag/env': 'dev',
        'aws:ResourceTag/team': 'red',
        'aws:ResourceTag/env': 'dev',
        'aws:TagKeys': ['team', 'env'],
      });
  });
}

test('A-150: a quota share asks about its queue and itself', () => {
  const input = { quotaShareName: 's', jobQueue: 'q', tags: { a: 'b' } };
  assert.deepEqual(batch('CreateQuotaShare', input), [
    'batch:CreateQuotaShare ~job-queue/q',
    'batch:CreateQuotaShare ~job-queue/q/quota-share/s',
    'batch:TagResource ~job-queue/q/quota-share/s',
  ]);
});

test('A-152: tags of the machines have a permission of their own, with tags of their own', () => {
  const computeResources = { capacityTags: { cost: 'lab' } };
  for (const [operation, member] of [
    ['CreateComputeEnvironment', 'computeEnvironmentName'],
    ['UpdateComputeEnvironment', 'computeEnvironment'],
  ] as const) {
    const [, second] = questions('batch', operation, { [member]: 'e', computeResources });
    assert.deepEqual(short([second!]), ['batch:SetCapacityTags ~compute-environment/e']);
    assert.deepEqual(second!.context, { 'aws:RequestTag/cost': 'lab', 'aws:TagKeys': ['cost'] });
  }
});

test('A-153: on what a queue and a definition name only a Deny counts', () => {
  const input = {
    computeEnvironmentOrder: [
      { order: 1, computeEnvironment: 'e' },
      { order: 2, computeEnvironment: 'arn:aws:batch:x:1:y/z' },
    ],
    schedulingPolicyArn: `${ARN}:scheduling-policy/p`,
  };
  for (const [operation, member] of [
    ['CreateJobQueue', 'jobQueueName'],
    ['UpdateJobQueue', 'jobQueue'],
  ] as const)
    assert.deepEqual(batch(operation, { [member]: 'q', ...input }), [
      `batch:${operation} ~job-queue/q`,
      `batch:${operation}? ~compute-environment/e`,
      `batch:${operation}? ~scheduling-policy/p`,
    ]);
  const consumableResourceProperties = {
    consumableResourceList: [{ consumableResource: 'licence', quantity: 1 }],
  };
  assert.deepEqual(batch('RegisterJobDefinition', { jobDefinitionName: 'd', consumableResourceProperties }), [
    'batch:RegisterJobDefinition ~job-definition/d',
    'batch:RegisterJobDefinition? ~consumable-resource/licence',
  ]);
});

for (const operation of ['CancelJob', 'TerminateJob']) {
  test(`A-165: ${operation} asks about the job, by id, ARN, child or node`, () => {
    for (const id of [JOB, `${JOB}:7`, `${JOB}#1`])
      for (const jobId of [id, `${ARN}:job/${id}`])
        assert.deepEqual(batch(operation, { jobId, reason: 'r' }), [`batch:${operation} ~job/${id}`]);
    assert.deepEqual(batch(operation, { jobId: 'none' }), [`batch:${operation} *`]);
  });

  test(`A-166: ${operation}s asks ${operation} of each, and refuses each alone`, () => {
    const asks = asked('batch', `${operation}s`, { jobs: [JOB, `${ARN}:job/${JOB}:1`, 'none'], reason: 'r' });
    assert.equal(asks.kind, 'each');
    assert.deepEqual(short(asks.kind === 'each' ? asks.questions : []), [
      `batch:${operation} ~job/${JOB}`,
      `batch:${operation} ~job/${JOB}:1`,
      `batch:${operation} *`,
    ]);
  });
}

test('A-167: operations on tags ask about the ARN in the path, with the tags and keys that are sent', () => {
  const resourceArn = `${ARN}:job-queue/q`;
  const all = [
    questions('batch', 'TagResource', { resourceArn, tags: { a: 'b' } }),
    questions('batch', 'UntagResource', { resourceArn, tagKeys: ['a'] }),
    questions('batch', 'ListTagsForResource', { resourceArn }),
  ].flat();
  assert.deepEqual(short(all), [
    'batch:TagResource ~job-queue/q',
    'batch:UntagResource ~job-queue/q',
    'batch:ListTagsForResource ~job-queue/q',
  ]);
  assert.deepEqual(
    all.map(({ context }) => context),
    [{ 'aws:RequestTag/a': 'b', 'aws:TagKeys': ['a'] }, { 'aws:TagKeys': ['a'] }, {}],
  );
});
