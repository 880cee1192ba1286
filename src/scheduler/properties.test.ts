import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { after } from '../../test/support/scheduler.ts';
import {
  affordable,
  anyMoment,
  hasMinimum,
  headsOf,
  isElsewhere,
  mayYield,
  numRuns,
  sameMarket,
  spotYieldsTo,
} from '../../test/support/worlds.ts';
import type { Resources } from '../domain/container.ts';
import { takes } from '../domain/host.ts';
import { fits } from './amounts.ts';
import { plan } from './plan.ts';
import { maximumOf } from './room.ts';
import type { Plan, Reservation, Snapshot, WaitReason } from './snapshot.ts';

/* What holds in worlds chosen by chance. `PROPERTY_RUNS=100000` looks at so many of them; what they find: found.test.ts. */

const check = (property: (s: Snapshot) => void) => fc.assert(fc.property(anyMoment, property), { numRuns });

const total = (amounts: Resources[]): Resources =>
  amounts.reduce(
    (a, b) => ({
      milliVcpus: a.milliVcpus + b.milliVcpus,
      memoryMiB: a.memoryMiB + b.memoryMiB,
      gpus: a.gpus + b.gpus,
    }),
    { milliVcpus: 0, memoryMiB: 0, gpus: 0 },
  );

test('property E-160: no instance is over its size, and no host is overcommitted, what others have of it included', () => {
  check((s) => {
    const then = after(s, plan(s));
    for (const host of s.hosts) {
      const held = then.instances
        .filter((i) => i.host === host.id)
        .map((i) => {
          const tasks = then.running.filter((t) => t.instance === i.id).map((t) => t.asks);
          if (i.type === 'host') return total(tasks.map((asks) => takes(asks, host)));
          assert.ok(
            fits(total(tasks), i.size),
            `${i.type} ${JSON.stringify(i.size)} has ${JSON.stringify(tasks)}`,
          );
          return takes(i.size, host);
        });
      const all = total([...held, host.foreign]);
      assert.ok(fits(all, host.size), `${JSON.stringify(all)} of ${JSON.stringify(host.size)}`);
    }
    for (const task of then.running) assert.ok(then.instances.some((i) => i.id === task.instance));
  });
});

test('property: a host takes no more tasks than it has slots, and none while it is not open', () => {
  check((s) => {
    const made = plan(s);
    const then = after(s, made);
    const before = new Set(s.running.map(({ taskId }) => taskId));
    for (const { id, slots, open } of s.hosts) {
      const there = then.running.filter(({ host }) => host === id);
      const come = there.filter(({ taskId }) => !before.has(taskId));
      assert.ok(
        come.length === 0 || (open && there.length <= slots),
        `${id} has ${there.length} of ${slots}`,
      );
      assert.ok(open || !made.launches.some(({ host }) => host === id), `${id} is not open`);
    }
  });
});

/** Thousandths of a vCPU that an environment's tasks take of hosts. */
const takenBy = ({ running, hosts }: Snapshot, environment: number): number =>
  total(
    running
      .filter((task) => task.environment === environment)
      .map(({ asks, host }) => takes(asks, hosts.find(({ id }) => id === host)!)),
  ).milliVcpus;

test('property E-150: no environment passes its maximum by more than its strategy may', () => {
  check((s) => {
    const made = plan(s);
    for (const { seq, supply } of s.environments) {
      if (supply.kind === 'own') {
        assert.ok(takenBy(after(s, made), seq) <= (maximumOf(supply) ?? Number.POSITIVE_INFINITY));
        continue;
      }
      const mine = after(s, made).instances.filter((i) => i.environment === seq);
      const used = total(mine.map((i) => i.size)).milliVcpus;
      const allowed =
        supply.kind === 'launched' && supply.mayPassMaximum
          ? supply.maxMilliVcpus + Math.max(0, ...mine.map((i) => i.size.milliVcpus)) - 1
          : supply.maxMilliVcpus;
      assert.ok(used <= allowed || !made.launches.some((l) => l.environment === seq));
    }
  });
});

test('property E-131: no priority inversion: queues served later change nothing for those before', () => {
  check((s) => {
    for (const priority of [1, 2]) {
      const higher = s.queues.filter((q) => q.priority >= priority);
      const names = new Set(higher.map((q) => q.seq));
      const all = plan(s);
      const without = plan({ ...s, queues: higher });
      // The price of Spot follows what lower queues want too. And where one of them has waited for capacity on demand, and would have
      // more if Spot's jobs were asked last, those of all queues are (E-168): in such worlds anything may come otherwise
      const isLower = ({ queue }: Reservation) => !names.has(queue);
      if (!sameMarket(s, all, without)) continue;
      if (s.reservations.some((r) => isLower(r) && spotYieldsTo(s, r))) continue;
      const mine = ({ placements }: Plan) =>
        placements.filter((p) => names.has(p.queue)).map((p) => [p.job, p.environment]);
      assert.deepEqual(mine(all), mine(without));
    }
  });
});

test('property E-136 E-141: within a shape jobs start in order, whole, once, in an enabled environment of their queue', () => {
  check((s) => {
    const { placements } = plan(s);
    assert.equal(new Set(placements.map((p) => p.job)).size, placements.length);
    for (const q of s.queues) {
      for (const shape of q.shapes) {
        const started = placements.filter((p) => p.shape === shape.id);
        assert.deepEqual(
          started.map((p) => p.job),
          shape.heads.slice(0, started.length).map((h) => h.seq),
        );
        for (const p of started) {
          assert.equal(
            p.instances.length,
            shape.groups.reduce((n, g) => n + g.count, 0),
          );
          assert.ok(q.environments.includes(p.environment));
          assert.ok(s.environments.find((e) => e.seq === p.environment)!.enabled);
        }
      }
    }
  });
});

test('property E-154: for want of room no environment goes below its minimum', () => {
  check((s) => {
    const made = plan(s);
    const gone = new Set(made.retires.filter(({ reason }) => reason === 'room').map((r) => r.instance));
    const then = after(s, made);
    for (const { seq, supply } of s.environments) {
      if (supply.kind !== 'launched' || !s.instances.some((i) => i.environment === seq && gone.has(i.id)))
        continue;
      const left = then.instances.filter((i) => i.environment === seq).map(({ size }) => size);
      assert.ok(total(left).milliVcpus >= supply.minMilliVcpus, `environment ${seq}`);
    }
  });
});

/** Whether a job that waits may run on demand once tasks have ended. */
const mayHaveOnDemand = (s: Snapshot, queue: number, { verdicts }: WaitReason): boolean => {
  const { environments } = s.queues.find(({ seq }) => seq === queue)!;
  return verdicts.some(
    ({ kind }, at) => !isElsewhere(kind) && spotYieldsTo(s, { environment: environments[at]! }),
  );
};

test('property E-137: the first of each queue that waits has a reservation, or one of its priority or above bars it', () => {
  check((s) => {
    const made = plan(s);
    if (hasMinimum(s)) return; // what it keeps, nobody waits for
    const priority = (seq: number) => s.queues.find((q) => q.seq === seq)!.priority;
    for (const { queue: seq, reason } of headsOf(made)) {
      // Spot is what work on demand leaves (E-168): who may have Spot alone is barred by any reservation on demand
      const isSpotAlone = !mayHaveOnDemand(s, seq, reason);
      const named = made.reservations.some(
        (r) => r.queue === seq || priority(r.queue) >= priority(seq) || (isSpotAlone && spotYieldsTo(s, r)),
      );
      assert.ok(named, `queue ${seq} has nothing kept for it: ${JSON.stringify(reason)}`);
    }
  });
});

test('property: the first head that waits starts at the latest when the tasks that ran when it reserved have ended', () => {
  fc.assert(
    fc.property(anyMoment, fc.array(fc.nat({ max: 7 }), { minLength: 60, maxLength: 60 }), (s, picks) => {
      let made = plan(s);
      const [first] = headsOf(made);
      const [reservation] = made.reservations;
      if (!reservation) return assert.ok(hasMinimum(s) || !first);
      // One before it may have none, barred by a minimum: whose queue is served earlier still comes before it
      if (first?.queue !== reservation.queue || mayYield(s, reservation)) return;
      const market = String(affordable(s, made.spotPrice));
      let now = after(s, made);
      /** False once Spot costs so much or so little that other environments launch. */
      const goesOn = (): boolean => {
        made = plan(now);
        now = after(now, made);
        return String(affordable(now, made.spotPrice)) === market;
      };
      const ran = new Set(now.running.map((t) => t.taskId));
      const started = () =>
        !now.queues.some((q) => q.shapes.some((x) => x.heads.some((h) => h.seq === reservation.job)));
      for (const pick of picks) {
        if (started() || ran.size === 0) break;
        const end = [...ran][pick % ran.size]!;
        ran.delete(end);
        now = { ...now, running: now.running.filter((t) => t.taskId !== end) };
        if (!goesOn()) return;
      }
      for (let turn = 0; turn < 2 && !started(); turn++) if (!goesOn()) return;
      assert.ok(ran.size > 0 || started(), `job ${reservation.job} still waits`);
    }),
    { numRuns },
  );
});

test('property: work-conserving outside reservations: nothing that fits is left to the next turn', () => {
  check((s) => {
    const made = plan(s);
    const next = plan(after(s, made));
    const fresh = made.launches.filter((l) => !made.placements.some((p) => p.instances.includes(l.ref)));
    // Spot's price follows what has started by then: who may pay it, and what is kept for them, is another question
    if (!sameMarket(s, made, next)) return;
    if (fresh.length > 0 || made.retires.some((r) => r.reason !== 'room')) return;
    assert.deepEqual(next.placements, []);
  });
});

test('property: whatever does not start has a reason, and the same inputs give the same plan', () => {
  check((s) => {
    const made = plan(s);
    assert.deepEqual(plan(structuredClone(s)), made);
    for (const q of s.queues) {
      for (const shape of q.shapes) {
        const started = made.placements.filter((p) => p.shape === shape.id).length;
        assert.equal(
          made.waits.some((w) => w.shape === shape.id),
          started < shape.heads.length,
        );
      }
    }
  });
});

const bidOf = (s: Snapshot, environment: number): number | undefined => {
  const { supply } = s.environments.find((e) => e.seq === environment)!;
  return supply.kind !== 'own' && supply.market.kind === 'spot' ? supply.market.bidPercentage : undefined;
};

/** With every other instance of Spot of a former setup, without a deadline. */
const withFormers = (s: Snapshot): Snapshot => ({
  ...s,
  instances: s.instances.map((i, at) => (at % 2 && bidOf(s, i.environment) ? { ...i, draining: true } : i)),
});

/** Worlds as they are, and with instances of former setups. */
const checkBoth = (property: (s: Snapshot) => void) =>
  check((s) => {
    property(s);
    property(withFormers(s));
  });

test('property E-169: nothing comes where Spot costs what the bid is, or more, and what is there is warned or goes', () => {
  checkBoth((s) => {
    const made = plan(s);
    const price = made.spotPrice ?? 0;
    for (const { environment } of made.launches) assert.ok(price < (bidOf(s, environment) ?? Infinity));
    const goes = new Set([...made.drains, ...made.retires].map(({ instance }) => instance));
    for (const { id, environment, hasDeadline } of s.instances) {
      assert.ok(hasDeadline || goes.has(id) || price < (bidOf(s, environment) ?? Infinity), `${id} stays`);
    }
  });
});

/** Whether a host has fewer slots left than tasks that wait for capacity on demand are to come there. */
const lacksSlots = (s: Snapshot, made: Plan, owed: readonly Reservation[], id: string): boolean => {
  const running = after(s, made).running.filter(({ host }) => host === id).length;
  const wanted = owed.flatMap(({ portions }) =>
    portions.filter(({ host }) => host === id).map(({ tasks }) => tasks),
  );
  return running + wanted.reduce((sum, tasks) => sum + tasks, 0) > s.hosts.find((h) => h.id === id)!.slots;
};

test('property E-168: instances of Spot alone are warned, once, and only for the price or for who waits for capacity on demand', () => {
  checkBoth((s) => {
    const made = plan(s);
    const victims = new Map(made.reservations.flatMap((r) => r.victims.map((v) => [v.instance, r] as const)));
    for (const { instance, reason } of made.drains) {
      const { environment, host, draining, hasDeadline } = s.instances.find(({ id }) => id === instance)!;
      assert.ok(!hasDeadline && bidOf(s, environment) !== undefined);
      if (reason !== 'reclaimed') continue;
      const owed = made.reservations.filter((r) => bidOf(s, r.environment) === undefined);
      const victim = victims.get(instance);
      if (draining) assert.ok(owed.length > 0);
      else assert.ok((victim && owed.includes(victim)) || lacksSlots(s, made, owed, host), instance);
    }
    assert.deepEqual(
      plan(after(s, made)).drains.filter(({ instance }) => made.drains.some((d) => d.instance === instance)),
      [],
    );
  });
});
