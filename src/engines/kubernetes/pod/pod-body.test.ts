import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerOf, orderOf } from '../../../../test/support/orders.ts';
import { DATA_ID, podSettings } from '../../../../test/support/pod-settings.ts';
import type { ContainerSpec } from '../../../domain/container.ts';
import type { StartOrder } from '../../engine.ts';
import { podBody, tombstoneOf } from './pod-body.ts';
import type { PodParts, PodSettings } from './settings.ts';

const TASK = '1'.repeat(32);
const PINNED: PodParts = { nodeName: 'node1' };

interface Made {
  readonly order?: Partial<StartOrder>;
  readonly settings?: Partial<PodSettings>;
  readonly parts?: PodParts;
}

const bodyOf = (container: Partial<ContainerSpec> = {}, { order, settings, parts = PINNED }: Made = {}) =>
  podBody(
    orderOf([], { taskId: TASK, container: containerOf([], container), ...order }),
    podSettings(settings),
    parts,
  );

// biome-ignore lint/suspicious/noExplicitAny: a body is read member by member, as an API server would
const specOf = (container: Partial<ContainerSpec> = {}, made: Made = {}): any => bodyOf(container, made).spec;
// biome-ignore lint/suspicious/noExplicitAny: the same
const containerBodyOf = (container: Partial<ContainerSpec> = {}, made: Made = {}): any =>
  specOf(container, made).containers[0];

test('K-001 K-004 K-009: a task is one pod, whole: it never starts again, and is kept until its end is stored', () => {
  const body = podBody(
    orderOf(['echo', 'a'], { taskId: TASK, jobId: 'j', jobVariables: { AWS_BATCH_JOB_ID: 'j' } }),
    podSettings(),
    PINNED,
  );
  assert.deepEqual(body, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `longshore-${DATA_ID}-${TASK}`,
      labels: {
        'longshore.dev/data': DATA_ID,
        'longshore.dev/task': TASK,
        'longshore.dev/job': 'j',
        'longshore.dev/attempt': '1',
      },
      annotations: {
        'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
        'karpenter.sh/do-not-disrupt': 'true',
      },
      finalizers: ['longshore.dev/result'],
    },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 30,
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node1'] }] },
            ],
          },
        },
      },
      tolerations: [
        {
          key: 'node.kubernetes.io/not-ready',
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 300,
        },
        {
          key: 'node.kubernetes.io/unreachable',
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 300,
        },
        { key: 'batch.amazonaws.com/batch-node', operator: 'Exists', effect: 'NoSchedule' },
        { key: 'batch.amazonaws.com/batch-node', operator: 'Exists', effect: 'NoExecute' },
      ],
      containers: [
        {
          name: 'default',
          image: 'longshore-test:latest',
          imagePullPolicy: 'IfNotPresent',
          args: ['echo', 'a'],
          env: [{ name: 'AWS_BATCH_JOB_ID', value: 'j' }],
          resources: { requests: { cpu: '1000m', memory: '128Mi' }, limits: { memory: '128Mi' } },
          securityContext: {},
        },
      ],
    },
  });
});

test('K-073: autoscalers are asked to leave a pod where it is', () => {
  const { annotations } = bodyOf().metadata;
  assert.equal(annotations['cluster-autoscaler.kubernetes.io/safe-to-evict'], 'false');
  assert.equal(annotations['karpenter.sh/do-not-disrupt'], 'true');
});

test('K-002: a pod’s name has 59 characters, legal as a label and a host name', () => {
  const { name } = bodyOf().metadata;
  assert.equal(name.length, 59);
  assert.match(name, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
});

test('K-003: labels say whose it is, of which job and attempt, and of a node which others are of it', () => {
  const id = '5f3e6c8a-0000-4000-8000-000000000000';
  const labels = (order: Partial<StartOrder>) => bodyOf({}, { order }).metadata.labels;
  assert.equal(labels({ jobId: `${id}:3` })['longshore.dev/job'], `${id}.3`);
  const node = labels({ jobId: `${id}#1`, attempt: 2, node: { job: id, index: 1, mainNode: 0 } });
  assert.deepEqual(
    [node['longshore.dev/job'], node['longshore.dev/attempt'], node['longshore.dev/nodes']],
    [`${id}.1`, '2', `${id}-2`],
  );
  for (const value of Object.values(node))
    assert.match(value, /^[A-Za-z0-9][-A-Za-z0-9_.]{0,61}[A-Za-z0-9]$|^\d$/);
});

test('K-006: the same order is the same body, again and again', () => {
  assert.deepEqual(
    bodyOf({ secrets: [{ name: 'A', valueFrom: 'x' }] }),
    bodyOf({ secrets: [{ name: 'A', valueFrom: 'x' }] }),
  );
});

test('K-018: a tombstone is the same pod behind a gate, kept as it is', () => {
  const body = bodyOf();
  assert.deepEqual(tombstoneOf(body), {
    ...body,
    spec: { ...body.spec, schedulingGates: [{ name: 'longshore.dev/recalled' }] },
  });
});

test('K-066 K-070: a node that is silent is waited for as long as the operator says, or for ever', () => {
  const seconds = (hostLostAfter: PodSettings['hostLostAfter']) =>
    specOf({}, { settings: { hostLostAfter } })
      .tolerations.filter(({ key }: { key: string }) => key.startsWith('node.kubernetes.io/'))
      .map((one: object) => ('tolerationSeconds' in one ? one.tolerationSeconds : undefined));
  assert.deepEqual(seconds(60), [60, 60]);
  assert.deepEqual(seconds('never'), [undefined, undefined]);
});

test('K-139: what has no place yet is not pinned, and nothing is ever bound past the scheduler', () => {
  assert.equal('affinity' in specOf({}, { parts: { nodeName: undefined } }), false);
  assert.equal('nodeName' in specOf(), false);
});

test('K-105: a command is args; an empty one leaves the image’s, and none takes the place of its entry point', () => {
  assert.deepEqual(containerBodyOf({ command: ['a', ''] }).args, ['a', '']);
  assert.equal('args' in containerBodyOf(), false);
  assert.equal('command' in containerBodyOf({ command: ['a'] }), false);
});

/** As the kubelet does it: `$$` is `$`, a variable that is known takes the place of `$(NAME)`. */
const expanded = (text: string): string =>
  text.replace(/\$(?:\$|\((\w+)\))/g, (whole, name) =>
    name === undefined ? '$' : name === 'A' ? 'wrong' : whole,
  );

for (const text of ['$$', '$(A)', '$x', '$', 'a$$(A)$', '$$$(A)'])
  test(`K-106: ${text} arrives in a command and in a variable as it is written`, () => {
    const { args, env } = containerBodyOf({ command: [text], environment: [{ name: 'A', value: text }] });
    assert.deepEqual([expanded(args[0]), expanded(env[0].value)], [text, text]);
  });

test('K-107: the service’s variables win over secrets, those over the container’s, and each is there once', () => {
  const { env } = containerBodyOf(
    {
      environment: [
        { name: 'A', value: '1' },
        { name: 'B', value: '1' },
        { name: 'C', value: '1' },
        { name: 'A', value: '2' },
      ],
      secrets: [{ name: 'B', valueFrom: 'x' }],
    },
    { order: { jobVariables: { C: '3' } } },
  );
  // the order's container is the one given: `order` lays the variables over it
  const secretKeyRef = { name: `longshore-${DATA_ID}-${TASK}`, key: 'secret-0' };
  assert.deepEqual(env, [
    { name: 'A', value: '2' },
    { name: 'B', valueFrom: { secretKeyRef } },
    { name: 'C', value: '3' },
  ]);
});

test('LONGSHORE_WORKDIR is the working directory, and not one of the container’s variables', () => {
  const body = containerBodyOf({ environment: [{ name: 'LONGSHORE_WORKDIR', value: '/data' }] });
  assert.deepEqual([body.workingDir, 'env' in body], ['/data', false]);
});

test('K-155: other nodes are told where the main one is', () => {
  const { env } = containerBodyOf({}, { parts: { nodeName: 'n', mainAddress: '10.0.0.7' } });
  assert.deepEqual(env, [{ name: 'AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS', value: '10.0.0.7' }]);
});

test('K-108: vCPUs are requested in thousandths, and are a limit only where the operator says so', () => {
  const requirements = { resourceRequirements: [{ type: 'VCPU', value: '0.25' }] };
  const { resources } = containerBodyOf(requirements);
  assert.deepEqual([resources.requests.cpu, resources.limits.cpu], ['250m', undefined]);
  assert.equal(containerBodyOf(requirements, { settings: { cpuLimit: true } }).resources.limits.cpu, '250m');
});

test('K-109: memory is requested and limited alike', () => {
  const { requests, limits } = containerBodyOf({ memory: 2048 }).resources;
  assert.deepEqual([requests.memory, limits.memory], ['2048Mi', '2048Mi']);
});

test('K-110: GPUs are limits of the resource that the operator names', () => {
  const gpus = { resourceRequirements: [{ type: 'GPU', value: '2' }] };
  assert.equal(containerBodyOf(gpus).resources.limits['nvidia.com/gpu'], '2');
  const other = containerBodyOf(gpus, { settings: { gpuResource: 'example.com/gpu' } }).resources;
  assert.equal(other.limits['example.com/gpu'], '2');
  assert.equal('nvidia.com/gpu' in containerBodyOf().resources.limits, false);
});

test('ephemeral storage is requested and limited alike', () => {
  const { requests, limits } = containerBodyOf({ ephemeralStorage: { sizeInGiB: 30 } }).resources;
  assert.deepEqual([requests['ephemeral-storage'], limits['ephemeral-storage']], ['30Gi', '30Gi']);
});

test('K-111: a token is there only of a service account that stands for the job’s role', () => {
  const jobRoleArn = 'arn:aws:iam::012345678910:role/r';
  const serviceAccounts = new Map([[jobRoleArn, 'jobs']]);
  const mapped = specOf({ jobRoleArn }, { settings: { serviceAccounts } });
  assert.deepEqual([mapped.serviceAccountName, mapped.automountServiceAccountToken], ['jobs', true]);
  const other = specOf({ jobRoleArn });
  assert.deepEqual([other.serviceAccountName, other.automountServiceAccountToken], [undefined, false]);
});

for (const [user, expected] of [
  ['1000', { runAsUser: 1000 }],
  ['1000:100', { runAsUser: 1000, runAsGroup: 100 }],
] as const)
  test(`K-113: user ${user} runs as that, with no more than the standard restricted allows`, () =>
    assert.deepEqual(containerBodyOf({ user }).securityContext, {
      ...expected,
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    }));

test('K-113: root, and who is privileged, keep what they have', () => {
  assert.deepEqual(containerBodyOf({ user: '0' }).securityContext, { runAsUser: 0 });
  assert.deepEqual(containerBodyOf({ user: '7', privileged: true }).securityContext, {
    runAsUser: 7,
    privileged: true,
  });
});

test('a root file system that is to be read only is', () =>
  assert.deepEqual(containerBodyOf({ readonlyRootFilesystem: true }).securityContext, {
    readOnlyRootFilesystem: true,
  }));

test('K-115: with an init process the pod’s own reaps and is process 1', () => {
  assert.equal(specOf({ linuxParameters: { initProcessEnabled: true } }).shareProcessNamespace, true);
  assert.equal('shareProcessNamespace' in specOf({ linuxParameters: { initProcessEnabled: false } }), false);
});

test('pods share their node’s network only where the operator says so', () => {
  const { hostNetwork, dnsPolicy } = specOf({}, { settings: { network: 'host' } });
  assert.deepEqual([hostNetwork, dnsPolicy], [true, 'ClusterFirstWithHostNet']);
  assert.equal('hostNetwork' in specOf(), false);
});

test('K-148: of a pod for a node to come the job’s own architecture counts, whatever its group’s label says', () => {
  const runtimePlatform = { cpuArchitecture: 'X86_64' };
  const labels = { pool: 'arm', 'kubernetes.io/arch': 'arm64' };
  const parts = { nodeName: undefined, growth: { host: 'grow:arm:1', labels } };
  const selected = { pool: 'arm', 'kubernetes.io/arch': 'amd64' };
  assert.deepEqual(specOf({ runtimePlatform }, { parts }).nodeSelector, selected);
  assert.deepEqual(specOf({}, { parts }).nodeSelector, labels);
});

test('an architecture chooses nodes, a priority class is the operator’s', () => {
  const selected = specOf({ runtimePlatform: { cpuArchitecture: 'ARM64' } }).nodeSelector;
  assert.deepEqual(selected, { 'kubernetes.io/arch': 'arm64' });
  assert.equal('nodeSelector' in specOf({ runtimePlatform: { operatingSystemFamily: 'LINUX' } }), false);
  assert.equal(specOf({}, { settings: { priorityClass: 'low' } }).priorityClassName, 'low');
});

test('K-133: of a job whose driver keeps nothing the pod says so, for a later server', () => {
  const kept = (logDriver: string) =>
    bodyOf({ logConfiguration: { logDriver } }).metadata.annotations['longshore.dev/log'];
  assert.deepEqual([kept('none'), kept('awslogs')], ['none', undefined]);
});
