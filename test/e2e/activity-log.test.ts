import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch } from '@aws-sdk/client-batch';
import { readRootKey } from '../../src/main/data-folder.ts';
import { type Ended, later, runCli, startServe } from '../support/cli.ts';

const linesOf = ({ stderr }: Ended): Record<string, unknown>[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

const SHOWN: [string, Record<string, string>, boolean][] = [
  ['is on the stderr of a server that was told nothing', {}, true],
  ['is not when only warnings are asked for', { LONGSHORE_LOG: 'warn' }, false],
];

for (const [what, env, shown] of SHOWN) {
  test(`S-013 S-174: the reason of a cancel and of a terminate ${what}`, async (t) => {
    const server = await startServe(t, [], { env });
    const { code } = await runCli(['run', '--data', server.dataDir, '--name', 'first', '--', 'true']);
    assert.equal(code, 0);
    const credentials = readRootKey(server.dataDir);
    const batch = new Batch({ endpoint: server.url, region: 'us-east-1', credentials });
    later(t, () => batch.destroy());
    const { jobDefinitions } = await batch.describeJobDefinitions({});
    const jobDefinition = jobDefinitions![0]!.jobDefinitionArn!;
    const submit = async (command: string[], after?: string): Promise<string> => {
      const { jobId } = await batch.submitJob({
        jobName: 'j',
        jobQueue: 'default',
        jobDefinition,
        containerOverrides: { command },
        ...(after !== undefined && { dependsOn: [{ jobId: after }] }),
      });
      return jobId!;
    };
    const running = await submit(['sleep', '1000']);
    const waiting = await submit(['true'], running);
    await batch.cancelJob({ jobId: waiting, reason: 'not wanted: 我' });
    await batch.terminateJob({ jobId: running, reason: 'took "too" long' });
    const lines = linesOf(await server.end())
      .filter(({ msg }) => msg === 'a stop was asked for')
      .map(({ kind, jobId, reason }) => ({ kind, jobId, reason }));
    const all = [
      { kind: 'cancel', jobId: waiting, reason: 'not wanted: 我' },
      { kind: 'terminate', jobId: running, reason: 'took "too" long' },
    ];
    assert.deepEqual(lines, shown ? all : []);
  });
}

test('the start and the end of each job have a line in the log, and each attempt that is followed by another', async (t) => {
  const server = await startServe(t);
  const run = (...args: string[]) => runCli(['run', '--data', server.dataDir, ...args]);
  await run('--name', 'well', '--', 'true');
  await run('--name', 'ill', '--', 'sh', '-c', 'exit 3');
  await run('--name', 'two', '--array', '2', '--', 'true');
  const credentials = readRootKey(server.dataDir);
  const batch = new Batch({ endpoint: server.url, region: 'us-east-1', credentials });
  later(t, () => batch.destroy());
  const { jobId } = await batch.submitJob({
    jobName: 'again',
    jobQueue: 'default',
    jobDefinition: (await batch.describeJobDefinitions({})).jobDefinitions![0]!.jobDefinitionArn!,
    containerOverrides: { command: ['false'] },
    retryStrategy: { attempts: 2 },
  });
  await runCli(['logs', '--follow', jobId!, '--data', server.dataDir]);
  const told = linesOf(await server.end()).map(({ msg, name, attempt, status, exitCode }) =>
    [name, msg, attempt, status, exitCode].filter((word) => word !== undefined).join(' '),
  );
  const of = (name: string) => told.filter((line) => line.startsWith(name));
  assert.deepEqual(of('well'), ['well a job started 1', 'well a job ended 1 SUCCEEDED 0']);
  assert.deepEqual(of('ill'), ['ill a job started 1', 'ill a job ended 1 FAILED 3']);
  assert.deepEqual(of('two').sort(), [
    'two a job ended 1 SUCCEEDED 0',
    'two a job ended 1 SUCCEEDED 0',
    'two a job ended SUCCEEDED',
    'two a job started 1',
    'two a job started 1',
  ]);
  assert.deepEqual(of('again'), [
    'again a job started 1',
    'again an attempt failed: the job runs again 1 1',
    'again a job started 2',
    'again a job ended 2 FAILED 1',
  ]);
});

test('a job that is stopped before it began has a line, and what waits of an array has one for all', async (t) => {
  const server = await startServe(t, ['--capacity', 'vcpus=1,memory=1GiB']);
  const credentials = readRootKey(server.dataDir);
  const batch = new Batch({ endpoint: server.url, region: 'us-east-1', credentials });
  later(t, () => batch.destroy());
  await runCli(['run', '--data', server.dataDir, '--', 'true']);
  const submit = async (more: { arrayProperties?: { size: number } } = {}): Promise<string> => {
    const { jobId } = await batch.submitJob({
      jobName: 'j',
      jobQueue: 'default',
      jobDefinition: (await batch.describeJobDefinitions({})).jobDefinitions![0]!.jobDefinitionArn!,
      containerOverrides: { command: ['sleep', '1000'] },
      ...more,
    });
    return jobId!;
  };
  const array = await submit({ arrayProperties: { size: 5 } });
  const alone = await submit();
  await batch.cancelJob({ jobId: alone, reason: 'enough' });
  await batch.terminateJob({ jobId: array, reason: 'too much' });
  await runCli(['logs', '--follow', `${array}:0`, '--data', server.dataDir]);
  const told = linesOf(await server.end());
  const end = told.find(({ jobId, msg }) => jobId === alone && msg === 'a job ended')!;
  assert.deepEqual([end.status, end.statusReason, end.attempt], ['FAILED', 'enough', undefined]);
  const waiting = told.filter(({ msg }) => msg === 'waiting children ended');
  assert.equal(waiting[0]!.jobId, array);
  assert.ok(waiting.reduce((sum, { children }) => sum + (children as number), 0) >= 4);
});

test('who is refused with 403 has a line in the log, with what it says of itself and no secret', async (t) => {
  const server = await startServe(t);
  await fetch(`${server.url}/v1/listjobs`, { method: 'POST', body: '{}' });
  const credentials = { accessKeyId: 'AKSTRANGER', secretAccessKey: 'not this one' };
  const batch = new Batch({ endpoint: server.url, region: 'us-east-1', credentials });
  later(t, () => batch.destroy());
  await assert.rejects(batch.describeJobQueues({}));
  await fetch(`${server.url}/nothing`);
  const lines = linesOf(await server.end()).filter(({ msg }) => msg === 'a request was refused');
  assert.deepEqual(
    lines.map(({ method, path, accessKeyId, error, from }) => [method, path, accessKeyId, error, from]),
    [
      ['POST', '/v1/listjobs', undefined, 'MissingAuthenticationTokenException', '127.0.0.1'],
      ['POST', '/v1/describejobqueues', 'AKSTRANGER', 'UnrecognizedClientException', '127.0.0.1'],
      ['GET', '/nothing', undefined, 'MissingAuthenticationTokenException', '127.0.0.1'],
    ],
  );
  assert.ok(lines.every(({ requestId }) => /^[0-9a-f-]{36}$/.test(String(requestId))));
});
