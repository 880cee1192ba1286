import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerOf, orderOf } from '../../../../test/support/orders.ts';
import { DATA_ID, podSettings } from '../../../../test/support/pod-settings.ts';
import { podWith } from '../../../../test/support/pods.ts';
import type { ContainerSpec } from '../../../domain/container.ts';
import { podBody } from './pod-body.ts';
import { ownedBy, secretBodies, secretKeysOf, withoutClusterSecrets } from './secret-bodies.ts';

const TASK = '2'.repeat(32);
const NAME = `longshore-${DATA_ID}-${TASK}`;
const order = (more: Partial<ContainerSpec>) =>
  orderOf([], { taskId: TASK, container: containerOf([], more) });
const labels = { 'longshore.dev/data': DATA_ID, 'longshore.dev/task': TASK };
const base64 = (text: string) => Buffer.from(text).toString('base64');

test('K-118: secrets of the file become one Secret of the pod’s name, whatever their variables are called', () => {
  const ours = order({
    secrets: [
      { name: 'A B', valueFrom: 'x' },
      { name: 'C', valueFrom: 'k8s:database/password' },
      { name: 'D', valueFrom: 'y' },
    ],
  });
  const variables = { 'A B': 'one$', D: 'two' };
  assert.deepEqual(secretBodies(ours, DATA_ID, { variables }), [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: NAME, labels },
      type: 'Opaque',
      data: { 'secret-0': base64('one$'), 'secret-2': base64('two') },
    },
  ]);
  assert.deepEqual(
    [...secretKeysOf(ours, DATA_ID)],
    [
      ['A B', { name: NAME, key: 'secret-0' }],
      ['C', { name: 'database', key: 'password' }],
      ['D', { name: NAME, key: 'secret-2' }],
    ],
  );
});

test('K-118: a Secret of the cluster is looked for in no file', () => {
  const { secrets } = withoutClusterSecrets(
    containerOf([], {
      secrets: [
        { name: 'A', valueFrom: 'k8s:n/k' },
        { name: 'B', valueFrom: 'b' },
      ],
    }),
  );
  assert.deepEqual(secrets, [{ name: 'B', valueFrom: 'b' }]);
});

test('K-118: a login is a Secret for pulls, by the registry of the image, which the pod names', () => {
  const ours = order({ image: 'h:5000/x:1', repositoryCredentials: { credentialsParameter: 'p' } });
  const registry = { username: 'u', password: 'w:' };
  const [{ metadata, type, data }] = secretBodies(ours, DATA_ID, { variables: {}, registry }) as [
    { metadata: { name: string }; type: string; data: Record<string, string> },
  ];
  assert.deepEqual([metadata.name, type], [`${NAME}-pull`, 'kubernetes.io/dockerconfigjson']);
  assert.deepEqual(JSON.parse(Buffer.from(data['.dockerconfigjson']!, 'base64').toString()), {
    auths: { 'h:5000': { ...registry, auth: base64('u:w:') } },
  });
  const { imagePullSecrets } = podBody(ours, podSettings(), { nodeName: 'n' }).spec;
  assert.deepEqual(imagePullSecrets, [{ name: `${NAME}-pull` }]);
});

test('what needs no Secret has none', () => {
  assert.deepEqual(secretBodies(order({}), DATA_ID, { variables: {} }), []);
  assert.equal('imagePullSecrets' in podBody(order({}), podSettings(), { nodeName: 'n' }).spec, false);
});

test('K-118: a Secret goes with its pod', () => {
  assert.deepEqual(ownedBy(podWith(undefined, { name: NAME, uid: 'u' })), {
    metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: NAME, uid: 'u' }] },
  });
});
