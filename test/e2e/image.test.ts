import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeImage } from '../../scripts/image/archive.ts';
import { addProgram } from '../../scripts/image/root.ts';
import { tempFolder } from '../support/cli.ts';

const jsonIn = (folder: string, name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

const ownersIn = (archive: string): string[] =>
  execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--file', archive], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => /^\S+ (\S+).* (\.\S*)/.exec(line)!)
    .map(([, owner, path]) => `${owner} ${path}`);

test('an image is one layer under its own digest, a program with its libraries, and folders of its user', async (t) => {
  const [root, unpacked] = [tempFolder(t), tempFolder(t)];
  const archive = join(tempFolder(t), 'image.tar');
  addProgram(root, '/bin/sh');
  mkdirSync(join(root, 'data'));
  const config = { Entrypoint: ['sh'], User: '8585' };
  await writeImage(root, { name: 'local/one:1', config, owned: { uid: 8585, folders: ['data'] } }, archive);
  execFileSync('tar', ['--extract', '--file', archive, '--directory', unpacked]);
  const [{ Config, RepoTags, Layers }] = jsonIn(unpacked, 'manifest.json');
  assert.deepEqual([RepoTags, Layers.length], [['local/one:1'], 1]);
  const about = jsonIn(unpacked, Config);
  assert.deepEqual(about.config, config);
  const layer = join(unpacked, Layers[0]);
  const digest = createHash('sha256').update(readFileSync(layer)).digest('hex');
  assert.deepEqual(about.rootfs.diff_ids, [`sha256:${digest}`]);
  const owners = ownersIn(layer);
  assert.ok(owners.includes('0/0 ./bin/sh'));
  assert.ok(owners.some((line) => /^0\/0 \.\/\S+\/libc\.so/.test(line)));
  assert.deepEqual(
    owners.filter((line) => line.includes('./data')),
    ['8585/8585 ./data/'],
  );
  // what is in it runs by itself
  if (process.getuid?.() === 0)
    assert.equal(
      execFileSync('chroot', [root, '/bin/sh', '-c', 'echo well'], { encoding: 'utf8' }),
      'well\n',
    );
});
