import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batch, questions, ROLE, SUBMIT } from '../../../test/support/questions.ts';
import type { Found } from './question.ts';

/** The roles that are passed, and to whom. */
const passed = (operation: string, input: object, found?: Found): string[] =>
  questions('batch', operation, input, found)
    .filter(({ action }) => action === 'iam:PassRole')
    .map(({ resources, context }) => `${resources.join()} to ${context['iam:PassedToService']}`);

test('A-169: an environment passes its roles to the services that use them', () => {
  const computeResources = {
    instanceRole: 'arn:aws:iam::123456789012:instance-profile/host',
    spotIamFleetRole: `${ROLE}-spot`,
    managedInstancesProvider: { infrastructureRoleArn: `${ROLE}-infra` },
  };
  for (const operation of ['CreateComputeEnvironment', 'UpdateComputeEnvironment'])
    assert.deepEqual(passed(operation, { serviceRole: ROLE, computeResources }), [
      `${ROLE} to batch.amazonaws.com`,
      'arn:aws:iam::123456789012:instance-profile/host to ec2.amazonaws.com',
      `${ROLE}-spot to spotfleet.amazonaws.com`,
      `${ROLE}-infra to ecs.amazonaws.com`,
    ]);
});

test('A-169: a role that an environment has already is not passed again to the same service', () => {
  const found = { roles: [[ROLE, 'batch.amazonaws.com']] } as const;
  assert.deepEqual(passed('UpdateComputeEnvironment', { serviceRole: ROLE }, found), []);
  assert.deepEqual(passed('UpdateComputeEnvironment', { serviceRole: 'pipeline' }, found), []);
  const computeResources = { instanceRole: ROLE };
  assert.deepEqual(passed('UpdateComputeEnvironment', { computeResources }, found), [
    `${ROLE} to ec2.amazonaws.com`,
  ]);
});

test('A-169: a definition passes the roles of its containers to tasks, each once', () => {
  const roles = { jobRoleArn: ROLE, executionRoleArn: `${ROLE}-x` };
  const expected = [`${ROLE} to ecs-tasks.amazonaws.com`, `${ROLE}-x to ecs-tasks.amazonaws.com`];
  const register = (input: object) => passed('RegisterJobDefinition', { jobDefinitionName: 'd', ...input });
  assert.deepEqual(register({ containerProperties: roles }), expected);
  assert.deepEqual(
    register({ nodeProperties: { nodeRangeProperties: [{ container: roles }, { container: roles }] } }),
    expected,
  );
  const taskProperties = [{ taskRoleArn: ROLE, executionRoleArn: `${ROLE}-x`, containers: [] }];
  assert.deepEqual(register({ ecsProperties: { taskProperties } }), expected);
});

test('A-169: a service job passes the role in its payload', () => {
  const serviceRequestPayload = JSON.stringify({ RoleArn: ROLE });
  const input = { jobQueue: 'q', quotaShareName: 's', schedulingPriority: 7, serviceRequestPayload };
  assert.deepEqual(passed('SubmitServiceJob', input), [`${ROLE} to sagemaker.amazonaws.com`]);
  assert.deepEqual(batch('SubmitServiceJob', { ...input, serviceRequestPayload: '{' }), [
    'batch:SubmitServiceJob ~job-queue/q',
    'batch:SubmitServiceJob ~job-queue/q/quota-share/s',
  ]);
});

test('A-170: no role, an empty one, and SubmitJob pass nothing', () => {
  assert.deepEqual(
    passed('CreateComputeEnvironment', { serviceRole: '', computeResources: { instanceRole: '' } }),
    [],
  );
  assert.deepEqual(passed('SubmitJob', { ...SUBMIT, containerOverrides: { jobRoleArn: ROLE } }), []);
});

test('A-172: a bare name of a role counts as one without a path', () => {
  assert.deepEqual(passed('CreateComputeEnvironment', { serviceRole: 'profiles/batch' }), [
    'arn:aws:iam::123456789012:role/profiles/batch to batch.amazonaws.com',
  ]);
});

test('A-169: of an instance profile the role in it is passed, by an environment and by who puts it there', () => {
  const input = { computeResources: { instanceRole: 'host' } };
  assert.deepEqual(passed('CreateComputeEnvironment', input, { role: ROLE }), [
    `${ROLE} to ec2.amazonaws.com`,
  ]);
  const [add, pass] = questions(
    'iam',
    'AddRoleToInstanceProfile',
    { InstanceProfileName: 'host', RoleName: 'pipeline' },
    { role: ROLE },
  );
  assert.deepEqual(add!.resources, ['arn:aws:iam::123456789012:instance-profile/host']);
  assert.deepEqual(
    [pass!.action, pass!.resources[0], pass!.context['iam:PassedToService']],
    ['iam:PassRole', ROLE, 'ec2.amazonaws.com'],
  );
});
