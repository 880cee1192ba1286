import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Image, writeImage } from '../image/archive.ts';
import { addProgram } from '../image/root.ts';
import { programOf } from './build.ts';
import { at } from './places.ts';
import { nodes } from './room.ts';
import { find, run } from './tools.ts';

/** What every pod of a node is held together by. */
export const PAUSE = 'docker.io/local/pause:1';
const BUSYBOX = 'docker.io/local/busybox:1';

/** A container's root that `fill` makes. */
const archive = async (
  name: string,
  config: Image['config'],
  fill: (root: string) => void,
): Promise<string> => {
  const root = mkdtempSync(join(tmpdir(), 'longshore-root-'));
  const to = at(`${name.replace(/\W/g, '-')}.tar`);
  try {
    fill(root);
    await writeImage(root, { name, config }, to);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return to;
};

const fillBusybox = (root: string): void => {
  for (const folder of ['bin', 'dev', 'etc', 'proc', 'root', 'sys', 'tmp']) mkdirSync(join(root, folder));
  const busybox = find('busybox')!;
  addProgram(root, busybox, '/bin/busybox');
  for (const applet of run(busybox, '--list').split('\n'))
    if (applet !== '' && applet !== 'busybox') symlinkSync('busybox', join(root, 'bin', applet));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
};

/** Archives of the images that each node begins with. */
export const writeImages = async (): Promise<string[]> => [
  await archive(PAUSE, { Cmd: ['/pause', 'idle'] }, (root) => addProgram(root, programOf('room'), '/pause')),
  await archive(BUSYBOX, { Cmd: ['sh'], Env: ['PATH=/bin'] }, fillBusybox),
];

export const ctr = (node: number, ...args: readonly string[]): string =>
  run('ctr', '-a', at(`node${node}`, 'containerd.sock'), '-n', 'k8s.io', ...args);

/** Brings the images of an archive to every node. */
export const load = (file: string): void => {
  for (const node of nodes()) ctr(node, 'images', 'import', '--digests=false', file);
};
