import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerOf } from '../../../../test/support/orders.ts';
import type { ContainerSpec } from '../../../domain/container.ts';
import { mountsOf } from './volumes.ts';

const mounted = (more: Partial<ContainerSpec>, claims: readonly (readonly [string, string])[] = []) =>
  mountsOf(containerOf([], more), new Map(claims));

test('K-117: a volume is in the pod once, however many mount points name it, and not where none does', () => {
  const { volumes, volumeMounts } = mounted({
    volumes: [{ name: 'unused' }, { name: 'Ä long_NAME', host: { sourcePath: '/data' } }],
    mountPoints: [
      { sourceVolume: 'Ä long_NAME', containerPath: '/a', readOnly: true },
      { sourceVolume: 'Ä long_NAME', containerPath: '/b' },
    ],
  });
  assert.deepEqual(volumes, [{ name: 'v0', hostPath: { path: '/data' } }]);
  assert.deepEqual(volumeMounts, [
    { name: 'v0', mountPath: '/a', readOnly: true },
    { name: 'v0', mountPath: '/b' },
  ]);
});

test('K-116: a path of the host has no type, and leads nowhere else than it says; without one a volume is the pod’s own', () => {
  const { volumes } = mounted({
    volumes: [
      { name: 'h', host: { sourcePath: '/data/../etc' } },
      { name: 'e', host: { sourcePath: '' } },
      { name: 'n' },
    ],
    mountPoints: ['h', 'e', 'n'].map((sourceVolume) => ({ sourceVolume, containerPath: `/${sourceVolume}` })),
  });
  assert.deepEqual(volumes, [
    { name: 'v0', hostPath: { path: '/etc' } },
    { name: 'v1', emptyDir: {} },
    { name: 'v2', emptyDir: {} },
  ]);
});

test('a mount point without a volume has a folder of its own', () => {
  const { volumes, volumeMounts } = mounted({
    mountPoints: [{ containerPath: '/a' }, { containerPath: '/b' }],
  });
  assert.deepEqual(volumes, [
    { name: 'm0', emptyDir: {} },
    { name: 'm1', emptyDir: {} },
  ]);
  assert.deepEqual(volumeMounts, [
    { name: 'm0', mountPath: '/a' },
    { name: 'm1', mountPath: '/b' },
  ]);
});

test('K-116: a file system is the claim that stands for it, its folder a path within', () => {
  const efs = (rootDirectory?: string, accessPointId?: string) => ({
    name: 'v',
    efsVolumeConfiguration: {
      fileSystemId: 'fs-1',
      ...(rootDirectory !== undefined && { rootDirectory }),
      ...(accessPointId !== undefined && { authorizationConfig: { accessPointId } }),
    },
  });
  const of = (volume: object) =>
    mounted(
      {
        volumes: [volume as Record<string, unknown>],
        mountPoints: [{ sourceVolume: 'v', containerPath: '/v' }],
      },
      [
        ['fs-1', 'whole'],
        ['fs-1:fsap-2', 'point'],
      ],
    );
  assert.deepEqual(of(efs()), {
    volumes: [{ name: 'v0', persistentVolumeClaim: { claimName: 'whole' } }],
    volumeMounts: [{ name: 'v0', mountPath: '/v' }],
  });
  assert.deepEqual(of(efs('/a/../b')).volumeMounts, [{ name: 'v0', mountPath: '/v', subPath: 'b' }]);
  assert.deepEqual(of(efs('/', 'fsap-2')).volumes, [
    { name: 'v0', persistentVolumeClaim: { claimName: 'point' } },
  ]);
});

test('K-114: shared memory and each tmpfs are memory of their size', () => {
  const { volumes, volumeMounts } = mounted({
    linuxParameters: {
      sharedMemorySize: 64,
      tmpfs: [
        { containerPath: '/t', size: 8, mountOptions: ['ro', 'noexec'] },
        { containerPath: '/u', size: 16 },
      ],
    },
  });
  const memory = (name: string, sizeLimit: string) => ({ name, emptyDir: { medium: 'Memory', sizeLimit } });
  assert.deepEqual(volumes, [memory('shm', '64Mi'), memory('t0', '8Mi'), memory('t1', '16Mi')]);
  assert.deepEqual(volumeMounts, [
    { name: 'shm', mountPath: '/dev/shm' },
    { name: 't0', mountPath: '/t', readOnly: true },
    { name: 't1', mountPath: '/u' },
  ]);
});
