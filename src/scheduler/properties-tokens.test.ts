import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { runsOf } from '../../test/support/same-worlds.ts';
import { after } from '../../test/support/scheduler.ts';
import { anyMoment, sameMarket } from '../../test/support/worlds.ts';
import type { Tokens } from '../domain/tokens.ts';
import { plan } from './plan.ts';
import type { ConsumableView, Plan, ShapeView, Snapshot } from './snapshot.ts';

/* What holds of tokens in worlds chosen by chance: as in properties.test.ts. */

const numRuns = runsOf(300);

/** Three resources, and what shapes ask of them: most of nothing. */
const ASKS: readonly (readonly Tokens[])[] = [
  [],
  [],
  [],
  [{ consumable: 1, quantity: 1 }],
  [{ consumable: 1, quantity: 3 }],
  [{ consumable: 2, quantity: 2 }],
  [
    { consumable: 1, quantity: 2 },
    { consumable: 2, quantity: 1 },
  ],
  [
    { consumable: 2, quantity: 1 },
    { consumable: 3, quantity: 1 },
  ],
];

const asksOf = (shape: ShapeView, asks: readonly (readonly Tokens[])[], at: number): ShapeView => {
  const tokens = asks[at % asks.length]!;
  return tokens.length > 0 ? { ...shape, tokens } : shape;
};

const withTokens = (
  s: Snapshot,
  frees: readonly number[],
  asks: readonly (readonly Tokens[])[],
): Snapshot => {
  let at = 0;
  const queues = s.queues.map((q) => ({ ...q, shapes: q.shapes.map((shape) => asksOf(shape, asks, at++)) }));
  const consumables = frees.map((free, n) => ({ seq: n + 1, name: `r${n + 1}`, total: free, free }));
  return { ...s, queues, consumables };
};

const anyMomentWithTokens: fc.Arbitrary<Snapshot> = fc
  .tuple(
    anyMoment,
    fc.tuple(fc.integer({ min: -1, max: 5 }), fc.nat({ max: 5 }), fc.nat({ max: 2 })),
    fc.array(fc.constantFrom(...ASKS), { minLength: 3, maxLength: 9 }),
  )
  .map(([s, frees, asks]) => withTokens(s, frees, asks));

const check = (property: (s: Snapshot) => void) =>
  fc.assert(fc.property(anyMomentWithTokens, property), { numRuns });

const shapesOf = (s: Snapshot): Map<number, ShapeView> =>
  new Map(s.queues.flatMap(({ shapes }) => shapes.map((shape) => [shape.id, shape])));

const takenOf = (s: Snapshot, { placements }: Plan, resource: number): number => {
  const shapes = shapesOf(s);
  return placements
    .flatMap(({ shape }) => shapes.get(shape)!.tokens ?? [])
    .filter(({ consumable }) => consumable === resource)
    .reduce((sum, { quantity }) => sum + quantity, 0);
};

/** The world after a plan, with the tokens that are left then. */
const afterIt = (s: Snapshot, made: Plan): Snapshot => ({
  ...after(s, made),
  claims: made.claims,
  consumables: s.consumables!.map((one) => ({ ...one, free: one.free - takenOf(s, made, one.seq) })),
});

test('property T-180: jobs that start take no more of a resource than is free', () => {
  check((s) => {
    const made = plan(s);
    for (const { seq, free } of s.consumables!)
      assert.ok(takenOf(s, made, seq) <= Math.max(0, free), `r${seq}: ${takenOf(s, made, seq)} of ${free}`);
  });
});

/** Whether an environment has Spot's price, or may be disabled: who waits for that keeps tokens from nobody. */
const isPlain = (s: Snapshot): boolean =>
  s.environments.every(
    ({ enabled, supply }) => enabled && (supply.kind === 'own' || supply.market.kind === 'on-demand'),
  ) && s.hosts.every(({ open, foreign }) => open && foreign.milliVcpus === 0);

test('property T-190: of a queue’s jobs that ask for a resource none overtakes one that is short of it', () => {
  check((s) => {
    if (!isPlain(s)) return;
    const made = plan(s);
    const shapes = shapesOf(s);
    const startedAt = new Set(made.placements.map(({ job }) => job));
    for (const { queue, shape, reason } of made.waits) {
      const head = shapes.get(shape)!.heads.find(({ seq }) => !startedAt.has(seq))!;
      const behind = made.placements.filter(
        (p) =>
          p.queue === queue &&
          shapes.get(p.shape)!.heads.some(({ seq, rank }) => seq === p.job && rank > head.rank),
      );
      for (const lack of reason.lacks ?? [])
        for (const p of behind)
          assert.ok(
            !shapes.get(p.shape)!.tokens?.some(({ consumable }) => consumable === lack.consumable),
            `job ${p.job} overtakes ${head.seq}`,
          );
    }
  });
});

test('property T-190: who is short of tokens holds up nobody: without them the others have the same plan', () => {
  check((some) => {
    // of nothing there is any, so that no token is taken, and what waits for one wants no room (the price of Spot goes by that)
    const s = {
      ...some,
      consumables: some.consumables!.map((one): ConsumableView => ({ ...one, free: 0 })),
      queues: some.queues.map((q) => ({
        ...q,
        shapes: q.shapes.map((shape) => (shape.tokens ? { ...shape, waiting: 0 } : shape)),
      })),
    };
    const without = {
      ...s,
      queues: s.queues.map((q) => ({ ...q, shapes: q.shapes.filter(({ tokens }) => !tokens) })),
      reservations: s.reservations.filter(
        ({ job }) =>
          !s.queues.some(({ shapes }) => shapes.some((x) => x.tokens && x.heads.some((h) => h.seq === job))),
      ),
    };
    if (without.reservations.length < s.reservations.length) return;
    const { waits, claims, ...made } = plan(s);
    const { waits: others, claims: none, ...bare } = plan(without);
    assert.deepEqual(made, bare);
    const shapes = shapesOf(s);
    assert.deepEqual(
      waits.filter(({ shape }) => !shapes.get(shape)!.tokens),
      others,
    );
    assert.deepEqual(none, []);
    assert.ok(claims.every(({ short }) => short.length > 0));
  });
});

test('property T-189: who asks for more than there is, and those behind it in its queue, hold up no other queue', () => {
  check((s) => {
    const [shape] = s.queues[0]?.shapes ?? [];
    if (!shape) return;
    const total = Math.max(0, s.consumables![0]!.total);
    const stuck = [total + 1, 1].map((quantity, at) => ({
      ...shape,
      id: 900 + at,
      tokens: [{ consumable: 1, quantity }],
      heads: [{ seq: 9000 + at, rank: 9000 + at }],
      waiting: 0,
    }));
    const queue = { ...s.queues[0]!, seq: 99, name: 'stuck', priority: 99, shapes: stuck };
    const { placements, reservations } = plan(s);
    const made = plan({ ...s, queues: [queue, ...s.queues] });
    assert.deepEqual([made.placements, made.reservations], [placements, reservations]);
  });
});

test('property: nothing that has its tokens and fits is left to the next turn', () => {
  check((s) => {
    const made = plan(s);
    const next = plan(afterIt(s, made));
    const fresh = made.launches.filter((l) => !made.placements.some((p) => p.instances.includes(l.ref)));
    if (!sameMarket(s, made, next)) return;
    if (fresh.length > 0 || made.retires.some((r) => r.reason !== 'room')) return;
    assert.deepEqual(next.placements, []);
  });
});

test('property: whatever does not start has a reason, and what is short of tokens no reservation', () => {
  check((s) => {
    const made = plan(s);
    assert.deepEqual(plan(structuredClone(s)), made);
    const short = new Set(made.waits.filter(({ reason }) => reason.lacks).map(({ shape }) => shape));
    for (const q of s.queues) {
      for (const shape of q.shapes) {
        const started = made.placements.filter((p) => p.shape === shape.id).length;
        assert.equal(
          made.waits.some((w) => w.shape === shape.id),
          started < shape.heads.length,
        );
        const next = shape.heads[started]?.seq;
        if (short.has(shape.id)) assert.ok(!made.reservations.some(({ job }) => job === next));
      }
    }
  });
});
