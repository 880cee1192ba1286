import assert from 'node:assert/strict';
import { statfsSync } from 'node:fs';
import { test } from 'node:test';
import { networkFileSystem } from './network-file-systems.ts';

for (const [type, name] of [
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0x65735546, 'FUSE'],
  [0x01021997, '9p'],
  [0x00c36400, 'Ceph'],
] as const) {
  test(`K-162: ${name} is no place for a database`, () => assert.equal(networkFileSystem(type), name));
}

for (const [type, name] of [
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlayfs'],
  [0x2fc12fc1, 'zfs'],
] as const) {
  test(`K-162: ${name} is this machine's own`, () => assert.equal(networkFileSystem(type), undefined));
}

test('K-162: the kernel’s own file system is none of another machine', () => {
  assert.equal(networkFileSystem(statfsSync('/proc').type), undefined);
});
