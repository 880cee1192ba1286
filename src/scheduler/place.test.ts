import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  berth,
  cpu,
  host,
  kinds,
  launched,
  own,
  placed,
  queue,
  slices,
  snapshot,
  spot,
} from '../../test/support/scheduler.ts';
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

test('J-294: a multi-node job is placed in no environment but an on-demand one that launches instances', () => {
  const made = queue(1, [1, 2, 3], [cpu(1), [1]]);
  const of = (environments: number[], nodes: boolean) => ({
    ...made,
    environments,
    shapes: made.shapes.map((shape) => ({
      ...shape,
      groups: [{ asks: cpu(1), count: 1, ...(nodes && { nodes: true as const }) }],
    })),
  });
  const world = (environments: number[], nodes = true) =>
    snapshot({
      pool: cpu(4, 64_000),
      environments: [own(1), spot(2, ['c5.large']), slices(3), launched(4, ['c5.large'])],
      instances: [host(1)],
      queues: [of(environments, nodes)],
    });
  assert.deepEqual(placed(world([1, 2, 3])), []);
  assert.deepEqual(kinds(world([1, 2, 3])), ['never-nodes']);
  assert.deepEqual(placed(world([1, 2, 3, 4])), [[1, 4]]);
  assert.deepEqual(placed(world([1, 2, 3], false)), [[1, 1]]);
});
