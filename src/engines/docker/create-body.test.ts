import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerOf, orderOf } from '../../../test/support/orders.ts';
import type { ContainerSpec } from '../../domain/container.ts';
import { createBody } from './create-body.ts';

const TASK = '1'.repeat(32);

const wholeOf = (more: Partial<ContainerSpec>, gpus: readonly number[] = []) =>
  createBody(orderOf([], { taskId: TASK, container: containerOf([], more) }), {
    dataId: 'd',
    bootId: 'b',
    network: 'none',
    secrets: {},
    gpus,
  });

const bodyOf = (more: Partial<ContainerSpec>) =>
  wholeOf(more).HostConfig as {
    CpuShares: number;
    Binds?: string[];
    Mounts?: { Source?: string; Target: string }[];
  };

for (const [vcpus, shares] of [
  [1, 1024],
  [4, 4096],
  [0.25, 256],
  [256, 262_144],
  // more than the kernel takes is as much as it takes
  [256.25, 262_144],
  [1024, 262_144],
  [0.001, 2],
] as const) {
  test(`S-285 J-307: ${vcpus} vCPUs are ${shares} CPU shares`, () => {
    assert.equal(
      bodyOf({ resourceRequirements: [{ type: 'VCPU', value: String(vcpus) }] }).CpuShares,
      shares,
    );
  });
}

test('LONGSHORE_WORKDIR is the working directory, and not one of the container’s variables', () => {
  const environment = [
    { name: 'LONGSHORE_WORKDIR', value: '/data' },
    { name: 'A', value: '1' },
  ];
  const { WorkingDir, Env } = wholeOf({ environment }) as { WorkingDir?: string; Env: string[] };
  assert.equal(WorkingDir, '/data');
  assert.deepEqual(
    Env.filter((line) => !line.startsWith('AWS_')),
    ['A=1'],
  );
  assert.equal('WorkingDir' in wholeOf({}), false);
});

test('the daemon keeps no log of a job with log driver none, whatever its options (J-317)', () => {
  const { LogConfig } = wholeOf({ logConfiguration: { logDriver: 'none', options: { 'max-size': '1m' } } })
    .HostConfig as { LogConfig: object };
  assert.deepEqual(LogConfig, { Type: 'none', Config: {} });
});

test('S-291: a volume without a host path is a volume of the daemon’s, the same for both its mount points', () => {
  const { Binds, Mounts } = bodyOf({
    volumes: [{ name: 'scratch' }, { name: 'host', host: { sourcePath: '/data' } }],
    mountPoints: [
      { sourceVolume: 'scratch', containerPath: '/a' },
      { sourceVolume: 'scratch', containerPath: '/b' },
      { sourceVolume: 'host', containerPath: '/c' },
    ],
  });
  assert.deepEqual(Binds, ['/data:/c']);
  assert.deepEqual(
    Mounts!.map(({ Target }) => Target),
    ['/a', '/b'],
  );
  assert.ok(Mounts![0]!.Source);
  assert.equal(Mounts![0]!.Source, Mounts![1]!.Source);
});

test('S-335: a path that must be there is mounted and not made', () => {
  const { Binds, Mounts } = bodyOf({
    volumes: [{ name: 'v', host: { sourcePath: '/efs' }, mustExist: true }],
    mountPoints: [{ sourceVolume: 'v', containerPath: '/c', readOnly: true }],
  });
  assert.equal(Binds, undefined);
  assert.deepEqual(Mounts, [{ Type: 'bind', Source: '/efs', Target: '/c', ReadOnly: true }]);
});

test('volumes whose long names differ in their last letter are two, under names that the daemon takes', () => {
  const names = [`${'v'.repeat(254)}1`, `${'v'.repeat(254)}2`, 'v'];
  const { Mounts } = bodyOf({
    volumes: names.map((name) => ({ name })),
    mountPoints: names.map((sourceVolume, n) => ({ sourceVolume, containerPath: `/${n}` })),
  });
  const sources = Mounts!.map(({ Source }) => Source!);
  assert.equal(new Set(sources).size, 3);
  for (const source of sources) assert.match(source, /^longshore-d-1{32}-[a-zA-Z0-9-]{1,211}$/);
});

test('J-305: a command is the container’s Cmd; without one the body has none, so that the image’s own counts', () => {
  const withCommand = wholeOf({ command: ['echo', '$HOME', ''] });
  assert.deepEqual(withCommand.Cmd, ['echo', '$HOME', '']);
  const without = wholeOf({ command: [] });
  for (const body of [withCommand, without]) assert.equal('Entrypoint' in body, false);
  assert.equal('Cmd' in without, false);
});

test('J-308: a volume without a host path is known as its task’s, and one mounted under no name is the container’s own', () => {
  const { Mounts } = bodyOf({
    volumes: [{ name: 'scratch', host: {} }],
    mountPoints: [{ sourceVolume: 'scratch', containerPath: '/a' }, { containerPath: '/b' }],
  });
  const VolumeOptions = { Labels: { 'longshore.data': 'd', 'longshore.task': TASK } };
  const [named, own] = Mounts! as { Source?: string; Type?: string; VolumeOptions?: object }[];
  assert.deepEqual([named!.Type, named!.VolumeOptions], ['volume', VolumeOptions]);
  assert.deepEqual([own!.Type, own!.Source], ['volume', undefined]);
});

test('J-312: GPUs are asked of the runtime by their numbers, which the container is labelled with', () => {
  const body = wholeOf({ resourceRequirements: [{ type: 'GPU', value: '2' }] }, [0, 3]);
  const { DeviceRequests } = body.HostConfig as { DeviceRequests?: unknown };
  assert.deepEqual(DeviceRequests, [{ DeviceIDs: ['0', '3'], Capabilities: [['gpu']] }]);
  assert.equal((body.Labels as Record<string, string>)['longshore.gpus'], '0,3');
  const none = wholeOf({});
  assert.equal('DeviceRequests' in (none.HostConfig as object), false);
  assert.equal('longshore.gpus' in (none.Labels as object), false);
});

test('a device has the permissions that are given, or all', () => {
  const devices = [
    { hostPath: '/dev/a', containerPath: '/dev/b', permissions: ['MKNOD', 'READ'] as const },
    { hostPath: '/dev/c', permissions: [] },
    { hostPath: '/dev/d' },
  ];
  const { Devices } = wholeOf({ linuxParameters: { devices } } as Partial<ContainerSpec>).HostConfig as {
    Devices: object[];
  };
  assert.deepEqual(Devices, [
    { PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'mr' },
    { PathOnHost: '/dev/c', PathInContainer: '/dev/c', CgroupPermissions: 'rwm' },
    { PathOnHost: '/dev/d', PathInContainer: '/dev/d', CgroupPermissions: 'rwm' },
  ]);
});
