import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu, instanceOf, launched, queue, running, snapshot } from '../../test/support/scheduler.ts';
import { byShares } from '../domain/queue-order.ts';
import { plan } from './plan.ts';

/* Of what is kept for shares that are not there yet. */

/** A queue whose jobs hold `held` vCPUs, and of whose one vCPU nine tenths are kept. */
const kept = (held: number) => ({
  ...queue(1, [1], [cpu(1), [10]]),
  shares: {
    window: 600_000,
    shares: new Map(),
    reserve: { maxMilliVcpus: 1000, keptMilliVcpus: 900, heldMilliVcpus: held * 1000 },
  },
});

/** An instance of two vCPUs from before its environment's maximum became less than any instance has. */
const lowered = (held: number) =>
  snapshot({
    environments: [launched(1, ['m5.large'], { max: 1 })],
    instances: [instanceOf('i1', 1, 'm5.large')],
    queues: [kept(held)],
    running: held > 0 ? [running('i1', cpu(held))] : [],
  });

test('T-128: what is kept is kept, too, from a job that has room by what is left of a maximum that was lowered', () => {
  const { placements, waits } = plan(lowered(1), byShares);
  assert.deepEqual(placements, []);
  assert.deepEqual(
    waits.map(({ reason }) => reason.verdicts[0]?.kind),
    ['never-maximum'],
  );
});

test('T-134: alone in its queue it starts there', () => {
  assert.deepEqual(
    plan(lowered(0), byShares).placements.map(({ job }) => job),
    [10],
  );
});
