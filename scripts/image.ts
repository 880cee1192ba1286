/**
 * `npm run image -- FILE`: an archive of the image that contrib/docker/Dockerfile makes, without Docker and without a base image: this checkout's
 * package, the Node that runs this, a shell, and the libraries they are linked to. For a cluster without a registry:
 * `ctr --namespace k8s.io images import FILE` on each node. npm installs what the package depends on.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeImage } from './image/archive.ts';
import { addProgram } from './image/root.ts';
import { npmEnvironment, packTo } from './pack.ts';

/** As in the Dockerfile. */
const USER = 8585;
const PASSWD = `root:x:0:0:root:/root:/bin/sh\nlongshore:x:${USER}:${USER}::/data:/bin/sh\n`;
const GROUP = `root:x:0:\nlongshore:x:${USER}:\n`;

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Fills the root of the image. */
const fill = (root: string, scratch: string): void => {
  for (const path of ['data', 'etc', 'tmp']) mkdirSync(join(root, path), { recursive: true });
  chmodSync(join(root, 'tmp'), 0o1777);
  writeFileSync(join(root, 'etc/passwd'), PASSWD);
  writeFileSync(join(root, 'etc/group'), GROUP);
  addProgram(root, process.execPath, '/usr/local/bin/node');
  addProgram(root, '/bin/sh');
  const prefix = ['--prefix', join(root, 'usr/local')];
  const quiet = ['--silent', '--no-audit', '--no-fund', '--prefer-offline'];
  execFileSync('npm', ['install', '--global', ...prefix, ...quiet, packTo(scratch, scratch)], {
    cwd: scratch,
    env: npmEnvironment(),
  });
};

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: npm run image -- FILE');
  process.exitCode = 2;
} else {
  const scratch = mkdtempSync(join(tmpdir(), 'longshore-image-'));
  const root = join(scratch, 'root');
  try {
    fill(root, scratch);
    const name = `docker.io/library/longshore:${version}`;
    const config = {
      User: String(USER),
      WorkingDir: '/data',
      Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'LONGSHORE_DATA=/data'],
      Entrypoint: ['longshore'],
      Cmd: ['serve', '--host', '0.0.0.0'],
    };
    await writeImage(root, { name, config, owned: { uid: USER, folders: ['data'] } }, resolve(file));
    console.log(`${name} is in ${file}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
