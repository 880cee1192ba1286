import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runCli, startServe } from '../support/cli.ts';

/* The clients that are not in Node's house: the aws CLI (version 1) and boto3. `npm run test:clients`. */

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

/** What `longshore env` prints, as a client is started with. */
const environmentOf = async (dataDir: string): Promise<NodeJS.ProcessEnv> => {
  const { stdout } = await runCli(['env', '--data', dataDir]);
  const lines = [...stdout.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]);
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  return { ...Object.fromEntries(own), ...Object.fromEntries(lines), AWS_EC2_METADATA_DISABLED: 'true' };
};

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
