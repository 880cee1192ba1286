import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Batch, type JobDetail } from '@aws-sdk/client-batch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Running } from '../../src/main/start-server.ts';
import { serverFor, until } from '../support/server.ts';

const stops: (() => Promise<void>)[] = [];
let server: Running;
let batch: Batch;
let logs: CloudWatchLogs;

before(async () => {
  const capacity = { milliVcpus: 2000, memoryMiB: 4096, gpus: 0 };
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) }, { capacity });
  const settings = { endpoint: server.url, region: 'us-east-1', credentials: server.rootKey };
  batch = new Batch(settings);
  logs = new CloudWatchLogs(settings);
  stops.push(async () => {
    batch.destroy();
    logs.destroy();
  });
  await batch.createComputeEnvironment({
    computeEnvironmentName: 'e',
    type: 'UNMANAGED',
    serviceRole: 'service',
  });
  await batch.createJobQueue({
    jobQueueName: 'q',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
});
after(async () => {
  for (const stop of stops.reverse()) await stop();
});

let count = 0;
const submit = async (command: string[], more: object = {}): Promise<string> => {
  const jobDefinitionName = `d${++count}`;
  await batch.registerJobDefinition({
    jobDefinitionName,
    type: 'container',
    containerProperties: { image: 'none', vcpus: 1, memory: 64, command, ...more },
  });
  const jobDefinition = jobDefinitionName;
  return (await batch.submitJob({ jobName: jobDefinition, jobQueue: 'q', jobDefinition })).jobId!;
};

const jobIn = (jobId: string, ...states: string[]): Promise<JobDetail> =>
  until(async () => {
    const { jobs: [job] = [] } = await batch.describeJobs({ jobs: [jobId] });
    return states.includes(job!.status!) ? job : undefined;
  });

const ended = async (command: string[], more: object = {}): Promise<JobDetail> =>
  jobIn(await submit(command, more), 'SUCCEEDED', 'FAILED');

const printed = async (job: JobDetail): Promise<(string | undefined)[]> => {
  const logStreamName = job.container!.logStreamName!;
  const page = await logs.getLogEvents({
    logGroupName: '/aws/batch/job',
    logStreamName,
    startFromHead: true,
  });
  return page.events!.map((event) => event.message);
};

test('J-129: a variable in a command is text without a shell', async () => {
  const job = await ended(['echo', '$AWS_BATCH_JOB_ID']);
  assert.deepEqual(await printed(job), ['$AWS_BATCH_JOB_ID']);
});

test('J-096: a parameter’s value is one argument, blanks, quotes and all', async () => {
  const job = await ended(['printf', '%s|', 'a  b', '"c"', "d'e", '$(f)', '*']);
  assert.deepEqual(await printed(job), [`a  b|"c"|d'e|$(f)|*|`]);
});

test('J-318: what goes to stdout and to stderr is in one stream, in order', async () => {
  const job = await ended(['sh', '-c', 'echo one; echo two >&2; echo three']);
  assert.deepEqual(await printed(job), ['one', 'two', 'three']);
});

test('J-323: a job that prints nothing has a log stream all the same', async () => {
  const job = await ended(['true']);
  assert.match(job.container!.logStreamName!, /\/default\/[0-9a-f]{32}$/);
  assert.deepEqual(await printed(job), []);
});

for (const [what, script, code] of [
  ['ends by KILL', 'kill -KILL $$', 137],
  ['ends by TERM', 'kill -TERM $$', 143],
  ['ends by SEGV', 'kill -SEGV $$', 139],
  ['finds no such command', 'exec no-such-command-anywhere', 127],
  ['is no program', 'exec /etc/passwd', 126],
  ['says 3', 'exit 3', 3],
] as const) {
  test(`J-319: a job that ${what} has exit code ${code}`, async () => {
    const job = await ended(['sh', '-c', script]);
    assert.equal(job.status, 'FAILED');
    assert.equal(job.container!.exitCode, code);
  });
}

test('J-319 J-258 J-209: a terminated job may clean up at SIGTERM, and shows its own exit code', async () => {
  const id = await submit(['sh', '-c', 'trap "echo cleaned; exit 9" TERM; echo ready; sleep 60 & wait']);
  const running = await jobIn(id, 'RUNNING');
  await until(async () => ((await printed(running)).includes('ready') ? true : undefined));
  await batch.terminateJob({ jobId: id, reason: 'enough' });
  const job = await jobIn(id, 'FAILED');
  assert.equal(job.container!.exitCode, 9);
  assert.equal(job.statusReason, 'enough');
  assert.deepEqual(await printed(job), ['ready', 'cleaned']);
});

test('J-307: vCPUs are reserved whole: on two of them the third job of one waits', async () => {
  const ids = [];
  for (let i = 0; i < 3; i++) ids.push(await submit(['sh', '-c', 'sleep 60']));
  await jobIn(ids[0]!, 'RUNNING');
  await jobIn(ids[1]!, 'RUNNING');
  assert.equal((await jobIn(ids[2]!, 'RUNNABLE')).status, 'RUNNABLE');
  for (const jobId of ids) await batch.terminateJob({ jobId, reason: 'seen' });
  for (const jobId of ids) await jobIn(jobId, 'FAILED');
});

test('J-310: privileged and readonlyRootFilesystem are false unless they are asked for', async () => {
  const plain = await ended(['true']);
  assert.equal(plain.status, 'SUCCEEDED');
  assert.equal(plain.container!.privileged, undefined);
  const readOnly = await ended(['sh', '-c', '! touch here'], { readonlyRootFilesystem: true });
  // where a task can have no mounts of its own it fails, and the reason says why
  if (readOnly.status === 'FAILED') assert.match(readOnly.container!.reason!, /readonlyRootFilesystem/);
});

test('J-316: a secret that cannot be had is a failure to start, and its name is all that is shown', async () => {
  const job = await ended(['true'], {
    secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:us-east-1:012345678910:parameter/t' }],
    executionRoleArn: 'arn:aws:iam::012345678910:role/r',
  });
  assert.equal(job.status, 'FAILED');
  assert.equal(job.statusReason, 'Task failed to start');
  assert.match(job.container!.reason!, /secrets/);
  assert.equal(job.container!.exitCode, undefined);
});

for (const [member, more] of [
  [
    'mountPoints',
    {
      volumes: [{ name: 'v', host: { sourcePath: '/tmp' } }],
      mountPoints: [{ sourceVolume: 'v', containerPath: '/' }],
    },
  ],
  ['ulimits', { ulimits: [{ name: 'nofile', softLimit: 100, hardLimit: 10 }] }],
] as const) {
  test(`J-183: what a process cannot have fails the attempt before anything runs, and is named: ${member}`, async () => {
    const job = await ended(['true'], more);
    assert.equal(job.status, 'FAILED');
    assert.match(job.container!.reason!, new RegExp(`^CannotCreateContainerError: ${member}: `));
    assert.equal(job.container!.exitCode, undefined);
  });
}

test('E-173: a job that asks for a GPU where there is none waits, with the service’s reason', async () => {
  const jobId = await submit(['true'], { resourceRequirements: [{ type: 'GPU', value: '1' }] });
  const job = await until(async () => {
    const { jobs: [shown] = [] } = await batch.describeJobs({ jobs: [jobId] });
    return shown!.statusReason ? shown : undefined;
  });
  assert.equal(job.status, 'RUNNABLE');
  assert.match(job.statusReason!, /^MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - .*GPU/);
  await batch.terminateJob({ jobId, reason: 'enough' });
});
