import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { staleIn } from '../../test/support/kept.ts';
import { after, cpu, queue, snapshot } from '../../test/support/scheduler.ts';
import {
  affordable,
  anyTurns,
  anyWorld,
  hasMinimum,
  headsOf,
  mayYield,
  numRuns,
  sameMarket,
  type Turn,
  withArrivals,
} from '../../test/support/worlds.ts';
import { HOST } from '../domain/instance.ts';
import { inOrderOfSubmission } from '../domain/queue-order.ts';
import { minus, NOTHING, sum } from './amounts.ts';
import { roomOf, setSpotPrice } from './change-room.ts';
import { neverOf, notNowOf } from './never.ts';
import { plan } from './plan.ts';
import { mayReclaim } from './reserve.ts';
import { isOpenIn, type Room } from './room.ts';
import { serve } from './serve.ts';
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

/** Those that come before a job: in queues of a higher priority, and the older ones in its own. */
const comesBefore =
  (s: Snapshot, started: { readonly job: number; readonly queue: number }) =>
  ({ job, queue }: { readonly job: number; readonly queue: number }): boolean =>
    priorityOf(s, queue) > priorityOf(s, started.queue) || (queue === started.queue && job < started.job);

const environmentOf = ({ environments }: Snapshot, { environment }: Plan['placements'][number]) =>
  environments.find(({ seq }) => seq === environment)!;

/** Instances that were there before the job at this place in the plan started: others are launched for it, or for later ones. */
const thereAt = (s: Snapshot, made: Plan, then: Snapshot, place: number): Set<string> => {
  const started = made.placements.slice(0, place).map(({ job }) => `t-${job}-`);
  const used = then.running.filter(({ taskId }) => started.some((prefix) => taskId.startsWith(prefix)));
  return new Set([...s.instances.map(({ id }) => id), ...used.map(({ instance }) => instance)]);
};

test('property E-131 E-136 over many plans: no job starts on room that one of a higher priority, or an older one of its queue, could have had then', () => {
  fc.assert(
    fc.property(anyWorld, anyTurns(12), (world, turns) => {
      live(world, turns, (s, made) => {
        const then = after(s, made);
        const next = new Set(plan(then).placements.map(({ job }) => job));
        for (const [place, started] of made.placements.entries()) {
          const there = thereAt(s, made, then, place);
          const running = then.running.filter(({ taskId }) => !taskId.startsWith(`t-${started.job}-`));
          const without = plan({ ...then, running });
          // at another price of Spot others may launch
          if (!sameMarket(s, made, without)) continue;
          const before = comesBefore(s, started);
          // what is launched for one that does not come before is none that it could have had
          const launched = (ref: string) =>
            before(without.placements.find((p) => p.instances.includes(ref))!);
          // Excepted for Spot (E-168): who starts on demand may have room that others before it would have had on Spot, and on Spot alone.
          // On demand nobody is overtaken, and on Spot none by one on Spot
          const earlier = without.placements
            .filter(before)
            .filter((p) => mayReclaim(environmentOf(s, p)) || !mayReclaim(environmentOf(s, started)))
            .filter(({ job }) => !next.has(job))
            .filter(({ instances }) =>
              instances.every((id) => there.has(id) || (id.startsWith('+') && launched(id))),
            );
          assert.deepEqual(
            earlier.map(({ job }) => job),
            [],
            `job ${started.job} has their room`,
          );
        }
      });
    }),
    { numRuns },
  );
});

/** A room in which the queues were served, all that was reserved in it being released. */
const releasedAfter = (s: Snapshot, { spotPrice }: Plan): Room => {
  const room = roomOf(s);
  const never = neverOf(room);
  const notNow = notNowOf(room, never);
  let refs = 0;
  setSpotPrice(room, spotPrice ?? 0);
  const rules = {
    queues: s.queues,
    consumables: [],
    claims: [],
    order: inOrderOfSubmission,
    never,
    notNow,
    newRef: () => `+${refs++}`,
  };
  const { reservations } = serve(room, s.reservations, rules);
  for (const { queue } of reservations.all()) reservations.release(queue);
  return room;
};

test('property over many plans: what a room counts as held is what its reservations hold', () => {
  fc.assert(
    fc.property(anyWorld, anyTurns(12), (world, turns) => {
      live(world, turns, (s, made) => {
        const room = releasedAfter(s, made);
        const instances = [...room.instances.values()];
        for (const { id, reserved, slots, slotsLeft } of room.hosts.values()) {
          const tasks = instances.filter(({ host }) => host === id).reduce((n, i) => n + i.tasks, 0);
          assert.deepEqual([reserved, slotsLeft], [NOTHING, slots - tasks], id);
        }
        for (const { id, reserved, closed } of instances)
          assert.deepEqual([reserved, closed], [NOTHING, false], id);
        assert.deepEqual(staleIn(room), []);
        const counted = [...room.going.values(), ...room.launching.values()];
        assert.ok(
          counted.every((amount) => amount === 0),
          `${counted}`,
        );
        for (const [environment, used] of room.used) {
          const own = instances.filter((i) => i.environment === environment);
          assert.equal(
            used,
            sum(own.map(({ type, size, free }) => (type === HOST ? minus(size, free) : size))).milliVcpus,
          );
          const working = instances.filter((i) => i.tasks > 0 && isOpenIn(environment, i));
          assert.equal(room.working!.get(environment) ?? 0, sum(working.map(({ size }) => size)).milliVcpus);
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
  /** The environments of Spot that could launch: what is promised holds while they are the same. */
  readonly market: string;
}

const marketOf = (s: Snapshot, { spotPrice }: Plan): string => String(affordable(s, spotPrice));

/** What a plan keeps for the first head of all, where nothing but tasks that end is needed for it to start. */
const promisedBy = (s: Snapshot, made: Plan, then: Snapshot): Promised | undefined => {
  const [reservation] = made.reservations;
  const [first] = headsOf(made);
  assert.ok(reservation || !first || hasMinimum(s), 'nothing is kept for who waits');
  if (!reservation || first?.queue !== reservation.queue || mayYield(s, reservation)) return undefined;
  const { job, queue } = reservation;
  return { job, queue, ran: then.running.map((t) => t.taskId), market: marketOf(s, made) };
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
  for (let turn = 0; turn < 3 && waits(now, promised.job); turn++) {
    const made = plan(now);
    if (marketOf(now, made) !== promised.market) return;
    now = after(now, made);
  }
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
        const stands = promised && waits(then, promised.job) && marketOf(now, made) === promised.market;
        if (!stands) promised = promisedBy(now, made, then);
        now = then;
      });
      if (promised) liveOut(now, promised);
    }),
    { numRuns },
  );
});

/** Queues of one priority over the machine itself, each with so many jobs, all alike; who started last is served last. */
const alike = (counts: readonly number[], vcpus: number): Snapshot =>
  snapshot({
    queues: counts.map((count, at) =>
      queue(at + 1, [1], [cpu(vcpus), Array.from({ length: count }, (_, n) => (at + 1) * 1000 + n)]),
    ),
  });

test('property E-132 E-139 over many plans: queues of equal priority start job for job, an array’s children like others', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 4 }),
      fc.constantFrom(1, 2, 4),
      anyTurns(20),
      (counts, vcpus, turns) => {
        const started = new Map<number, number>();
        const last = new Map<number, number>();
        let starts = 0;
        let now = alike(counts, vcpus);
        for (const { ends } of turns) {
          const queues = [...now.queues].sort((a, b) => (last.get(a.seq) ?? 0) - (last.get(b.seq) ?? 0));
          now = { ...now, queues, running: now.running.filter((_, n) => !ends.includes(n)) };
          const made = plan(now);
          for (const { queue: of } of made.placements) {
            started.set(of, (started.get(of) ?? 0) + 1);
            last.set(of, ++starts);
          }
          now = after(now, made);
          const waiting = now.queues.filter(({ shapes }) => shapes[0]!.heads.length > 0);
          const counted = waiting.map(({ seq }) => started.get(seq) ?? 0);
          assert.ok(Math.max(0, ...counted) - Math.min(...counted, Infinity) <= 1, `${counted}`);
        }
      },
    ),
    { numRuns },
  );
});
