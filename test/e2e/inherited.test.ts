import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { collect, EXECUTABLE, eventually, later, runCli, tempFolder } from '../support/cli.ts';

/* What a job has of whoever started the server. */

const IGNORED = 'ignore' as const;

/** As a script has it that says `exec 200>FILE; flock 200`. Node itself lets go of those up to 15. */
const LOCK_FD = 200;

test('helper and jobs have no descriptor of whoever started the server: a lock of his is free when it dies', async (t) => {
  const folder = tempFolder(t);
  const lock = join(folder, 'lock');
  const fd = openSync(lock, 'w');
  // the lock is the open file's, which the server has as well
  assert.equal(spawnSync('flock', ['-n', '3'], { stdio: [IGNORED, IGNORED, IGNORED, fd] }).status, 0);
  const stdio: (number | 'ignore' | 'pipe')[] = [IGNORED, 'pipe', 'pipe'];
  stdio.push(...Array.from({ length: LOCK_FD - 3 }, () => IGNORED), fd);
  const data = join(folder, 'data');
  const args = [EXECUTABLE, 'serve', '--port', '0', '--engine', 'process', '--data', data];
  const server = spawn(process.execPath, args, { stdio });
  const { output, ended } = collect(server);
  later(t, () => server.kill('SIGKILL'));
  closeSync(fd);
  await eventually('serve', () => /next, in another/.test(output.stdout) || undefined);
  const isHeld = () => spawnSync('flock', ['-n', lock, 'true']).status !== 0;
  assert.equal(isHeld(), true);

  const gate = join(folder, 'gate');
  const script = `ls /proc/$$/fd; touch ${gate}; while [ -e ${gate} ]; do sleep 0.05; done`;
  const job = runCli(['run', '--data', data, '--', 'sh', '-c', script]);
  await eventually('the job', () => spawnSync('test', ['-e', gate]).status === 0 || undefined);
  server.kill('SIGKILL');
  await ended;
  assert.equal(isHeld(), false);
  spawnSync('rm', [gate]);

  const again = spawn(process.execPath, args, { stdio: [IGNORED, 'pipe', 'pipe'] });
  collect(again);
  later(t, () => again.kill('SIGTERM'));
  const open = (await job).stdout.trim().split('\n').map(Number);
  assert.deepEqual(
    open.filter((fd) => fd > 2),
    [],
  );
});

test('a job has the server’s PATH without what npm put before it, and nothing else of its environment', async (t) => {
  const data = join(tempFolder(t), 'data');
  const own = process.env.PATH!.split(delimiter).filter((folder) => !/node_modules/.test(folder));
  const npms = [
    '/a/b/node_modules/.bin',
    '/a/node_modules/.bin',
    '/x/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin',
  ];
  const env = {
    ...process.env,
    npm_execpath: '/x/npm/bin/npm-cli.js',
    npm_config_something: 'x',
    PATH: [...npms, ...own].join(delimiter),
    MINE: 'secret',
  };
  const args = [EXECUTABLE, 'serve', '--port', '0', '--engine', 'process', '--data', data];
  const server = spawn(process.execPath, args, { env, stdio: [IGNORED, 'pipe', 'pipe'] });
  const { output } = collect(server);
  later(t, () => server.kill('SIGTERM'));
  await eventually('serve', () => /next, in another/.test(output.stdout) || undefined);
  const { stdout } = await runCli(['run', '--data', data, '--', 'env']);
  assert.match(stdout, new RegExp(`^PATH=${own.join(delimiter)}$`, 'm'));
  assert.doesNotMatch(stdout, /MINE|npm/);
});
