/**
 * `npm run test:docker`: what needs a real Docker daemon, at $LONGSHORE_TEST_DOCKER or the usual socket. Installs and
 * starts nothing; where something is missing it says so in one line and is done. Arguments are test files; else all.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { DOCKER_HOST, IMAGE, importImage } from '../test/docker/daemon.ts';
import { runTests } from './test/run.ts';

const works = (program: string, ...args: string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
};

const missing = (): string | undefined => {
  if (!works('docker', '--version')) return 'there is no docker command (Debian: apt-get install docker.io)';
  if (!existsSync('/bin/busybox')) return 'there is no /bin/busybox (Debian: apt-get install busybox-static)';
  if (!works('docker', '-H', DOCKER_HOST, 'version')) return `no Docker daemon answers at ${DOCKER_HOST}`;
  return undefined;
};

/** What several daemons of the tests' own need; undefined where they can be had. */
const noDaemons = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'not root, so no daemons of their own can be started';
  const lacking = ['dockerd', 'containerd'].find((program) => !works(program, '--version'));
  return lacking && `there is no ${lacking} (Debian: apt-get install docker.io)`;
};

const ofHosts = (file: string): boolean => /\/hosts[^/]*\.test\.ts$/.test(file);

const why = missing();
if (why !== undefined) console.log(`test:docker: left out: ${why}`);
else {
  importImage();
  const given = process.argv.slice(2);
  const all = given.length > 0 ? given : globSync('test/docker/*.test.ts').sort();
  const lacking = noDaemons();
  if (lacking !== undefined && all.some(ofHosts)) console.log(`test:docker: hosts are left out: ${lacking}`);
  const files = lacking === undefined ? all : all.filter((file) => !ofHosts(file));
  process.exitCode = runTests(['--test-concurrency=2', ...files]);
  execFileSync('docker', ['-H', DOCKER_HOST, 'rmi', '-f', IMAGE], { stdio: 'ignore' });
}
