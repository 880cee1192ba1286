import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCli, startServe } from '../support/cli.ts';

test('run says on stderr what the engine does not use and what is not there, explain says it too; the log does not', async (t) => {
  const server = await startServe(t, ['--capacity', 'vcpus=2,memory=1GiB']);
  const { stdout, stderr } = await runCli([
    ...['run', '--data', server.dataDir, '--image', 'busybox', '--vcpus', '64'],
    ...['--', 'echo', 'printed'],
  ]);
  const notes = [
    'the process engine does not use image',
    'asked 64 vCPUs, this host has 2: it runs alone on all 2',
  ];
  assert.equal(stdout, 'printed\n');
  for (const note of notes) assert.ok(stderr.split('\n').includes(note), stderr);
  const explained = await runCli(['explain', '--data', server.dataDir, /^job (\S+)$/m.exec(stderr)![1]!]);
  for (const note of notes) assert.ok(explained.stdout.split('\n').includes(`  ${note}`), explained.stdout);
  assert.match(
    server.output.stdout,
    /^ {2}a job that asks for more than 2 vCPUs runs alone on all of them$/m,
  );
});

test('run tells a mount that the server would refuse before it makes a job', async (t) => {
  const server = await startServe(t, ['--engine', 'process', '--refuse', 'mounts']);
  const { code, stderr } = await runCli(['run', '--data', server.dataDir, '--mount', '/etc', '--', 'true']);
  assert.equal(code, 125);
  assert.equal(stderr, 'longshore: --mount /etc: the server lets jobs mount nothing of this machine\n');
  assert.equal((await runCli(['jobs', '--data', server.dataDir, '--json'])).stdout, '');
});
