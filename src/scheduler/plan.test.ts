import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Resources } from '../domain/container.ts';
import { plan } from './plan.ts';
import { takes } from './room.ts';
import type { EnvironmentView, QueueView, RunningView, Snapshot } from './snapshot.ts';

const cpu = (vcpus: number, memoryMiB = 100): Resources => ({ milliVcpus: vcpus * 1000, memoryMiB, gpus: 0 });
const environment = (seq: number, max?: number): EnvironmentView => ({
  seq,
  name: `e${seq}`,
  enabled: true,
  valid: true,
  ...(max !== undefined && { maxMilliVcpus: max * 1000 }),
});
/** `shapes`: what is asked, and the seqs of those who ask it. */
const queue = (seq: number, environments: number[], ...shapes: [Resources, number[]][]): QueueView => ({
  seq,
  name: `q${seq}`,
  environments,
  shapes: shapes.map(([asks, seqs], id) => ({
    id: seq * 100 + id,
    asks,
    heads: seqs.map((job) => ({ seq: job })),
  })),
});
const snapshot = (more: Partial<Snapshot>): Snapshot => ({
  pool: cpu(4, 10_000),
  environments: [environment(1)],
  queues: [],
  running: [],
  ...more,
});
const placed = (s: Snapshot) => plan(s).placements.map(({ job, environment: at }) => [job, at]);
const kinds = (s: Snapshot) => plan(s).waits.map(({ reason }) => reason.kind);

test('E-136: within a queue in the order of submission, whatever they ask', () => {
  const s = snapshot({ queues: [queue(1, [1], [cpu(1), [2, 4]], [cpu(2), [1, 3]])] });
  assert.deepEqual(placed(s), [
    [1, 1],
    [2, 1],
  ]);
});

test('E-131 S-049: the queue that is served first takes what there is', () => {
  const s = snapshot({ pool: cpu(1), queues: [queue(2, [1], [cpu(1), [9]]), queue(1, [1], [cpu(1), [1]])] });
  assert.deepEqual(placed(s), [[9, 1]]);
  assert.deepEqual(kinds(s), ['room']);
});

test('E-133 S-227: the first environment with room, then the next', () => {
  const s = snapshot({
    environments: [environment(1, 1), environment(2)],
    queues: [queue(1, [1, 2], [cpu(1), [1, 2, 3]])],
  });
  assert.deepEqual(placed(s), [
    [1, 1],
    [2, 2],
    [3, 2],
  ]);
});

test('E-120 J-326: a disabled or invalid environment is passed over', () => {
  const environments = [
    { ...environment(1), enabled: false },
    { ...environment(2), valid: false },
    environment(3),
  ];
  assert.deepEqual(placed(snapshot({ environments, queues: [queue(1, [1, 2, 3], [cpu(1), [1]])] })), [
    [1, 3],
  ]);
});

test('E-137: a head that waits for room reserves it: smaller ones behind do not overtake', () => {
  const running: RunningView[] = [{ taskId: 't', environment: 1, asks: cpu(2), mayPrecede: 0 }];
  const s = snapshot({ running, queues: [queue(1, [1], [cpu(4), [1]], [cpu(1), [2]])] });
  assert.deepEqual(placed(s), []);
  assert.deepEqual(kinds(s), ['room', 'behind']);
});

test('a job that can never run, or is at its environment’s limit, reserves nothing', () => {
  const s = snapshot({
    environments: [environment(1, 2), environment(2)],
    running: [{ taskId: 't', environment: 1, asks: cpu(2), mayPrecede: 0 }],
    queues: [queue(1, [1], [cpu(3), [1]], [cpu(1), [2]]), queue(2, [2], [cpu(2), [3]])],
  });
  assert.deepEqual(placed(s), [[3, 2]]);
  assert.deepEqual(kinds(s), ['never-max', 'limit']);
});

test('CPU is a weight: more than the host has takes all of it, alone; memory is real', () => {
  const big = snapshot({ queues: [queue(1, [1], [cpu(16), [1]], [cpu(1), [2]])] });
  assert.deepEqual(placed(big), [[1, 1]]);
  const fat = snapshot({ queues: [queue(1, [1], [cpu(1, 20_000), [1]], [cpu(1), [2]])] });
  assert.deepEqual(placed(fat), [[2, 1]]);
  assert.deepEqual(kinds(fat), ['never-host']);
});

test('S-045: reasons for environments that are disabled or invalid', () => {
  const off = { ...environment(1), enabled: false };
  assert.deepEqual(kinds(snapshot({ environments: [off], queues: [queue(1, [1], [cpu(1), [1]])] })), [
    'disabled',
  ]);
  const bad = { ...environment(1), valid: false };
  assert.deepEqual(kinds(snapshot({ environments: [bad], queues: [queue(1, [1], [cpu(1), [1]])] })), [
    'invalid',
  ]);
});

test('the next of a kind is lined up behind quick tasks of the same room, the head first', () => {
  const running: RunningView[] = [
    { taskId: 'a', environment: 1, asks: cpu(2), mayPrecede: 2 },
    { taskId: 'b', environment: 1, asks: cpu(2), mayPrecede: 0 },
  ];
  const s = snapshot({ running, queues: [queue(1, [1], [cpu(2), [1, 2, 3]])] });
  assert.deepEqual(
    plan(s).placements.map(({ job, after }) => [job, after]),
    [
      [1, 'a'],
      [2, 'a'],
    ],
  );
});

test('nobody is lined up ahead of an older job of another kind', () => {
  const running: RunningView[] = [{ taskId: 'a', environment: 1, asks: cpu(4), mayPrecede: 8 }];
  const s = snapshot({ running, queues: [queue(1, [1], [cpu(4), [1, 3]], [cpu(2), [2]])] });
  assert.deepEqual(
    plan(s).placements.map(({ job }) => job),
    [1],
  );
});

/* Any world: three environments, three queues, jobs of a few shapes, some tasks that run. */
const anyShape = fc.constantFrom(cpu(1), cpu(2), cpu(3, 3000), cpu(8), cpu(1, 9000), cpu(1, 50_000));
const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    pool: fc.constantFrom(cpu(4, 10_000), cpu(16, 20_000)),
    maxima: fc.array(fc.constantFrom(undefined, 1, 2, 4, 8), { minLength: 3, maxLength: 3 }),
    enabled: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    orders: fc.array(fc.shuffledSubarray([1, 2, 3], { minLength: 1 }), { minLength: 3, maxLength: 3 }),
    jobs: fc.array(fc.tuple(fc.nat({ max: 2 }), anyShape), { maxLength: 30 }),
    running: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
  })
  .map(({ pool, maxima, enabled, orders, jobs, running }) => ({
    pool,
    environments: maxima.map((max, at) => ({ ...environment(at + 1, max), enabled: enabled[at]! })),
    queues: orders.map((environments, at) => {
      const mine = jobs.flatMap(([to, asks], seq) => (to === at ? [{ asks, seq: seq + 1 }] : []));
      const shapes = [...new Set(mine.map((job) => job.asks))];
      return queue(
        at + 1,
        environments,
        ...shapes.map((asks): [Resources, number[]] => [
          asks,
          mine.filter((j) => j.asks === asks).map((j) => j.seq),
        ]),
      );
    }),
    running: running.map((at, n) => ({ taskId: `t${n}`, environment: at, asks: cpu(1), mayPrecede: 0 })),
  }));

const asksOf = (s: Snapshot, shape: number): Resources =>
  s.queues.flatMap((q) => q.shapes).find((x) => x.id === shape)!.asks;

test('property: the host is never overcommitted, no environment passes its maximum', () => {
  fc.assert(
    fc.property(anySnapshot, (s) => {
      const all = [
        ...s.running,
        ...plan(s).placements.map((p) => ({ environment: p.environment, asks: asksOf(s, p.shape) })),
      ];
      const host = all.reduce((sum, t) => sum + takes(t.asks, s.pool).milliVcpus, 0);
      const memory = all.reduce((sum, t) => sum + t.asks.memoryMiB, 0);
      assert.ok(host <= s.pool.milliVcpus && memory <= s.pool.memoryMiB);
      for (const e of s.environments) {
        const before = s.running
          .filter((t) => t.environment === e.seq)
          .reduce((sum, t) => sum + t.asks.milliVcpus, 0);
        const used = all
          .filter((t) => t.environment === e.seq)
          .reduce((sum, t) => sum + t.asks.milliVcpus, 0);
        if (e.maxMilliVcpus !== undefined && used > before) assert.ok(used <= e.maxMilliVcpus);
      }
    }),
  );
});

test('property: jobs of one shape in one queue start in order; each at most once; only in enabled environments of it', () => {
  fc.assert(
    fc.property(anySnapshot, (s) => {
      const { placements } = plan(s);
      assert.equal(new Set(placements.map((p) => p.job)).size, placements.length);
      for (const q of s.queues) {
        for (const shape of q.shapes) {
          const started = placements.filter((p) => p.shape === shape.id).map((p) => p.job);
          assert.deepEqual(
            started,
            shape.heads.slice(0, started.length).map((h) => h.seq),
          );
        }
        for (const p of placements.filter((x) => x.queue === q.seq)) {
          assert.ok(q.environments.includes(p.environment));
          assert.ok(s.environments.find((e) => e.seq === p.environment)!.enabled);
        }
      }
    }),
  );
});

test('property: whatever does not start has a reason, and the same snapshot gives the same plan', () => {
  fc.assert(
    fc.property(anySnapshot, (s) => {
      const made = plan(s);
      assert.deepEqual(plan(structuredClone(s)), made);
      for (const q of s.queues) {
        for (const shape of q.shapes) {
          const started = made.placements.filter((p) => p.shape === shape.id).length;
          const told = made.waits.some((w) => w.shape === shape.id);
          assert.equal(told, started < shape.heads.length);
        }
      }
    }),
  );
});

test('property: outside a reservation nothing that fits waits', () => {
  fc.assert(
    fc.property(anySnapshot, (s) => {
      const made = plan(s);
      if (made.waits.some((w) => w.reason.kind === 'room')) return;
      assert.ok(made.waits.every((w) => w.reason.kind !== 'behind'));
    }),
  );
});
