import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  collect,
  EXECUTABLE,
  eventually,
  NO_TERMINAL,
  type Reachable,
  runCli,
  spawnCli,
  tempFolder,
} from '../support/cli.ts';
import { serveHere } from '../support/server.ts';

/* A day's work on the command line, against a server with the process engine. */

const cli = (server: Reachable, ...args: string[]) => {
  const at = args.indexOf('--');
  const [own, command] = at < 0 ? [args, []] : [args.slice(0, at), args.slice(at)];
  return runCli([...own, '--data', server.dataDir, ...command]);
};

const detached = async (server: Reachable, ...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await cli(server, 'run', '--detach', ...args);
  assert.equal(code, 0, stderr);
  return stdout.trim();
};

test('a job that is detached is listed, waited for, explained, and its log read', async (t) => {
  const server = await serveHere(t);
  const id = await detached(server, '--name', 'first', '--', 'sh', '-c', 'echo one; echo two; exit 3');
  assert.match(id, /^[0-9a-f-]{36}$/);
  const waited = await cli(server, 'wait', 'first');
  assert.deepEqual([waited.code, waited.stdout], [1, `first (${id}) FAILED: exit code 3\n`]);
  const [header, line] = (await cli(server, 'jobs')).stdout.split('\n');
  assert.match(header!, /^ID +NAME +QUEUE +STATE +WAITED +RAN +EXIT OR REASON$/);
  assert.match(
    line!,
    new RegExp(`^${id.slice(0, 8)} +first +default +FAILED +[\\d.]+ s +[\\d.]+ s +exit code 3$`),
  );
  const explained = (await cli(server, 'explain', id.slice(0, 12))).stdout;
  assert.match(explained, new RegExp(`^job first \\(${id}\\) FAILED: exit code 3 after [\\d.]+ s$`, 'm'));
  assert.match(explained, /^ {2}attempt 1: exit code 3 after/m);
  assert.match(explained, /^ {2}command {3}sh -c 'echo one; echo two; exit 3'$/m);
  assert.match(explained, new RegExp(`^ {2}log {7}longshore logs ${id}$`, 'm'));
  assert.doesNotMatch(explained, /Essential container/);
  assert.equal((await cli(server, 'logs', 'first', '--tail', '1')).stdout, 'two\n');
  const lines = (await cli(server, 'logs', id, '--json')).stdout
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one));
  assert.deepEqual(
    lines.map(({ jobId, attempt, message }) => [jobId, attempt, message]),
    [
      [id, 1, 'one'],
      [id, 1, 'two'],
    ],
  );
});

test('of an array the failed children are told in groups, and run again', async (t) => {
  const server = await serveHere(t);
  const marker = join(tempFolder(t), 'repaired');
  const script = `test -e ${marker} && exit 0; case $AWS_BATCH_JOB_ARRAY_INDEX in [13]) echo "no file $AWS_BATCH_JOB_ARRAY_INDEX"; exit 3;; 4) exit 7;; esac`;
  const ran = await cli(server, 'run', '--name', 'many', '--array', '6', '--', 'sh', '-c', script);
  assert.equal(ran.code, 1);
  const id = /^job (\S+)$/m.exec(ran.stderr)![1]!;
  assert.match(
    ran.stderr,
    /^3 children FAILED:\n {2}2 × exit code 3: 1,3\n {6}1: no file 1\n {2}1 × exit code 7: 4\n/m,
  );
  assert.match(
    ran.stderr,
    new RegExp(`^next: {2}longshore logs ${id}:1\nagain: longshore rerun ${id} --failed$`, 'm'),
  );
  const explained = (await cli(server, 'explain', 'many')).stdout;
  assert.match(
    explained,
    /^job many .* FAILED: 3 succeeded, 3 failed \(2 with exit code 3, 1 with exit code 7\)$/m,
  );
  assert.match(explained, /2 × exit code 3: 1,3/);
  assert.match((await cli(server, 'jobs')).stdout, /many \[6\] +default +FAILED .* 3 succeeded, 3 failed$/m);
  const failed = await cli(server, 'logs', 'many', '--failed');
  assert.equal(failed.stdout, '[1] no file 1\n[3] no file 3\n');
  writeFileSync(marker, '');
  const one = await cli(server, 'rerun', 'many', '--only', '4');
  assert.deepEqual([one.code, one.stdout], [0, `1 job runs again (${id})\n`]);
  const still = await cli(server, 'wait', id);
  assert.deepEqual([still.code, still.stdout], [1, `many (${id}) FAILED: 4 succeeded, 2 failed\n`]);
  const rest = await cli(server, 'rerun', 'many', '--failed', '--json');
  assert.deepEqual(JSON.parse(rest.stdout), { jobId: id, jobs: 2, left: 0 });
  assert.equal((await cli(server, 'wait', id)).code, 0);
  const children = (await cli(server, 'jobs', '--array', id, '--json')).stdout.trim().split('\n');
  assert.deepEqual(
    children.map((line) => JSON.parse(line)).map(({ attempt, status }) => `${status} ${attempt}`),
    ['SUCCEEDED 1', 'SUCCEEDED 2', 'SUCCEEDED 1', 'SUCCEEDED 2', 'SUCCEEDED 2', 'SUCCEEDED 1'],
  );
  const again = await cli(server, 'rerun', id);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /has no FAILED child to run again/);
});

test('several run again at once: each outcome is told, and the worst is the exit code', async (t) => {
  const server = await serveHere(t);
  const marker = join(tempFolder(t), 'repaired');
  const script = ['sh', '-c', `test -e ${marker}`];
  const one = await detached(server, '--name', 'one', '--', ...script);
  const two = await detached(server, '--name', 'two', '--', ...script);
  await detached(server, '--name', 'good', '--', 'true');
  assert.equal((await cli(server, 'wait', 'one', 'two', 'good')).code, 1);
  writeFileSync(marker, '');
  const mixed = await cli(server, 'rerun', 'one', 'good', 'nobody', 'two');
  assert.deepEqual([mixed.code, mixed.stdout], [2, `1 job runs again (${one})\n1 job runs again (${two})\n`]);
  assert.match(
    mixed.stderr,
    /^longshore: Job \S+ is SUCCEEDED: only FAILED jobs run again\nlongshore: there is no job nobody: see longshore jobs --all\n$/,
  );
  assert.equal((await cli(server, 'wait', 'one', 'two')).code, 0);
  const refused = await cli(server, 'rerun', 'one', 'two', '--json');
  assert.deepEqual([refused.code, refused.stdout], [1, '']);
  const only = await cli(server, 'rerun', 'one', 'two', '--only', '1');
  assert.deepEqual([only.code, /--only chooses children of one array/.test(only.stderr)], [2, true]);
});

test('a job that failed runs again with more, and what failed for it behind it', async (t) => {
  const server = await serveHere(t);
  // the job looks at what it was given, as one does that is sized by its operator
  const script = 'test "$SIZE" = large || exit 3; echo enough';
  const first = await detached(server, '--name', 'first', '--memory', '64', '--', 'sh', '-c', script);
  await detached(server, '--name', 'second', '--after', 'first', '--', 'echo', 'second');
  assert.equal((await cli(server, 'wait', 'second')).code, 1);
  const refused = await cli(server, 'rerun', 'first', '--timeout', '10s');
  assert.deepEqual([refused.code, /60s at the least/.test(refused.stderr)], [2, true]);
  const again = await cli(
    server,
    'rerun',
    'first',
    '--memory',
    '1GiB',
    '--vcpus',
    '0.5',
    '--env',
    'SIZE=large',
    '--with-dependents',
  );
  assert.equal(again.stdout, `1 job runs again (${first}), 1 that failed for it waits again\n`);
  assert.equal((await cli(server, 'wait', 'first', 'second')).code, 0);
  assert.match((await cli(server, 'explain', 'first')).stdout, /^ {2}asked {5}0\.5 vCPUs and 1 GiB$/m);
  const json = await cli(server, 'explain', 'first', '--json');
  assert.equal(JSON.parse(json.stdout).attempt, 2);
});

test('what waits and what runs is cancelled, by id and by a filter', async (t) => {
  const server = await serveHere(t, 'vcpus=1,memory=2GiB');
  const running = await detached(server, '--name', 'runs', '--', 'sleep', '1000');
  const waiting = await detached(server, '--name', 'waits', '--', 'true');
  await detached(server, '--name', 'waits', '--queue', 'other', '--', 'true');
  await eventually('it runs', async () => {
    const { stdout } = await cli(server, 'jobs', '--status', 'running', '--json');
    return stdout.includes(running) || undefined;
  });
  const runs = (await cli(server, 'explain', 'runs')).stdout;
  assert.match(
    runs,
    /^ {2}waited {4}\S+ s, started 20\d\d-.*\n {2}definition run-.*\n {2}asked .*\n {2}command {3}sleep 1000$/m,
  );
  assert.match(
    (await cli(server, 'cancel', 'waits')).stderr,
    /^longshore: waits may be 2 jobs: .*; say more of the id$/m,
  );
  const asked = await cli(server, 'cancel', '--name', 'wait*');
  assert.deepEqual(
    [asked.code, asked.stderr],
    [2, 'longshore: this would stop 2 jobs: say --yes to do so\n'],
  );
  const one = await cli(
    server,
    'cancel',
    '--queue',
    'default',
    '--status',
    'RUNNABLE',
    '--yes',
    '--reason',
    'not today',
  );
  assert.equal(one.stdout, 'stopped 1 job\n');
  assert.match((await cli(server, 'explain', waiting)).stdout, /FAILED: not today$/m);
  const rest = await cli(server, 'cancel', '--name', 'waits', '--yes', '--json');
  assert.deepEqual(JSON.parse(rest.stdout), { stopped: 1 });
  assert.match((await cli(server, 'cancel', '--name', 'waits', '--yes')).stderr, /no job that waits or runs/);
  assert.equal((await cli(server, 'cancel', 'runs')).stdout, `stopped ${running}\n`);
  assert.equal((await cli(server, 'wait', running)).code, 1);
  const late = await cli(server, 'cancel', 'runs', '--json');
  assert.deepEqual(
    [late.code, late.stdout, late.stderr],
    [0, '', `longshore: ${running} is FAILED: there is nothing to stop\n`],
  );
  const nobody = await cli(server, 'cancel', '00000000-0000-4000-8000-000000000000');
  assert.deepEqual([nobody.code, nobody.stdout], [2, '']);
  assert.match(nobody.stderr, /there is no job 00000000/);
  assert.match(
    (await cli(server, 'cancel', 'nothing-of-that-name')).stderr,
    /there is no job nothing-of-that-name/,
  );
  assert.match((await cli(server, 'cancel')).stderr, /name the jobs to stop/);
  assert.match((await cli(server, 'cancel', 'runs', '--queue', 'default')).stderr, /not both/);
});

test('run: environment, folder, name, tags, attempts and dependencies are the job’s', async (t) => {
  const server = await serveHere(t);
  const folder = realpathSync(tempFolder(t));
  writeFileSync(join(folder, 'vars'), '# of a file\nFROM_FILE=f\nBOTH=file\n');
  const flags = ['--env', 'A=b c', '--env', 'HOME', '--env-file', join(folder, 'vars'), '--env', 'BOTH=flag'];
  const script = 'echo "$A|$HOME|$FROM_FILE|$BOTH|$PWD"';
  const shown = await cli(server, 'run', ...flags, '--workdir', folder, '--', 'sh', '-c', script);
  assert.equal(shown.stdout, `b c|${process.env.HOME}|f|flag|${folder}\n`);
  const first = await detached(
    server,
    '--name',
    'a',
    '--tag',
    'team=x',
    '--retries',
    '1',
    '--',
    'sh',
    '-c',
    'exit 1',
  );
  const second = await detached(server, '--name', 'b', '--', 'true');
  await cli(server, 'wait', first, second);
  const { stdout } = await cli(server, 'jobs', '--tag', 'team=x', '--json');
  const { jobId, attempt, attempts } = JSON.parse(stdout);
  assert.deepEqual([jobId, attempt, attempts], [first, 2, 2]);
  const after = await cli(server, 'run', '--after', 'b', '--after', 'a', '--', 'true');
  assert.match(after.stderr, /FAILED: Dependent Job failed/);
  assert.equal((await cli(server, 'run', '--after', `${second},b`, '--', 'true')).code, 0);
});

test('run: a definition of one’s own, with its parameters and another command', async (t) => {
  const server = await serveHere(t);
  await cli(server, 'run', '--', 'true');
  const { Batch } = await import('@aws-sdk/client-batch');
  const { readRootKey } = await import('../../src/main/data-folder.ts');
  const batch = new Batch({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: readRootKey(server.dataDir),
  });
  const requirements = [
    { type: 'VCPU' as const, value: '1' },
    { type: 'MEMORY' as const, value: '64' },
  ];
  await batch.registerJobDefinition({
    jobDefinitionName: 'greet',
    type: 'container',
    parameters: { who: 'you' },
    containerProperties: {
      image: 'x',
      command: ['echo', 'hello', 'Ref::who'],
      resourceRequirements: requirements,
    },
  });
  batch.destroy();
  assert.equal((await cli(server, 'run', '--definition', 'greet')).stdout, 'hello you\n');
  assert.equal((await cli(server, 'run', '--definition', 'greet:1', '--set', 'who=me')).stdout, 'hello me\n');
  assert.equal((await cli(server, 'run', '--definition', 'greet', '--', 'echo', 'other')).stdout, 'other\n');
  const wrong = await cli(server, 'run', '--definition', 'greet', '--image', 'y');
  assert.deepEqual(
    [wrong.code, wrong.stderr],
    [125, "longshore: --image is the definition's own: leave it out with --definition\n"],
  );
});

const WRONG: [string[], RegExp][] = [
  [['--timeout', '30s'], /--timeout takes 60s at the least/],
  [['--env', 'NOBODY_HAS_THIS_NAME'], /this shell has no such variable/],
  [['--mount', 'a:b:rw'], /--mount takes SRC/],
  [['--memory', '1GB'], /--memory takes MiB/],
  [['--vcpus', 'x'], /--vcpus takes a number above 0/],
  [['--array', '10001'], /--array takes a whole number from 2 to 10000, got '10001'/],
  [['--array', '0-199'], /--array takes a whole number from 2 to 10000, got '0-199'/],
  [['--retries', '10'], /--retries takes a whole number from 0 to 9, got '10'/],
  [['--name', 'two words'], /--name takes up to 128 letters, digits, - and _/],
  [['--json'], /--json goes with --detach only/],
  [['--after', 'nobody'], /there is no job nobody/],
];

test('run: what is wrong is told in one line, with exit code 125, before there is a job', async (t) => {
  const server = await serveHere(t);
  for (const [flags, words] of WRONG) {
    const { code, stderr } = await cli(server, 'run', ...flags, '--', 'true');
    assert.equal(code, 125, stderr);
    assert.match(stderr, words);
    assert.match(stderr, /^longshore: [^\n]+\n$/);
  }
  assert.equal((await cli(server, 'jobs', '--all')).stdout, 'no jobs\n');
});

test('run: stdin that has data is refused, an empty one is none', async (t) => {
  const server = await serveHere(t);
  const withInput = async (text: string) => {
    const args = [EXECUTABLE, 'run', '--data', server.dataDir, '--', 'true'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(text);
    return collect(child).ended;
  };
  const refused = await withInput('data');
  assert.deepEqual([refused.code, /a job reads no stdin: put/.test(refused.stderr)], [125, true]);
  assert.equal((await withInput('')).code, 0);
});

test('run: a job that can never run ends run with its reason and 125; --wait-timeout bounds the waiting', async (t) => {
  const server = await serveHere(t, 'vcpus=1,memory=1GiB');
  const huge = await cli(server, 'run', '--memory', '900GiB', '--', 'true');
  assert.equal(huge.code, 125);
  assert.match(huge.stderr, /^waits: needs 1 vCPU and 900 GiB; .*can never run it/m);
  assert.match((await cli(server, 'status')).stdout, /^ {2}default: 1 × it can never run: needs 1 vCPU/m);
  assert.match(huge.stderr, /can never run, and was stopped/);
  await detached(server, '--', 'sleep', '1000');
  const late = await cli(server, 'run', '--wait-timeout', '1s', '--', 'true');
  assert.equal(late.code, 125);
  assert.match(late.stderr, /has not started within 1 s, and was stopped/);
});

test('status, queues and environments: one screen, lists, and the same as data', async (t) => {
  const server = await serveHere(t, 'vcpus=1,memory=1GiB');
  assert.match((await cli(server, 'queues')).stdout, /no queue yet: longshore run -- echo hello makes one/);
  await detached(server, '--name', 'runs', '--', 'sleep', '1000');
  await detached(server, '--', 'true');
  await eventually('one waits', async () => {
    const [queue] = (await cli(server, 'queues', '--json')).stdout.trim().split('\n');
    const { counts } = JSON.parse(queue!);
    return (counts.RUNNABLE === 1 && counts.RUNNING === 1) || undefined;
  });
  const { stdout } = await cli(server, 'status');
  assert.match(stdout, /^since the server started, .+ ago:\n {2}default: 1 started, 0 failed; half waited /m);
  assert.match(stdout, /^longshore \S+, engine process, region us-east-1, up .* since 20\d\d-/);
  assert.match(stdout, /^pool: 1 vCPU and 1 GiB, free 0 vCPUs/m);
  assert.match(stdout, /^default +ENABLED +1 +1 +0 +1 +0 +0 +\S+ s +1st in queue default/m);
  assert.match(stdout, /^default +UNMANAGED +ENABLED +VALID +1 +1 +1 vCPU/m);
  assert.match(stdout, /^nothing is stuck$/m);
  assert.equal(JSON.parse((await cli(server, 'status', '--json')).stdout).server.engine, 'process');
  assert.equal(JSON.parse((await cli(server, 'environments', '--json')).stdout).name, 'default');
});

test('what is watched is cut to the height of the terminal', { skip: NO_TERMINAL }, async (t) => {
  const server = await serveHere(t);
  await cli(server, 'run', '--name', 'many', '--array', '40', '--memory', '32', '--', 'true');
  const args = ['jobs', '--array', 'many', '--watch', '--data', server.dataDir];
  const child = spawnCli(args, { terminal: true });
  const { output, ended } = collect(child);
  await eventually('a screen', async () => /and \d+ more/.test(output.stdout) || undefined);
  child.kill();
  await ended;
  const [screen = ''] = output.stdout.split('\u001b[2J\u001b[H').slice(1);
  const lines = screen.trim().split(/\r?\n/);
  assert.deepEqual([lines.length, lines.at(-1)], [23, '… and 19 more']);
});

test('wait gives up with 124, and says who has not ended', async (t) => {
  const server = await serveHere(t);
  const id = await detached(server, '--', 'sleep', '1000');
  const { code, stderr } = await cli(server, 'wait', id, '--timeout', '1s');
  assert.equal(code, 124);
  assert.match(stderr, new RegExp(`1 of 1 have not ended: ${id}`));
});

test('a folder that is mounted is seen where it is wished', async (t) => {
  const server = await serveHere(t);
  const folder = realpathSync(tempFolder(t));
  writeFileSync(join(folder, 'here'), '');
  const { code } = await cli(server, 'run', '--mount', folder, '--', 'test', '-e', join(folder, 'here'));
  assert.equal(code, 0);
  assert.ok(existsSync(join(folder, 'here')));
});
