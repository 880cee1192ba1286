import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, bounded, cpu, kinds, placed, queue, snapshot } from '../../test/support/scheduler.ts';
import { type HostView, machineOf } from '../domain/host.ts';
import { plan } from './plan.ts';
import type { Snapshot } from './snapshot.ts';

/* EC2 and SPOT where hosts stay whole: bounds on what may come to which of them. */

const node = (id: string, vcpus: number): HostView => ({
  ...machineOf(cpu(vcpus, 16_000)),
  ...{ id, name: id, cpuIsWeight: false, standing: false },
});

const world = (more: Partial<Snapshot>): Snapshot =>
  snapshot({ hosts: [node('a', 4), node('b', 4)], environments: [bounded(1)], ...more });

test('K-144: a job comes to a host as it is, and no more than maxvCpus of tasks together', () => {
  const s = world({
    environments: [bounded(1, { max: 6 })],
    queues: [queue(1, [1], [cpu(2), [1, 2, 3, 4]])],
  });
  const made = plan(s);
  assert.deepEqual(
    made.placements.map(({ job }) => job),
    [1, 2, 3],
  );
  assert.deepEqual(
    made.launches.map(({ host, type, size }) => [host, type, size.milliVcpus]),
    [
      ['a', 'host', 4000],
      ['b', 'host', 4000],
    ],
  );
  const told = { environment: 'e1', kind: 'maximum', freeMilliVcpus: 0, maxMilliVcpus: 6000 };
  assert.deepEqual(made.waits[0]?.reason.verdicts, [told]);
  const then = after(s, made);
  assert.deepEqual(placed({ ...then, running: then.running.slice(1) }), [[4, 1]], 'as one ends');
});

test('K-144: only the hosts that it has', () => {
  const environments = [bounded(1, { hosts: new Set(['b']) })];
  const made = plan(world({ environments, queues: [queue(1, [1], [cpu(3), [1, 2]])] }));
  assert.deepEqual(
    made.launches.map(({ host }) => host),
    ['b'],
  );
  assert.deepEqual(made.reservations[0]?.portions, [{ host: 'b', asks: cpu(3), tasks: 1 }]);
});

test('K-144: its types and its maximum bound what a job may ask', () => {
  const of = (asks: number, more: object) =>
    kinds(
      world({
        hosts: [node('a', 16)],
        environments: [bounded(1, more)],
        queues: [queue(1, [1], [cpu(asks), [1]])],
      }),
    );
  assert.deepEqual(of(4, { types: ['c5.large'] }), ['never-type']);
  assert.deepEqual(of(4, { max: 3 }), ['never-maximum']);
  assert.deepEqual(of(20, {}), ['never-pool']);
});

test('K-141: the head that waits at the maximum keeps it from those behind it', () => {
  const s = world({
    environments: [bounded(1, { max: 4 })],
    queues: [queue(1, [1], [cpu(3), [1, 2]], [cpu(1), [3]])],
  });
  const made = plan(s);
  assert.deepEqual(
    made.placements.map(({ job }) => job),
    [1],
    'one is left of the maximum, and kept',
  );
  const [reservation] = made.reservations;
  assert.deepEqual([reservation?.job, reservation?.milliVcpus], [2, 3000]);
  const then = after(s, made);
  assert.deepEqual(placed({ ...then, running: [] }), [
    [2, 1],
    [3, 1],
  ]);
});

test('J-294: EC2 takes multi-node jobs there, SPOT does not', () => {
  const nodes = [{ asks: cpu(3), count: 2, nodes: true as const }];
  const shapes = [{ id: 1, jobGroup: 0, groups: nodes, heads: [{ seq: 1, rank: 1 }], waiting: 1 }];
  const of = (takesNodes: boolean) =>
    plan(world({ environments: [bounded(1, { takesNodes })], queues: [{ ...queue(1, [1]), shapes }] }));
  assert.equal(of(true).placements[0]?.instances.length, 2);
  assert.equal(of(false).waits[0]?.reason.verdicts[0]?.kind, 'never-nodes');
});

test('K-146: minvCpus and a wish launch nothing; desiredvCpus is what tasks ask, at least minvCpus', () => {
  const s = world({
    environments: [bounded(1, { min: 3, hasWish: true })],
    queues: [queue(1, [1], [cpu(2), [1, 2]])],
  });
  const idle = plan({ ...s, queues: [] });
  assert.deepEqual(
    [idle.launches, idle.desired, idle.wishesOver],
    [[], [{ environment: 1, milliVcpus: 3000 }], [{ environment: 1, shown: false }]],
  );
  assert.deepEqual(plan(s).desired, [{ environment: 1, milliVcpus: 4000 }]);
});
