import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookupOf } from './lookup.ts';

const account = { partition: 'aws', region: 'us-east-1', account: '123456789012' };

for (const [service, operation, input, lookup] of [
  ['batch', 'SubmitJob', { jobDefinition: 'd' }, { kind: 'active revision', name: 'd' }],
  ['batch', 'SubmitJob', { jobDefinition: 'd:1' }, { kind: 'nothing' }],
  ['batch', 'SubmitJob', { jobDefinition: 'd d' }, { kind: 'nothing' }],
  ['batch', 'SubmitJob', undefined, { kind: 'nothing' }],
  ['batch', 'DeregisterJobDefinition', { jobDefinition: 'd' }, { kind: 'active revision', name: 'd' }],
  ['batch', 'RegisterJobDefinition', { jobDefinitionName: 'd' }, { kind: 'next revision', name: 'd' }],
  [
    'batch',
    'UpdateComputeEnvironment',
    { computeEnvironment: 'e' },
    { kind: 'roles', environment: 'e', profile: undefined },
  ],
  [
    'batch',
    'CreateComputeEnvironment',
    { computeResources: { instanceRole: 'p' } },
    { kind: 'roles', environment: '', profile: 'p' },
  ],
  [
    'iam',
    'AddRoleToInstanceProfile',
    { InstanceProfileName: 'p', RoleName: 'r' },
    { kind: 'entity', entity: 'instance-profile', name: 'p', role: 'r' },
  ],
  ['iam', 'UpdateRole', { RoleName: 'r' }, { kind: 'entity', entity: 'role', name: 'r' }],
  ['iam', 'CreateRole', { RoleName: 'r' }, { kind: 'nothing' }],
  ['batch', 'TagResource', { resourceArn: 'arn:x' }, { kind: 'tag keys', arn: 'arn:x' }],
  ['longshore', 'RetryJobs', { jobId: 'j' }, { kind: 'reruns', input: { jobId: 'j' } }],
  ['longshore', 'SubmitJob', { jobDefinition: 'd' }, { kind: 'nothing' }],
  ['batch', 'DescribeJobs', { jobs: ['j'] }, { kind: 'nothing' }],
] as const) {
  test(`${operation} of ${JSON.stringify(input)} looks up ${lookup.kind}`, () => {
    assert.deepEqual(lookupOf({ service, operation, input, account }), lookup);
  });
}
