import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GrowthFacts, type GrowthGroup, groupOf, groupWith, hostsToCome } from './growth.ts';

const GROUP: GrowthGroup = {
  name: 'cpu',
  size: { milliVcpus: 16_000, memoryMiB: 61_440, gpus: 1 },
  max: 3,
  labels: { pool: 'cpu', 'node.kubernetes.io/instance-type': 'c5.4xlarge' },
  isSpot: false,
};

const facts = (more: Partial<Omit<GrowthFacts, 'awaited'>> & { awaited?: string[] } = {}): GrowthFacts => ({
  there: 0,
  closed: undefined,
  ...more,
  awaited: new Set(more.awaited),
});

/** Hosts to come by their numbers; those that take no tasks with a minus. */
const come = (more: Parameters<typeof facts>[0] = {}): number[] =>
  hostsToCome(GROUP, facts(more)).map(({ id, open }) => Number(id.split(':').at(-1)) * (open ? 1 : -1));

const [ONE, TWO] = ['grow:cpu:1', 'grow:cpu:2'] as const;

test('K-147: a host to come is what the group says of a node, with the type and the market of its labels', () => {
  const [first] = hostsToCome(GROUP, facts());
  assert.deepEqual(first, {
    id: 'grow:cpu:1',
    name: 'a node of cpu to come',
    size: GROUP.size,
    foreign: { milliVcpus: 0, memoryMiB: 0, gpus: 0 },
    slots: 100,
    cpuIsWeight: false,
    open: true,
    standing: false,
    isToCome: true,
    group: 'cpu',
    type: 'c5.4xlarge',
  });
  const isSpot = (more: Partial<GrowthGroup>) => hostsToCome({ ...GROUP, ...more }, facts())[0]!.isSpot;
  assert.equal(isSpot({ isSpot: true }), true);
  assert.equal(isSpot({ labels: { 'karpenter.sh/capacity-type': 'spot' } }), true);
});

test('K-148: as many as are left; those that are awaited among them', () => {
  assert.deepEqual(come(), [1, 2, 3]);
  assert.deepEqual(come({ there: 2 }), [1]);
  assert.deepEqual(come({ there: 1, awaited: [TWO] }), [2, 1]);
});

test('K-148: while more are awaited than may come none takes another task, for all of their pods take the nodes that come', () => {
  assert.deepEqual(come({ there: 2, awaited: [ONE, TWO] }), [-1, -2]);
  assert.deepEqual(come({ there: 2, awaited: [TWO] }), [2]);
});

test('K-148 K-149: with nothing left, or closed, one is told of that takes nothing', () => {
  assert.deepEqual(come({ there: 3 }), [-1]);
  assert.deepEqual(come({ there: 4 }), [-1]);
  assert.deepEqual(come({ closed: 'why' }), [-1]);
  assert.deepEqual(come({ closed: 'why', awaited: [TWO] }), [-2]);
  assert.equal(hostsToCome(GROUP, facts({ closed: 'why' }))[0]!.why, 'why');
});

test('K-147: a node is of the first group all of whose labels it has, and a host to come of that which its id names', () => {
  const groups = [GROUP, { ...GROUP, name: 'any', labels: {} }];
  assert.equal(groupWith(groups, GROUP.labels)?.name, 'cpu');
  assert.equal(groupWith(groups, { pool: 'cpu' })?.name, 'any');
  assert.equal(groupWith([GROUP], { pool: 'cpu' }), undefined);
  assert.equal(groupOf(groups, 'grow:any:12')?.name, 'any');
  assert.equal(groupOf(groups, 'grow:none:1'), undefined);
  assert.equal(groupOf(groups, 'a-node'), undefined);
});
