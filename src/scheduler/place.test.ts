import assert from 'node:assert/strict';
import { test } from 'node:test';
import { berth, cpu, launched, queue, snapshot } from '../../test/support/scheduler.ts';
import { plan } from './plan.ts';

test('E-141: an instance that goes for the room of a multi-node job takes nobody else’s task', () => {
  const nodes = queue(1, [2], [cpu(1), [1]]);
  const shapes = nodes.shapes.map((shape) => ({ ...shape, groups: [{ asks: cpu(1), count: 2 }] }));
  const made = plan(
    snapshot({
      pool: cpu(2, 8_000),
      environments: [launched(1, ['c5.large']), launched(2, ['c5.large'])],
      instances: [berth('a', 1, 'c5.large')],
      queues: [{ ...nodes, shapes, priority: 2 }, queue(2, [1], [cpu(1), [2]])],
    }),
  );
  assert.deepEqual(made.retires, [{ instance: 'a', reason: 'room' }]);
  assert.deepEqual(
    made.placements.map(({ job, instances }) => [job, instances]),
    [[1, ['+0', '+0']]],
  );
});
