import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ASKS,
  CLUSTER,
  CONTAINER,
  makePodWorld,
  podDefinition,
  podTold,
  submitPod,
} from '../../../test/support/eks.ts';
import type { World } from '../../../test/support/world.ts';
import type { TaskReport } from '../../engines/engine.ts';

const podProperties = async (world: World, jobId: string) =>
  (await world.job(jobId)).eksProperties.podProperties;

/** A job submitted with these overrides, as it is shown. */
const overridden = async (world: World, over: object) =>
  podProperties(world, await submitPod(world, { eksPropertiesOverride: { podProperties: over } }));

const refused = async (world: World, more: object): Promise<string> =>
  (await world.refused('submitJob', { jobName: 'j', jobQueue: 'pods', jobDefinition: 'pods', ...more }))
    .message;

const TWO = {
  containers: [
    {
      ...CONTAINER,
      name: 'a',
      command: ['sh'],
      args: ['-c', 'a'],
      env: [
        { name: 'X', value: '1' },
        { name: 'Y', value: '2' },
      ],
    },
    { ...CONTAINER, name: 'b' },
  ],
  initContainers: [{ ...CONTAINER, name: 'i' }],
  metadata: { labels: { l: '1', m: '1' }, annotations: { n: '1' } },
};

test('T-364: overrides lie over the containers of their names, variables and metadata over those of their names', async () => {
  const world = await makePodWorld(TWO);
  const resources = { requests: { cpu: '2', memory: '64Mi' } };
  const { containers, initContainers, metadata } = await overridden(world, {
    containers: [
      {
        name: 'a',
        image: 'other:2',
        command: ['bash'],
        args: ['b'],
        env: [
          { name: 'Y', value: '3' },
          { name: 'Z', value: '4' },
        ],
        resources,
      },
    ],
    initContainers: [{ name: 'i', args: ['c'] }],
    metadata: { labels: { m: '2' }, annotations: { o: '2' }, namespace: 'jobs' },
  });
  assert.deepEqual(containers[0], {
    name: 'a',
    image: 'other:2',
    command: ['bash'],
    args: ['b'],
    env: [
      { name: 'X', value: '1' },
      { name: 'Y', value: '3' },
      { name: 'Z', value: '4' },
    ],
    resources,
    volumeMounts: [],
  });
  assert.equal(containers[1].image, 'busybox:1');
  assert.deepEqual(initContainers[0].args, ['c']);
  assert.deepEqual(metadata, {
    labels: { l: '1', m: '2' },
    annotations: { n: '1', o: '2' },
    namespace: 'jobs',
  });
});

test('T-364: what an override leaves out stays, and what it makes is held to the rules of definitions', async () => {
  const world = await makePodWorld(TWO);
  const over = (container: object) => ({
    eksPropertiesOverride: { podProperties: { containers: [{ name: 'b', ...container }] } },
  });
  const { containers } = await overridden(world, {
    containers: [{ name: 'b', resources: { limits: { cpu: '4' } } }],
  });
  assert.deepEqual(containers[1].resources, { limits: { cpu: '4', memory: '128Mi' } });
  assert.match(
    await refused(world, over({ resources: { limits: { cpu: '100m' } } })),
    /^Value 100m for type cpu/,
  );
  assert.match(await refused(world, over({ env: [{ name: 'AWS_BATCH_A' }] })), /cannot start with AWS_BATCH/);
  const namespace = { podProperties: { metadata: { namespace: 'kube-system' } } };
  assert.match(await refused(world, { eksPropertiesOverride: namespace }), /reserved Kubernetes system/);
});

test('T-365: a container that is not defined is refused; one that is alone needs no name', async () => {
  const world = await makePodWorld();
  const named = (name: string | undefined) => ({ containers: [{ ...(name && { name }), args: ['x'] }] });
  for (const name of [undefined, 'Default'])
    assert.deepEqual((await overridden(world, named(name))).containers[0].args, ['x']);
  const refusal = (podProperties: object) => refused(world, { eksPropertiesOverride: { podProperties } });
  assert.equal(await refusal(named('x')), 'Container x is not defined in the job definition.');
  assert.equal(
    await refusal({ initContainers: [{ name: 'Default' }] }),
    'Container Default is not defined in the job definition.',
  );
  assert.match(await refusal({ containers: [{}, {}] }), /^The container name: Default must be unique/);
  await world.ask('registerJobDefinition', podDefinition(TWO));
  assert.equal(
    await refusal({ containers: [{}] }),
    'Container Default is not defined in the job definition.',
  );
});

test('T-366: jobs go to queues of their kind, with overrides of their kind', async () => {
  const world = await makePodWorld();
  const text = 'Job definition type does not match job queue type.';
  assert.equal(await refused(world, { jobDefinition: 'd' }), text);
  assert.equal(await refused(world, { jobQueue: 'q' }), text);
  assert.match(
    await refused(world, { containerOverrides: { command: ['x'] } }),
    /^containerOverrides cannot be used with eksProperties/,
  );
  const eksPropertiesOverride = { podProperties: { metadata: { labels: { a: 'b' } } } };
  assert.match(
    await refused(world, { jobQueue: 'q', jobDefinition: 'd', eksPropertiesOverride }),
    /^eksPropertiesOverride cannot be used with containerProperties/,
  );
});

test('J-095 §7.1: parameters stand in command and args of all containers, and nowhere else', async () => {
  const word = 'Ref::word';
  const world = await makePodWorld({
    containers: [{ ...CONTAINER, command: [word], args: ['a', word], env: [{ name: 'A', value: word }] }],
    initContainers: [{ ...CONTAINER, name: 'i', args: [word] }],
  });
  const { containers, initContainers } = await podProperties(
    world,
    await submitPod(world, { parameters: { word: 'x' } }),
  );
  assert.deepEqual([containers[0].command, containers[0].args], [['x'], ['a', 'x']]);
  assert.equal(containers[0].env[0].value, word);
  assert.deepEqual(initContainers[0].args, ['x']);
  assert.match(await refused(world, {}), /No parameter found for reference word/);
});

const sized = (cpu: string, memory: string, gpus = '1') => ({
  ...CONTAINER,
  name: `c${cpu.replace('.', '-')}`,
  resources: { requests: { cpu, memory, 'nvidia.com/gpu': gpus }, limits: { cpu: '9' } },
});

test('T-372 T-354: a job asks for the sum of what its containers request, or for more where an init container does', async () => {
  const world = await makePodWorld();
  const asks = async (pod: object) => {
    await world.ask('registerJobDefinition', podDefinition(pod, { jobDefinitionName: 's' }));
    await submitPod(world, { jobDefinition: 's' });
    const rows = await world.service.store.read((tx) =>
      tx.all<{ milli_vcpus: number; memory_mib: number; gpus: number }>(
        'SELECT milli_vcpus, memory_mib, gpus FROM shapes ORDER BY id DESC LIMIT 1',
      ),
    );
    return Object.values(rows[0]!);
  };
  assert.deepEqual(await asks({ containers: [sized('0.25', '64Mi'), sized('2', '8Mi')] }), [2250, 72, 2]);
  assert.deepEqual(
    await asks({
      containers: [sized('0.25', '64Mi'), sized('2', '8Mi')],
      initContainers: [sized('3', '16Mi', '4'), sized('1.5', '80Mi')],
    }),
    [3000, 80, 4],
  );
});

test('T-144 T-149: what a pod asks for is counted in cpu', async () => {
  const world = await makePodWorld();
  await submitPod(world);
  const filters = [{ name: 'JOB_NAME', values: ['j'] }];
  const { jobSummaryList } = await world.ask('listJobs', { jobQueue: 'pods', filters });
  assert.deepEqual(jobSummaryList[0].capacityUsage, [{ capacityUnit: 'cpu', quantity: 1 }]);
});

/** The task of the last order, which began. */
const lastTask = (world: World): string => world.engine.orders.at(-1)!.taskId;

const says = async (world: World, report: object): Promise<void> => {
  const [startedAt, stoppedAt] = [world.clock.wall() + 1000, world.clock.wall() + 5000];
  world.engine.say({ taskId: lastTask(world), startedAt, stoppedAt, ...report } as TaskReport);
  await world.settle();
};

test('T-374 T-375 K-165: a job shows its pod, and each attempt what its containers ended with', async () => {
  const world = await makePodWorld(
    { initContainers: [{ ...CONTAINER, name: 'i' }] },
    { retryStrategy: { attempts: 2 } },
  );
  world.engine.begins = false;
  const jobId = await submitPod(world);
  const before = await world.job(jobId);
  assert.deepEqual([before.attempts, before.eksAttempts], [[], []]);
  assert.equal('container' in before, false);
  await world.settle();
  const init = { name: 'i', containerID: 'containerd://2', exitCode: 0, reason: 'Completed' };
  const told = (code?: number) => podTold(code, { initContainers: [init] });
  await says(world, { kind: 'running', pod: told() });
  const running = await podProperties(world, jobId);
  const first = `pod-${lastTask(world)}`;
  assert.deepEqual([running.podName, running.nodeName], [first, 'node1']);
  assert.equal('exitCode' in running.containers[0], false);
  assert.equal(running.initContainers[0].exitCode, 0);
  // another container has ended meanwhile
  const { startedAt } = await world.job(jobId);
  await says(world, { kind: 'running', pod: told(3) });
  const later = await podProperties(world, jobId);
  assert.equal(later.containers[0].exitCode, 3);
  assert.equal((await world.job(jobId)).startedAt, startedAt);
  await says(world, { kind: 'exited', exitCode: 3, reason: 'Error', pod: told(3) });
  const again = await world.job(jobId);
  const [attempt] = again.eksAttempts;
  assert.deepEqual(attempt, {
    containers: [{ name: 'Default', containerID: 'containerd://1', exitCode: 3, reason: 'Error' }],
    initContainers: [init],
    eksClusterArn: CLUSTER,
    podName: first,
    podNamespace: 'jobs',
    nodeName: 'node1',
    startedAt: attempt.startedAt,
    stoppedAt: attempt.startedAt + 4000,
    statusReason: 'Essential container in task exited',
  });
  await says(world, { kind: 'exited', exitCode: 0, pod: told(0) });
  const ended = await world.job(jobId);
  assert.equal(ended.status, 'SUCCEEDED');
  const shown = ended.eksProperties.podProperties;
  assert.notEqual(shown.podName, first);
  assert.deepEqual([shown.containers[0].exitCode, shown.containers[0].reason], [0, 'Completed']);
  assert.equal(ended.eksAttempts.length, 2);
  assert.deepEqual(ended.attempts, []);
});

test('T-376: the code and the reason of a pod are what a retry strategy looks for', async () => {
  const evaluateOnExit = [
    { onReason: 'OOMKilled', onExitCode: '137', action: 'RETRY' },
    { onReason: '*', action: 'EXIT' },
  ];
  const world = await makePodWorld({}, { retryStrategy: { attempts: 3, evaluateOnExit } });
  const jobId = await submitPod(world);
  await world.settle();
  await says(world, { kind: 'exited', exitCode: 137, reason: 'OOMKilled', pod: podTold(137) });
  assert.equal((await world.job(jobId)).status, 'RUNNING');
  await says(world, { kind: 'exited', exitCode: 1, reason: 'Error', pod: podTold(1) });
  const { status, eksAttempts } = await world.job(jobId);
  assert.deepEqual([status, eksAttempts.length], ['FAILED', 2]);
});

test('T-379: why a pod did not start is the status reason of its attempt', async () => {
  const world = await makePodWorld();
  world.engine.begins = false;
  const jobId = await submitPod(world);
  await world.settle();
  const reason = 'CannotPullContainerError: manifest unknown';
  await says(world, { kind: 'failed', reason });
  const { status, statusReason, eksAttempts } = await world.job(jobId);
  assert.deepEqual([status, statusReason, eksAttempts[0].statusReason], ['FAILED', reason, reason]);
  assert.equal('startedAt' in eksAttempts[0], false);
  assert.deepEqual(eksAttempts[0].containers, [{ name: 'Default' }]);
});

test('J-304: arrays of pods are arrays like others, and an order has its environment’s uuid', async () => {
  const world = await makePodWorld();
  const jobId = await submitPod(world, { arrayProperties: { size: 2 } });
  await world.settle();
  const { uuid } = (await world.ask('describeComputeEnvironments', { computeEnvironments: ['eks'] }))
    .computeEnvironments[0];
  assert.deepEqual(
    world.engine.orders.map(({ environmentUuid }) => environmentUuid),
    [uuid, uuid],
  );
  const child = await world.job(`${jobId}:1`);
  assert.deepEqual([child.status, child.attempts], ['RUNNING', []]);
  assert.equal(child.eksProperties.podProperties.containers.length, 1);
});

const TWO_PODS = {
  jobDefinitionName: 'n',
  type: 'multinode',
  nodeProperties: {
    numNodes: 2,
    mainNode: 0,
    nodeRangeProperties: ['0', '1'].map((targetNodes) => ({
      targetNodes,
      eksProperties: { podProperties: { containers: [CONTAINER] } },
    })),
  },
};

test('T-362 J-299: nodes may be pods, each with the overrides of its range', async () => {
  const world = await makePodWorld();
  await world.ask('registerJobDefinition', TWO_PODS);
  const eksPropertiesOverride = { podProperties: { containers: [{ args: ['x'] }] } };
  const nodePropertyOverrides = [{ targetNodes: '1', eksPropertiesOverride }];
  const jobId = await submitPod(world, { jobDefinition: 'n', nodeOverrides: { nodePropertyOverrides } });
  await world.settle();
  const [main, other] = [await world.job(`${jobId}#0`), await world.job(`${jobId}#1`)];
  assert.deepEqual(main.eksProperties.podProperties.containers[0].args, []);
  assert.deepEqual(other.eksProperties.podProperties.containers[0].args, ['x']);
  assert.deepEqual([main.status, other.status], ['RUNNING', 'RUNNING']);
  const parent = await world.job(jobId);
  const [, second] = parent.nodeProperties.nodeRangeProperties;
  assert.deepEqual(second.eksProperties.podProperties.containers[0].args, ['x']);
  assert.equal('container' in second, false);
  for (const order of world.engine.orders) world.engine.end(order.taskId, 0);
  await world.settle();
  const ended = await world.job(jobId);
  assert.deepEqual([ended.status, ended.eksAttempts.length], ['SUCCEEDED', 1]);
});

test('T-362: overrides leave the nodes of one job in one namespace', async () => {
  const world = await makePodWorld();
  await world.ask('registerJobDefinition', TWO_PODS);
  const inNamespaces = (...namespaces: readonly string[]) => ({
    jobDefinition: 'n',
    nodeOverrides: {
      nodePropertyOverrides: namespaces.map((namespace, at) => ({
        targetNodes: `${at}`,
        eksPropertiesOverride: { podProperties: { metadata: { namespace } } },
      })),
    },
  });
  const text = 'All node ranges of a job must have the same kubernetesNamespace.';
  assert.equal(await refused(world, inNamespaces('jobs')), text);
  assert.equal(await refused(world, inNamespaces('jobs', 'others')), text);
  const jobId = await submitPod(world, inNamespaces('jobs', 'jobs'));
  const { nodeRangeProperties } = (await world.job(jobId)).nodeProperties;
  assert.equal(nodeRangeProperties[1].eksProperties.podProperties.metadata.namespace, 'jobs');
});

test('T-359: a submission of a pod cannot propagate tags either', async () => {
  const world = await makePodWorld();
  const { message, wrapped } = await world.refused('submitJob', {
    jobName: 'j',
    jobQueue: 'pods',
    jobDefinition: 'pods',
    propagateTags: true,
  });
  assert.deepEqual([message, wrapped], ['Batch on EKS does not support tag propagation.', true]);
  assert.equal((await world.job(await submitPod(world, { propagateTags: false }))).propagateTags, false);
});

test('T-408: overrides of a pod that are too long fail the job', async () => {
  const world = await makePodWorld();
  const env = [{ name: 'A', value: 'x'.repeat(9000) }];
  const eksPropertiesOverride = { podProperties: { containers: [{ env }] } };
  const { status, statusReason } = await world.job(await submitPod(world, { eksPropertiesOverride }));
  assert.deepEqual([status, statusReason], ['FAILED', 'Container Overrides length must be at most 8192']);
});

test('RetryJobs runs a pod again as it was, and changes nothing of it', async () => {
  const world = await makePodWorld();
  const jobId = await submitPod(world);
  await world.settle();
  await says(world, { kind: 'exited', exitCode: 1, reason: 'Error', pod: podTold(1) });
  const refusal = await world.refused('retryJobs', { jobId, changes: { memory: 8 } });
  assert.match(refusal.message, /a pod runs again as it was/);
  await world.ask('retryJobs', { jobId });
  await world.settle();
  assert.equal((await world.job(jobId)).status, 'RUNNING');
});

test('J-304: equal submissions share what was made of them, different overrides do not', async () => {
  const world = await makePodWorld();
  const over = (image: string) => overridden(world, { containers: [{ image }] });
  assert.equal((await over('x:1')).containers[0].image, 'x:1');
  assert.equal((await over('x:2')).containers[0].image, 'x:2');
  assert.deepEqual((await podProperties(world, await submitPod(world))).containers[0].resources, ASKS);
});
