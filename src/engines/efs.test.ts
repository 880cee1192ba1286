import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerSpec } from '../domain/container.ts';
import { missingEfs, withEfs } from './efs.ts';

const containerWith = (efsVolumeConfiguration: object): ContainerSpec =>
  ({
    volumes: [{ name: 'v', efsVolumeConfiguration }],
    mountPoints: [{ sourceVolume: 'v', containerPath: '/efs' }],
  }) as object as ContainerSpec;

const FOLDERS = new Map([
  ['fs-1', '/mnt/one'],
  ['fs-1:fsap-2', '/mnt/two'],
]);
const ALL = new Map([...FOLDERS, ['*', '/mnt/all']]);

const point = (accessPointId: string) => ({ authorizationConfig: { accessPointId } });

for (const [folders, efs, sourcePath] of [
  [FOLDERS, { fileSystemId: 'fs-1' }, '/mnt/one/'],
  [FOLDERS, { fileSystemId: 'fs-1', rootDirectory: '/a/b' }, '/mnt/one/a/b'],
  [FOLDERS, { fileSystemId: 'fs-1', rootDirectory: 'a' }, '/mnt/one/a'],
  [FOLDERS, { fileSystemId: 'fs-1', rootDirectory: '../../etc' }, '/mnt/one/etc'],
  [FOLDERS, { fileSystemId: 'fs-1', ...point('fsap-2') }, '/mnt/two/'],
  [ALL, { fileSystemId: 'fs-1', ...point('fsap-3') }, '/mnt/all/'],
  [ALL, { fileSystemId: 'fs-9', rootDirectory: '/x' }, '/mnt/all/x'],
] as const) {
  test(`${JSON.stringify(efs)} is ${sourcePath}`, () => {
    const { volumes } = withEfs(containerWith(efs), folders);
    assert.equal((volumes[0] as { host: { sourcePath: string } }).host.sourcePath, sourcePath);
    assert.equal(missingEfs(withEfs(containerWith(efs), folders)), undefined);
  });
}

test('a file system for which no folder stands stays what it is, and is named', () => {
  for (const [efs, name] of [
    [{ fileSystemId: 'fs-9' }, 'fs-9'],
    [{ fileSystemId: 'fs-1', ...point('fsap-3') }, 'fs-1:fsap-3'],
  ] as const) {
    const container = withEfs(containerWith(efs), FOLDERS);
    assert.equal(
      missingEfs(container),
      `no folder stands for the file system ${name} (serve --efs ${name}=DIR)`,
    );
  }
});
