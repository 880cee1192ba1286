import assert from 'node:assert/strict';
import { realpathSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Batch } from '@aws-sdk/client-batch';
import { readRootKey } from '../../src/main/data-folder.ts';
import {
  collect,
  eventually,
  later,
  NO_TERMINAL,
  type Reachable,
  runCli,
  spawnCli,
  startServe,
  tempFolder,
} from '../support/cli.ts';
import { serveHere } from '../support/server.ts';

const clientOf = (t: TestContext, { url, dataDir }: Reachable): Batch => {
  const batch = new Batch({ endpoint: url, region: 'us-east-1', credentials: readRootKey(dataDir) });
  later(t, () => batch.destroy());
  return batch;
};

/** Runs `longshore run … -- sh -c SCRIPT` against a server. */
const runScript = (server: Reachable, script: string, flags: readonly string[] = [], cwd?: string) =>
  runCli(['run', '--data', server.dataDir, ...flags, '--', 'sh', '-c', script], {
    ...(cwd !== undefined && { cwd }),
  });

const jobIdOf = (stderr: string): string => /^job (\S+)$/m.exec(stderr)![1]!;

test('run makes what is missing, prints the log, runs where it was called, exits with 0', async (t) => {
  const server = await serveHere(t);
  const cwd = realpathSync(tempFolder(t));
  const { code, stdout, stderr } = await runScript(server, 'pwd; echo to stderr >&2', [], cwd);
  assert.equal(code, 0);
  assert.deepEqual(stdout.split('\n').sort(), ['', cwd, 'to stderr']);
  assert.doesNotMatch(stderr, /does not use image/);
  const batch = clientOf(t, server);
  const { jobQueues } = await batch.describeJobQueues({});
  assert.deepEqual(
    jobQueues!.map((queue) => queue.jobQueueName),
    ['default'],
  );
});

test("run exits with the job's exit code, and says why it failed", async (t) => {
  const server = await serveHere(t);
  const { code, stderr } = await runScript(server, 'exit 42');
  assert.equal(code, 42);
  assert.match(stderr, /^FAILED: exit code 42$/m);
});

test('a command that does not exist fails with its reason', async (t) => {
  const server = await serveHere(t);
  const { code, stderr } = await runCli(['run', '--data', server.dataDir, '--', 'no-such-command-anywhere']);
  assert.notEqual(code, 0);
  assert.match(stderr, /no-such-command-anywhere/);
  for (const flags of [[], ['--follow']]) {
    const log = await runCli(['logs', '--data', server.dataDir, ...flags, jobIdOf(stderr)]);
    assert.equal(log.stdout, '');
    assert.match(log.stderr, /^longshore: attempt 1: did not start: exec: "no-such-command-anywhere"/);
  }
});

test('the same command with the same needs is one definition, another is another', async (t) => {
  const server = await serveHere(t);
  const flags: string[][] = [[], ['--name', 'named'], ['--memory', '256']];
  for (const more of flags) assert.equal((await runScript(server, 'true', more, '/tmp')).code, 0);
  const { jobDefinitions } = await clientOf(t, server).describeJobDefinitions({});
  assert.deepEqual(
    jobDefinitions!.map((definition) => definition.revision),
    [1, 1],
  );
});

test('several runs at once on a new server all find their queue', async (t) => {
  const server = await serveHere(t);
  const all = await Promise.all([1, 2, 3, 4].map((number) => runScript(server, `exit ${number}`)));
  assert.deepEqual(
    all.map(({ code }) => code),
    [1, 2, 3, 4],
  );
});

test('an array shows its counts, and fails when a child does', async (t) => {
  const server = await serveHere(t);
  const fine = await runScript(server, 'echo child $AWS_BATCH_JOB_ARRAY_INDEX', ['--array', '3']);
  assert.equal(fine.code, 0);
  assert.match(fine.stderr, /^3 SUCCEEDED$/m);
  const child = await runCli(['logs', '--data', server.dataDir, `${jobIdOf(fine.stderr)}:2`]);
  assert.match(child.stdout, /^child 2$/m);
  const bad = await runScript(server, 'exit $AWS_BATCH_JOB_ARRAY_INDEX', ['--array', '2']);
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /^1 SUCCEEDED, 1 FAILED$/m);
});

for (const [flags, words] of [
  [['--vcpus', '0'], /--vcpus takes a number above 0, got '0'/],
  [['--vcpus', 'many'], /--vcpus takes a number above 0, got 'many'/],
  [['--memory', '1.5'], /--memory takes MiB, or 512MiB or 1GiB, of at least 4 MiB, got '1.5'/],
  [['--queue', 'bad name'], /--queue: there is no queue 'bad name', and a new one's name takes/],
  [['--queue', ''], /--queue: there is no queue ''/],
  [['--array', '1'], /--array takes a whole number from 2 to 10000, got '1'/],
  [['--retries', '10'], /--retries takes a whole number from 0 to 9, got '10'/],
  [['--name', 'two words'], /--name takes up to 128 letters, digits, - and _/],
] as const) {
  test(`run ${flags.join(' ')}: one line, exit code 125, and nothing is made`, async (t) => {
    const server = await serveHere(t);
    const { code, stderr } = await runScript(server, 'true', flags);
    assert.equal(code, 125);
    assert.match(stderr, /^longshore: [^\n]+\n$/);
    assert.match(stderr, words);
    assert.deepEqual((await clientOf(t, server).describeJobQueues({})).jobQueues, []);
  });
}

test('run without a command: one line, exit code 125', async (t) => {
  const { code, stderr } = await runCli(['run', '--data', tempFolder(t)]);
  assert.equal(code, 125);
  assert.match(stderr, /^longshore: missing required argument 'command': run … -- COMMAND\n$/);
});

test('run takes a queue, needs, an image and a name', async (t) => {
  const server = await serveHere(t, 'vcpus=2,memory=4GiB');
  const flags = ['--queue', 'mine', '--vcpus', '2', '--memory', '64', '--image', 'busybox:1', '--name', 'n'];
  const { code, stderr } = await runScript(server, 'true', flags);
  assert.equal(code, 0);
  const { jobs } = await clientOf(t, server).describeJobs({ jobs: [jobIdOf(stderr)] });
  const { jobName, jobQueue, container } = jobs![0]!;
  assert.equal(jobName, 'n');
  assert.match(jobQueue!, /:job-queue\/mine$/);
  const asked = container?.resourceRequirements?.map(({ type, value }) => `${type} ${value}`);
  assert.deepEqual([asked, container?.image], [['VCPU 2', 'MEMORY 64'], 'busybox:1']);
});

test('what the service refuses is one line', async (t) => {
  const server = await serveHere(t);
  const { code, stderr } = await runScript(server, 'true', ['--definition', 'nobody-has-this']);
  assert.equal(code, 125);
  assert.match(stderr, /^longshore: JobDefinition name nobody-has-this does not exist[^\n]*\n$/);
});

test('--after waits for the other job, and fails when that one failed', async (t) => {
  const server = await serveHere(t);
  const first = await runScript(server, 'exit 7');
  const { code, stderr } = await runScript(server, 'true', ['--after', jobIdOf(first.stderr)]);
  assert.equal(code, 1);
  assert.match(stderr, /^FAILED: .*[Dd]ependen/m);
});

test('an interrupted run terminates its job', async (t) => {
  const server = await serveHere(t);
  const child = spawnCli(['run', '--data', server.dataDir, '--', 'sh', '-c', 'echo begun; sleep 1000']);
  const { output, ended } = collect(child);
  await eventually('the job to run', () => (output.stdout.includes('begun') ? true : undefined));
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  assert.notEqual(code, 0);
  assert.match(stderr, /^FAILED: interrupted by its owner/m);
});

test('on a terminal Ctrl-C asks once: n goes on, y terminates', { skip: NO_TERMINAL }, async (t) => {
  const server = await serveHere(t);
  const gate = join(tempFolder(t), 'gate');
  const script = `echo begun; while [ ! -e ${gate} ]; do sleep 0.05; done; echo onward; sleep 1000`;
  const child = spawnCli(['run', '--data', server.dataDir, '--', 'sh', '-c', script], { terminal: true });
  const { output, ended } = collect(child);
  const asked = () => output.stdout.match(/terminate job [0-9a-f-]{36}\? \[y\/N\]/g)?.length ?? 0;
  await eventually('the job to run', () => /^begun\r$/m.test(output.stdout) || undefined);
  child.stdin!.write('\x03');
  await eventually('the question', () => asked() === 1 || undefined);
  child.stdin!.write('n\r');
  writeFileSync(gate, '');
  await eventually('the job to go on', () => /^onward\r$/m.test(output.stdout) || undefined);
  child.stdin!.write('\x03');
  await eventually('the question once more', () => asked() === 2 || undefined);
  child.stdin!.write('y\r');
  const { code, stdout } = await ended;
  assert.equal(code, 143, stdout);
  assert.equal(asked(), 2);
  assert.match(stdout, /^FAILED: interrupted by its owner/m);
});

test('on a terminal a second Ctrl-C does not ask', { skip: NO_TERMINAL }, async (t) => {
  const server = await serveHere(t);
  const child = spawnCli(['run', '--data', server.dataDir, '--', 'sh', '-c', 'echo begun; sleep 1000'], {
    terminal: true,
  });
  const { output, ended } = collect(child);
  await eventually('the job to run', () => /^begun\r$/m.test(output.stdout) || undefined);
  child.stdin!.write('\x03');
  await eventually('the question', () => /\[y\/N\]/.test(output.stdout) || undefined);
  child.stdin!.write('\x03');
  const { code, stdout } = await ended;
  assert.equal(code, 143, stdout);
});

test('a job goes on while the server is down, and its run is told at the end, wherever the server listens then', async (t) => {
  const server = await startServe(t);
  const gate = join(tempFolder(t), 'gate');
  const script = `echo begun; while [ ! -e ${gate} ]; do sleep 0.05; done; echo through; exit 9`;
  const child = spawnCli(['run', '--data', server.dataDir, '--', 'sh', '-c', script]);
  const { output, ended } = collect(child, 120_000);
  await eventually('the job to run', () => output.stdout.includes('begun') || undefined);
  await server.end('SIGKILL');
  await eventually('run to notice', () => output.stderr.includes('nothing answers') || undefined);
  writeFileSync(gate, '');
  // what had the port once keeps it: the server that is started again has another
  const squatter = createServer((socket) => socket.destroy()).listen(
    Number(new URL(server.url).port),
    '127.0.0.1',
  );
  later(t, () => squatter.close());
  const again = await startServe(t, [], { dataDir: server.dataDir });
  assert.notEqual(again.url, server.url);
  const { code, stdout, stderr } = await ended;
  assert.equal(code, 9);
  assert.equal(stdout, 'begun\nthrough\n');
  assert.equal(stderr.match(/^longshore: nothing answers: .*; the job goes on meanwhile$/gm)?.length, 1);
  const { jobs } = await clientOf(t, again).describeJobs({ jobs: [jobIdOf(stderr)] });
  assert.equal(jobs?.[0]?.container?.exitCode, 9);
  assert.equal(jobs?.[0]?.attempts?.length, 1);
});

test('a run whose server is not there, before there is a job, ends at once with 125', async (t) => {
  const server = await startServe(t);
  await server.end();
  const { code, stderr } = await runScript(server, 'true');
  assert.equal(code, 125);
  assert.match(stderr, /^longshore: nothing listens on 127\.0\.0\.1:\d+: is `longshore serve` running\?\n$/);
});

test('jobs lists every state, newest first, and one state when asked', async (t) => {
  const server = await serveHere(t);
  await runScript(server, 'exit 0', ['--name', 'one']);
  await runScript(server, 'exit 1', ['--name', 'two']);
  await runScript(server, 'exit 0', ['--name', 'three']);
  const list = async (...args: string[]) => {
    const { stdout } = await runCli(['jobs', '--data', server.dataDir, ...args]);
    return stdout
      .trimEnd()
      .split('\n')
      .flatMap((line) => line.split(/\s+/).filter((word) => /^(one|two|three|jobs)$/.test(word)));
  };
  assert.deepEqual(await list(), ['three', 'two', 'one']);
  assert.deepEqual(await list('--status', 'failed'), ['two']);
  assert.deepEqual(await list('--queue', 'default', '--status', 'RUNNING'), ['jobs']);
  const { code, stderr } = await runCli(['jobs', '--data', server.dataDir, '--status', 'odd']);
  assert.equal(code, 2);
  assert.match(stderr, /--status takes one of SUBMITTED, /);
});

test('explain says what a job waits for, with numbers, and how the queue stands', async (t) => {
  const server = await serveHere(t, 'vcpus=1,memory=1GiB');
  await runScript(server, 'true');
  const batch = clientOf(t, server);
  const { jobId } = await batch.submitJob({
    jobName: 'big',
    jobQueue: 'default',
    jobDefinition: (await batch.describeJobDefinitions({})).jobDefinitions![0]!.jobDefinitionName,
    containerOverrides: { resourceRequirements: [{ type: 'MEMORY', value: '4096' }] },
  });
  const { jobId: next } = await batch.submitJob({
    jobName: 'next',
    jobQueue: 'default',
    jobDefinition: (await batch.describeJobDefinitions({})).jobDefinitions![0]!.jobDefinitionName,
    dependsOn: [{ jobId: jobId! }],
  });
  const explain = async (id: string) => (await runCli(['explain', '--data', server.dataDir, id])).stdout;
  const waits = await eventually('the reason', async () => {
    const text = await explain(jobId!);
    return /4 GiB/.test(text) ? text : undefined;
  });
  assert.match(
    waits,
    /^job big \(\S+\) is RUNNABLE: .*needs 1 vCPU and 4 GiB; the pool has 1 vCPU and 1 GiB/,
  );
  assert.match(waits, /^queue default is ENABLED and VALID, priority 1$/m);
  assert.match(waits, /^environment default is ENABLED and VALID \(UNMANAGED\)$/m);
  assert.match(
    waits,
    /^ {2}instance i-[0-9a-f]{17}.* is ACTIVE: .* of 1 vCPUs and .* of 1024 MiB free, \d running$/m,
  );
  assert.match(waits, /^the pool has 1 vCPU and 1 GiB$/m);
  assert.match(waits, /^of it .* are free; default holds \S+ vCPUs? and \S+ .iB$/m);
  const dependent = await explain(next!);
  assert.match(dependent, /^job next \(\S+\) is PENDING/);
  assert.match(
    dependent,
    new RegExp(`^  waits for big \\(${jobId}\\), which is RUNNABLE: .*needs 1 vCPU and 4`, 'm'),
  );
  const ids = [next!];
  for (let i = 0; i < 12; i++) {
    const more = i === 0 ? { arrayProperties: { size: 2 } } : {};
    const { jobId: id } = await batch.submitJob({
      jobName: `behind${i}`,
      jobQueue: 'default',
      jobDefinition: (await batch.describeJobDefinitions({})).jobDefinitions![0]!.jobDefinitionName,
      dependsOn: [{ jobId: ids.at(-1)! }],
      ...more,
    });
    ids.push(id!);
  }
  const array = await explain(ids[2]!);
  assert.match(
    array,
    new RegExp(`^  waits for behind0 \\(${ids[1]}\\), which is PENDING: 0 of 2 children`, 'm'),
  );
  // what the array says of its first child already is not said again
  assert.doesNotMatch(array, new RegExp(`waits for behind0 \\(${ids[1]}:0`));
  assert.match(array, new RegExp(`^ {6}waits for big \\(${jobId}\\), which is RUNNABLE: .*4 GiB`, 'm'));
  const deep = await explain(ids.at(-1)!);
  assert.equal(deep.match(/^ +waits for behind/gm)?.length, 10);
  assert.match(deep, /^ {22}and so on: longshore explain \S+$/m);
});

test('jobs says what it leaves out; explain leaves out no instance', async (t) => {
  const server = await serveHere(t, 'vcpus=250,memory=600GiB');
  const batch = clientOf(t, server);
  await batch.createComputeEnvironment({
    computeEnvironmentName: 'many',
    type: 'MANAGED',
    computeResources: {
      type: 'EC2',
      minvCpus: 202,
      maxvCpus: 202,
      instanceTypes: ['c5.large'],
      instanceRole: 'ecsInstanceRole',
      subnets: ['subnet-1'],
      securityGroupIds: ['sg-1'],
    },
  });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'many' }];
  await batch.createJobQueue({ jobQueueName: 'q', priority: 1, computeEnvironmentOrder });
  const containerProperties = { image: 'i', vcpus: 3, memory: 100 };
  await batch.registerJobDefinition({ jobDefinitionName: 'd', type: 'container', containerProperties });
  const submit = (n: number) => batch.submitJob({ jobName: `j${n}`, jobQueue: 'q', jobDefinition: 'd' });
  const ids = await Promise.all(Array.from({ length: 101 }, (_, n) => submit(n)));
  const all = await runCli(['jobs', '--data', server.dataDir, '--status', 'RUNNABLE', '--limit', '100']);
  assert.equal(all.stdout.trimEnd().split('\n').length, 101, 'a header and a hundred jobs');
  assert.match(all.stderr, /^longshore: only the first 100 are listed: --limit N shows more\n$/);
  const one = await runCli(['jobs', '--data', server.dataDir, '--status', 'FAILED']);
  assert.deepEqual([one.stdout, one.stderr], ['no jobs\n', '']);
  const { stdout } = await runCli(['explain', '--data', server.dataDir, ids[0]!.jobId!]);
  assert.equal(stdout.match(/^ {2}instance i-[0-9a-f]{17} c5\.large is ACTIVE: /gm)?.length, 101);
  assert.match(
    stdout,
    /is RUNNABLE: MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - .* needs 3 vCPUs and 100 MiB; the largest instance type/,
  );
});

test('a job that is not there, and a server that is not there, are one line each', async (t) => {
  const server = await startServe(t);
  for (const command of ['logs', 'explain']) {
    const { code, stderr } = await runCli([command, '--data', server.dataDir, 'no-such-job']);
    assert.equal(code, 2);
    assert.match(stderr, /^longshore: there is no job no-such-job: see longshore jobs --all\n$/);
  }
  await server.end();
  const { code, stderr } = await runCli(['jobs', '--data', server.dataDir]);
  assert.equal(code, 1);
  assert.match(stderr, /^longshore: nothing listens on 127\.0\.0\.1:\d+: is `longshore serve` running\?\n$/);
});
