import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerSpec } from '../../domain/container.ts';
import { judgeBy } from '../member-rules.ts';
import { EVERYTHING } from '../mounts.ts';
import { supportFor } from './members.ts';

/** A server that can do nothing for its tasks, and one that can do all and refuses nothing. */
const POOR = supportFor({ permissions: EVERYTHING, gpus: 0, canMount: false });
const RICH = supportFor({ permissions: EVERYTHING, gpus: 2, canMount: true });

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
  ['mountPoints', { volumes, mountPoints: [{ sourceVolume: 'v', containerPath: '/elsewhere' }] }],
  ['mountPoints', { volumes, mountPoints: [{ sourceVolume: 'anonymous', containerPath: '/data' }] }],
  ['mountPoints', { volumes, mountPoints: [{ sourceVolume: 'v', containerPath: '/data', readOnly: true }] }],
  ['volumes', { volumes: [{ name: 'v', host: { sourcePath: 'data' } }] }],
  [
    'volumes',
    {
      volumes: [{ name: 'v', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }],
      mountPoints: [{ sourceVolume: 'v', containerPath: '/efs' }],
    },
  ],
  ['mountPoints', { volumes, mountPoints: [{ sourceVolume: 'v', containerPath: '/' }] }],
  ['mountPoints', { volumes, mountPoints: [{ sourceVolume: 'v', containerPath: 'data' }] }],
  ['ulimits', { ulimits: [{ name: 'nofile', softLimit: 2, hardLimit: 1 }] }],
  ['ulimits', { ulimits: [{ name: 'nofile', softLimit: -1, hardLimit: 1 }] }],
  ['readonlyRootFilesystem', { readonlyRootFilesystem: true }, ' S-281'],
  ['linuxParameters', { linuxParameters: { devices: [{ hostPath: '/dev/x' }] } }],
  ['linuxParameters', { linuxParameters: { tmpfs: [{ containerPath: '/x', size: 1 }] } }],
];

for (const [i, [member, more, rule = '']] of IMPOSSIBLE.entries()) {
  test(`J-183${rule}: what a server cannot give a process is refused, and named: ${member} (${i + 1})`, () => {
    const [support] = judgeBy(POOR, { ...plain, ...more });
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
  test(`S-279 S-282: nothing is said of ${what}`, () =>
    assert.deepEqual(judgeBy(POOR, { ...plain, ...more }), []));
}

for (const [member, { means }] of Object.entries(RICH)) {
  if (means !== 'unused') continue;
  test(`${member} has no use here, and that is said`, () => {
    assert.deepEqual(judgeBy(RICH, { ...plain, [member]: 'x' }), [{ member, kind: 'unused' }]);
  });
}

test('a log driver that is not here has no use, and that is said', () => {
  const said = (logConfiguration: object) => judgeBy(RICH, { ...plain, logConfiguration });
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
  assert.deepEqual(
    judgeBy(RICH, { ...plain, linuxParameters: { sharedMemorySize: 64, devices: [], tmpfs: [] } }),
    [support],
  );
  assert.deepEqual(judgeBy(RICH, { ...plain, linuxParameters: { devices: [], tmpfs: [] } }), []);
});

test('a volume with an empty host path is one without a host path: mounted nowhere it asks for nothing', () => {
  assert.deepEqual(judgeBy(RICH, { ...plain, volumes: [{ name: 'v', host: { sourcePath: '' } }] }), []);
});

for (const option of ['remount', 'rw,remount', 'bind', 'rbind', 'move']) {
  test(`a tmpfs changes no mount of the host: ${option}`, () => {
    const linuxParameters = { tmpfs: [{ containerPath: '/x', size: 1, mountOptions: ['exec', option] }] };
    const [support] = judgeBy(RICH, { ...plain, linuxParameters });
    assert.ok(support?.kind === 'refused');
    assert.match(support.why, /^linuxParameters: the mountOptions '[a-z]+' of a tmpfs would change another/);
  });
}

const GIVEN: readonly Partial<ContainerSpec>[] = [
  { resourceRequirements: [{ type: 'GPU', value: '2' }] },
  { volumes, mountPoints: [{ sourceVolume: 'v', containerPath: '/elsewhere', readOnly: true }] },
  { volumes, mountPoints: [{ sourceVolume: 'anonymous', containerPath: '/data' }] },
  { linuxParameters: { tmpfs: [{ containerPath: '/x', size: 1 }] } },
  { readonlyRootFilesystem: true },
  { secrets: [{ name: 's', valueFrom: 'arn' }] },
  { user: 'somebody' },
];

for (const more of GIVEN) {
  test(`S-289 S-291: a server that can gives a process ${JSON.stringify(more)}`, () => {
    assert.deepEqual(judgeBy(RICH, { ...plain, ...more }), []);
  });
}

test('a reason says what would make it possible', () => {
  const why = (more: Partial<ContainerSpec>, rules = POOR): string => {
    const [support] = judgeBy(rules, { ...plain, ...more });
    assert.ok(support?.kind === 'refused');
    return support.why;
  };
  assert.match(why({ readonlyRootFilesystem: true }), /must be root, or user namespaces be allowed/);
  assert.match(why({ resourceRequirements: [{ type: 'GPU', value: '1' }] }), /serve --capacity .*gpus=N/);
  const efs = {
    name: 'v',
    efsVolumeConfiguration: { fileSystemId: 'fs-1', authorizationConfig: { accessPointId: 'fsap-2' } },
  };
  const mountPoints = [{ sourceVolume: 'v', containerPath: '/efs' }];
  assert.match(why({ volumes: [efs], mountPoints }, RICH), /serve --efs fs-1:fsap-2=DIR/);
  assert.match(why({ linuxParameters: { devices: [{ hostPath: '/dev/x' }] } }, RICH), /--engine docker/);
});

test('what an operator refuses holds for processes too', () => {
  const strict = supportFor({
    permissions: { privileged: false, devices: false, mounts: ['/allowed'] },
    gpus: 0,
    canMount: true,
  });
  const kinds = (more: Partial<ContainerSpec>) =>
    judgeBy(strict, { ...plain, ...more }).map((s) => `${s.member} ${s.kind}`);
  assert.deepEqual(kinds({ privileged: true }), ['privileged refused']);
  const at = (sourcePath: string) => ({
    volumes: [{ name: 'v', host: { sourcePath } }],
    mountPoints: [{ sourceVolume: 'v', containerPath: sourcePath }],
  });
  assert.deepEqual(kinds(at('/allowed/x')), []);
  assert.deepEqual(kinds(at('/allowed/../etc')), ['mountPoints refused']);
  assert.deepEqual(kinds(at('/allowedly')), ['mountPoints refused']);
});
