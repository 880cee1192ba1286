import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recorded, recordedAnswers, recordedNode } from '../../../test/support/kubernetes-recorded.ts';
import { nodeOf, podEventOf, podOf, statusOf } from './parse.ts';

test('K-090: of a pod only what reports need is kept', () => {
  const pod = podOf(recorded('out-of-memory').pod)!;
  assert.deepEqual(pod, {
    name: 'out-of-memory',
    uid: pod.uid,
    resourceVersion: '',
    createdAt: Date.parse('2026-11-30T00:08:47Z'),
    labels: { app: 'longshore' },
    annotations: {},
    nodeName: 'node1',
    nodeSelector: {},
    gates: [],
    phase: 'Failed',
    ip: pod.ip,
    conditions: pod.conditions,
    containers: [
      {
        name: 'default',
        image: 'docker.io/local/busybox:1',
        state: {
          kind: 'terminated',
          exitCode: 137,
          reason: 'OOMKilled',
          startedAt: Date.parse('2026-11-30T00:08:50Z'),
          finishedAt: Date.parse('2026-11-30T00:08:51Z'),
        },
      },
    ],
    initContainers: [],
  });
  assert.ok(JSON.stringify(pod).length < 1000);
});

test('a pod that is to go says when, and a gate that it cannot start', () => {
  const stopped = podOf(recorded('stopped-exit-0').pod)!;
  const at = Date.parse('2026-11-30T00:09:24Z');
  assert.deepEqual([stopped.deletedAt, stopped.deletionGraceSeconds], [at, 5]);
  const metadata = { name: 'x', uid: 'u', resourceVersion: '7' };
  const gated = podOf({ metadata, spec: { schedulingGates: [{ name: 'g' }] } })!;
  assert.deepEqual([gated.gates, gated.resourceVersion, gated.phase], [['g'], '7', 'Pending']);
});

test('K-054: containers stand in the order of the specification, others behind', () => {
  const status = (name: string) => ({ name, state: { running: {} } });
  const pod = podOf({
    metadata: { name: 'x', uid: 'u' },
    spec: { containers: [{ name: 'b' }, { name: 'a' }] },
    status: { containerStatuses: [status('a'), status('added'), status('b')] },
  })!;
  assert.deepEqual(
    pod.containers.map(({ name }) => name),
    ['b', 'a', 'added'],
  );
});

test('a node says what it has, whether it answers, and what keeps pods off', () => {
  const node = nodeOf(recordedNode())!;
  assert.deepEqual([node.name, node.ready, node.isCordoned], ['node1', 'Unknown', false]);
  assert.equal(node.allocatable.memory, '24632884Ki');
  assert.deepEqual(
    node.taints.map(({ key, effect }) => `${key}:${effect}`),
    ['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'],
  );
});

test('a refusal says its code, its reason and causes; of a page of a proxy what the answer said', () => {
  const terminating = recordedAnswers().find(({ about }) =>
    about.includes('namespace that is being deleted'),
  )!;
  const status = statusOf(terminating.body, terminating.status);
  assert.deepEqual([status.code, status.reason, status.causes], [403, 'Forbidden', ['NamespaceTerminating']]);
  assert.deepEqual(statusOf('<html>', 502), { code: 502, message: 'status 502', causes: [] });
  assert.equal(statusOf({ details: { retryAfterSeconds: 3 } }, 429).retryAfterSeconds, 3);
});

test('an event says which pod it speaks of, and when it came last', () => {
  const event = podEventOf({
    involvedObject: { uid: 'u' },
    type: 'Warning',
    reason: 'FailedMount',
    message: 'm',
    firstTimestamp: '2026-11-30T00:00:00Z',
    lastTimestamp: '2026-11-30T00:01:00Z',
  });
  const at = Date.parse('2026-11-30T00:01:00Z');
  assert.deepEqual(event, { podUid: 'u', type: 'Warning', reason: 'FailedMount', message: 'm', at });
});

for (const value of [
  undefined,
  null,
  7,
  'pod',
  [],
  {},
  { metadata: { name: 'x' } },
  { metadata: { uid: 3 } },
])
  test(`what is no object of the API is none: ${JSON.stringify(value)}`, () => {
    assert.equal(podOf(value), undefined);
    assert.equal(nodeOf(value), undefined);
    assert.equal(podEventOf(value).podUid, undefined);
  });

test('members of other types than theirs count as left out', () => {
  const pod = podOf({
    metadata: { name: 'x', uid: 'u', labels: { a: 1, b: 'c' }, finalizers: 'f', deletionTimestamp: 'soon' },
    spec: { nodeName: {}, schedulingGates: 1 },
    status: {
      phase: 4,
      containerStatuses: [null, { state: { terminated: { exitCode: '1' } } }],
      conditions: 0,
    },
  })!;
  assert.deepEqual(pod, {
    name: 'x',
    uid: 'u',
    resourceVersion: '',
    createdAt: 0,
    labels: { b: 'c' },
    annotations: {},
    nodeSelector: {},
    gates: [],
    phase: 'Pending',
    conditions: [],
    containers: [
      { name: '', state: { kind: 'waiting' } },
      { name: '', state: { kind: 'terminated', exitCode: 0 } },
    ],
    initContainers: [],
  });
});
