import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyOf } from '../../../test/support/policies.ts';
import { ARN, questions, ROLE, SUBMIT } from '../../../test/support/questions.ts';
import { contextOf } from '../policy/context.ts';
import type { Rights } from '../policy/evaluate.ts';
import { firstRefused } from './answer.ts';
import type { Found } from './question.ts';

const allowing = (...pairs: readonly [string, string, string?][]): Rights => ({
  identity: pairs.map(([Action, Resource, Effect = 'Allow']) =>
    policyOf({ Version: '2012-10-17', Statement: { Effect, Action, Resource } }),
  ),
});

const refused = (rights: Rights, operation: string, input: object, found?: Found): string | undefined => {
  const first = firstRefused(rights, questions('batch', operation, input, found), ({ context }) =>
    contextOf(context),
  );
  return first && `${first.verdict.kind} ${first.action} ${first.resource.replace(`${ARN}:`, '~')}`;
};

test('A-112: each question must be allowed, the first that is not is named', () => {
  const queue = ['batch:SubmitJob', `${ARN}:job-queue/q`] as const;
  assert.equal(refused(allowing(), 'SubmitJob', SUBMIT), 'implicitDeny batch:SubmitJob ~job-queue/q');
  assert.equal(
    refused(allowing([...queue]), 'SubmitJob', SUBMIT),
    'implicitDeny batch:SubmitJob ~job-definition/align:3',
  );
  const both = allowing([...queue], ['batch:SubmitJob', `${ARN}:job-definition/align:*`]);
  assert.equal(refused(both, 'SubmitJob', SUBMIT), undefined);
});

test('A-157: a policy on all revisions of a name covers a name without revision, and no longer name', () => {
  const rights = allowing(
    ['batch:SubmitJob', `${ARN}:job-queue/*`],
    ['batch:SubmitJob', `${ARN}:job-definition/align:*`],
  );
  const submit = (jobDefinition: string) =>
    refused(rights, 'SubmitJob', { ...SUBMIT, jobDefinition }, { activeRevision: 2 });
  assert.equal(submit('align:31'), undefined);
  assert.equal(submit('align'), undefined);
  assert.equal(submit('align-fast'), 'implicitDeny batch:SubmitJob ~job-definition/align-fast');
});

test('A-155: a policy on the bare name covers no revision that is named', () => {
  const rights = allowing(
    ['batch:SubmitJob', `${ARN}:job-queue/*`],
    ['batch:SubmitJob', `${ARN}:job-definition/align`],
  );
  assert.equal(refused(rights, 'SubmitJob', SUBMIT), 'implicitDeny batch:SubmitJob ~job-definition/align:3');
  assert.equal(
    refused(rights, 'SubmitJob', { ...SUBMIT, jobDefinition: 'align' }, { activeRevision: 3 }),
    undefined,
  );
});

test('A-156 A-160: a Deny on either the name or the revision denies', () => {
  for (const denied of ['align', 'align:9']) {
    const rights = allowing(['*', '*'], ['batch:*', `${ARN}:job-definition/${denied}`, 'Deny']);
    assert.equal(
      refused(rights, 'SubmitJob', { ...SUBMIT, jobDefinition: 'align' }, { activeRevision: 9 }),
      'explicitDeny batch:SubmitJob ~job-definition/align',
    );
    assert.equal(
      refused(rights, 'RegisterJobDefinition', { jobDefinitionName: 'align' }, { nextRevision: 9 }),
      'explicitDeny batch:RegisterJobDefinition ~job-definition/align',
    );
  }
});

test('A-153: without an Allow on an environment a queue may name it, with a Deny not', () => {
  const input = { jobQueueName: 'q', computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }] };
  const create = ['batch:CreateJobQueue', `${ARN}:job-queue/q`] as const;
  assert.equal(refused(allowing([...create]), 'CreateJobQueue', input), undefined);
  const denied = allowing([...create], ['batch:*', `${ARN}:compute-environment/e`, 'Deny']);
  assert.equal(
    refused(denied, 'CreateJobQueue', input),
    'explicitDeny batch:CreateJobQueue ~compute-environment/e',
  );
});

test('A-171: who may do all of Batch may pass no role', () => {
  const input = { jobDefinitionName: 'd', containerProperties: { jobRoleArn: ROLE } };
  assert.equal(
    refused(allowing(['batch:*', '*']), 'RegisterJobDefinition', input),
    `implicitDeny iam:PassRole ${ROLE}`,
  );
});
