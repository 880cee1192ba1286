import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cpu,
  host,
  instanceOf,
  kinds,
  launched,
  own,
  placed,
  queue,
  running,
  type SomeSnapshot,
  slices,
  snapshot,
  spot,
} from '../../test/support/scheduler.ts';
import { plan } from './plan.ts';
import type { Snapshot } from './snapshot.ts';

test('E-141: an instance that goes for the room of a multi-node job takes nobody else’s task', () => {
  const nodes = queue(1, [2], [cpu(1), [1]]);
  const shapes = nodes.shapes.map((shape) => ({ ...shape, groups: [{ asks: cpu(1), count: 2 }] }));
  const made = plan(
    snapshot({
      pool: cpu(2, 8_000),
      environments: [launched(1, ['c5.large']), launched(2, ['c5.large'])],
      instances: [instanceOf('a', 1, 'c5.large')],
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

test('E-141 E-133: a multi-node job waits for the first environment that takes nodes, be a later one free; others go on', () => {
  const jobs = queue(1, [1, 2, 3], [cpu(1), [1]]);
  const queues = (nodes: boolean, vcpus: number) => [
    {
      ...jobs,
      shapes: jobs.shapes.map((s) => ({
        ...s,
        groups: [{ asks: cpu(vcpus), count: 2, ...(nodes && { nodes: true as const }) }],
      })),
    },
  ];
  const environments = [spot(1, ['c5']), launched(2, ['c5.large'], { max: 2 }), launched(3, ['c5.xlarge'])];
  const world = (more: SomeSnapshot) => snapshot({ pool: cpu(16, 64_000), environments, ...more });
  const full = { instances: [instanceOf('a', 2, 'c5.large')], running: [running('a', cpu(2), 2)] };
  const verdicts = (s: Snapshot) => plan(s).waits[0]?.reason.verdicts.map(({ kind }) => kind);
  const waits = world({ ...full, queues: queues(true, 1) });
  assert.deepEqual([placed(waits), verdicts(waits)], [[], ['never-nodes', 'maximum', 'never-later']]);
  assert.equal(plan(waits).reservations[0]?.environment, 2, 'it waits for that one');
  const small = world({ queues: queues(true, 2) });
  assert.deepEqual([placed(small), verdicts(small)], [[], ['never-nodes', 'never-maximum', 'never-later']]);
  assert.deepEqual(placed(world({ queues: queues(true, 1) })), [[1, 2]]);
  assert.deepEqual(
    placed(world({ ...full, environments: environments.slice(1), queues: queues(false, 1) })),
    [[1, 3]],
  );
  const off = environments.map((e) => ({ ...e, enabled: e.seq !== 2 }));
  assert.deepEqual(placed(world({ environments: off, queues: queues(true, 1) })), [[1, 3]]);
});
