import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recorded } from '../../../../test/support/kubernetes-recorded.ts';
import { podWith } from '../../../../test/support/pods.ts';
import { summary, told } from '../../../../test/support/pods-told.ts';
import { podOf } from '../parse.ts';
import { noPlaceIn } from './no-place.ts';
import { sinceNow, unschedulableIn } from './since.ts';

const TAIL = ' preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
const OTHERS = "2 node(s) didn't satisfy plugin(s) [NodeAffinity].";
const NO_LABEL = "node(s) didn't match Pod's node affinity/selector";

for (const [said, expected] of [
  [`0/3 nodes are available: 1 Insufficient memory, ${OTHERS}`, 'node'],
  [`0/3 nodes are available: 1 Too many pods, ${OTHERS}`, 'node'],
  [`0/3 nodes are available: 1 node(s) had untolerated taint {a: b}, ${OTHERS}`, 'node'],
  // versions before 1.27 say the same of the nodes that the pin leaves out
  [`0/3 nodes are available: 1 Insufficient cpu, 2 ${NO_LABEL}.`, 'node'],
  [`0/3 nodes are available: 1 ${NO_LABEL}, ${OTHERS}`, 'label'],
  ['0/3 nodes are available: persistentvolumeclaim "typo" not found.', 'missing'],
  ['persistentvolumeclaim "typo" not found', 'missing'],
  ['0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.', 'other'],
  [`0/3 nodes are available: 1 node(s) had volume node affinity conflict, ${OTHERS}`, 'other'],
  [`0/3 nodes are available: 1 node(s) exceed max volume count, ${OTHERS}`, 'other'],
  ['words of a later version', 'other'],
  ['words of a later version. preemption: 0/3 nodes are available: 3 Insufficient cpu.', 'other'],
] as const)
  test(`K-140: “${said}” is ${expected === 'node' ? 'the node’s own' : expected}`, () =>
    assert.equal(noPlaceIn(said + TAIL), expected));

for (const name of ['pinned-full', 'pinned-gone', 'cordoned', 'taint', 'cpu', 'gpu'])
  test(`K-140: what a real scheduler says of unschedulable-${name} is the node’s own`, () => {
    const { message } = unschedulableIn(podOf(recorded(`unschedulable-${name}`).pod)!)!;
    assert.equal(noPlaceIn(message!), 'node');
  });

const unschedulable = (message: string) =>
  podWith(undefined, {
    nodeName: undefined as never,
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
  });

for (const [message, seconds, isMetElsewhere, then] of [
  ['1 Insufficient cpu', 10, false, 'doomed, unstarted: 1 Insufficient cpu'],
  [`1 ${NO_LABEL}`, 10, true, `doomed, unstarted: 1 ${NO_LABEL}`],
  [`1 ${NO_LABEL}`, 60, false, `doomed, failed: ResourceInitializationError: 1 ${NO_LABEL}`],
  ['claim "x" not found', 60, true, 'doomed, failed: ResourceInitializationError: claim "x" not found'],
  ['volume in use', 600, true, 'doomed, failed: ResourceInitializationError: volume in use'],
] as const)
  test(`K-140 K-061: a pod of which “${message}” is said${isMetElsewhere ? ' while another node has its labels' : ''} waits ${seconds} s, and is then ${then.slice(0, 17)}`, () => {
    const pod = unschedulable(message);
    const since = sinceNow({}, pod, 0);
    const at = (now: number) => told(pod, { since, now, isMetElsewhere });
    const until = seconds * 1000;
    assert.deepEqual(at(until - 1), { kind: 'waiting', why: message, until });
    assert.equal(summary(at(until)), then);
  });
