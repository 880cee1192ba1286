import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerOf } from '../../../test/support/orders.ts';
import type { ContainerSpec } from '../../domain/container.ts';
import { judgeBy } from '../member-rules.ts';
import { EVERYTHING, type Permissions } from '../mounts.ts';
import { supportFor } from './support.ts';

const STRICT: Permissions = { privileged: false, devices: false, mounts: ['/data/jobs'] };

const judged = (container: Partial<ContainerSpec>, allowed = EVERYTHING) =>
  judgeBy(supportFor(allowed), containerOf([], container)).map(({ member, kind }) => `${member} ${kind}`);

const mounting = (sourcePath: string): Partial<ContainerSpec> => ({
  volumes: [{ name: 'v', host: { sourcePath } }],
  mountPoints: [{ sourceVolume: 'v', containerPath: '/v' }],
});

test('a volume is judged where it is mounted: outside the allowed folders, relative, with a colon, of EFS', () => {
  const refused = ['mountPoints refused'];
  assert.deepEqual(judged(mounting('/etc'), STRICT), refused);
  assert.deepEqual(judged(mounting('/data/jobs/../x'), STRICT), refused);
  assert.deepEqual(judged(mounting('/data/jobs/one'), STRICT), []);
  for (const path of ['data', '/a:b']) assert.deepEqual(judged(mounting(path)), ['volumes refused']);
  const efs = { name: 'v', efsVolumeConfiguration: { fileSystemId: 'fs-1' } };
  assert.deepEqual(judged({ ...mounting('/x'), volumes: [efs] }), ['volumes refused']);
});

test('an empty host path is none: the daemon assigns one, whatever mounts are refused (S-291)', () => {
  for (const allowed of [EVERYTHING, STRICT, { ...STRICT, mounts: [] }])
    assert.deepEqual(judged(mounting(''), allowed), []);
});

const reasonOf = (container: Partial<ContainerSpec>, allowed: Permissions) => {
  const [support] = judgeBy(supportFor(allowed), containerOf([], container));
  return support?.kind === 'refused' ? support.why : undefined;
};

test('a mount that is refused is told for what: its path in the container, the allowed folders, or all mounts', () => {
  const relative = {
    volumes: [{ name: 'v', host: { sourcePath: '/data/jobs' } }],
    mountPoints: [{ sourceVolume: 'v', containerPath: 'v' }],
  };
  const path = 'mountPoints: containerPath must be an absolute path without a colon';
  for (const allowed of [EVERYTHING, STRICT]) assert.equal(reasonOf(relative, allowed), path);
  assert.equal(
    reasonOf(mounting('/etc'), STRICT),
    'mountPoints: this server lets jobs mount what is below /data/jobs only (--allow-mounts)',
  );
  assert.equal(
    reasonOf(mounting('/etc'), { ...STRICT, mounts: [] }),
    'mountPoints: this server lets jobs mount nothing of the host (--refuse mounts)',
  );
});

test('volumes that no mount point names are not judged, beside others or alone', () => {
  const idle = [
    { name: 'idle', host: { sourcePath: '/etc' } },
    { name: 'odd', host: { sourcePath: 'a:b' } },
    { name: 'efs', efsVolumeConfiguration: { fileSystemId: 'fs-1' } },
  ];
  assert.deepEqual(judged({ volumes: idle }, STRICT), []);
  const { volumes, mountPoints } = mounting('/data/jobs');
  assert.deepEqual(judged({ volumes: [...volumes!, ...idle], mountPoints: mountPoints! }, STRICT), []);
});

test('a role for the job brings no credentials, which is said; one for the images and logs is not missed', () => {
  assert.deepEqual(judged({ jobRoleArn: 'arn:a', executionRoleArn: 'arn:b' }), ['jobRoleArn unused']);
});
