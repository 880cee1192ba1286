import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  cpu,
  host,
  instanceOf,
  launched,
  own,
  running,
  type SomeSnapshot,
  snapshot,
} from '../../test/support/scheduler.ts';
import { anyMoment, anyShape, numRuns } from '../../test/support/worlds.ts';
import type { Resources } from '../domain/container.ts';
import { plus } from './amounts.ts';
import { plan } from './plan.ts';
import type { EnvironmentView, Snapshot, TaskGroup } from './snapshot.ts';

/* Whether a reason names what really limits: it is told by what would help. */

const ONLY = 9000;

/** The same moment, with this job alone in line, and nothing kept. */
const alone = (s: Snapshot, groups: readonly TaskGroup[], environments: readonly number[]): Snapshot => ({
  ...s,
  reservations: [],
  queues: [
    {
      seq: ONLY,
      name: 'only',
      priority: 1,
      environments,
      shapes: [{ id: ONLY, jobGroup: 0, groups, heads: [{ seq: ONLY, rank: ONLY }], waiting: 1 }],
    },
  ],
});

const starts = (s: Snapshot): boolean => plan(s).placements.length > 0;

const withMorePool = (s: Snapshot): Snapshot => {
  const larger = (size: Resources) => plus(size, { ...cpu(1000, 10_000_000), gpus: 16 });
  return {
    ...s,
    hosts: s.hosts.map((host) => ({ ...host, size: larger(host.size), slots: Number.POSITIVE_INFINITY })),
    instances: s.instances.map((i) => (i.type === 'host' ? { ...i, size: larger(i.size) } : i)),
  };
};

const withMoreMaximum = (s: Snapshot, seq: number): Snapshot => ({
  ...s,
  environments: s.environments.map((environment) =>
    environment.seq === seq ? raised(environment) : environment,
  ),
});

const raised = (environment: EnvironmentView): EnvironmentView => {
  const { supply } = environment;
  const raise = <T extends { readonly maxMilliVcpus: number }>(bounds: T): T => ({
    ...bounds,
    maxMilliVcpus: bounds.maxMilliVcpus + 1_000_000,
  });
  if (supply.kind !== 'own') return { ...environment, supply: raise(supply) };
  return supply.bounds
    ? { ...environment, supply: { ...supply, bounds: raise(supply.bounds) } }
    : environment;
};

test('property: who lacks room would start in a larger pool, who is told of a maximum would not, unless a larger maximum helps as well', () => {
  fc.assert(
    fc.property(anyMoment, anyShape, (s, groups) => {
      for (const { seq } of s.environments) {
        const only = alone(s, groups, [seq]);
        const kind = plan(only).waits[0]?.reason.verdicts[0]?.kind;
        if (kind !== 'room' && kind !== 'maximum') continue;
        const morePool = starts(withMorePool(only));
        const moreMaximum = starts(withMoreMaximum(only, seq));
        if (kind === 'room')
          assert.ok(morePool || !moreMaximum, `environment ${seq} lacks its maximum, not room`);
        else assert.ok(moreMaximum || !morePool, `environment ${seq} lacks room, not its maximum`);
      }
    }),
    { numRuns },
  );
});

const kind = (more: SomeSnapshot, groups: readonly TaskGroup[]) =>
  plan(alone(snapshot(more), groups, [1])).waits[0]?.reason.verdicts[0]?.kind;

test('property E-138: what can never run for want of pool may in a larger one, what can’t for a maximum may with a larger one', () => {
  fc.assert(
    fc.property(anyMoment, anyShape, (s, groups) => {
      for (const { seq } of s.environments) {
        const only = alone(s, groups, [seq]);
        const kindIn = (x: Snapshot) => plan(x).waits[0]?.reason.verdicts[0]?.kind ?? '';
        const kind = kindIn(only);
        if (kind === 'never-pool') assert.notEqual(kindIn(withMorePool(only)), kind);
        if (kind === 'never-maximum') assert.notEqual(kindIn(withMoreMaximum(only, seq)), kind);
        if (kind === 'never-type') {
          assert.equal(kindIn(withMorePool(withMoreMaximum(only, seq))), kind);
        }
      }
    }),
    { numRuns },
  );
});

test('E-138 E-172: a type that holds it but is larger than the maximum is told as that, not as the pool’s size', () => {
  const asks: TaskGroup[] = [{ asks: cpu(3), count: 1 }];
  const of = (types: string[], groups: readonly TaskGroup[], max: number) =>
    plan(alone(snapshot({ pool: cpu(16, 64_000), environments: [launched(1, types, { max })] }), groups, [1]))
      .waits[0]?.reason.verdicts[0];
  const told = { environment: 'e1', kind: 'never-maximum', maxMilliVcpus: 3000 };
  assert.deepEqual(of(['c5.large', 'c5.2xlarge', 'c5.xlarge'], asks, 3), { ...told, type: 'c5.xlarge' });
  const nodes: TaskGroup[] = [{ asks: cpu(1, 3000), count: 3, nodes: true }];
  assert.deepEqual(of(['c5.large'], nodes, 3), told, 'three instances would be needed');
});

test('E-150: what an idle instance holds of a maximum is not what lacks: it goes for another', () => {
  const environments = [launched(1, ['c5.large', 'c5.xlarge'], { max: 4 }), own(2)];
  const instances = [instanceOf('a', 1, 'c5.large'), instanceOf('b', 1, 'c5.large'), host(2, cpu(8, 64_000))];
  const tasks = [running('a', cpu(2)), running('b', cpu(2))];
  const large: TaskGroup[] = [{ asks: cpu(4), count: 1 }];
  const at = (busy: number, elsewhere: number) =>
    kind(
      {
        pool: cpu(8, 64_000),
        environments,
        instances,
        running: [...tasks.slice(0, busy), running('h', cpu(elsewhere), 2)],
      },
      large,
    );
  assert.deepEqual([at(0, 2), at(1, 2), at(0, 5)], [undefined, 'maximum', 'room']);
});

test('J-294 E-150: of a multi-node job all nodes count towards the maximum', () => {
  const nodes: TaskGroup[] = [{ asks: cpu(1), count: 3, nodes: true }];
  const at = (max: number, pool = 8) =>
    kind(
      {
        pool: cpu(pool, 64_000),
        environments: [launched(1, ['m3.medium'], { max })],
        instances: [instanceOf('a', 1, 'm3.medium')],
        running: [running('a', cpu(1))],
      },
      nodes,
    );
  assert.deepEqual([at(4), at(3), at(4, 3)], [undefined, 'maximum', 'room']);
});
