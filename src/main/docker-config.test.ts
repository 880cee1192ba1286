import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from './config.ts';
import { dockerConfig } from './docker-config.ts';

const config = (more: object, env = {}) =>
  dockerConfig({ pull: 'absent', ...more }, { HOME: '/home/me', ...env });

test('nothing said: nothing refused, the host’s network, Docker’s own config at home', () => {
  const { permissions, network, configFolder, hosts } = config({});
  assert.deepEqual(permissions, { privileged: true, devices: true, mounts: undefined });
  assert.deepEqual([network, configFolder, hosts], ['host', '/home/me/.docker', []]);
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
  assert.deepEqual(config({}, { DOCKER_HOST: 'unix:///a' }).hosts, ['unix:///a']);
  assert.deepEqual(config({ dockerHost: ['unix:///b'] }, { DOCKER_HOST: 'unix:///a' }).hosts, ['unix:///b']);
  assert.equal(config({}, { DOCKER_CONFIG: '/etc/docker' }).configFolder, '/etc/docker');
});

for (const wrong of [
  { refuse: 'everything' },
  { refuse: 'host-network', network: 'host' },
  { network: 'container:other' },
  { pull: 'sometimes' },
  { secrets: '/nowhere/secrets.json' },
  { allowMounts: '/data', dockerHost: ['tcp://other:2375'] },
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

test('several daemons are hosts; one that is elsewhere takes --allow-mounts from all', () => {
  assert.deepEqual(config({ dockerHost: ['unix:///a', 'tcp://b:2376'] }).hosts, [
    'unix:///a',
    'tcp://b:2376',
  ]);
  assert.throws(() => config({ dockerHost: ['unix:///a', 'unix:///a'] }), /names unix:\/\/\/a twice/);
  const mounts = { allowMounts: '/data' };
  assert.throws(
    () => config({ ...mounts, dockerHost: ['unix:///a', 'tcp://b'] }),
    /needs a daemon on this machine/,
  );
  assert.deepEqual(config({ ...mounts, dockerHost: ['unix:///a', 'unix:///b'] }).permissions.mounts, [
    '/data',
  ]);
});

test('folders for --efs are looked for where a daemon is on this machine, and on hosts elsewhere nobody can', () => {
  const efs = ['fs-1=/nowhere/efs'];
  const elsewhere = config({ efs, dockerHost: ['tcp://a', 'tcp://b'] });
  assert.equal(elsewhere.efs?.get('fs-1'), '/nowhere/efs');
  assert.throws(() => config({ efs, dockerHost: ['unix:///a', 'tcp://b'] }), /is no folder/);
});

test('K-066: --host-lost-after takes seconds, ten at least, or never', () => {
  assert.equal(config({ hostLostAfter: '10' }).hostLostAfter, 10);
  assert.equal(config({ hostLostAfter: 'never' }).hostLostAfter, 'never');
  assert.equal(config({}).hostLostAfter, undefined);
  for (const hostLostAfter of ['9', '-1', '1.5', 'soon', ''])
    assert.throws(
      () => config({ hostLostAfter }),
      /--host-lost-after takes a whole number of seconds, 10 at least/,
    );
});
