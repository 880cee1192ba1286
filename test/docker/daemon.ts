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

/** Where the suite's daemon answers; `npm run test:docker` has looked that there is one. */
export const DOCKER_HOST = process.env.LONGSHORE_TEST_DOCKER ?? 'unix:///var/run/docker.sock';

export const IMAGE = 'longshore-test:latest';

/** Runs the docker command against a daemon; its output. */
export const docker = (args: readonly string[], host = DOCKER_HOST): string =>
  execFileSync('docker', ['-H', host, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

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

/** A daemon of a test's own, to be killed and hung. Its containers outlive it, as with a containerd that is a service. */
export interface PrivateDaemon {
  readonly host: string;
  start(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process has gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it, whatever it left, and its folder. */
  destroy(): Promise<void>;
}

/** Starts nothing yet. `bin`: a folder of programs that the daemon finds before all others. */
export const privateDaemon = (bin?: string): PrivateDaemon => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-dockerd-'));
  const host = `unix://${folder}/docker.sock`;
  const begin = (program: string, args: readonly string[]): ChildProcess => {
    const log = openSync(join(folder, `${program}.log`), 'a');
    const env = { ...process.env, ...(bin !== undefined && { PATH: `${bin}:${process.env.PATH}` }) };
    return spawn(program, args, { stdio: ['ignore', log, log], env });
  };
  let containerd: ChildProcess | undefined;
  let dockerd: ChildProcess | undefined;
  const daemon: PrivateDaemon = {
    host,
    start: async () => {
      containerd ??= begin('containerd', containerdArgs(folder));
      dockerd = begin('dockerd', dockerdArgs(folder, host));
      for (let i = 0; i < 600 && isAlive(dockerd); i++) {
        if (await answers(host)) return;
        await new Promise((done) => setTimeout(done, 100));
      }
      throw new Error(readFileSync(join(folder, 'dockerd.log'), 'utf8').slice(-1000));
    },
    signal: (signal) => void dockerd!.kill(signal),
    stop: async (signal = 'SIGTERM') => {
      dockerd!.kill('SIGCONT');
      await end(dockerd!, signal);
    },
    destroy: async () => {
      if (dockerd) await daemon.stop();
      if (containerd) await end(containerd, 'SIGTERM');
      endShims(folder);
      unmountBelow(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
  return daemon;
};

const containerdArgs = (folder: string): string[] => {
  const config = join(folder, 'containerd.toml');
  writeFileSync(config, 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n');
  const place = ['--root', join(folder, 'c/root'), '--state', join(folder, 'c/state')];
  return ['--config', config, ...place, '--address', join(folder, 'c.sock')];
};

const dockerdArgs = (folder: string, host: string): string[] => [
  ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '-H', host],
  ...['--pidfile', join(folder, 'pid'), '--containerd', join(folder, 'c.sock'), '--live-restore'],
  ...['--iptables=false', '--ip6tables=false', '--bridge=none'],
  // before Docker 23 all daemons of a machine have one id else
  ...(majorVersion() < 23 ? ['--config-file', ownId(folder)] : []),
];

const ownId = (folder: string): string => {
  const file = join(folder, 'daemon.json');
  writeFileSync(file, JSON.stringify({ 'deprecated-key-path': join(folder, 'key.json') }));
  return file;
};

const majorVersion = (): number =>
  Number(/version (\d+)/.exec(execFileSync('dockerd', ['--version'], { encoding: 'utf8' }))?.[1]);

const isAlive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (!isAlive(child)) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill(signal);
  await gone;
};

/** What holds the containers lives on by itself; it is known by the folder in its arguments. */
const endShims = (folder: string): void => {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (args.includes('containerd-shim') && args.includes(folder)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // it ended meanwhile
    }
  }
};

const unmountBelow = (folder: string): void => {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const path of mounts.filter((mount) => mount.startsWith(folder)).reverse()) {
    execFileSync('umount', ['-l', path], { stdio: 'ignore' });
  }
};

const answers = (host: string): Promise<boolean> =>
  existsSync(host.replace('unix://', ''))
    ? new Promise((resolve) => execFile('docker', ['-H', host, 'version'], (error) => resolve(!error)))
    : Promise.resolve(false);
