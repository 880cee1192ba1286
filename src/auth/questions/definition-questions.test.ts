import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARN, batch, JOB, questions, SUBMIT } from '../../../test/support/questions.ts';

test('A-154 A-155: SubmitJob asks about the queue and the revision, and not about a job', () => {
  const expected = ['batch:SubmitJob ~job-queue/q', 'batch:SubmitJob ~job-definition/align:3'];
  assert.deepEqual(batch('SubmitJob', SUBMIT, { activeRevision: 9 }), expected);
  const arns = { jobQueue: `${ARN}:job-queue/q`, jobDefinition: `${ARN}:job-definition/align:3` };
  assert.deepEqual(batch('SubmitJob', { ...SUBMIT, ...arns }), expected);
});

test('A-156: a definition without revision: the bare name or the revision it means', () => {
  const input = { ...SUBMIT, jobDefinition: 'align' };
  assert.equal(
    batch('SubmitJob', input, { activeRevision: 9 })[1],
    'batch:SubmitJob ~job-definition/align|~job-definition/align:9',
  );
  assert.equal(batch('SubmitJob', input)[1], 'batch:SubmitJob ~job-definition/align');
});

test('A-158: the share identifier stands in each question', () => {
  const all = questions('batch', 'SubmitJob', { ...SUBMIT, shareIdentifier: 'low', tags: { a: 'b' } });
  for (const { context } of all) assert.equal(context['batch:ShareIdentifier'], 'low');
  assert.equal(all.length, 3);
  for (const { context } of questions('batch', 'SubmitJob', SUBMIT)) assert.deepEqual(context, {});
});

/** What is said of a pod in each pair of questions that a submission asks. */
const saidOfPods = (more: object) => {
  const contexts = questions('batch', 'SubmitJob', { ...SUBMIT, ...more }).map(({ context }) => context);
  const ofQueues = contexts.filter((_, at) => at % 2 === 0);
  assert.deepEqual(
    contexts.filter((_, at) => at % 2 === 1),
    ofQueues,
  );
  return ofQueues;
};

const podOver = (images: readonly string[], namespace?: string) => ({
  eksPropertiesOverride: {
    podProperties: {
      containers: images.map((image) => ({ image })),
      ...(namespace && { metadata: { namespace } }),
    },
  },
});

test('A-158: so do the image and the namespace of a pod that a submission writes over', () => {
  assert.deepEqual(saidOfPods(podOver(['i'], 'n')), [{ 'batch:EKSImage': 'i', 'batch:EKSNamespace': 'n' }]);
  assert.deepEqual(saidOfPods(podOver([], 'n')), [{ 'batch:EKSNamespace': 'n' }]);
  assert.deepEqual(saidOfPods(podOver([])), [{}]);
});

test('A-158 A-163: of several images each is asked about alone, and once', () => {
  const podProperties = {
    containers: [{ image: 'a' }, { args: ['x'] }],
    initContainers: [{ image: 'b' }, { image: 'a' }],
  };
  assert.deepEqual(saidOfPods({ eksPropertiesOverride: { podProperties } }), [
    { 'batch:EKSImage': 'a' },
    { 'batch:EKSImage': 'b' },
  ]);
});

test('A-158: the pods of nodes are asked about as one’s own', () => {
  const nodePropertyOverrides = [podOver(['a'], 'n'), {}, podOver(['b', 'a'])];
  assert.deepEqual(saidOfPods({ nodeOverrides: { nodePropertyOverrides } }), [
    { 'batch:EKSImage': 'a', 'batch:EKSNamespace': 'n' },
    { 'batch:EKSImage': 'b' },
    { 'batch:EKSImage': 'a' },
  ]);
});

test('A-159: tags of a job: on the job that comes or on the revision', () => {
  const input = { ...SUBMIT, jobDefinition: 'align', tags: { a: 'b' } };
  const found = { activeRevision: 9, newJobId: JOB };
  assert.equal(batch('SubmitJob', input, found)[2], `batch:TagResource ~job/${JOB}|~job-definition/align:9`);
});

test('A-160: RegisterJobDefinition asks about the name or the revision that comes', () => {
  assert.deepEqual(batch('RegisterJobDefinition', { jobDefinitionName: 'd' }, { nextRevision: 4 }), [
    'batch:RegisterJobDefinition ~job-definition/d|~job-definition/d:4',
  ]);
});

const registered = (input: object) =>
  questions('batch', 'RegisterJobDefinition', { jobDefinitionName: 'd', ...input }).map(
    ({ context }) => context,
  );

test('A-161 A-162: a container is told by its keys; what it does not say is no key, but that it is not privileged', () => {
  const options = {
    'awslogs-group': 'g',
    'awslogs-region': 'r',
    'awslogs-stream-prefix': 'p',
    'awslogs-create-group': 'true',
  };
  const logConfiguration = { logDriver: 'awslogs', options };
  const containerProperties = { image: 'i', user: 'u', privileged: true, logConfiguration };
  assert.deepEqual(registered({ containerProperties }), [
    {
      'batch:Image': 'i',
      'batch:User': 'u',
      'batch:Privileged': 'true',
      'batch:LogDriver': 'awslogs',
      'batch:AWSLogsGroup': 'g',
      'batch:AWSLogsRegion': 'r',
      'batch:AWSLogsStreamPrefix': 'p',
      'batch:AWSLogsCreateGroup': 'true',
    },
  ]);
  assert.deepEqual(registered({ containerProperties: { image: 'i' } }), [
    { 'batch:Image': 'i', 'batch:Privileged': 'false' },
  ]);
});

test('A-161: a pod is told by its own keys', () => {
  const containers = [{ image: 'i', securityContext: { runAsUser: 0, runAsGroup: 1000, privileged: true } }];
  const podProperties = { containers, serviceAccountName: 's', metadata: { namespace: 'n' } };
  assert.deepEqual(registered({ eksProperties: { podProperties } }), [
    {
      'batch:EKSNamespace': 'n',
      'batch:EKSServiceAccountName': 's',
      'batch:EKSImage': 'i',
      'batch:EKSPrivileged': 'true',
      'batch:EKSRunAsUser': '0',
      'batch:EKSRunAsGroup': '1000',
    },
  ]);
});

test('A-163: of several containers each is asked about', () => {
  const container = (image: string) => ({ container: { image } });
  const images = (input: object) => registered(input).map((context) => context['batch:Image']);
  assert.deepEqual(images({ nodeProperties: { nodeRangeProperties: [container('a'), container('b')] } }), [
    'a',
    'b',
  ]);
  const taskProperties = [{ containers: [{ image: 'a' }, { image: 'b' }] }];
  assert.deepEqual(images({ ecsProperties: { taskProperties } }), ['a', 'b']);
});

test('A-164: DeregisterJobDefinition asks about the revision that goes', () => {
  for (const [jobDefinition, revision] of [
    ['align:3', 3],
    ['align', 9],
  ] as const)
    assert.deepEqual(batch('DeregisterJobDefinition', { jobDefinition }, { activeRevision: 9 }), [
      `batch:DeregisterJobDefinition ~job-definition/align:${revision}`,
    ]);
});
