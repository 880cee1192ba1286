import assert from 'node:assert/strict';
import { test } from 'node:test';
import { container, podWith, running, secondAt, terminated, waiting } from '../../../../test/support/pods.ts';
import { summary, told } from '../../../../test/support/pods-told.ts';
import type { Condition, Pod } from '../objects.ts';
import { sinceNow } from './since.ts';

const disruption = (reason: string): Condition => ({
  type: 'DisruptionTarget',
  status: 'True',
  reason,
  message: 'm',
  at: secondAt(4),
});
const FAILED = { phase: 'Failed' } as const;
const DELETED = { deletedAt: secondAt(34), deletionGraceSeconds: 30 } as const;
const OURS = { annotations: { 'longshore.dev/stopped': 'stopped before it began' } } as const;
const UNBOUND: Partial<Pod> = Object.freeze({ nodeName: undefined }) as object;

const startCut = (message: string) => terminated(128, { reason: 'StartError', startedAt: 0, message });

const CASES: readonly (readonly [rules: string, what: string, pod: Pod, expected: string])[] = [
  [
    'K-030',
    'ended without a time',
    podWith(terminated(137, { finishedAt: undefined }), FAILED),
    'lost: container status unknown',
  ],
  [
    'K-170',
    'of unknown status that ours took away',
    podWith(terminated(137, { reason: 'ContainerStatusUnknown', finishedAt: undefined }), {
      ...FAILED,
      ...OURS,
    }),
    'failed: stopped before it began',
  ],
  [
    'K-033',
    'whose program is not in the path',
    podWith(
      terminated(128, {
        reason: 'StartError',
        startedAt: 0,
        message: 'exec: "x": executable file not found in $PATH',
      }),
      FAILED,
    ),
    'failed 127: CannotStartContainerError: exec: "x": executable file not found in $PATH',
  ],
  [
    'K-032',
    'whose program, which is not there, is called like what a killed kubelet says',
    podWith(
      startCut(
        'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "context canceled": executable file not found in $PATH: context canceled',
      ),
      FAILED,
    ),
    'failed 127: CannotStartContainerError: exec: "context canceled": executable file not found in $PATH: context canceled',
  ],
  [
    'K-043',
    'whose kubelet was killed while its container was made',
    podWith(
      startCut('failed to create containerd task: failed to create shim task: context canceled: unknown'),
      FAILED,
    ),
    'unstarted: StartError: failed to create containerd task: failed to create shim task: context canceled: unknown',
  ],
  [
    'K-040',
    'whose kubelet was killed while its container was started, so that it may have run',
    podWith(startCut('failed to start containerd task "a": context canceled: unknown'), FAILED),
    'lost: StartError: failed to start containerd task "a": context canceled: unknown',
  ],
  [
    'K-170',
    'that ours took away while its container was made',
    podWith(startCut('failed to create containerd task: context canceled: unknown'), { ...FAILED, ...OURS }),
    'failed: stopped before it began',
  ],
  [
    'K-031',
    'that could not run, as another runtime tells it',
    podWith(
      terminated(128, { reason: 'ContainerCannotRun', startedAt: undefined, message: 'no cgroup' }),
      FAILED,
    ),
    'failed: CannotStartContainerError: no cgroup',
  ],
  [
    'K-036',
    'with 0, a child of which was killed',
    podWith(terminated(0, { reason: 'OOMKilled' }), { phase: 'Succeeded' }),
    'exited 0',
  ],
  [
    'K-035',
    'with 143, a child of which was killed',
    podWith(terminated(143, { reason: 'OOMKilled' }), FAILED),
    'exited 143',
  ],
  [
    'K-034',
    'well though it was deleted',
    podWith(terminated(0), { phase: 'Succeeded', ...DELETED }),
    'exited 0',
  ],
  ...[
    'PreemptionByScheduler',
    'DeletionByTaintManager',
    'EvictionByEvictionAPI',
    'DeletionByPodGC',
    'TerminationByKubelet',
  ].map(
    (reason) =>
      [
        'K-038 K-046',
        `by ${reason}`,
        podWith(terminated(143), { ...FAILED, ...DELETED, conditions: [disruption(reason)] }),
        `lost: ${reason}: m`,
      ] as const,
  ),
  [
    'K-038',
    'with 0 though it was a target of a disruption',
    podWith(terminated(0), { ...FAILED, conditions: [disruption('TerminationByKubelet')] }),
    'exited 0',
  ],
  ...['NodeLost', 'NodeShutdown', 'Shutdown', 'Terminated', 'Preempting'].map(
    (reason) =>
      ['K-042', `for ${reason}`, podWith(terminated(143), { ...FAILED, reason }), `lost: ${reason}`] as const,
  ),
  [
    'K-042',
    'that never began on a node that shuts down',
    podWith(waiting(), { ...FAILED, reason: 'NodeShutdown' }),
    'unstarted: NodeShutdown',
  ],
  [
    'K-042',
    'on a node that was lost, begun or not',
    podWith(undefined, { ...FAILED, reason: 'NodeLost' }),
    'lost: NodeLost',
  ],
  ...[
    'OutOfcpu',
    'OutOfmemory',
    'OutOfnvidia.com/gpu',
    'UnexpectedAdmissionError',
    'NodeAffinity',
    'TopologyAffinityError',
    'TaintToleration',
    'SysctlForbidden',
    'Evicted',
  ].map(
    (reason) =>
      [
        'K-043',
        `refused for ${reason}`,
        podWith(undefined, { ...FAILED, reason, message: 'no' }),
        `unstarted: ${reason}: no`,
      ] as const,
  ),
  [
    'K-052',
    'that never began for a reason of another version',
    podWith(undefined, { ...FAILED, reason: 'NewWord', message: 'why' }),
    'failed: NewWord: why',
  ],
  ['K-052', 'in a phase of another version', podWith(running(), { phase: 'Drifting' }), 'running'],
  [
    'K-045',
    'evicted for its own disk, whatever its handler made of that',
    podWith(terminated(0), {
      ...FAILED,
      reason: 'Evicted',
      message: 'Pod ephemeral local storage usage exceeds',
    }),
    'exited 137: Pod ephemeral local storage usage exceeds',
  ],
  [
    'K-047',
    'deleted by somebody else',
    podWith(terminated(143), { ...FAILED, ...DELETED }),
    'lost: deleted from outside',
  ],
  [
    'K-047',
    'that had ended before somebody deleted it',
    podWith(terminated(3, { finishedAt: secondAt(3) }), { ...FAILED, ...DELETED }),
    'exited 3',
  ],
  ['K-166', 'deleted by ours', podWith(terminated(143), { ...FAILED, ...DELETED, ...OURS }), 'exited 143'],
  [
    'K-025',
    'deleted by ours unbound',
    podWith(undefined, { ...UNBOUND, ...DELETED, ...OURS }),
    'failed: stopped before it began',
  ],
  [
    'K-064',
    'that ours gave up',
    podWith(waiting(), {
      ...FAILED,
      ...DELETED,
      annotations: { 'longshore.dev/stopped': 'CannotPullContainerError: x' },
    }),
    'failed: CannotPullContainerError: x',
  ],
  [
    'K-048',
    'deleted by somebody else unbound',
    podWith(undefined, { ...UNBOUND, ...DELETED }),
    'unstarted: its pod was deleted before it began',
  ],
  [
    'K-026 K-169',
    'deleted by ours while it is pulled',
    podWith(waiting('ContainerCreating'), { ...DELETED, ...OURS }),
    'waiting',
  ],
  [
    'K-026',
    'deleted by ours, and its kubelet has let go',
    podWith(waiting('ContainerCreating'), { ...FAILED, ...DELETED, ...OURS }),
    'failed: stopped before it began',
  ],
  [
    'K-048',
    'deleted by somebody else, and its kubelet has let go',
    podWith(waiting(), { ...FAILED, ...DELETED }),
    'unstarted: deleted from outside',
  ],
  [
    'K-040',
    'Failed while it waits, nobody knows why',
    podWith(waiting(), FAILED),
    'lost: its end is not known',
  ],
  [
    'K-018',
    'that is a tombstone',
    podWith(undefined, { ...UNBOUND, gates: ['longshore.dev/recalled'] }),
    'unstarted: its pod was deleted before it began',
  ],
  [
    'K-018',
    'that somebody else holds back',
    podWith(undefined, { ...UNBOUND, gates: ['example.com/quota'] }),
    'waiting',
  ],
  [
    'K-037',
    'with a termination message',
    podWith(terminated(7, { message: `${'x'.repeat(300)}\n` }), FAILED),
    `exited 7: ${'x'.repeat(255)}`,
  ],
  [
    'K-055',
    'whose image has no name',
    podWith(waiting('InvalidImageName', 'bad')),
    'doomed, failed: CannotPullContainerError: bad',
  ],
  [
    'K-056',
    'whose image nobody has',
    podWith(waiting('ErrImagePull', 'manifest unknown')),
    'doomed, failed: CannotPullContainerError: manifest unknown',
  ],
  [
    'K-057',
    'whose back-off does not say what was wrong',
    podWith(waiting('ImagePullBackOff', 'Back-off pulling image "x:1"')),
    'waiting',
  ],
  [
    'K-058',
    'whose image is named like an error',
    podWith(waiting('ErrImagePull', 'failed to pull "x:1/denied": 503 Service Unavailable')),
    'waiting',
  ],
  ['K-028', 'told as running without a time', podWith({ kind: 'running' }), 'waiting'],
];

for (const [rules, what, pod, expected] of CASES)
  test(`${rules}: a pod ${what} is ${expected.slice(0, 60)}`, () =>
    assert.equal(summary(told(pod)), expected));

test('K-054: with several containers all must have ended, and the first that did not end with 0 says the code', () => {
  const with_ = (...states: Pod['containers'][number]['state'][]): Pod =>
    podWith(undefined, { containers: states.map((state, at) => container(state, `c${at}`)) });
  assert.equal(summary(told(with_(terminated(0), running(2)))), 'running');
  assert.equal(
    summary(told({ ...with_(terminated(0), terminated(5), terminated(3)), ...FAILED })),
    'exited 5',
  );
});

test('K-122: with containers of a webhook the end is that of our own', () => {
  const sidecar = container(terminated(2), 'proxy');
  const pod = podWith(undefined, { containers: [sidecar, container(terminated(0))], ...FAILED });
  assert.equal(summary(told(pod)), 'exited 0');
  const starting = podWith(undefined, { containers: [container(running(), 'proxy'), container(waiting())] });
  assert.equal(summary(told(starting)), 'waiting');
});

test('K-123: others that have ended too, or never began, hold up nobody', () => {
  for (const other of [terminated(1), waiting('ContainerCreating')]) {
    const pod = podWith(undefined, {
      containers: [container(terminated(3)), container(other, 'proxy')],
      phase: 'Running',
    });
    assert.equal(summary(told(pod)), 'exited 3');
  }
});

test('K-029: an end is never before its begin, whatever the node’s clock did', () => {
  const over = told(podWith(terminated(1, { startedAt: secondAt(9), finishedAt: secondAt(3) }), FAILED));
  assert.ok(over.kind === 'over' && over.report.kind === 'exited');
  assert.deepEqual([over.report.startedAt, over.report.stoppedAt], [secondAt(9), secondAt(9)]);
});

test('K-058: the name that says nothing is that of the image which is not had', () => {
  const image = 'h/denied/x:1';
  const states = [waiting('ErrImagePull', `failed to pull "${image}": 503 Service Unavailable`)];
  const pod = podWith(undefined, { containers: states.map((state) => ({ ...container(state), image })) });
  assert.equal(summary(told(pod)), 'waiting');
});

test('K-067: other disruptions of a pod on a silent node leave it running', () => {
  const pod = podWith(running(), { ...DELETED, conditions: [disruption('EvictionByEvictionAPI')] });
  assert.equal(summary(told(pod, { nodeIsSilent: true })), 'running');
  const over = { ...disruption('DeletionByTaintManager'), status: 'False' };
  assert.equal(summary(told({ ...pod, conditions: [over] }, { nodeIsSilent: true })), 'running');
});

test('K-123: others may run on for a minute when ours has ended', () => {
  const pod = podWith(undefined, {
    containers: [container(terminated(3)), container(running(), 'proxy')],
    phase: 'Running',
  });
  const since = sinceNow({}, pod, 1000);
  assert.deepEqual(told(pod, { since, now: 60_999 }), {
    kind: 'running',
    startedAt: secondAt(1),
    until: 61_000,
  });
  assert.equal(summary(told(pod, { since, now: 61_000 })), 'exited 3');
});

test('K-067: a pod that is not known to have begun on a silent node is lost with it', () => {
  const pod = podWith(waiting('ContainerCreating'), {
    ...DELETED,
    conditions: [disruption('DeletionByTaintManager')],
  });
  assert.equal(summary(told(pod, { nodeIsSilent: true })), 'lost: the node node1 does not answer');
  assert.equal(summary(told(pod)), 'waiting');
});

test('K-070: one that the cluster waits for runs on, however long its node is silent', () => {
  assert.equal(summary(told(podWith(running()), { nodeIsSilent: true, now: 1e9 })), 'running');
});
