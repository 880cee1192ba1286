import assert from 'node:assert/strict';
import { test } from 'node:test';
import { container, podWith, running, secondAt, terminated, waiting } from '../../../../test/support/pods.ts';
import { summary } from '../../../../test/support/pods-told.ts';
import type { Container, ContainerState, Pod } from '../objects.ts';
import { podShown } from '../pod-shown.ts';
import type { Facts } from './facts.ts';
import { hasOwnLog } from './own.ts';
import { sinceNow } from './since.ts';
import { standingOf } from './standing.ts';

/* Pods that a job said itself: of several containers. */

const ours = (containers: readonly Container[], more: Partial<Pod> = {}): Pod =>
  podWith(undefined, {
    containers,
    annotations: { 'longshore.dev/containers': 'a,b', 'longshore.dev/init-containers': 'i' },
    ...more,
  });

const FACTS: Facts = {
  taskId: 't',
  now: 0,
  wall: secondAt(60),
  since: {},
  nodeIsSilent: false,
  isMetElsewhere: false,
  stop: undefined,
  trouble: undefined,
};

const standing = (pod: Pod) => standingOf(pod, FACTS);

test('T-376: a pod ends when all its containers have, with the code and the reason of the first that failed', () => {
  const [a, b] = [terminated(0, { reason: 'Completed' }), terminated(137, { reason: 'OOMKilled' })];
  const one = standing(ours([container(running(), 'a'), container(b, 'b')], { phase: 'Running' }));
  assert.equal(one.kind, 'running');
  const report = (pod: Pod) => {
    const { kind, ...over } = standing(pod);
    assert.equal(kind, 'over');
    return (over as { report: object }).report;
  };
  assert.deepEqual(report(ours([container(a, 'a'), container(b, 'b')], { phase: 'Failed' })), {
    taskId: 't',
    kind: 'exited',
    startedAt: secondAt(1),
    stoppedAt: secondAt(5),
    exitCode: 137,
    reason: 'OOMKilled',
  });
  const both = [container(terminated(3, { reason: 'Error' }), 'a'), container(b, 'b')];
  assert.equal((report(ours(both, { phase: 'Failed' })) as { exitCode: number }).exitCode, 3);
  const well = report(ours([container(a, 'a'), container(a, 'b')], { phase: 'Succeeded' }));
  assert.deepEqual([(well as { exitCode: number }).exitCode, 'reason' in well], [0, false]);
});

test('T-373: an init container runs before the job does, and one that fails is the attempt’s end, with its code', () => {
  const never = container(waiting('PodInitializing'), 'a');
  const starting = ours([never], { initContainers: [container(running(), 'i')] });
  assert.equal(standing(starting).kind, 'waiting');
  const failed = ours([never], { phase: 'Failed', initContainers: [container(terminated(4), 'i')] });
  const over = standing(failed) as { report: { kind: string; reason: string; exitCode: number } };
  assert.deepEqual(
    [over.report.kind, over.report.reason, over.report.exitCode],
    ['failed', 'init container i ended with 4', 4],
  );
});

test('K-122: a container that a webhook put beside those of a job is none of it', () => {
  const ended = terminated(0, { reason: 'Completed' });
  const containers = [
    container(running(), 'proxy'),
    { ...container(ended, 'a'), id: 'x://1' },
    container(terminated(2, { reason: 'Error' }), 'b'),
  ];
  const pod = ours(containers, { initContainers: [container(ended, 'injected'), container(ended, 'i')] });
  const over = standing(pod) as { kind: string; report: { exitCode: number } };
  assert.deepEqual([over.kind, over.report.exitCode], ['over', 2]);
  assert.deepEqual(podShown(pod), {
    nodeName: 'node1',
    containers: [
      { name: 'a', containerID: 'x://1', exitCode: 0, reason: 'Completed' },
      { name: 'b', exitCode: 2, reason: 'Error' },
    ],
    initContainers: [{ name: 'i', exitCode: 0, reason: 'Completed' }],
  });
  assert.equal(podShown(podWith(running())), undefined);
});

test('T-379: one container that can never run ends the pod, though another runs', () => {
  const missing = waiting('ErrImagePull', 'rpc error: x:1: not found');
  const both = (second: ContainerState, more: Partial<Pod> = {}) =>
    ours([container(running(), 'a'), container(second, 'b')], { phase: 'Running', ...more });
  const { kind, ...doomed } = standing(both(missing));
  assert.equal(kind, 'doomed');
  assert.match((doomed as { report: { reason: string } }).report.reason, /^CannotPullContainerError: /);
  assert.equal(standing(both(waiting('ContainerCreating'))).kind, 'running');
  assert.equal(standing(both(missing, { deletedAt: secondAt(9) })).kind, 'running');
  // what a webhook put beside them is none of it
  const injected = [container(running(), 'a'), container(running(), 'b'), container(missing, 'proxy')];
  assert.equal(standing(ours(injected, { phase: 'Running' })).kind, 'running');
});

test('T-379: what is passing is waited for as before a start, while another container runs', () => {
  const pod = ours(
    [
      container(running(), 'a'),
      container(waiting('CreateContainerConfigError', 'secret "s" not found'), 'b'),
    ],
    { phase: 'Running' },
  );
  const at = (now: number) => {
    const since = sinceNow(sinceNow({}, pod, 0), pod, now);
    return standingOf(pod, { ...FACTS, now, since });
  };
  assert.equal(at(59_000).kind, 'running');
  assert.equal(at(60_000).kind, 'doomed');
});

const START_FAILED = { reason: 'StartError', startedAt: 0 };

test('K-031: a container that never ran says nothing of when its job began', () => {
  const never = container(terminated(128, START_FAILED), 'b');
  const begins = (a: ContainerState, phase: string): number | undefined => {
    const told = standing(ours([container(a, 'a'), never], { phase }));
    return told.kind === 'running'
      ? told.startedAt
      : (told as { report: { startedAt?: number } }).report.startedAt;
  };
  assert.equal(begins(running(3), 'Running'), secondAt(3));
  assert.equal(begins(terminated(3, { startedAt: secondAt(3) }), 'Failed'), secondAt(3));
  assert.equal(standing(ours([never, container(waiting('ContainerCreating'), 'a')])).kind, 'waiting');
});

test('K-040 K-043: a start that its kubelet did not live to see is lost with what ran beside it, or before it', () => {
  const message = 'failed to create containerd task: context canceled: unknown';
  const cut = terminated(128, { ...START_FAILED, message });
  const kind = (pod: Pod): string => (standing(pod) as { report: { kind: string } }).report.kind;
  const ran = container(terminated(0), 'a');
  assert.equal(kind(ours([ran, container(cut, 'b')], { phase: 'Failed' })), 'lost');
  assert.equal(kind(ours([container(cut, 'a')], { phase: 'Failed' })), 'unstarted');
  const initContainers = [container(terminated(0), 'i'), container(cut, 'k')];
  const never = container(waiting('PodInitializing'), 'a');
  assert.equal(kind(ours([never], { phase: 'Failed', initContainers })), 'lost');
});

test('K-040: one that is lost began when the first of its own that ran did', () => {
  const pod = ours(
    [
      container(running(1), 'proxy'),
      container(terminated(0, { startedAt: secondAt(2) }), 'a'),
      container(running(4), 'b'),
    ],
    { phase: 'Failed' },
  );
  const { report } = standing(pod) as { report: { kind: string; startedAt: number } };
  assert.deepEqual([report.kind, report.startedAt], ['lost', secondAt(2)]);
});

/** How a pod ends whose init container did, before the others began. */
const initEnded = (state: ContainerState, more: Partial<Pod> = {}): string =>
  summary(
    standing(
      ours([container(waiting('PodInitializing'), 'a')], {
        phase: 'Failed',
        initContainers: [container(state, 'i')],
        ...more,
      }),
    ),
  );
const GONE = { deletedAt: secondAt(34), deletionGraceSeconds: 30 } as const;
const OURS = { 'longshore.dev/containers': 'a', 'longshore.dev/stopped': 'stopped before it began' } as const;

test('K-030 K-042 K-047: an init container that was taken away is lost with its pod, and is no failure of its job', () => {
  const unknown = terminated(137, { reason: 'ContainerStatusUnknown', finishedAt: undefined });
  assert.equal(initEnded(unknown), 'lost: container status unknown');
  assert.equal(initEnded(terminated(143), { reason: 'NodeShutdown' }), 'lost: NodeShutdown');
  assert.equal(initEnded(terminated(143), GONE), 'lost: deleted from outside');
  const itself = terminated(4, { finishedAt: secondAt(3) });
  assert.equal(initEnded(itself, GONE), 'failed 4: init container i ended with 4');
});

test('K-025: an init container that ours stopped ends as what never began', () => {
  const stopped = { ...GONE, annotations: OURS };
  assert.equal(initEnded(terminated(143), stopped), 'failed: stopped before it began');
  const unknown = terminated(137, { finishedAt: undefined });
  assert.equal(initEnded(unknown, { annotations: OURS }), 'failed: stopped before it began');
});

test('K-032 K-033: an init container that cannot start says why, with the code that a shell would give', () => {
  const start = (message: string) => initEnded(terminated(128, { ...START_FAILED, message }));
  assert.equal(
    start('runc: unable to start container process: exec: "x": no such file or directory'),
    'failed 127: CannotStartContainerError: exec: "x": no such file or directory',
  );
  assert.equal(start('cgroup gone'), 'failed: CannotStartContainerError: cgroup gone');
});

test('K-041 T-376: an init container that failed is named with its code and its message, and has the cluster’s word', () => {
  const ended = terminated(137, { reason: 'OOMKilled', message: 'all gone\n' });
  assert.equal(initEnded(ended), 'failed 137: init container i ended with 137: all gone');
  const evicted = { reason: 'Evicted', message: 'Pod used more than 1Gi' };
  assert.equal(
    initEnded(terminated(137), evicted),
    'failed 137: init container i ended with 137: Pod used more than 1Gi',
  );
  const pod = ours([], { phase: 'Failed', initContainers: [container(ended, 'i')] });
  assert.equal((standing(pod) as { report: { word?: string } }).report.word, 'OOMKilled');
});

test('K-057: five minutes count from the first failed pull of the container, not of another of its pod', () => {
  const [had, lacked] = [running(), waiting('ErrImagePull', '503 Service Unavailable')];
  const pod = (a: ContainerState, b: ContainerState) => ours([container(a, 'a'), container(b, 'b')]);
  const creating = waiting('ContainerCreating');
  const looks: readonly (readonly [second: number, pod: Pod])[] = [
    [0, pod(lacked, creating)],
    // between two tries
    [50, pod(creating, creating)],
    [100, pod(had, creating)],
    [280, pod(had, lacked)],
  ];
  const since = looks.reduce((kept, [second, seen]) => sinceNow(kept, seen, second * 1000), {});
  const at = (second: number) =>
    summary(standingOf(pod(had, lacked), { ...FACTS, now: second * 1000, since }));
  assert.deepEqual([at(300), at(579)], ['running', 'running']);
  assert.match(at(580), /^doomed, failed: CannotPullContainerError: 503/);
});

test('K-057: an init container’s pull is forgotten once it has its image, and does not hide that of another', () => {
  const lacked = waiting('ErrImagePull', '503 Service Unavailable');
  const pod = (i: ContainerState, a: ContainerState) =>
    ours([container(a, 'a')], { initContainers: [container(i, 'i')] });
  const [first, then] = [pod(lacked, waiting('PodInitializing')), pod(terminated(0), lacked)];
  const since = sinceNow(sinceNow({}, first, 0), then, 290_000);
  assert.equal(summary(standingOf(then, { ...FACTS, now: 300_000, since })), 'waiting');
  assert.match(summary(standingOf(then, { ...FACTS, now: 590_000, since })), /^doomed, failed/);
});

test('T-380: the log of the task is that of the first container that its job said, and of no other', () => {
  const [first, second] = [container(running(), 'a'), container(running(), 'b')];
  assert.equal(hasOwnLog(ours([first])), true);
  assert.equal(hasOwnLog(ours([second])), false);
  assert.equal(hasOwnLog(podWith(running())), false);
});
