import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { readRootKey } from '../../src/main/data-folder.ts';
import {
  collect,
  type Ended,
  eventually,
  later,
  NO_TERMINAL,
  runCli,
  spawnCli,
  startServe,
  tempFolder,
} from '../support/cli.ts';
import { json, standIn } from '../support/docker-stand-in.ts';

/** What the person did wrong: nothing on stdout, one line on stderr, exit code 2. */
const assertRefused = ({ code, stdout, stderr }: Ended, words: RegExp): void => {
  assert.equal(stdout, '');
  assert.match(stderr, /^longshore: [^\n]+\n$/);
  assert.match(stderr, words);
  assert.equal(code, 2);
};

const WRONG: [string[], RegExp][] = [
  [['bogus'], /unknown command 'bogus'.*: see longshore --help$/m],
  [['serve', '--bogus'], /unknown option '--bogus': see longshore serve --help$/m],
  [['serve', '--port'], /argument missing/],
  [['serve', '--port', 'eighty'], /--port takes a number from 0 to 65535, got 'eighty'/],
  [['serve', '--port', '65536'], /--port takes/],
  [['serve', '--engine', 'magic'], /--engine takes [^\n]*process[^\n]*'magic'/],
  [['serve', '--region', 'Berlin'], /--region takes a region such as us-east-1, or any, got 'Berlin'/],
  [['serve', '--account', '12'], /--account takes twelve digits, got '12'/],
  [['serve', '--capacity', 'vcpus=4'], /--capacity takes vcpus=N,memory=NGiB/],
  [['serve', '--data', ''], /--data takes a folder, got ''/],
  [['env', '--data', ''], /--data takes a folder, got ''/],
  [['jobs', '--data', ''], /--data takes a folder, got ''/],
  [['serve', '--run-as', 'nobody-of-that-name'], /--run-as/],
  [['logs'], /missing required argument 'job'/],
];

for (const [args, words] of WRONG) {
  test(`longshore ${args.join(' ')}: one line and exit code 2`, async (t) => {
    assertRefused(await runCli(args, { env: { LONGSHORE_DATA: join(tempFolder(t), 'data') } }), words);
  });
}

test('a port in use is one line and exit code 2, and leaves the data folder free', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await new Promise((done) => other.once('listening', done));
  const { port } = other.address() as AddressInfo;
  const dataDir = join(tempFolder(t), 'data');
  assertRefused(
    await runCli(['serve', '--port', String(port), '--data', dataDir]),
    new RegExp(`port ${port} of 127.0.0.1 is in use`),
  );
  await startServe(t, [], { dataDir });
});

test('a host that is not ours is one line and exit code 2', async (t) => {
  const dataDir = join(tempFolder(t), 'data');
  assertRefused(
    await runCli(['serve', '--port', '0', '--host', '192.0.2.1', '--data', dataDir]),
    /cannot listen on/,
  );
});

test('a data folder that is a file is one line and exit code 2', async (t) => {
  const dataDir = join(tempFolder(t), 'file');
  writeFileSync(dataDir, '');
  assertRefused(await runCli(['serve', '--data', dataDir]), /is not a folder/);
});

test('a data folder that cannot be written is one line and exit code 2', async (t) => {
  const parent = tempFolder(t);
  const isRoot = process.getuid?.() === 0;
  chmodSync(parent, 0o555);
  // root writes anywhere but where the kernel lets nobody
  const dataDir = isRoot ? '/sys/longshore-test' : join(parent, 'data');
  assertRefused(await runCli(['serve', '--data', dataDir]), /cannot be written/);
  chmodSync(parent, 0o755);
});

test('no space is one line and exit code 2', async (t) => {
  const folder = tempFolder(t);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return t.skip('needs the right to mount a small file system');
  }
  later(t, () => execFileSync('umount', [folder]));
  assertRefused(await runCli(['serve', '--data', join(folder, 'data')]), /there is no space left/);
});

test('a folder of a later schema is one line and exit code 2', async (t) => {
  const dataDir = tempFolder(t);
  const database = new Sqlite(join(dataDir, 'longshore.db'));
  database.pragma('user_version = 9999');
  database.close();
  assertRefused(await runCli(['serve', '--port', '0', '--data', dataDir]), /schema version 9999/);
});

test('a database that is none is one line and exit code 2', async (t) => {
  const dataDir = tempFolder(t);
  writeFileSync(join(dataDir, 'longshore.db'), 'no database'.repeat(100));
  assertRefused(
    await runCli(['serve', '--port', '0', '--data', dataDir]),
    /cannot be used: file is not a database/,
  );
});

test('a Node that is too old is one line and exit code 2', async (t) => {
  const old = ['/usr/bin/node', '/usr/local/bin/node'].find(
    (path) => existsSync(path) && execFileSync(path, ['-v'], { encoding: 'utf8' }) < 'v22.18',
  );
  if (!old) return t.skip('there is no old Node on this machine');
  assertRefused(await runCli(['serve'], { node: old }), /needs Node 22.18 or later, this is \d/);
});

test('the first start makes the folder and a key for the owner only, and tells where the key is', async (t) => {
  const first = await startServe(t);
  const key = readRootKey(first.dataDir);
  assert.equal(statSync(first.dataDir).mode & 0o777, 0o700);
  for (const name of ['root-key.json', 'token-key'])
    assert.equal(statSync(join(first.dataDir, name)).mode & 0o777, 0o600);
  assert.match(first.output.stdout, /engine: process/);
  assert.ok(
    first.output.stdout.includes(`longshore env --data ${first.dataDir})`),
    'what is to be typed finds it',
  );
  assert.ok(
    first.output.stdout.includes(`${key.accessKeyId}, with its secret in ${first.dataDir}/root-key.json`),
  );
  assert.ok(!first.output.stdout.includes(key.secretAccessKey), 'what is no terminal may be read by others');
  await first.end();
  const again = await startServe(t, [], { dataDir: first.dataDir });
  assert.deepEqual(readRootKey(first.dataDir), key);
  assert.ok(!again.output.stdout.includes(key.secretAccessKey));
  assert.ok(again.output.stdout.includes(key.accessKeyId));
});

test('a terminal is shown the key that the first start made, once', { skip: NO_TERMINAL }, async (t) => {
  const dataDir = join(tempFolder(t), 'data');
  const shown = async (): Promise<string> => {
    const args = ['serve', '--port', '0', '--engine', 'process', '--data', dataDir];
    const child = spawnCli(args, { terminal: true });
    const { output, ended } = collect(child);
    await eventually('serve', () => /next, in another/.test(output.stdout) || undefined);
    child.stdin!.write('\x03');
    return (await ended).stdout;
  };
  const first = await shown();
  const { secretAccessKey } = readRootKey(dataDir);
  assert.ok(first.includes(secretAccessKey));
  assert.ok(!(await shown()).includes(secretAccessKey));
});

test('a key chosen before the first start is the root key, and is not shown', async (t) => {
  const env = { LONGSHORE_ACCESS_KEY_ID: 'CHOSENKEY', LONGSHORE_SECRET_ACCESS_KEY: 'chosen secret' };
  const server = await startServe(t, [], { env });
  assert.deepEqual(readRootKey(server.dataDir), {
    accessKeyId: 'CHOSENKEY',
    secretAccessKey: 'chosen secret',
  });
  assert.ok(!server.output.stdout.includes('chosen secret'));
  await server.end();
  const other = { LONGSHORE_ACCESS_KEY_ID: 'ANOTHERKEY', LONGSHORE_SECRET_ACCESS_KEY: 'another' };
  const later = await startServe(t, [], { dataDir: server.dataDir, env: other });
  assert.equal(readRootKey(server.dataDir).accessKeyId, 'CHOSENKEY');
  assert.match(later.output.stdout, /CHOSENKEY .*not that of LONGSHORE_ACCESS_KEY_ID/);
});

test('another secret for the key that is there is said to count for nothing, and is not shown', async (t) => {
  const env = { LONGSHORE_ACCESS_KEY_ID: 'AKONE', LONGSHORE_SECRET_ACCESS_KEY: 'first one' };
  const first = await startServe(t, [], { env });
  await first.end();
  const other = { ...env, LONGSHORE_SECRET_ACCESS_KEY: 'second one' };
  const again = await startServe(t, [], { dataDir: first.dataDir, env: other });
  assert.equal(readRootKey(first.dataDir).secretAccessKey, 'first one');
  assert.match(again.output.stdout, /AKONE .*not that of LONGSHORE_SECRET_ACCESS_KEY$/m);
  assert.doesNotMatch(again.output.stdout, /first one|second one/);
  await again.end();
  const same = await startServe(t, [], { dataDir: first.dataDir, env });
  assert.doesNotMatch(same.output.stdout, /not that of/);
});

test('the next command names a folder of LONGSHORE_DATA, which another terminal has not, and none at home', async (t) => {
  const home = tempFolder(t);
  const elsewhere = join(tempFolder(t), 'data');
  for (const [dataDir, words] of [
    [elsewhere, `env --data ${elsewhere})`],
    [join(home, '.longshore'), 'longshore env)'],
  ] as const) {
    const env = { HOME: home, LONGSHORE_DATA: dataDir };
    const { output } = await startServe(t, [], { dataDir, env });
    assert.ok(output.stdout.includes(words), output.stdout);
  }
});

test('half of a chosen key is refused', async (t) => {
  const env = { LONGSHORE_ACCESS_KEY_ID: 'CHOSENKEY', LONGSHORE_DATA: join(tempFolder(t), 'data') };
  assertRefused(await runCli(['serve', '--port', '0'], { env }), /go together/);
});

test("a second server on the same folder is refused with the first one's pid", async (t) => {
  const { dataDir, pid } = await startServe(t);
  assertRefused(
    await runCli(['serve', '--port', '0', '--data', dataDir]),
    new RegExp(`is in use by another longshore serve \\(pid ${pid}\\)`),
  );
});

test('the lock of a server that was killed dies with it', async (t) => {
  const first = await startServe(t);
  await first.end('SIGKILL');
  assert.ok(existsSync(join(first.dataDir, 'pid')));
  const second = await startServe(t, [], { dataDir: first.dataDir });
  assert.notEqual(second.pid, first.pid);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} stops a server cleanly, a connection that a client holds open notwithstanding`, async (t) => {
    const server = await startServe(t);
    const held = connect(Number(new URL(server.url).port), '127.0.0.1');
    held.on('error', () => {});
    held.write('POST /v1/describejobqueues HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    await new Promise((done) => held.once('connect', done));
    const { code, stderr } = await server.end(signal);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    held.destroy();
  });
}

const SOON: [string, (output: Ended, dataDir: string) => boolean][] = [
  ['while it starts', (_, dataDir) => existsSync(join(dataDir, 'pid'))],
  ['right after its first line', ({ stdout }) => stdout !== ''],
];

for (const [when, isTime] of SOON) {
  test(`SIGTERM ${when} stops a server cleanly`, async (t) => {
    const dataDir = join(tempFolder(t), 'data');
    const child = spawnCli(['serve', '--port', '0', '--engine', 'process', '--data', dataDir]);
    const { output, ended } = collect(child);
    await eventually('the moment', () => isTime(output, dataDir) || undefined);
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(stdout, /^stopped; jobs that run go on/m);
  });
}

test('serve says that it waits for a daemon that answers no list, and stops cleanly meanwhile', async (t) => {
  const dataDir = join(tempFolder(t), 'data');
  const socket = await standIn(t, [[/\/containers\/json/, json({ message: 'panic' }, 500)]]);
  const flags = ['--engine', 'docker', '--docker-host', `unix://${socket}`];
  const child = spawnCli(['serve', '--port', '0', '--data', dataDir, ...flags]);
  const { output, ended } = collect(child);
  const waits = new RegExp(`"error":"panic","msg":"waiting for the Docker daemon at unix://${socket}"`);
  await eventually('a word', () => waits.test(output.stderr) || undefined);
  assert.equal(output.stdout, '');
  child.kill('SIGTERM');
  const { code, stdout } = await ended;
  assert.deepEqual([code, stdout.split(';')[0]], [0, 'stopped']);
});

test('a folder owned by another user is refused, not taken', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root, to be somebody else');
  const parent = tempFolder(t);
  chmodSync(parent, 0o755);
  const dataDir = join(parent, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  chownSync(dataDir, 1, 1);
  const ended = await runCli(['serve', '--port', '0', '--data', dataDir], { uid: 65_534 }).catch(
    () => undefined,
  );
  if (!ended || /Cannot find module|EACCES.*bin/.test(ended.stderr))
    return t.skip('the checkout is for root only');
  assertRefused(ended, /cannot be written|permission/);
});

test('a data folder of somebody else is told as that, not as one that no server has used', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root, to be somebody else');
  const dataDir = join(tempFolder(t), 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  writeFileSync(join(dataDir, 'server.json'), '{}');
  for (const args of [['jobs'], ['run', '--', 'true'], ['env'], ['backup', join(dataDir, 'b')]]) {
    const [command = '', ...more] = args;
    const ended = await runCli([command, '--data', dataDir, ...more], { uid: 65_534 }).catch(() => undefined);
    if (!ended || /Cannot find module|EACCES.*bin/.test(ended.stderr))
      return t.skip('the checkout is for root only');
    assert.equal(ended.code, command === 'run' ? 125 : 2);
    assert.match(ended.stderr, /^longshore: the data folder \S+ is another user's: [^\n]+\n$/);
  }
});

test('an empty HOME is none: the data folder is in the home of the user', async () => {
  const { code, stderr } = await runCli(['jobs'], { env: { HOME: '' }, cwd: '/' });
  if (code === 2) assert.match(stderr, /no server has used \/[^/]+.*\/\.longshore yet/);
  else assert.equal(code, 1, 'there is one, of whoever runs this');
});

test('a data folder that was open to all keeps its mode; what is put into it, or was there, is its owner’s only', async (t) => {
  const dataDir = join(tempFolder(t), 'data');
  mkdirSync(dataDir, { mode: 0o755 });
  writeFileSync(join(dataDir, 'longshore.db'), '', { mode: 0o644 });
  await startServe(t, [], { dataDir });
  assert.equal(statSync(dataDir).mode & 0o777, 0o755);
  for (const name of [
    'longshore.db',
    'longshore.db-wal',
    'logs',
    'tasks',
    'helper',
    'root-key.json',
    'token-key',
  ])
    assert.equal(statSync(join(dataDir, name)).mode & 0o077, 0, name);
});

test('a data folder where no folder can be made is one line and exit code 2', async () => {
  assertRefused(
    await runCli(['serve', '--port', '0', '--data', '/proc/longshore/data']),
    /the data folder \/proc\/longshore\/data cannot be written/,
  );
});
