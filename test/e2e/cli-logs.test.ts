import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collect, eventually, later, runCli, spawnCli } from '../support/cli.ts';
import { serveHere } from '../support/server.ts';

test('logs of a job that has not begun says what it waits for', async (t) => {
  const server = await serveHere(t, 'vcpus=1,memory=1GiB');
  await runCli(['run', '--detach', '--data', server.dataDir, '--', 'sleep', '1000']);
  const run = spawnCli(['run', '--data', server.dataDir, '--', 'true']);
  later(t, () => run.kill('SIGKILL'));
  const { output } = collect(run);
  const id = await eventually('the job', () => /^job (\S+)$/m.exec(output.stderr)?.[1]);
  const waits = await runCli(['logs', '--data', server.dataDir, id]);
  assert.deepEqual([waits.code, waits.stdout], [0, '']);
  assert.match(waits.stderr, new RegExp(`^longshore: ${id} is RUNNABLE: .*needs`));
});

test('a reader that stops reading ends logs without a complaint', async (t) => {
  const server = await serveHere(t);
  const { stderr } = await runCli(['run', '--data', server.dataDir, '--', 'seq', '1', '50000']);
  const child = spawnCli(['logs', '--data', server.dataDir, /^job (\S+)$/m.exec(stderr)![1]!]);
  child.stdout!.once('data', () => child.stdout!.destroy());
  const ended = await collect(child).ended;
  assert.equal(ended.code, 0);
  assert.equal(ended.stderr, '');
});
