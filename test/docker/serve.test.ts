import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Batch, ContainerProperties, LogDriver } from '@aws-sdk/client-batch';
import { describe, inState, messages } from '../support/asked.ts';
import { createQueue } from '../support/batch.ts';
import { eventually, later, runCli, tempFolder } from '../support/cli.ts';
import { DOCKER_HOST, docker, IMAGE } from './daemon.ts';
import { serve } from './serving.ts';

/** Containers of a job, which the label names. */
const containersOfJob = (jobId: string): string[] =>
  docker(['ps', '-aq', '--no-trunc', '--filter', `label=longshore.job=${jobId}`])
    .split('\n')
    .filter(Boolean);

/** None of the reference's: the SDK has no name for it. */
const NO_LOG = 'none' as LogDriver;

type Submission = Partial<Parameters<Batch['submitJob']>[0]>;

const submit = async (
  batch: Batch,
  name: string,
  script: string,
  container: Partial<ContainerProperties> = {},
  more: Submission = {},
): Promise<string> => {
  await batch.registerJobDefinition({
    jobDefinitionName: name,
    type: 'container',
    containerProperties: { image: IMAGE, vcpus: 1, memory: 64, command: ['sh', '-c', script], ...container },
  });
  const { jobId } = await batch.submitJob({ jobName: name, jobQueue: 'q', jobDefinition: name, ...more });
  return jobId!;
};

test('the first lines say the engine, the daemon and what jobs may do', async (t) => {
  const { server } = await serve(t);
  assert.match(server.output.stdout, new RegExp(`engine: docker, 8 vCPUs.*; .* at ${DOCKER_HOST}`));
  assert.match(server.output.stdout, /jobs may be privileged, .*--refuse takes that away/);
  const { server: strict } = await serve(t, ['--refuse', 'all']);
  assert.doesNotMatch(strict.output.stdout, /jobs may/);
});

test('without the flag Docker is taken where it answers, and processes otherwise', async (t) => {
  const start = async (host: string) => {
    const dataDir = join(tempFolder(t), 'data');
    const child = await import('../support/cli.ts');
    const process = child.spawnCli(['serve', '--port', '0', '--data', dataDir], {
      env: { DOCKER_HOST: host },
    });
    const { output, ended } = child.collect(process);
    later(t, async () => {
      process.kill('SIGTERM');
      await ended;
    });
    return eventually('first lines', () => (/next, in/.test(output.stdout) ? output.stdout : undefined));
  };
  assert.match(await start(DOCKER_HOST), /engine: docker/);
  assert.match(await start('unix:///nobody/here.sock'), /engine: process[\s\S]*no Docker answers at/);
});

test('a job that is registered with log driver none runs, and keeps no log (J-317)', async (t) => {
  const { batch, logs } = await serve(t);
  await createQueue(batch);
  const id = await submit(batch, 'quiet', 'echo printed', { logConfiguration: { logDriver: NO_LOG } });
  const job = await inState(batch, id, 'SUCCEEDED', 'FAILED');
  assert.equal(job.status, 'SUCCEEDED', job.statusReason);
  assert.deepEqual(await messages(logs, job), []);
});

test('a real pipeline on real data: parts counted in containers, put together by a job that waits for them', async (t) => {
  const data = tempFolder(t);
  mkdirSync(join(data, 'in'));
  mkdirSync(join(data, 'out'));
  const sources = fileURLToPath(new URL('../../src', import.meta.url));
  cpSync(join(sources, 'api/shapes.gen.ts'), join(data, 'in/0'));
  for (const [at, name] of ['main/start-server.ts', 'main/config.ts', 'loops/loops.ts'].entries()) {
    cpSync(join(sources, name), join(data, `in/${at + 1}`));
  }
  const { batch, logs } = await serve(t, ['--allow-mounts', data]);
  await createQueue(batch);
  const mounts = {
    volumes: [{ name: 'data', host: { sourcePath: data } }],
    mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }],
  };
  const count = await submit(
    batch,
    'count',
    'i=$AWS_BATCH_JOB_ARRAY_INDEX; set -- $(sha256sum /data/in/$i); echo $i $(wc -l < /data/in/$i) $1 > /data/out/$i; echo counted $i',
    mounts,
    { arrayProperties: { size: 4 } },
  );
  const report = await submit(
    batch,
    'report',
    'cat /data/out/0 /data/out/1 /data/out/2 /data/out/3',
    mounts,
    {
      dependsOn: [{ jobId: count }],
    },
  );
  const done = await inState(batch, report, 'SUCCEEDED', 'FAILED');
  assert.equal(done.status, 'SUCCEEDED', JSON.stringify(done));
  const expected = [0, 1, 2, 3].map((at) => {
    const bytes = readFileSync(join(data, `in/${at}`));
    const lines = bytes.toString().split('\n').length - 1;
    return `${at} ${lines} ${createHash('sha256').update(bytes).digest('hex')}`;
  });
  assert.deepEqual(await messages(logs, done), expected);
  assert.deepEqual(await messages(logs, await describe(batch, `${count}:2`)), ['counted 2']);
  await eventually('the containers are gone', () => containersOfJob(report).length === 0 || undefined);
});

test('J-167 J-181 J-182: what cannot start says why, in the service’s words', async (t) => {
  const { batch } = await serve(t, ['--pull', 'never']);
  await createQueue(batch);
  const missing = await submit(batch, 'missing', '', { command: ['no-such-program'] });
  const absent = await submit(batch, 'absent', 'true', { image: '127.0.0.1:1/nobody/here:v1' });
  const first = await inState(batch, missing, 'FAILED');
  assert.equal(first.statusReason, 'Task failed to start');
  assert.match(
    first.container!.reason!,
    /^CannotStartContainerError: Error response from daemon: .*no-such-program/,
  );
  const second = await inState(batch, absent, 'FAILED');
  assert.equal(second.statusReason, 'Task failed to start');
  assert.match(
    second.container!.reason!,
    /^CannotPullContainerError: Error response from daemon: No such image/,
  );
});

test('a server killed in the midst: its jobs go on, are found again, and none runs twice', async (t) => {
  const { server, batch } = await serve(t);
  const folder = tempFolder(t);
  await createQueue(batch);
  const marked = (name: string, seconds: number) => ({
    script: `echo x >> /m/${name}; i=0; while [ $i -lt ${seconds * 10} ]; do i=$((i+1)); echo $i; sleep 0.1; done`,
    container: {
      volumes: [{ name: 'm', host: { sourcePath: folder } }],
      mountPoints: [{ sourceVolume: 'm', containerPath: '/m' }],
    },
  });
  const jobs: string[] = [];
  for (const [name, seconds] of [
    ['a', 1],
    ['b', 3],
    ['c', 5],
  ] as const) {
    const { script, container } = marked(name, seconds);
    jobs.push(await submit(batch, name, script, container));
  }
  for (const jobId of jobs) await inState(batch, jobId, 'RUNNING', 'SUCCEEDED');
  await server.end('SIGKILL');
  const again = await serve(t, [], server.dataDir);
  for (const [at, name] of ['a', 'b', 'c'].entries()) {
    const job = await inState(again.batch, jobs[at]!, 'SUCCEEDED', 'FAILED');
    assert.equal(job.status, 'SUCCEEDED');
    assert.equal(readFileSync(join(folder, name), 'utf8'), 'x\n');
    const seconds = [1, 3, 5][at]!;
    const expected = Array.from({ length: seconds * 10 }, (_, i) => String(i + 1));
    assert.deepEqual(await messages(again.logs, job), expected);
  }
});

test('J-258 J-264: a job that is terminated has its grace, and its real exit code', async (t) => {
  const { batch } = await serve(t);
  await createQueue(batch);
  const jobId = await submit(batch, 'trap', 'trap "exit 7" TERM; while :; do sleep 0.1; done');
  await inState(batch, jobId, 'RUNNING');
  await batch.terminateJob({ jobId, reason: 'enough' });
  const job = await inState(batch, jobId, 'FAILED');
  assert.deepEqual([job.statusReason, job.container!.exitCode], ['enough', 7]);
});

test('run needs an image here, and runs in it', async (t) => {
  const { server } = await serve(t);
  const refused = await runCli(['run', '--data', server.dataDir, '--', 'true']);
  assert.equal(refused.code, 125);
  assert.match(refused.stderr, /name the image, run --image IMAGE/);
  const ran = await runCli([
    'run',
    '--data',
    server.dataDir,
    '--image',
    IMAGE,
    '--',
    'sh',
    '-c',
    'echo $FROM_IMAGE; exit 3',
  ]);
  assert.deepEqual([ran.code, ran.stdout], [3, 'yes\n']);
});
