import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerSpec } from '../../domain/container.ts';
import { judge, MEMBERS } from './members.ts';

const plain: ContainerSpec = {
  command: ['true'],
  environment: [],
  resourceRequirements: [],
  volumes: [],
  mountPoints: [],
  ulimits: [],
  secrets: [],
};

const volumes = [{ name: 'v', host: { sourcePath: '/data' } }, { name: 'anonymous' }];

const IMPOSSIBLE: readonly [member: string, Partial<ContainerSpec>, rule?: string][] = [
  ['resourceRequirements', { resourceRequirements: [{ type: 'GPU', value: '2' }] }],
  ['secrets', { secrets: [{ name: 's', valueFrom: 'arn' }] }],
  ['mountPoints', { volumes, mountPoints: [{ sourceVolume: 'v', containerPath: '/elsewhere' }] }],
  ['mountPoints', { volumes, mountPoints: [{ sourceVolume: 'anonymous', containerPath: '/data' }] }],
  ['mountPoints', { volumes, mountPoints: [{ sourceVolume: 'v', containerPath: '/data', readOnly: true }] }],
  ['volumes', { volumes: [{ name: 'v', host: { sourcePath: 'data' } }] }],
  ['volumes', { volumes: [{ name: 'v', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }] }],
  ['ulimits', { ulimits: [{ name: 'nofile', softLimit: 2, hardLimit: 1 }] }],
  ['ulimits', { ulimits: [{ name: 'nofile', softLimit: -1, hardLimit: 1 }] }],
  ['readonlyRootFilesystem', { readonlyRootFilesystem: true }, ' S-281'],
  ['linuxParameters', { linuxParameters: { devices: [{ hostPath: '/dev/x' }] } }],
  ['linuxParameters', { linuxParameters: { tmpfs: [{ containerPath: '/x', size: 1 }] } }],
  ['user', { user: 'somebody' }],
];

for (const [i, [member, more, rule = '']] of IMPOSSIBLE.entries()) {
  test(`J-183${rule}: what a process cannot have is impossible, and named: ${member} (${i + 1})`, () => {
    const [support] = judge({ ...plain, ...more });
    assert.ok(support?.kind === 'refused');
    assert.equal(support.member, member);
    assert.ok(support.why.startsWith(`${member}: `));
  });
}

const FINE: readonly [string, Partial<ContainerSpec>][] = [
  ['a GPU count of 0', { resourceRequirements: [{ type: 'GPU', value: '0' }] }],
  ['a volume where it is', { volumes, mountPoints: [{ sourceVolume: 'v', containerPath: '/data' }] }],
  ['a root that may be written', { readonlyRootFilesystem: false }],
  ['no privilege', { privileged: false }],
  ['no image', { image: 'none' }],
  ['limits', { ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 1 }] }],
];

for (const [what, more] of FINE) {
  test(`S-279 S-282: nothing is said of ${what}`, () => assert.deepEqual(judge({ ...plain, ...more }), []));
}

for (const [member, { means }] of Object.entries(MEMBERS)) {
  if (means !== 'unused') continue;
  test(`${member} has no use here, and that is said`, () => {
    assert.deepEqual(judge({ ...plain, [member]: 'x' }), [{ member, kind: 'unused' }]);
  });
}

test('a log driver that is not here has no use, and that is said', () => {
  const said = (logConfiguration: object) => judge({ ...plain, logConfiguration });
  const options = { 'awslogs-group': 'a:b' };
  assert.match(
    JSON.stringify(said({ logDriver: 'awslogs', options })),
    /"refused","why":"logConfiguration: awslogs-group 'a:b'/,
  );
  assert.deepEqual(said({ logDriver: 'splunk' }), [{ member: 'logConfiguration', kind: 'unused' }]);
  assert.deepEqual(said({ logDriver: 'awslogs', options: { 'awslogs-group': 'g' } }), []);
});

test('the settings of linuxParameters that need no container have no use here, and that is said', () => {
  const support = { member: 'linuxParameters', kind: 'unused' };
  assert.deepEqual(judge({ ...plain, linuxParameters: { sharedMemorySize: 64, devices: [], tmpfs: [] } }), [
    support,
  ]);
  assert.deepEqual(judge({ ...plain, linuxParameters: { devices: [], tmpfs: [] } }), []);
});

test('a volume with an empty host path is one without a host path: mounted nowhere it asks for nothing', () => {
  assert.deepEqual(judge({ ...plain, volumes: [{ name: 'v', host: { sourcePath: '' } }] }), []);
});
