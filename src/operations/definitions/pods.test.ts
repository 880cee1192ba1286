import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ASKS, CONTAINER, podDefinition } from '../../../test/support/eks.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';

const echoed = async (world: World, input: object) => {
  const { jobDefinitionArn } = await world.ask('registerJobDefinition', input);
  return (await world.ask('describeJobDefinitions', { jobDefinitions: [jobDefinitionArn] }))
    .jobDefinitions[0];
};

const withResources = (resources: object) => ({ containers: [{ ...CONTAINER, resources }] });
const withLimits = (limits: object) => withResources({ limits: { ...ASKS.limits, ...limits } });
const sides = (requests: object, limits: object) =>
  withResources({ requests: { ...ASKS.limits, ...requests }, limits: { ...ASKS.limits, ...limits } });
const named = (...names: (string | undefined)[]) =>
  names.map((name) => (name === undefined ? CONTAINER : { ...CONTAINER, name }));
const badCpu = (value: string) =>
  `Value ${value} for type cpu in resources is not valid. Provide a valid number and unit.`;
const badMemory = (value: string) => `Value ${value} for type memory is not valid.`;
const badGpu = (value: string) => `Value ${value} for type nvidia.com/gpu in resources is not valid.`;
const NO_CONTAINERS = 'Containers must be provided for Batch on EKS jobs.';
const BOTH_NEEDED = 'cpu and memory must be specified in resources.';
const NODES = {
  numNodes: 1,
  mainNode: 0,
  nodeRangeProperties: [{ targetNodes: '0', container: { image: 'x', vcpus: 1, memory: 4 } }],
};
const CLAIM = { persistentVolumeClaim: { claimName: 'c' } };
const VOLUME = { name: 'v', emptyDir: {} };
/** A pod of one volume, mounted so in its container. */
const mounting = (...mounts: readonly object[]) => ({
  containers: [{ ...CONTAINER, volumeMounts: mounts.map((mount) => ({ name: 'v', ...mount })) }],
  volumes: [VOLUME],
});

/** What a registration is refused with: members of the pod, or of the request. */
const REFUSED: readonly (readonly [rules: string, pod: object, text: string | RegExp, request?: object])[] = [
  ['T-348', { containers: [] }, NO_CONTAINERS],
  ['T-348', { containers: undefined }, NO_CONTAINERS],
  ['T-348', {}, NO_CONTAINERS, { eksProperties: {} }],
  ['T-348', { containers: named(...'abcdefghijk') }, 'Number of containers must be between 1 and 10'],
  ['T-348', { initContainers: named(...'abcdefghijk') }, /^Number of initContainers/],
  [
    'T-349',
    { containers: named('a', 'b', 'a') },
    'The container name: a must be unique in multi-container job.',
  ],
  ...['Main', 'a_b', 'a.b', '-a', 'a-', 'x'.repeat(64), ''].map(
    (name) =>
      [
        'T-349',
        { containers: named(name) },
        `The container name: ${name} must have up to 63 lower case letters, digits and hyphens, and neither begin nor end with a hyphen.`,
      ] as const,
  ),
  ['T-349', { initContainers: named('Init') }, /^The container name: Init must have/],
  ['T-349', { containers: named(undefined, 'Default') }, /^The container name: Default must be unique/],
  ['T-349', { containers: named('a'), initContainers: named('a') }, /^The container name: a must be unique/],
  ...['0.1', '0.3', '500m', '-1', '0', 'one', ''].map(
    (cpu) => ['T-350', withLimits({ cpu }), badCpu(cpu)] as const,
  ),
  ['T-350', sides({ cpu: '2' }, {}), 'cpu request must be <= to cpu limit if both are provided.'],
  ...['1Gi', '3Mi', '128', '1.5Mi', ''].map(
    (memory) => ['T-351', withLimits({ memory }), badMemory(memory)] as const,
  ),
  [
    'T-351',
    sides({ memory: '64Mi' }, {}),
    'memory request must be equal to memory limit if both are provided.',
  ],
  ...['0', '0.5', 'x'].map((gpu) => ['T-352', withLimits({ 'nvidia.com/gpu': gpu }), badGpu(gpu)] as const),
  [
    'T-352',
    sides({ 'nvidia.com/gpu': '1' }, { 'nvidia.com/gpu': '2' }),
    'gpu request must be equal to gpu limit if both are provided.',
  ],
  [
    'T-353',
    withLimits({ 'ephemeral-storage': '1Gi' }),
    'ephemeral-storage is not a supported type for resources.',
  ],
  ['T-353', withResources({ limits: { cpu: '1' } }), BOTH_NEEDED],
  ['T-353', withResources({ requests: { memory: '4Mi' } }), BOTH_NEEDED],
  ['T-353', { containers: [{ image: 'x' }] }, BOTH_NEEDED],
  ['T-353', { initContainers: [{ image: 'x', name: 'i' }] }, BOTH_NEEDED],
  ['T-355', { dnsPolicy: 'None' }, 'Unsupported DNS policy value.'],
  [
    'T-355',
    { containers: [{ ...CONTAINER, imagePullPolicy: 'Sometimes' }] },
    'Unsupported image pull policy value.',
  ],
  [
    'T-356',
    { volumes: [{ name: 'v', emptyDir: { medium: 'Disk' } }] },
    'Invalid Volume mount. Allowed values - Memory or null.',
  ],
  ['T-356', { volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Gi' } }] }, 'Invalid empty dir size limit.'],
  [
    'T-357',
    { metadata: { labels: { 'a b': 'c' } } },
    'The name a b of the pod label key does not match a valid pattern.',
  ],
  [
    'T-357',
    { metadata: { annotations: { 'x/': 'c' } } },
    'The name x/ of the pod annotation key does not match a valid pattern.',
  ],
  ...['kubernetes.io', 'node.k8s.io', 'batch.amazonaws.com', 'x.batch.amazonaws.com'].map(
    (prefix) =>
      [
        'T-357',
        { metadata: { labels: { [`${prefix}/a`]: 'b' } } },
        `The prefix ${prefix} of the pod label key cannot contain terms from the Kubernetes reserved namespaces.`,
      ] as const,
  ),
  [
    'T-357',
    { metadata: { annotations: { 'k8s.io/a': '' } } },
    /^The prefix k8s.io of the pod annotation key/,
  ],
  ['T-357', { metadata: { labels: { a: 'x'.repeat(64) } } }, /pod label a must have up to 63/],
  ['T-357', { metadata: { annotations: { a: 'x'.repeat(256) } } }, /pod annotation a must have up to 255/],
  [
    'T-358',
    { metadata: { namespace: 'default' } },
    'kubernetesNamespace cannot be the default Kubernetes namespace.',
  ],
  [
    'T-358',
    { metadata: { namespace: 'kube-system' } },
    'kubernetesNamespace cannot be a reserved Kubernetes system namespace.',
  ],
  ['T-359', {}, 'Batch on EKS does not support tag propagation.', { propagateTags: true }],
  ['T-359', {}, 'platformCapabilities cannot be specified for EKS jobs.', { platformCapabilities: ['EC2'] }],
  [
    'T-360',
    {},
    'Cannot use both ECS containerProperties and eksProperties',
    { containerProperties: { image: 'x', vcpus: 1, memory: 4 } },
  ],
  ['T-360', {}, 'Cannot use both nodeProperties and eksProperties', { nodeProperties: NODES }],
  [
    'T-304',
    {},
    'Cannot use both ecsProperties and eksProperties',
    { ecsProperties: { taskProperties: [{}] } },
  ],
  [
    'T-361',
    { containers: [{ ...CONTAINER, volumeMounts: [{ name: 'v', mountPath: '/v' }] }] },
    'The volume mount v must reference a defined volume.',
  ],
  ...[undefined, '', 'Data', 'a.b', 'x'.repeat(64)].map(
    (name) =>
      [
        'T-361',
        { volumes: [{ name, ...CLAIM }] },
        `The volume name: ${name ?? ''} must have up to 63 lower case letters, digits and hyphens, and neither begin nor end with a hyphen.`,
      ] as const,
  ),
  ['T-361', { volumes: [VOLUME, { name: 'v', ...CLAIM }] }, 'The volume name: v must be unique in a pod.'],
  ['T-361', mounting({}), 'The volume mount v must have a mountPath.'],
  ['T-361', mounting({ mountPath: '' }), 'The volume mount v must have a mountPath.'],
  [
    'T-361',
    mounting({ mountPath: '/v' }, { mountPath: '/v', subPath: 's' }),
    'The mountPath /v must be unique in a container.',
  ],
  ...['/s', 'a/../b', '..'].map(
    (subPath) =>
      [
        'T-361',
        mounting({ mountPath: '/v', subPath }),
        `The subPath ${subPath} must be relative and without "..".`,
      ] as const,
  ),
  ['T-361', { volumes: [{ name: 'v', emptyDir: {}, ...CLAIM }] }, /^When the volume parameter is specified/],
  [
    'J-022',
    { containers: [{ ...CONTAINER, env: [{ name: 'AWS_BATCH_X' }] }] },
    /cannot start with AWS_BATCH/,
  ],
];

for (const [at, [rules, pod, text, request]] of REFUSED.entries()) {
  test(`${rules}: registering a pod is refused, case ${at + 1}: ${String(text).slice(0, 60)}`, async () => {
    const world = await makeWorld();
    const refusal = await world.refused('registerJobDefinition', podDefinition(pod, request));
    if (typeof text === 'string') assert.equal(refusal.message, text);
    else assert.match(refusal.message, text);
    assert.deepEqual([refusal.type, refusal.status, refusal.wrapped], ['ClientException', 400, true]);
  });
}

const range = (targetNodes: string, namespace?: string) => ({
  targetNodes,
  eksProperties: {
    podProperties: { containers: [CONTAINER], ...(namespace && { metadata: { namespace } }) },
  },
});

const nodes = (nodeRangeProperties: readonly object[]) => ({
  jobDefinitionName: 'n',
  type: 'multinode',
  nodeProperties: { numNodes: 2, mainNode: 0, nodeRangeProperties },
});

test('T-362: nodes of one job are pods of one namespace, or none is a pod', async () => {
  const world = await makeWorld();
  const refused = async (ranges: readonly object[]) =>
    (await world.refused('registerJobDefinition', nodes(ranges))).message;
  assert.match(await refused([range('0', 'a'), range('1', 'b')]), /the same kubernetesNamespace/);
  assert.match(await refused([range('0', 'a'), range('1')]), /the same kubernetesNamespace/);
  const container = { image: 'x', vcpus: 1, memory: 4 };
  assert.match(await refused([range('0'), { targetNodes: '1', container }]), /or none of them/);
  assert.match(await refused([{ ...range('0:1'), container }]), /both eksProperties and container/);
  assert.match(
    await refused([{ targetNodes: '0:1', eksProperties: { podProperties: {} } }]),
    /^Containers must be provided/,
  );
  const { containerOrchestrationType, nodeProperties } = await echoed(
    world,
    nodes([range('0', 'a'), range('1', 'a')]),
  );
  assert.equal(containerOrchestrationType, 'EKS');
  assert.equal(nodeProperties.nodeRangeProperties[0].eksProperties.podProperties.containers.length, 1);
  assert.equal('container' in nodeProperties.nodeRangeProperties[0], false);
});

test('T-363: a definition of a pod says EKS, and of network and DNS what was sent', async () => {
  const world = await makeWorld();
  const bare = await echoed(world, podDefinition());
  assert.equal(bare.containerOrchestrationType, 'EKS');
  for (const member of ['hostNetwork', 'dnsPolicy'])
    assert.equal(member in bare.eksProperties.podProperties, false);
  for (const member of ['containerProperties', 'platformCapabilities']) assert.equal(member in bare, false);
  const sent = await echoed(world, podDefinition({ hostNetwork: false, dnsPolicy: 'Default' }));
  assert.equal(sent.eksProperties.podProperties.hostNetwork, false);
  assert.equal(sent.eksProperties.podProperties.dnsPolicy, 'Default');
  const { containerOrchestrationType } = await echoed(world, {
    jobDefinitionName: 'c',
    type: 'container',
    containerProperties: { image: 'x', vcpus: 1, memory: 4 },
  });
  assert.equal(containerOrchestrationType, 'ECS');
});

test('T-363 J-304: all members of a pod come back as they were sent, with the lists that are always there', async () => {
  const world = await makeWorld();
  const sent = {
    serviceAccountName: 'account',
    hostNetwork: true,
    dnsPolicy: 'ClusterFirst',
    imagePullSecrets: [{ name: 'login' }],
    shareProcessNamespace: true,
    containers: [
      {
        name: 'main',
        image: 'x:1',
        imagePullPolicy: 'Never',
        command: ['sh'],
        args: ['-c', 'true'],
        env: [{ name: 'A', value: 'b' }],
        resources: { limits: { cpu: '0.25', memory: '4Mi' }, requests: { cpu: '0.25' } },
        volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 's', readOnly: true }],
        securityContext: { runAsUser: 1, runAsGroup: 2, runAsNonRoot: true, privileged: false },
      },
      ...named('b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'),
    ],
    initContainers: named(...'0123456789'),
    volumes: [
      { name: 'v', emptyDir: { medium: '', sizeLimit: '8Mi' } },
      { name: 'm', emptyDir: { medium: 'Memory' } },
      { name: 'h', hostPath: { path: '/h' } },
      { name: 's', secret: { secretName: 's', optional: true } },
      { name: 'p', persistentVolumeClaim: { claimName: 'c', readOnly: true } },
    ],
    metadata: { labels: { a: 'b', 'x.y/z': '' }, annotations: { c: 'd e' }, namespace: 'mine' },
  };
  const { podProperties } = (await echoed(world, podDefinition(sent))).eksProperties;
  const lists = { command: [], args: [], env: [], volumeMounts: [] };
  const filled = (container: object) => ({ ...lists, ...container });
  assert.deepEqual(podProperties, {
    ...sent,
    containers: sent.containers.map(filled),
    initContainers: sent.initContainers.map(filled),
  });
});

test('T-361: one volume may be mounted in several containers and at several paths, also at the same one in two', async () => {
  const world = await makeWorld();
  const volumeMounts = [
    { name: 'v', mountPath: '/v', subPath: 'a..b/c' },
    { name: 'v', mountPath: '/w' },
  ];
  const containers = named('a', 'b').map((container) => ({ ...container, volumeMounts }));
  const { eksProperties } = await echoed(world, podDefinition({ containers, volumes: [VOLUME] }));
  assert.deepEqual(eksProperties.podProperties.containers[1].volumeMounts, volumeMounts);
});
