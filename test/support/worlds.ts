import fc from 'fast-check';
import { type HostView, machineOf } from '../../src/domain/host.ts';
import { plan } from '../../src/scheduler/plan.ts';
import { mayReclaim } from '../../src/scheduler/reserve.ts';
import type {
  EnvironmentView,
  Plan,
  QueueView,
  Reservation,
  Snapshot,
  Verdict,
  WaitReason,
} from '../../src/scheduler/snapshot.ts';
import { runsOf } from './same-worlds.ts';
import { after, bounded, cpu, host, launched, own, queue, slices, spot } from './scheduler.ts';

export const numRuns = runsOf(300);

/* Any world: environments of every kind, queues over some of them, jobs of a few shapes; it runs for a while first. */

const POOLS = [cpu(4, 16_000), cpu(16, 64_000), cpu(7, 30_000)];
const SHAPES = [cpu(1), cpu(2, 3000), cpu(3), cpu(8), cpu(1, 9000), cpu(1, 90_000), cpu(0.25, 512)];
const NODES = [1, 1, 1, 2, 3];

const SIZES = [cpu(2, 8_000), cpu(4, 16_000), cpu(7, 30_000), cpu(16, 64_000)];

/** One of several, some of which have others' use on them, or take few tasks, or none now. */
const anyHost = (id: string): fc.Arbitrary<HostView> =>
  fc
    .record({
      size: fc.constantFrom(...SIZES),
      foreign: fc.constantFrom(cpu(0, 0), cpu(0, 0), cpu(1, 2_000)),
      slots: fc.constantFrom(Number.POSITIVE_INFINITY, 2, 5),
      open: fc.constantFrom(true, true, true, false),
      cpuIsWeight: fc.boolean(),
      growth: fc.constantFrom({}, {}, {}, { group: 'g' }, { group: 'g', isToCome: true as const }),
    })
    .map(({ growth, ...host }) => ({ ...host, ...growth, id, name: id, standing: false }));

/** The machine itself, or two to four hosts. */
const anyHosts: fc.Arbitrary<readonly HostView[]> = fc.oneof(
  fc.constantFrom(...POOLS).map((pool) => [machineOf(pool)]),
  fc
    .integer({ min: 2, max: 4 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => anyHost(`host${at + 1}`)))),
);

const anyEnvironment = (seq: number): fc.Arbitrary<EnvironmentView> =>
  fc.oneof(
    fc.constant(own(seq)),
    fc
      .record({ max: fc.constantFrom(3, 8, 64), takesNodes: fc.boolean() })
      .map((bounds) => bounded(seq, bounds)),
    fc.constantFrom(2, 8).map((max) => slices(seq, max)),
    fc
      .record({
        types: fc.constantFrom(['optimal'], ['c5.large', 'm5.xlarge'], ['m3.medium'], ['c5']),
        max: fc.constantFrom(3, 8, 64),
        min: fc.constantFrom(0, 0, 2),
        mayPassMaximum: fc.boolean(),
      })
      .map(({ types, ...more }) => launched(seq, types, more)),
    fc.constantFrom(10, 30, 70, 100).map((bid) => spot(seq, ['c5', 'm5'], bid)),
  );

const isBounded = ({ supply }: EnvironmentView): boolean =>
  supply.kind === 'own' && supply.bounds !== undefined;

/** A queue, a kind of job among `SHAPES` and one among `NODES`. */
type Arrival = [queue: number, shape: number, nodes: number];

const arrival: fc.Arbitrary<Arrival> = fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 6 }), fc.nat({ max: 4 }));

export const anyWorld: fc.Arbitrary<Snapshot> = fc
  .record({
    hosts: anyHosts,
    environments: fc.tuple(anyEnvironment(1), anyEnvironment(2), anyEnvironment(3)),
    enabled: fc.tuple(fc.boolean(), fc.constant(true), fc.constant(true)),
    orders: fc.array(fc.shuffledSubarray([1, 2, 3], { minLength: 1 }), { minLength: 3, maxLength: 3 }),
    priorities: fc.array(fc.nat({ max: 2 }), { minLength: 3, maxLength: 3 }),
    jobs: fc.array(arrival, { maxLength: 24 }),
  })
  .map(({ hosts: all, environments, ...more }) => ({
    ...{ ...more, environments },
    // where hosts stay whole their CPU is no weight
    hosts: environments.some(isBounded) ? all.map((one) => ({ ...one, cpuIsWeight: false })) : all,
  }))
  .map(({ hosts, environments, enabled, orders, priorities, jobs }) => ({
    hosts,
    environments: environments.map((e, at) => ({ ...e, enabled: enabled[at]! })),
    instances: environments
      .filter((e) => e.supply.kind === 'own')
      .flatMap(({ seq }) =>
        hosts
          .filter(({ standing }) => standing)
          .map(({ id, size }) => ({ ...host(seq, size), id: `h${seq}-${id}`, host: id })),
      ),
    queues: orders.map((order, at) => queueOf(at, order, priorities[at]!, jobs)),
    running: [],
    reservations: [],
  }));

const queueOf = (at: number, order: number[], priority: number, jobs: Arrival[]): QueueView =>
  jobs.reduce((view, [to, ...kind], seq) => (to === at ? submitted(view, kind, seq + 1) : view), {
    ...queue(at + 1, order),
    priority,
  });

const submitted = (view: QueueView, [shape, nodes]: [number, number], seq: number): QueueView => {
  const id = view.seq * 1000 + shape * 10 + nodes;
  const known = view.shapes.find((s) => s.id === id) ?? {
    id,
    jobGroup: 0,
    groups: groupsOf(shape, nodes),
    heads: [],
  };
  const heads = [...known.heads, { seq, rank: seq }];
  return {
    ...view,
    shapes: [...view.shapes.filter((s) => s.id !== id), { ...known, heads, waiting: heads.length }],
  };
};

const groupsOf = (shape: number, nodes: number) => {
  const count = NODES[nodes]!;
  return [{ asks: SHAPES[shape]!, count, ...(count > 1 && { nodes: true as const }) }];
};

/** What a job asks, as those of the worlds do. */
export const anyShape = fc
  .tuple(fc.nat({ max: SHAPES.length - 1 }), fc.nat({ max: NODES.length - 1 }))
  .map(([shape, nodes]) => groupsOf(shape, nodes));

/** A world in the midst of its work: some turns, after each of which some tasks end. */
export const anyMoment: fc.Arbitrary<Snapshot> = fc
  .tuple(anyWorld, fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 4 }), { maxLength: 3 }))
  .map(([world, turns]) => {
    let now = world;
    for (const ends of turns) {
      now = after(now, plan(now));
      now = { ...now, running: now.running.filter((_, n) => !ends.includes(n)) };
    }
    return now;
  });

/** What happens between two plans: some tasks end, some jobs come. */
export interface Turn {
  /** Those of the running tasks, by their places. */
  readonly ends: readonly number[];
  readonly comes: readonly Arrival[];
}

export const anyTurns = (most: number): fc.Arbitrary<Turn[]> =>
  fc.array(
    fc.record({
      ends: fc.array(fc.nat({ max: 30 }), { maxLength: 3 }),
      comes: fc.array(arrival, { maxLength: 2 }),
    }),
    { minLength: 5, maxLength: most },
  );

/** The world with jobs that have come to its queues, the newest of all. */
export const withArrivals = (s: Snapshot, comes: readonly Arrival[], first: number): Snapshot => ({
  ...s,
  queues: s.queues.map((view, at) =>
    comes.reduce((now, [to, ...kind], n) => (to === at ? submitted(now, kind, first + n) : now), view),
  ),
});

/** The first of each queue that waits and may run once tasks have ended, as they were refused. */
export const headsOf = ({ waits }: Plan): Plan['waits'] => {
  const able = waits.filter((w) => !waitsElsewhere(w.reason));
  return able.filter((w) => able.find(({ queue }) => queue === w.queue) === w);
};

/**
 * The environments of Spot that may launch at a price: all that it decides. Where they are the same before and after,
 * a plan decides as it would have at the same price.
 */
export const affordable = ({ environments }: Snapshot, price: number | undefined): number[] =>
  environments.flatMap(({ seq, supply }) =>
    supply.kind !== 'own' && supply.market.kind === 'spot' && price! < supply.market.bidPercentage
      ? [seq]
      : [],
  );

export const sameMarket = (s: Snapshot, a: Plan, b: Plan): boolean =>
  String(affordable(s, a.spotPrice)) === String(affordable(s, b.spotPrice));

/**
 * What is excepted of E-137 for Spot (E-168): what is reserved of Spot is no promise where any environment is on demand, for
 * work on demand takes that room too, whenever it comes and of whatever priority it is.
 */
export const mayYield = ({ environments }: Snapshot, { environment }: Reservation): boolean =>
  !mayReclaim(environments.find(({ seq }) => seq === environment)!) && environments.some(mayReclaim);

/** Whether Spot's jobs leave what is reserved there, whosever queue is served first (E-168): it is on demand, and there is Spot. */
export const spotYieldsTo = (
  { environments }: Snapshot,
  { environment }: Pick<Reservation, 'environment'>,
): boolean =>
  mayReclaim(environments.find(({ seq }) => seq === environment)!) && !environments.every(mayReclaim);

/** What no task's end brings is waited for there: Spot's price, or a person who enables its environment. */
export const isElsewhere = (kind: Verdict['kind']): boolean =>
  /^(price|closed|disabled|invalid|never-.*)$/.test(kind);

const waitsElsewhere = ({ verdicts }: WaitReason): boolean => verdicts.every(({ kind }) => isElsewhere(kind));

export const hasMinimum = ({ environments }: Snapshot): boolean =>
  environments.some(({ supply }) => supply.kind === 'launched' && supply.minMilliVcpus > 0);
