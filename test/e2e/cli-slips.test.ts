import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EXECUTABLE, type Reachable, runCli, startServe, tempFolder } from '../support/cli.ts';
import { serveHere } from '../support/server.ts';

/* What a person gets wrong: a sentence each, and the exit code of docs/cli.md. */

const cli = (server: Reachable, ...args: string[]) => {
  const at = args.indexOf('--');
  const [own, command] = at < 0 ? [args, []] : [args.slice(0, at), args.slice(at)];
  return runCli([...own, '--data', server.dataDir, ...command]);
};

test('a queue or a state that is none is a slip, told with those that there are', async (t) => {
  const server = await serveHere(t);
  const none = await cli(server, 'jobs', '--queue', 'nosuch');
  assert.deepEqual([none.code, none.stderr], [2, 'longshore: there is no queue nosuch: there is none yet\n']);
  assert.equal((await cli(server, 'run', '--', 'true')).code, 0);
  assert.equal((await cli(server, 'run', '--queue', 'other', '--', 'true')).code, 0);
  for (const args of [
    ['jobs', '--queue', 'other,nosuch'],
    ['cancel', '--queue', 'nosuch'],
  ]) {
    const { code, stderr } = await cli(server, ...args);
    assert.deepEqual([code, stderr], [2, 'longshore: there is no queue nosuch: there are default, other\n']);
  }
  const state = await cli(server, 'jobs', '--status', 'NOSUCH');
  assert.equal(state.code, 2);
  assert.match(state.stderr, /^longshore: --status takes one of SUBMITTED, PENDING, .*, got 'NOSUCH'\n$/);
});

test('an answer of the service is told as its sentence alone, with exit code 1', async (t) => {
  const server = await serveHere(t);
  await cli(server, 'run', '--name', 'good', '--', 'true');
  const { code, stderr } = await cli(server, 'rerun', 'good');
  assert.equal(code, 1);
  assert.match(stderr, /^longshore: Job \S+ is SUCCEEDED: only FAILED jobs run again\n$/);
});

test('an env file is the job’s: Node, which has a flag of that name, does not see it', async (t) => {
  // in a process of its own: this one waits for each command
  const server = await startServe(t);
  const file = join(tempFolder(t), 'variables');
  writeFileSync(
    file,
    '\uFEFF# as docker has it\r\nA="as it stands"\r\nAWS_ENDPOINT_URL_BATCH=http://nowhere\r\n',
  );
  const executed = (...flags: string[]) =>
    spawnSync(EXECUTABLE, ['run', '--data', server.dataDir, ...flags, '--', 'sh', '-c', 'echo $A'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
  const ran = executed('--env-file', file);
  assert.deepEqual([ran.status, ran.stdout], [0, '"as it stands"\n'], ran.stderr);
  const missing = executed('--env-file', 'missing.txt');
  assert.deepEqual(
    [missing.status, missing.stderr],
    [125, 'longshore: --env-file missing.txt: there is no such file\n'],
  );
});

test('a folder that the jobs’ user may not enter is told as that, and what to do', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can run jobs as somebody else');
  const server = await startServe(t, ['--run-as', 'nobody']);
  const closed = join(tempFolder(t), 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o700);
  const run = (...flags: string[]) =>
    runCli(['run', '--data', server.dataDir, ...flags, '--', 'pwd'], { cwd: closed });
  const { code, stderr } = await run();
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^FAILED: .*\/closed is not to be reached by the user that jobs run as: .* \(run --workdir DIR\)$/m,
  );
  assert.deepEqual((await run('--workdir', '/')).stdout, '/\n');
});

test('queues are listed as they are served: the highest priority first, then by name', async (t) => {
  const server = await serveHere(t);
  for (const queue of ['default', 'b', 'a'])
    assert.equal((await cli(server, 'run', '--queue', queue, '--', 'true')).code, 0);
  const { stdout } = await cli(server, 'queues');
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/)[0]),
    ['QUEUE', 'a', 'b', 'default'],
  );
});
