import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Batch } from '@aws-sdk/client-batch';
import { readRootKey } from '../../src/main/data-folder.ts';
import { collect, EXECUTABLE, eventually, later, runCli, tempFolder } from '../support/cli.ts';
import { freePort } from '../support/free-port.ts';

const LAUNCHER = fileURLToPath(new URL('../support/socket-launcher.py', import.meta.url));
const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;
const NO_PYTHON = !isThere('python3') && 'needs python3';
const NO_SYSTEMD = !isThere('systemd-socket-activate') && 'needs systemd-socket-activate';

interface Activated {
  readonly dataDir: string;
  readonly child: ChildProcess;
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** The server's own pid, once it runs. */
  pid(): Promise<number>;
}

/** Somebody who listens, and hands the socket to `serve`. */
const activated = (t: TestContext, [program = '', ...args]: readonly string[]): Activated => {
  const dataDir = join(tempFolder(t), 'data');
  const serve = [process.execPath, EXECUTABLE, 'serve', '--engine', 'process', '--data', dataDir];
  const child = spawn(program, [...args, ...serve], { stdio: ['ignore', 'pipe', 'pipe'] });
  const { output, ended } = collect(child, 120_000);
  later(t, async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const pid = () =>
    eventually('a server', () => {
      if (!output.stdout.includes('listens on')) return undefined;
      return Number(readFileSync(join(dataDir, 'pid'), 'utf8')) || undefined;
    });
  return { dataDir, child, output, pid };
};

const portOf = (a: Activated): Promise<string> =>
  eventually('a port', () => /^port (\d+)/m.exec(a.output.stdout)?.[1]);

test('a socket that was handed over is listened on, and clients wait through a restart', {
  skip: NO_PYTHON,
}, async (t) => {
  const server = activated(t, ['python3', LAUNCHER]);
  const endpoint = `http://127.0.0.1:${await portOf(server)}`;
  const first = await server.pid();
  assert.match(server.output.stdout, new RegExp(`listens on ${endpoint} `));
  const credentials = readRootKey(server.dataDir);
  // one try each: whoever is refused says so
  const batch = new Batch({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  later(t, () => batch.destroy());
  await batch.describeJobQueues({});
  process.kill(first, 'SIGTERM');
  await eventually('its end', () => (server.output.stdout.includes('stopped;') ? true : undefined));
  batch.destroy();
  const fresh = new Batch({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  later(t, () => fresh.destroy());
  const answers = await Promise.all(Array.from({ length: 10 }, () => fresh.describeJobQueues({})));
  assert.equal(answers.length, 10);
  assert.notEqual(await server.pid(), first);
});

test('a job of such a server has no hold of its socket', { skip: NO_PYTHON }, async (t) => {
  const server = activated(t, ['python3', LAUNCHER]);
  const pid = await server.pid();
  const socket = readlinkSync(`/proc/${pid}/fd/3`);
  assert.match(socket, /^socket:/);
  const list = 'for f in /proc/self/fd/*; do readlink "$f"; done; true';
  const { code, stdout } = await runCli(['run', '--data', server.dataDir, '--', 'sh', '-c', list]);
  assert.equal(code, 0);
  assert.ok(!stdout.includes(socket), stdout);
});

test('systemd itself hands its socket over', { skip: NO_SYSTEMD }, async (t) => {
  const port = await freePort();
  const server = activated(t, ['systemd-socket-activate', '-l', `127.0.0.1:${port}`]);
  await eventually('a listener', () => (server.output.stderr.includes('Listening on') ? true : undefined));
  // the first connection starts it
  const health = await fetch(`http://127.0.0.1:${port}/healthz`);
  assert.equal(health.status, 200);
  await server.pid();
  assert.match(server.output.stdout, new RegExp(`listens on http://127.0.0.1:${port} `));
});

test('two sockets are refused in one line', { skip: NO_SYSTEMD }, async (t) => {
  const port = await freePort();
  const server = activated(t, [
    'systemd-socket-activate',
    ...['-l', `127.0.0.1:${port}`, '-l', `127.0.0.1:${await freePort()}`],
  ]);
  await eventually('a listener', () => (server.output.stderr.includes('Listening on') ? true : undefined));
  await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => {});
  await eventually(
    'a refusal',
    () => /^longshore: LISTEN_FDS hands over 2 sockets/m.test(server.output.stderr) || undefined,
  );
});

/** Hands a Unix socket to what it becomes. */
const OF_UNIX =
  'import os, socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(1); os.dup2(s.fileno(), 3); ' +
  'os.set_inheritable(3, True); os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid())); os.execv(sys.argv[2], sys.argv[2:])';

test('a Unix socket is refused in one line', { skip: NO_PYTHON }, async (t) => {
  const server = activated(t, ['python3', '-c', OF_UNIX, join(tempFolder(t), 'socket')]);
  await eventually(
    'a refusal',
    () =>
      /^longshore: the socket that was handed over is not of TCP/m.test(server.output.stderr) || undefined,
  );
});
