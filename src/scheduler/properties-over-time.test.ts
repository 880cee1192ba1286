import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { after } from '../../test/support/scheduler.ts';
import {
  anyTurns,
  anyWorld,
  hasMinimum,
  headsOf,
  numRuns,
  type Turn,
  waitsElsewhere,
  withArrivals,
} from '../../test/support/worlds.ts';
import { plan } from './plan.ts';
import type { Plan, Snapshot } from './snapshot.ts';

/* What holds over many plans, while tasks start and end and jobs come. */

/** Newer than every job that a world begins with. */
const FIRST = 1000;

/** One plan after the other; `look` sees what each was made of and what it came to. */
const live = (world: Snapshot, turns: readonly Turn[], look: (s: Snapshot, made: Plan) => void): void => {
  let now = world;
  turns.forEach(({ ends, comes }, at) => {
    const running = now.running.filter((_, n) => !ends.includes(n));
    now = withArrivals({ ...now, running }, comes, FIRST + at * 10);
    const made = plan(now);
    look(now, made);
    now = after(now, made);
  });
};

const priorityOf = (s: Snapshot, queue: number): number => s.queues.find((q) => q.seq === queue)!.priority;

const isWithoutSpot = ({ environments }: Snapshot): boolean =>
  environments.every(({ supply }) => supply.kind === 'own' || supply.market.kind === 'on-demand');

test('property E-131 over many plans: no job starts on room that one of a higher priority could have had then', () => {
  fc.assert(
    // Spot's price follows what lower queues want too
    fc.property(anyWorld.filter(isWithoutSpot), anyTurns(12), (world, turns) => {
      live(world, turns, (s, made) => {
        const then = after(s, made);
        for (const started of made.placements) {
          const priority = priorityOf(s, started.queue);
          const higher = then.queues.filter((q) => q.priority > priority);
          const running = then.running.filter(({ taskId }) => !taskId.startsWith(`t-${started.job}-`));
          const without = plan({ ...then, queues: higher, running });
          assert.deepEqual(
            without.placements.map(({ job }) => job),
            [],
            `job ${started.job} has their room`,
          );
        }
      });
    }),
    { numRuns },
  );
});

/** The first head that waits, and those of the tasks that ran when it reserved that still run. */
interface Promised {
  readonly job: number;
  readonly queue: number;
  readonly ran: readonly string[];
}

/** What a plan keeps for the first head of all, where nothing but tasks that end is needed for it to start. */
const promisedBy = (s: Snapshot, made: Plan, then: Snapshot): Promised | undefined => {
  const [reservation] = made.reservations;
  const heads = headsOf(made);
  if (heads.some(({ reason }) => waitsElsewhere(reason))) return undefined;
  assert.ok(reservation || heads.length === 0 || hasMinimum(s), 'nothing is kept for who waits');
  if (!reservation || heads[0]?.queue !== reservation.queue) return undefined;
  const { supply } = s.environments.find((e) => e.seq === reservation.environment)!;
  if (supply.kind !== 'own' && supply.market.kind === 'spot') return undefined;
  return { job: reservation.job, queue: reservation.queue, ran: then.running.map((t) => t.taskId) };
};

const waits = (s: Snapshot, job: number): boolean =>
  s.queues.some((q) => q.shapes.some((shape) => shape.heads.some((head) => head.seq === job)));

const onlyRunning = (s: Snapshot, { ran, ...more }: Promised): Promised => ({
  ...more,
  ran: ran.filter((id) => s.running.some((task) => task.taskId === id)),
});

/** Lives on until every task that ran has ended, and two plans longer. */
const liveOut = (world: Snapshot, promised: Promised): void => {
  let now: Snapshot = { ...world, running: world.running.filter((t) => !promised.ran.includes(t.taskId)) };
  for (let turn = 0; turn < 3 && waits(now, promised.job); turn++) now = after(now, plan(now));
  assert.ok(!waits(now, promised.job), `job ${promised.job} still waits`);
};

test('property E-137 over many plans: the first head waits at most for the tasks that ran when it reserved, whoever comes', () => {
  fc.assert(
    fc.property(anyWorld, anyTurns(16), (world, turns) => {
      let now = world;
      let promised: Promised | undefined;
      turns.forEach(({ ends, comes }, at) => {
        const least = promised ? priorityOf(now, promised.queue) : Number.POSITIVE_INFINITY;
        // who comes to a queue that is served before has its turn before
        const mine = comes.filter(([queue]) => now.queues[queue]!.priority <= least);
        const running = now.running.filter((_, n) => !ends.includes(n));
        now = withArrivals({ ...now, running }, mine, FIRST + at * 10);
        promised = promised && onlyRunning(now, promised);
        if (promised?.ran.length === 0) liveOut(now, promised);
        const made = plan(now);
        const then = after(now, made);
        if (!promised || !waits(then, promised.job)) promised = promisedBy(now, made, then);
        now = then;
      });
      if (promised) liveOut(now, promised);
    }),
    { numRuns },
  );
});
