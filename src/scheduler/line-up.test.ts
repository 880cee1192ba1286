import assert from 'node:assert/strict';
import { test } from 'node:test';
import { berth, cpu, launched, queue, running, snapshot } from '../../test/support/scheduler.ts';
import { plan } from './plan.ts';

test('E-141: a multi-node job waits for room of its own, behind no other task, be it of one node only', () => {
  const made = queue(1, [1], [cpu(2), [1]]);
  const jobs = (nodes: boolean) => {
    const groups = [{ asks: cpu(2), count: 1, ...(nodes && { nodes: true as const }) }];
    return plan(
      snapshot({
        pool: cpu(2, 8_000),
        environments: [launched(1, ['c5.large'])],
        instances: [berth('a', 1, 'c5.large')],
        running: [{ ...running('a', cpu(2)), mayPrecede: 3 }],
        queues: [{ ...made, shapes: made.shapes.map((shape) => ({ ...shape, groups })) }],
      }),
    ).placements.map(({ job, after }) => [job, after]);
  };
  assert.deepEqual(jobs(false), [[1, 't-a']]);
  assert.deepEqual(jobs(true), []);
});
