import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerClient } from '../../src/engines/docker/client.ts';
import { realTimers } from '../support/process-world.ts';

/** Where the suite's daemon answers; `npm run test:docker` has looked that there is one. */
export const DOCKER_HOST = process.env.LONGSHORE_TEST_DOCKER ?? 'unix:///var/run/docker.sock';

export const IMAGE = 'longshore-test:latest';

/** Runs the docker command against a daemon; its output. */
export const docker = (args: readonly string[], host = DOCKER_HOST): string =>
  execFileSync('docker', ['-H', host, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

/** A client of the suite's daemon. */
export const clientOf = (host = DOCKER_HOST): DockerClient =>
  new DockerClient({ kind: 'socket', path: host.replace('unix://', ''), text: host }, realTimers);

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nguest:x:1234:4321:guest:/tmp:/bin/sh\n';
const GROUP = 'root:x:0:\nguests:x:4321:\nwheel:x:77:\n';
/** What the image itself sets, so that tests can see what lies over it. */
const CHANGES = ['ENV PATH=/bin', 'ENV FROM_IMAGE=yes', 'ENV BOTH=image'];

/** Makes an image of the machine's busybox and links to it: no registry is asked. */
export const importImage = (host = DOCKER_HOST, name = IMAGE, changes: readonly string[] = []): void => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-image-'));
  try {
    for (const part of ['bin', 'tmp', 'etc', 'root']) mkdirSync(join(folder, part));
    cpSync('/bin/busybox', join(folder, 'bin/busybox'));
    for (const applet of execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n')) {
      if (applet !== 'busybox') symlinkSync('busybox', join(folder, 'bin', applet));
    }
    writeFileSync(join(folder, 'etc/passwd'), PASSWD);
    writeFileSync(join(folder, 'etc/group'), GROUP);
    const tar = execFileSync('tar', ['-C', folder, '-c', '.'], { maxBuffer: 64 * 1_048_576 });
    const flags = [...CHANGES, ...changes].flatMap((change) => ['--change', change]);
    execFileSync('docker', ['-H', host, 'import', ...flags, '-', name], {
      input: tar,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A daemon of a test's own, to be killed and hung. */
export interface PrivateDaemon {
  readonly host: string;
  readonly pid: () => number;
  start(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process has gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it, whatever it left, and its folder. */
  destroy(): Promise<void>;
}

/** Starts nothing yet. Containers outlive it: `live-restore`. */
export const privateDaemon = (more: readonly string[] = []): PrivateDaemon => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-dockerd-'));
  const host = `unix://${folder}/docker.sock`;
  let child: ChildProcess | undefined;
  const gone = (process: ChildProcess) =>
    new Promise<void>((done) =>
      (process.exitCode ?? process.signalCode) === null ? void process.once('exit', () => done()) : done(),
    );
  const daemon: PrivateDaemon = {
    host,
    pid: () => child!.pid!,
    start: async () => {
      const log = openSync(join(folder, 'log'), 'a');
      child = spawn(
        'dockerd',
        [
          ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
          ...['--pidfile', join(folder, 'pid'), '-H', host, '--live-restore'],
          ...['--iptables=false', '--ip6tables=false', '--bridge=none', ...more],
        ],
        { stdio: ['ignore', log, log] },
      );
      for (let i = 0; i < 300; i++) {
        if (child.exitCode !== null) throw new Error(readFileSync(join(folder, 'log'), 'utf8').slice(-2000));
        if (await answers(host)) return;
        await new Promise((done) => setTimeout(done, 100));
      }
      throw new Error('the daemon does not answer');
    },
    signal: (signal) => void process.kill(child!.pid!, signal),
    stop: async (signal = 'SIGTERM') => {
      child!.kill('SIGCONT');
      child!.kill(signal);
      await gone(child!);
    },
    destroy: async () => {
      if (child && child.exitCode === null && child.signalCode === null) await daemon.stop();
      endContainerd(folder);
      execFileSync('sh', [
        '-c',
        `for m in $(cut -d' ' -f2 /proc/mounts | grep '^${folder}'); do umount -l $m; done; true`,
      ]);
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
  return daemon;
};

/** With live-restore the daemon's helpers and shims live on; theirs are known by the folder in their arguments. */
const endContainerd = (folder: string): void => {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (/^(containerd|\/usr\/bin\/containerd)/.test(args) && args.includes(folder))
        process.kill(Number(pid), 'SIGKILL');
    } catch {
      // it ended meanwhile
    }
  }
};

const answers = (host: string): Promise<boolean> =>
  existsSync(host.replace('unix://', ''))
    ? new Promise((resolve) => execFile('docker', ['-H', host, 'version'], (error) => resolve(!error)))
    : Promise.resolve(false);
