import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  after,
  cpu,
  instanceOf,
  launched,
  queue,
  running,
  snapshot,
  spot,
} from '../../test/support/scheduler.ts';
import {
  anyTurns,
  anyWorld,
  headsOf,
  numRuns,
  sameMarket,
  type Turn,
  withArrivals,
} from '../../test/support/worlds.ts';
import { plan } from './plan.ts';
import { mayReclaim } from './reserve.ts';
import type { Plan, Snapshot } from './snapshot.ts';

/* Spot is what work on demand leaves: that takes back whatever it lacks, and has first what comes free. */

/** One instance of it takes nearly all the memory of the pool. */
const POOL = { milliVcpus: 32_000, memoryMiB: 65_536, gpus: 0 };
const JOB = cpu(14, 1000);

/** A Spot job runs, others wait for Spot, and two for capacity on demand. */
const scarce = (priorityOfSpot = 1): Snapshot =>
  snapshot({
    pool: POOL,
    environments: [launched(1, ['m5.4xlarge']), spot(2, ['m5.4xlarge'])],
    instances: [instanceOf('s', 2, 'm5.4xlarge')],
    running: [running('s', JOB, 2)],
    queues: [
      { ...queue(1, [2], [JOB, [2, 5]]), priority: priorityOfSpot },
      queue(2, [1], [JOB, [3, 4]]),
    ].sort((a, b) => b.priority - a.priority),
  });

const ended = (s: Snapshot, job: string): Snapshot => ({
  ...s,
  running: s.running.filter(({ taskId }) => taskId !== job),
});

for (const priority of [1, 2]) {
  const whose = priority === 1 ? 'of equal priority' : 'of a higher priority';
  test(`E-168: an instance of Spot is taken back for work on demand that lacks memory alone, though work for Spot ${whose} waits for it too`, () => {
    const waiting = scarce(priority);
    const alone = { ...waiting, queues: waiting.queues.filter(({ seq }) => seq === 1) };
    const before = plan(alone);
    const { drains } = plan({ ...after(alone, before), queues: waiting.queues });
    assert.deepEqual(drains, [{ instance: 's', reason: 'reclaimed' }]);
  });

  test(`E-168: what is taken back, and what comes free on demand, goes to work on demand, before work for Spot ${whose}`, () => {
    const waiting = scarce(priority);
    const warned = after(waiting, plan(waiting));
    const free = ended(warned, 't-s');
    const first = plan(free);
    assert.deepEqual(
      first.placements.map(({ job }) => job),
      [3],
    );
    const second = plan(ended(after(free, first), 't-3-0'));
    assert.deepEqual(
      second.placements.map(({ job }) => job),
      [4],
    );
    const last = plan(ended(after(ended(after(free, first), 't-3-0'), second), 't-4-0'));
    assert.deepEqual(
      last.placements.map(({ job }) => job),
      [2],
    );
  });
}

const onDemand = (s: Snapshot, environment: number): boolean =>
  mayReclaim(s.environments.find(({ seq }) => seq === environment)!);

/** One plan after the other; `look` sees what each was made of and what it came to. */
const live = (world: Snapshot, turns: readonly Turn[], look: (s: Snapshot, made: Plan) => void): void => {
  let now = world;
  turns.forEach(({ ends, comes }, at) => {
    const left = now.running.filter((_, n) => !ends.includes(n));
    now = withArrivals({ ...now, running: left }, comes, 1000 + at * 10);
    const made = plan(now);
    look(now, made);
    now = after(now, made);
  });
};

const withoutInstances = (
  s: Snapshot,
  gone: (instance: Snapshot['instances'][number]) => boolean,
): Snapshot => {
  const ids = new Set(s.instances.filter(gone).map(({ id }) => id));
  return {
    ...s,
    instances: s.instances.filter(({ id }) => !ids.has(id)),
    running: s.running.filter(({ instance }) => !ids.has(instance)),
  };
};

/** The same where nothing starts on Spot. */
const spotClosed = (s: Snapshot): Snapshot => ({
  ...s,
  environments: s.environments.map((e) => (mayReclaim(e) ? e : { ...e, enabled: false })),
});

test('property E-168 over many plans: who has waited for capacity on demand starts wherever it would if nothing started on Spot', () => {
  fc.assert(
    fc.property(anyWorld, anyTurns(12), (world, turns) => {
      live(world, turns, (s, made) => {
        if (made.placements.every((p) => onDemand(s, p.environment))) return;
        const next = plan(after(s, made));
        const without = plan(spotClosed(s));
        if (!sameMarket(s, made, without) || !sameMarket(s, made, next)) return;
        for (const { job, environment } of s.reservations) {
          if (!onDemand(s, environment)) continue;
          const starts = ({ placements }: Plan) => placements.some((p) => p.job === job);
          assert.ok(!starts(without) || starts(made) || starts(next), `job ${job} lacks what Spot has`);
        }
      });
    }),
    { numRuns },
  );
});

test('property E-168 over many plans: the first who waits for capacity on demand has it once the Spot instances that are warned have gone, where it would have it without any', () => {
  fc.assert(
    fc.property(anyWorld, anyTurns(12), (world, turns) => {
      live(world, turns, (s, made) => {
        const then = after(s, made);
        const next = plan(then);
        const settled = after(then, next);
        const isSpot = ({ environment }: { environment: number }) => !onDemand(s, environment);
        const without = plan(withoutInstances(settled, isSpot));
        const later = plan(withoutInstances(settled, (i) => isSpot(i) && i.hasDeadline));
        if (!sameMarket(s, next, without) || !sameMarket(s, next, later)) return;
        const [first] = headsOf(next);
        // one of its priority that reserved before it comes before it
        if (next.reservations[0] && next.reservations[0].queue !== first?.queue) return;
        const shape = settled.queues.flatMap(({ shapes }) => shapes).find(({ id }) => id === first?.shape);
        const job = shape?.heads[0]?.seq;
        if (!without.placements.some((p) => p.job === job && onDemand(s, p.environment))) return;
        assert.ok(
          later.placements.some((p) => p.job === job),
          `job ${job} waits for Spot`,
        );
      });
    }),
    { numRuns },
  );
});
