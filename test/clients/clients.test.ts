import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { collect, eventually, later, runCli, startServe } from '../support/cli.ts';
import { environmentOf } from '../support/clients.ts';

/* The clients that are not in Node's house: the aws CLI (versions 1 and 2) and boto3. `npm run test:clients`. */

const isMissing = (command: string, args: readonly string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
};

before(() => {
  const missing = [
    ...(isMissing('aws', ['--version']) ? ['the aws CLI (pip install awscli)'] : []),
    ...(isMissing('python3', ['-c', 'import boto3']) ? ['boto3 (pip install boto3)'] : []),
  ];
  assert.deepEqual(missing, [], `test:clients needs ${missing.join(' and ')}`);
});

const run = promisify(execFile);

test('boto3 goes through the whole cycle of a job', { timeout: 120_000 }, async (t) => {
  const { dataDir } = await startServe(t);
  const script = fileURLToPath(new URL('cycle.py', import.meta.url));
  const { stdout } = await run('python3', [script], { env: await environmentOf(dataDir) });
  assert.deepEqual(JSON.parse(stdout), {
    account: '000000000000',
    short: 'SUCCEEDED',
    said: true,
    filtered: true,
    streams: 1,
    task: 'STOPPED',
    array: 3,
    listed: ['long'],
    long: 'enough',
    refused: 'ClientException',
  });
});

test('the aws CLI goes through the whole cycle of a job', { timeout: 240_000 }, async (t) => {
  const { dataDir } = await startServe(t);
  const env = await environmentOf(dataDir);
  // biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a person would
  const aws = async (...args: string[]): Promise<any> => {
    const { stdout } = await run('aws', [...args, '--output', 'json'], { env });
    return stdout === '' ? {} : JSON.parse(stdout);
  };
  const until = async <T>(ask: () => Promise<T>, done: (value: T) => boolean): Promise<T> => {
    for (let i = 0; i < 100; i++) {
      const value = await ask();
      if (done(value)) return value;
    }
    throw new Error(`nothing came of it: ${ask}`);
  };
  const resources =
    'type=EC2,minvCpus=0,maxvCpus=4,instanceTypes=optimal,subnets=subnet-1,securityGroupIds=sg-1,instanceRole=ecsInstanceRole';
  assert.equal((await aws('sts', 'get-caller-identity')).Arn, 'arn:aws:iam::000000000000:root');
  await aws(
    'batch',
    'create-compute-environment',
    ...['--compute-environment-name', 'cli', '--type', 'MANAGED', '--compute-resources', resources],
  );
  const { computeEnvironments } = await aws('batch', 'describe-compute-environments');
  assert.equal(computeEnvironments[0].status, 'VALID');
  await aws(
    'batch',
    'create-job-queue',
    ...['--job-queue-name', 'cli', '--priority', '1'],
    ...['--compute-environment-order', 'order=1,computeEnvironment=cli'],
  );
  const container = JSON.stringify({
    image: 'busybox',
    vcpus: 1,
    memory: 64,
    command: ['sh', '-c', 'echo hello; echo again'],
  });
  await aws(
    'batch',
    'register-job-definition',
    ...['--job-definition-name', 'cli', '--type', 'container', '--container-properties', container],
  );
  const submit = async (...more: string[]): Promise<string> =>
    (
      await aws(
        'batch',
        'submit-job',
        ...['--job-name', 'j', '--job-queue', 'cli', '--job-definition', 'cli', ...more],
      )
    ).jobId;
  const describe = async (jobId: string) => (await aws('batch', 'describe-jobs', '--jobs', jobId)).jobs[0];
  const short = await submit();
  const job = await until(
    () => describe(short),
    ({ status }) => status === 'SUCCEEDED',
  );
  const stream = job.container.logStreamName;
  const group = ['--log-group-name', '/aws/batch/job'];
  const { events } = await aws(
    'logs',
    'get-log-events',
    ...group,
    '--log-stream-name',
    stream,
    '--start-from-head',
  );
  const messages = (found: { message: string }[]) => found.map(({ message }) => message).slice(-2);
  assert.deepEqual(messages(events), ['hello', 'again']);
  const filtered = await aws('logs', 'filter-log-events', ...group, '--filter-pattern', 'again');
  assert.deepEqual(messages(filtered.events), ['again']);
  assert.equal((await aws('logs', 'describe-log-streams', ...group)).logStreams.length, 1);
  const long = await submit('--container-overrides', JSON.stringify({ command: ['sleep', '1000'] }));
  await until(
    () => describe(long),
    ({ status }) => status === 'RUNNING',
  );
  const { jobSummaryList } = await aws('batch', 'list-jobs', '--job-queue', 'cli');
  assert.deepEqual(
    jobSummaryList.map(({ jobId }: { jobId: string }) => jobId),
    [long],
  );
  await aws('batch', 'terminate-job', '--job-id', long, '--reason', 'enough');
  const ended = await until(
    () => describe(long),
    ({ status }) => status === 'FAILED',
  );
  assert.equal(ended.statusReason, 'enough');
  await assert.rejects(
    submit('--array-properties', 'size=1'),
    /ClientException.*Array size must be between 2 and 10000/,
  );
  await aws('batch', 'deregister-job-definition', '--job-definition', 'cli:1');
  await aws('batch', 'update-job-queue', '--job-queue', 'cli', '--state', 'DISABLED');
  await aws('batch', 'delete-job-queue', '--job-queue', 'cli');
  await until(
    () => aws('batch', 'describe-job-queues'),
    ({ jobQueues }) => jobQueues.length === 0,
  );
  await aws('batch', 'update-compute-environment', '--compute-environment', 'cli', '--state', 'DISABLED');
  await aws('batch', 'delete-compute-environment', '--compute-environment', 'cli');
  await until(
    () => aws('batch', 'describe-compute-environments'),
    (answer) => answer.computeEnvironments.length === 0,
  );
});

/** The first aws CLI of version 2 on PATH, behind one of version 1 too; Debian's package is one. */
const second = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'aws'))
  .find((path) => {
    const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
    return stdout?.startsWith('aws-cli/2.');
  });

test('the aws CLI 2 prints the log of a job, and follows it to its last line', {
  timeout: 120_000,
  skip: second === undefined && 'needs version 2 of the aws CLI',
}, async (t) => {
  const { dataDir } = await startServe(t);
  const env = await environmentOf(dataDir);
  const slow = 'echo first; sleep 3; echo second';
  await runCli(['run', '--data', dataDir, '--', 'sh', '-c', 'echo before']);
  // before 2.13 it does not read AWS_ENDPOINT_URL_…
  const endpoint = ['--endpoint-url', env.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS!];
  const tail = (...more: string[]) =>
    spawn(second!, ['logs', 'tail', '/aws/batch/job', '--format', 'short', ...endpoint, ...more], { env });
  const { ended } = collect(tail('--since', '1h'));
  const { code, stdout } = await ended;
  assert.equal(code, 0);
  assert.match(stdout, /^\S+ before$/m);
  const following = tail('--follow');
  later(t, () => following.kill());
  const seen = collect(following);
  const run = runCli(['run', '--data', dataDir, '--', 'sh', '-c', slow]);
  await eventually('the first line', () => /^\S+ first$/m.test(seen.output.stdout) || undefined);
  await eventually('the last line', () => /^\S+ second$/m.test(seen.output.stdout) || undefined);
  assert.equal((await run).code, 0);
  assert.equal(seen.output.stdout.match(/^\S+ (first|second)$/gm)?.length, 2);
});
