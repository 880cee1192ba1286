import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTAINER, podOrder } from '../../../../test/support/eks.ts';
import { DATA_ID, podSettings } from '../../../../test/support/pod-settings.ts';
import type { PodContainerInput, PodInput } from '../../../domain/pods/pod.ts';
import type { StartOrder } from '../../engine.ts';
import { judgeBy } from '../../member-rules.ts';
import { hostToCome } from '../names.ts';
import { podBody } from './pod-body.ts';
import type { PodSettings } from './settings.ts';
import { supportFor } from './support.ts';

// biome-ignore lint/suspicious/noExplicitAny: a body is read member by member, as a cluster would
type Body = any;

const bodyOf = (pod: Partial<PodInput>, order: Partial<StartOrder> = {}, settings = {}): Body =>
  podBody(
    podOrder({ containers: [CONTAINER], ...pod }, { host: 'node-uid', ...order }),
    podSettings(settings),
    {
      nodeName: 'node1',
    },
  );

const containerOf = (container: PodContainerInput, settings = {}): Body =>
  bodyOf({ containers: [{ ...CONTAINER, ...container }] }, {}, settings).spec.containers[0];

test('K-164 T-370: what a job says of its pod goes through', () => {
  const given = {
    serviceAccountName: 'account',
    dnsPolicy: 'Default',
    imagePullSecrets: [{ name: 'login' }],
    shareProcessNamespace: true,
    volumes: [
      { name: 'e', emptyDir: { medium: 'Memory', sizeLimit: '8Mi' } },
      { name: 'h', hostPath: { path: '/h' } },
      { name: 's', secret: { secretName: 's', optional: true } },
      { name: 'p', persistentVolumeClaim: { claimName: 'c', readOnly: true } },
    ],
  };
  const container = {
    name: 'main',
    imagePullPolicy: 'Never',
    command: ['sh'],
    args: ['-c', 'true'],
    volumeMounts: [{ name: 'e', mountPath: '/e', subPath: 's', readOnly: true }],
    securityContext: {
      ...{ runAsUser: 1, runAsGroup: 2, runAsNonRoot: true },
      ...{ privileged: false, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
    },
  };
  const { spec } = bodyOf({ ...given, containers: [{ ...CONTAINER, ...container }] });
  for (const [member, value] of Object.entries(given)) assert.deepEqual(spec[member], value, member);
  for (const [member, value] of Object.entries(container))
    assert.deepEqual(spec.containers[0][member], value, member);
  assert.equal(spec.automountServiceAccountToken, true);
  assert.equal(bodyOf({}).spec.automountServiceAccountToken, false);
});

test('K-164: ours win in the name, labels, restart policy, finalizer, and what its node may do', () => {
  const labels = { mine: 'x', 'longshore.dev/task': 'x', 'longshore.dev/nodes': 'x' };
  const annotations = { mine: 'y', 'longshore.dev/stopped': 'x', 'karpenter.sh/do-not-disrupt': 'false' };
  const order = { jobId: 'job:3', attempt: 2 };
  const { metadata, spec } = bodyOf({ metadata: { labels, annotations, namespace: 'jobs' } }, order);
  const task = metadata.labels['longshore.dev/task'];
  assert.match(task, /^[0-9a-f]{32}$/);
  assert.equal(metadata.name, `longshore-${DATA_ID}-${task}`);
  assert.deepEqual(metadata.finalizers, ['longshore.dev/result']);
  assert.equal('longshore.dev/nodes' in metadata.labels, false);
  assert.equal('longshore.dev/stopped' in metadata.annotations, false);
  assert.deepEqual([metadata.labels.mine, metadata.annotations.mine], ['x', 'y']);
  assert.equal(metadata.annotations['karpenter.sh/do-not-disrupt'], 'true');
  assert.equal(spec.restartPolicy, 'Never');
  assert.equal(JSON.stringify(spec.affinity).includes('node1'), true);
  const tolerated = spec.tolerations.map(({ key, effect }: Body) => `${key} ${effect}`);
  assert.deepEqual(tolerated, [
    'node.kubernetes.io/not-ready NoExecute',
    'node.kubernetes.io/unreachable NoExecute',
    'batch.amazonaws.com/batch-node NoSchedule',
    'batch.amazonaws.com/batch-node NoExecute',
  ]);
});

test('T-370 J-127: a pod has the labels of the service, and its containers the service’s variables', () => {
  const env = [{ name: 'MINE', value: '$(AWS_BATCH_JOB_ID)' }, { name: 'EMPTY' }];
  const containers = [{ ...CONTAINER, env }];
  const initContainers = [{ ...CONTAINER, name: 'i' }];
  const { metadata, spec } = bodyOf({ containers, initContainers }, { jobId: 'job:3' });
  assert.equal(metadata.labels['batch.amazonaws.com/job-id'], 'job.3');
  assert.equal(metadata.labels['batch.amazonaws.com/compute-environment-uuid'], 'e-uuid');
  assert.equal(metadata.labels['batch.amazonaws.com/node-uid'], 'node-uid');
  const service = [
    { name: 'AWS_BATCH_JOB_ID', value: 'job' },
    { name: 'AWS_BATCH_JOB_KUBERNETES_NODE_UID', value: 'node-uid' },
  ];
  // what is said first may be named by what follows; it does not run on ECS
  assert.deepEqual(spec.containers[0].env, [...service, env[0], { name: 'EMPTY', value: '' }]);
  assert.deepEqual(spec.initContainers[0].env, service);
});

test('T-367: the network is the node’s where nothing is said, and DNS goes by it', () => {
  const said = (pod: Partial<PodInput>) => {
    const { hostNetwork, dnsPolicy } = bodyOf(pod).spec;
    return [hostNetwork, dnsPolicy];
  };
  assert.deepEqual(said({}), [true, 'ClusterFirstWithHostNet']);
  assert.deepEqual(said({ hostNetwork: false }), [false, 'ClusterFirst']);
  assert.deepEqual(said({ dnsPolicy: 'ClusterFirst' }), [true, 'ClusterFirst']);
});

test('T-368: the cluster expands $(NAME) in what a pod says: it is left as it is', () => {
  const said = ['$(A)', '$$(A)', '$(UNKNOWN)', '$x'];
  const { command, args } = containerOf({ command: said, args: said });
  assert.deepEqual([command, args], [said, said]);
});

test('T-369: an image is pulled anew where its tag is the latest or none', () => {
  const policy = (image: string) => containerOf({ image }).imagePullPolicy;
  assert.equal(policy('x'), 'Always');
  assert.equal(policy('reg:5000/x:latest'), 'Always');
  assert.equal(policy('reg:5000/x:1'), 'IfNotPresent');
  assert.equal(policy(`x@sha256:${'a'.repeat(64)}`), 'IfNotPresent');
});

test('T-354: what is on one side of the resources alone is on both in the pod', () => {
  const of = (resources: object, settings = {}) => containerOf({ resources }, settings).resources;
  assert.deepEqual(of({ limits: { cpu: '1', memory: '8Mi' } }), {
    requests: { cpu: '1', memory: '8Mi' },
    limits: { cpu: '1', memory: '8Mi' },
  });
  const requests = { cpu: '0.5', memory: '8Mi', 'nvidia.com/gpu': '1' };
  assert.deepEqual(of({ requests, limits: { cpu: '2' } }, { gpuResource: 'amd.com/gpu' }), {
    requests: { cpu: '0.5', memory: '8Mi', 'amd.com/gpu': '1' },
    limits: { cpu: '2', memory: '8Mi', 'amd.com/gpu': '1' },
  });
});

test('T-349: a container without a name is `default` in the pod', () => {
  const { metadata, spec } = bodyOf({
    containers: [CONTAINER, { ...CONTAINER, name: 'b' }],
    initContainers: [{ ...CONTAINER, name: 'i' }],
  });
  assert.deepEqual(
    spec.containers.map(({ name }: Body) => name),
    ['default', 'b'],
  );
  assert.equal(metadata.annotations['longshore.dev/containers'], 'default,b');
  assert.equal(metadata.annotations['longshore.dev/init-containers'], 'i');
});

const refusedOf = (pod: Partial<PodInput>, settings: Partial<PodSettings>): string | undefined => {
  const { container } = podOrder({ containers: [CONTAINER], ...pod });
  const [refused] = judgeBy(supportFor(podSettings(settings)), container);
  return refused?.kind === 'refused' ? refused.why : undefined;
};

test('T-371: a pod of another namespace than the server’s is not made, and says so', () => {
  const metadata = { namespace: 'others' };
  assert.equal(
    refusedOf({ metadata }, { namespace: 'jobs' }),
    'podProperties: metadata.namespace is others, and this server makes pods in jobs alone (serve --namespace)',
  );
  assert.equal(refusedOf({ metadata }, { namespace: 'others' }), undefined);
  assert.equal(refusedOf({}, { namespace: 'jobs' }), undefined);
});

test('K-118: a Secret that a server made for a task is no pod’s to name, whatever the operator allows', () => {
  const name = `longshore-${'0'.repeat(16)}-${'2'.repeat(32)}`;
  const why = (secret: string) =>
    `podProperties: ${secret} is a Secret that a server made for a task, and no job’s to name`;
  const volumeOf = (secretName: string) => ({ volumes: [{ name: 's', secret: { secretName } }] });
  assert.equal(refusedOf(volumeOf(name), {}), why(name));
  const login = `${name}-pull`;
  assert.equal(refusedOf({ imagePullSecrets: [{ name: 'login' }, { name: login }] }, {}), why(login));
  assert.equal(
    refusedOf({ ...volumeOf('longshore-mine'), imagePullSecrets: [{ name: 'login' }] }, {}),
    undefined,
  );
});

test('K-120: an operator can refuse what reaches the node, and the reason names the flag', () => {
  const permissions = { privileged: false, devices: true, mounts: ['/allowed'] };
  const privileged = [{ ...CONTAINER, name: 'i', securityContext: { privileged: true } }];
  assert.match(refusedOf({ initContainers: privileged }, { permissions })!, /--refuse privileged/);
  const volume = (path: string) => ({ volumes: [{ name: 'h', hostPath: { path } }] });
  assert.match(refusedOf(volume('/allowed/../etc'), { permissions })!, /below \/allowed only/);
  assert.equal(refusedOf(volume('/allowed/x'), { permissions }), undefined);
  assert.match(refusedOf(volume('etc'), {})!, /absolute path/);
  const refusesHostNetwork = true;
  assert.match(refusedOf({}, { refusesHostNetwork })!, /--refuse host-network/);
  assert.equal(refusedOf({ hostNetwork: false }, { refusesHostNetwork }), undefined);
});

test('K-148 T-370: of a node that is still to come no pod says which it is', () => {
  const growth = { host: hostToCome('cpu', 1), labels: { pool: 'cpu' } };
  const order = podOrder({ containers: [CONTAINER] }, { host: growth.host });
  const { metadata, spec }: Body = podBody(order, podSettings(), { nodeName: undefined, growth });
  assert.equal('batch.amazonaws.com/node-uid' in metadata.labels, false);
  assert.equal(JSON.stringify(spec).includes('NODE_UID'), false);
  assert.deepEqual(spec.nodeSelector, growth.labels);
  // the API refuses a label with a colon, as such a host's id has
  for (const value of Object.values(metadata.labels)) assert.match(value as string, /^[\w.-]*$/);
});
