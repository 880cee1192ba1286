import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerOf } from '../../../../test/support/orders.ts';
import { podSettings } from '../../../../test/support/pod-settings.ts';
import type { ContainerSpec } from '../../../domain/container.ts';
import { judgeBy } from '../../member-rules.ts';
import type { PodSettings } from './settings.ts';
import { supportFor } from './support.ts';

const judged = (container: Partial<ContainerSpec>, settings: Partial<PodSettings> = {}): string[] =>
  judgeBy(supportFor(podSettings(settings)), containerOf([], container)).map((support) =>
    support.kind === 'refused' ? support.why : `${support.member} is not used`,
  );

const mounting = (volume: object): Partial<ContainerSpec> => ({
  volumes: [{ name: 'v', ...volume }],
  mountPoints: [{ sourceVolume: 'v', containerPath: '/v' }],
});
const OF_A_TASK = `longshore-${'0'.repeat(16)}-${'2'.repeat(32)}`;
const STRICT = { permissions: { privileged: false, devices: false, mounts: [] } };
const efsOf = (fileSystemId: string) => mounting({ efsVolumeConfiguration: { fileSystemId } });

const CASES: readonly (readonly [
  rules: string,
  what: string,
  container: Partial<ContainerSpec>,
  said: readonly string[],
  settings?: Partial<PodSettings>,
])[] = [
  [
    'K-112',
    'ulimits',
    { ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 2 }] },
    ['ulimits: Kubernetes has no way to set them for one pod; set the runtime’s default on the nodes'],
  ],
  [
    'K-112',
    'devices',
    { linuxParameters: { devices: [{ hostPath: '/dev/fuse' }] } },
    ['linuxParameters: devices: a device plugin is how a node gives devices'],
  ],
  ['K-113', 'a user by name', { user: 'nobody' }, ['user: Kubernetes takes numbers only']],
  ['K-113', 'a group by name', { user: '1:staff' }, ['user: Kubernetes takes numbers only']],
  ['K-113', 'a user beyond all numbers', { user: '4294967296' }, ['user: Kubernetes takes numbers only']],
  ['K-113', 'a user and a group in numbers', { user: '1000:100' }, []],
  [
    'K-114',
    'shared memory and tmpfs',
    {
      linuxParameters: {
        sharedMemorySize: 1,
        tmpfs: [{ containerPath: '/t', size: 1, mountOptions: ['ro'] }],
      },
    },
    [],
  ],
  [
    'K-114',
    'options of a tmpfs',
    { linuxParameters: { tmpfs: [{ containerPath: '/t', size: 1, mountOptions: ['noexec'] }] } },
    ['linuxParameters is not used'],
  ],
  [
    'K-115',
    'swap',
    { linuxParameters: { maxSwap: 0, swappiness: 60, initProcessEnabled: true } },
    ['linuxParameters is not used'],
  ],
  [
    'K-116',
    'a file system without a claim',
    efsOf('fs-1'),
    ['volumes: no claim stands for the file system fs-1 (serve --volume-claim fs-1=CLAIM)'],
  ],
  ['K-116', 'a file system with a claim', efsOf('fs-1'), [], { volumeClaims: new Map([['fs-1', 'c']]) }],
  ['K-116', 'a path of the host', mounting({ host: { sourcePath: '/data' } }), []],
  [
    'K-116',
    'a path that is not absolute',
    mounting({ host: { sourcePath: 'data' } }),
    [
      'volumes: host.sourcePath must be an absolute path without a colon; a claim stands for EFS (`--volume-claim`)',
    ],
  ],
  [
    'K-116',
    'a target with a colon',
    { mountPoints: [{ containerPath: '/a:b' }] },
    ['mountPoints: containerPath must be an absolute path without a colon'],
  ],
  [
    'K-120',
    'a path of the host where those are refused',
    mounting({ host: { sourcePath: '/data' } }),
    ['mountPoints: this server lets jobs mount nothing of the host (--refuse mounts)'],
    STRICT,
  ],
  [
    'K-120',
    'privilege where it is refused',
    { privileged: true },
    ['privileged: an operator can refuse privileged jobs (--refuse privileged)'],
    STRICT,
  ],
  ['K-120', 'privilege', { privileged: true }, []],
  [
    'K-133',
    'a log driver that sends logs elsewhere',
    { logConfiguration: { logDriver: 'splunk' } },
    ['logConfiguration: logDriver can be json-file, none, awslogs, and none of them takes secretOptions'],
  ],
  ['K-133', 'no log', { logConfiguration: { logDriver: 'none' } }, []],
  [
    'K-133',
    'options of a rotation',
    { logConfiguration: { logDriver: 'json-file', options: { 'max-size': '1m' } } },
    ['logConfiguration is not used'],
  ],
  ['K-111', 'a role that nothing stands for', { jobRoleArn: 'arn:r' }, ['jobRoleArn is not used']],
  [
    'K-111',
    'a role that a service account stands for',
    { jobRoleArn: 'arn:r' },
    [],
    { serviceAccounts: new Map([['arn:r', 'a']]) },
  ],
  [
    'K-118',
    'secrets, a login, disk and an architecture',
    {
      secrets: [{ name: 'A', valueFrom: 'k8s:s/k' }],
      repositoryCredentials: { credentialsParameter: 'login' },
      ephemeralStorage: { sizeInGiB: 21 },
      runtimePlatform: { cpuArchitecture: 'ARM64' },
      readonlyRootFilesystem: true,
      executionRoleArn: 'arn:e',
    },
    [],
  ],
  [
    'K-118',
    'a Secret that was made for another task',
    { secrets: [{ name: 'A', valueFrom: `k8s:${OF_A_TASK}/secret-0` }] },
    [`secrets: ${OF_A_TASK} is a Secret that a server made for a task, and no job’s to name`],
  ],
  [
    'K-105',
    'no image',
    { image: 'none' },
    ["image: 'none' stands for no image, and a pod runs one: name it (run --image IMAGE)"],
  ],
];

for (const [rules, what, container, said, settings] of CASES)
  test(`${rules}: ${what}: ${said[0] ?? 'done'}`, () => assert.deepEqual(judged(container, settings), said));

test('every member that another engine knows is judged here', async () => {
  const { supportFor: docker } = await import('../../docker/support.ts');
  const { permissions } = podSettings();
  assert.deepEqual(Object.keys(supportFor(podSettings())).sort(), Object.keys(docker(permissions)).sort());
});
