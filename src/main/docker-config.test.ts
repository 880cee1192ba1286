import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from './config.ts';
import { dockerConfig } from './docker-config.ts';

const config = (more: object, env = {}) =>
  dockerConfig({ pull: 'absent', ...more }, { HOME: '/home/me', ...env });

test('nothing said: nothing refused, the host’s network, Docker’s own config at home', () => {
  const { permissions, network, configFolder, host } = config({});
  assert.deepEqual(permissions, { privileged: true, devices: true, mounts: undefined });
  assert.deepEqual([network, configFolder, host], ['host', '/home/me/.docker', undefined]);
});

test('--refuse all takes everything away, --allow-mounts gives folders back', () => {
  const { permissions, network } = config({ refuse: 'all', allowMounts: '/data/a,/data/b/' });
  assert.deepEqual(permissions, { privileged: false, devices: false, mounts: ['/data/a', '/data/b'] });
  assert.equal(network, 'bridge');
  assert.deepEqual(config({ refuse: 'mounts' }).permissions.mounts, []);
  assert.deepEqual(config({ refuse: 'privileged' }).permissions, {
    privileged: false,
    devices: true,
    mounts: undefined,
  });
});

test('a flag stands before the variables of the docker command', () => {
  assert.equal(config({}, { DOCKER_HOST: 'unix:///a' }).host, 'unix:///a');
  assert.equal(config({ dockerHost: 'unix:///b' }, { DOCKER_HOST: 'unix:///a' }).host, 'unix:///b');
  assert.equal(config({}, { DOCKER_CONFIG: '/etc/docker' }).configFolder, '/etc/docker');
});

for (const wrong of [
  { refuse: 'everything' },
  { refuse: 'host-network', network: 'host' },
  { network: 'container:other' },
  { pull: 'sometimes' },
  { secrets: '/nowhere/secrets.json' },
  { allowMounts: '/data', dockerHost: 'tcp://other:2375' },
]) {
  test(`${JSON.stringify(wrong)} is refused at the start`, () => {
    assert.throws(() => config(wrong), UsageError);
  });
}

test('folders to mount from are refused with a daemon elsewhere, whoever names it; none at all are not', () => {
  const elsewhere = { DOCKER_HOST: 'tcp://other:2376' };
  assert.throws(() => config({ allowMounts: '/data' }, elsewhere), /needs a daemon on this machine/);
  assert.deepEqual(config({ refuse: 'mounts' }, elsewhere).permissions.mounts, []);
  assert.deepEqual(config({ allowMounts: '/data' }, { DOCKER_HOST: 'unix:///a' }).permissions.mounts, [
    '/data',
  ]);
});
