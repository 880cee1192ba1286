import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Batch } from '@aws-sdk/client-batch';
import { ECS, type Resource } from '@aws-sdk/client-ecs';
import type { Running } from '../../src/main/start-server.ts';
import { createQueue } from '../support/batch.ts';
import { serverFor, until } from '../support/server.ts';
import { ask } from '../support/signed.ts';

/* What clients ask of ECS with the ARNs they find in environments and jobs, by the real client. */

const stops: (() => Promise<void>)[] = [];
let server: Running;
let batch: Batch;
let ecs: ECS;
let clusterArn: string;

before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
  const settings = { endpoint: server.url, region: 'us-east-1', credentials: server.rootKey };
  batch = new Batch(settings);
  ecs = new ECS(settings);
  stops.push(async () => {
    batch.destroy();
    ecs.destroy();
  });
  await createQueue(batch);
  await batch.registerJobDefinition({
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: { image: 'busybox', command: ['cat'], vcpus: 1, memory: 64 },
  });
  const { computeEnvironments } = await batch.describeComputeEnvironments({ computeEnvironments: ['e'] });
  clusterArn = computeEnvironments![0]!.ecsClusterArn!;
});
after(async () => {
  for (const stop of stops) await stop();
});

const submit = async (command: string[]): Promise<string> => {
  const containerOverrides = { command };
  const { jobId } = await batch.submitJob({
    jobName: 'j',
    jobQueue: 'q',
    jobDefinition: 'd',
    containerOverrides,
  });
  return jobId!;
};

const reaches = (jobId: string, ...states: string[]) =>
  until(async () => {
    const { jobs: [job] = [] } = await batch.describeJobs({ jobs: [jobId] });
    return states.includes(job?.status ?? '') ? job : undefined;
  });

test('W-103: JSON 1.1, signed for ecs, with errors in the body', async () => {
  const raw = (target: string) => ({
    path: '/',
    body: '{}',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerServiceV20141113.${target}`,
    },
  });
  const signing = { ...server.rootKey, service: 'ecs' };
  const answer = await ask(server.url, signing, raw('DescribeClusters'));
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.1');
  assert.deepEqual(answer.json.failures, [
    { arn: 'arn:aws:ecs:us-east-1:012345678910:cluster/default', reason: 'MISSING' },
  ]);
  const wrong = await ask(server.url, signing, raw('ListTasks'));
  assert.equal(wrong.status, 400);
  assert.deepEqual(wrong.json, { __type: 'ClusterNotFoundException', message: 'Cluster not found.' });
  const foreign = await ask(server.url, { ...signing, service: 'batch' }, raw('DescribeClusters'));
  assert.equal(foreign.status, 403);
  const later = await ask(server.url, signing, raw('RunTask'));
  assert.match(later.json.message, /does not have the operation RunTask of ecs/);
});

test('W-106 S-221: the cluster of an environment is found by its ARN', async () => {
  const { clusters, failures } = await ecs.describeClusters({ clusters: [clusterArn] });
  assert.deepEqual(failures, []);
  assert.equal(clusters![0]!.clusterArn, clusterArn);
  assert.ok((await ecs.listClusters({})).clusterArns!.includes(clusterArn));
});

test('W-107 W-110: a job’s taskArn is found while it runs and after it, with its times as dates', async () => {
  const jobId = await submit(['sh', '-c', 'sleep 1000']);
  const running = await reaches(jobId, 'RUNNING', 'FAILED');
  const tasks = [running.container!.taskArn!];
  const [found] = (await ecs.describeTasks({ cluster: clusterArn, tasks })).tasks!;
  assert.equal(found!.lastStatus, 'RUNNING');
  assert.equal(found!.startedBy, jobId);
  assert.equal(found!.startedAt!.getTime(), running.startedAt);
  assert.deepEqual((await ecs.listTasks({ cluster: clusterArn, startedBy: jobId })).taskArns, tasks);
  await batch.terminateJob({ jobId, reason: 'seen' });
  const ended = await reaches(jobId, 'FAILED');
  const [stopped] = (await ecs.describeTasks({ cluster: clusterArn, tasks })).tasks!;
  assert.equal(stopped!.lastStatus, 'STOPPED');
  assert.equal(stopped!.stopCode, 'UserInitiated');
  assert.equal(stopped!.containers![0]!.exitCode, ended.container!.exitCode);
  assert.equal(stopped!.stoppedAt!.getTime(), ended.stoppedAt);
});

test('W-108 W-111 S-249: a job’s container instance is found, with the type of its instance', async () => {
  const jobId = await submit(['sleep', '1000']);
  const running = await reaches(jobId, 'RUNNING', 'FAILED');
  const containerInstances = [running.container!.containerInstanceArn!];
  const asked = { cluster: clusterArn, containerInstances };
  const { containerInstances: found, failures } = await ecs.describeContainerInstances(asked);
  assert.deepEqual(failures, []);
  const [instance] = found!;
  assert.match(instance!.ec2InstanceId!, /^i-[0-9a-f]{17}$/);
  const type = instance!.attributes!.find(({ name }) => name === 'ecs.instance-type');
  assert.match(type!.value!, /^[a-z0-9-]+\.[a-z0-9]+$/);
  assert.equal(instance!.runningTasksCount, 1);
  const ec2 = await describeInstances(`InstanceId.1=${instance!.ec2InstanceId}`);
  assert.equal(ec2.status, 200, ec2.text);
  assert.ok(ec2.text.includes(`<instanceType>${type!.value}</instanceType>`));
  assert.match(ec2.text, /<privateIpAddress>127\.0\.0\.1<\/privateIpAddress>/);
  assert.match(ec2.text, /<availabilityZone>us-east-1a<\/availabilityZone>/);
  assert.match(ec2.text, /<code>16<\/code><name>running<\/name>/);
  assert.ok((await describeInstances('')).text.includes(instance!.ec2InstanceId!));
  const of = (list: Resource[] | undefined, name: string) =>
    list!.find((resource) => resource.name === name)!.integerValue!;
  for (const [name, used] of [
    ['CPU', 1024],
    ['MEMORY', 64],
  ] as const) {
    const left = of(instance!.remainingResources, name);
    assert.equal(of(instance!.registeredResources, name) - left, used, name);
  }
  assert.ok(instance!.registeredAt!.getTime() <= Date.now());
  const { containerInstanceArns } = await ecs.listContainerInstances({ cluster: clusterArn });
  assert.deepEqual(containerInstanceArns, containerInstances);
  const [cluster] = (await ecs.describeClusters({ clusters: [clusterArn] })).clusters!;
  assert.equal(cluster!.registeredContainerInstancesCount, 1);
  const { taskArns } = await ecs.listTasks({
    cluster: clusterArn,
    containerInstance: containerInstances[0]!,
  });
  assert.deepEqual(taskArns, [running.container!.taskArn]);
  await batch.terminateJob({ jobId, reason: 'seen' });
  await reaches(jobId, 'FAILED');
});

const describeInstances = (more: string, signing: object = {}) =>
  ask(
    server.url,
    { ...server.rootKey, service: 'ec2', ...signing },
    {
      path: '/',
      body: `Action=DescribeInstances&Version=2016-11-15&${more}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
  );

for (const [what, more, signing, status, code] of [
  ['an unknown instance', 'InstanceId.1=i-00000000000000000', {}, 400, 'InvalidInstanceID.NotFound'],
  ['a filter', 'Filter.1.Name=x&Filter.1.Value.1=y', {}, 400, 'InvalidParameterValue'],
  ['an unknown key', '', { accessKeyId: 'AKNOBODY' }, 401, 'AuthFailure'],
] as const) {
  test(`W-111: DescribeInstances with ${what} is refused in EC2’s own form: ${code}`, async () => {
    const answer = await describeInstances(more, signing);
    assert.equal(answer.status, status);
    assert.match(answer.text, new RegExp(`^<Response><Errors><Error><Code>${code}</Code>`));
  });
}
