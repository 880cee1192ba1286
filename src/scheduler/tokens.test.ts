import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu, queue, running, snapshot } from '../../test/support/scheduler.ts';
import type { Resources } from '../domain/container.ts';
import { plan } from './plan.ts';
import type { ConsumableView, QueueView, Snapshot } from './snapshot.ts';
import { bindingShapes } from './tokens.ts';

const free = (seq: number, free: number, total = free): ConsumableView => ({
  seq,
  name: `r${seq}`,
  total,
  free,
});

/** What a shape's jobs ask for of resources, by their seqs. */
type Asks = Readonly<Record<number, number>>;

/** Shapes of one job each, which asks for tokens: jobs 1, 2 and so on. */
const asking = (seq: number, priority: number, ...jobs: [Resources, Asks, number][]): QueueView => {
  const view = queue(seq, [1], ...jobs.map(([asks, , job]): [Resources, number[]] => [asks, [job]]));
  const shapes = view.shapes.map((shape, at) => {
    const tokens = Object.entries(jobs[at]![1]).map(([resource, quantity]) => ({
      consumable: Number(resource),
      quantity,
    }));
    return tokens.length > 0 ? { ...shape, tokens } : shape;
  });
  return { ...view, priority, shapes };
};

const started = (s: Snapshot): number[] => plan(s).placements.map(({ job }) => job);
/** Of each job that waits what it is short of: `r1: 1 of 3`, and for which job, of how many, what there is is kept. */
const short = (s: Snapshot) =>
  plan(s).waits.map(({ reason }) =>
    (reason.lacks ?? []).map(
      ({ name, free: left, total, keptFor }) =>
        `${name}: ${left} of ${total}${keptFor ? `, kept for ${keptFor.job} (${keptFor.needs})` : ''}`,
    ),
  );

test('T-180: all of a job’s tokens or none: what it lacks of one it does not take of the other', () => {
  const s = snapshot({
    consumables: [free(1, 5), free(2, 0)],
    queues: [asking(1, 1, [cpu(1), { 1: 4, 2: 1 }, 1])],
  });
  assert.deepEqual(started(s), []);
  assert.deepEqual(short(s), [['r2: 0 of 0']]);
});

test('T-190: of what a job lacks nobody behind it gets any; of the rest, what it does not ask for', () => {
  const s = snapshot({
    consumables: [free(1, 1, 3), free(2, 3)],
    queues: [
      asking(
        1,
        1,
        [cpu(1), { 1: 2, 2: 2 }, 1],
        [cpu(1), { 1: 1 }, 2],
        [cpu(1), { 2: 1 }, 4],
        [cpu(1), {}, 5],
      ),
    ],
  });
  assert.deepEqual(started(s), [4, 5]);
  assert.deepEqual(short(s), [['r1: 1 of 3'], ['r1: 1 of 3, kept for 1 (2)']]);
});

test('a job that is short of tokens alone keeps no room from those behind it', () => {
  const s = snapshot({
    consumables: [free(1, 0)],
    queues: [asking(1, 1, [cpu(4), { 1: 1 }, 1], [cpu(1), {}, 2])],
  });
  assert.deepEqual(started(s), [2]);
  assert.deepEqual(plan(s).reservations, []);
});

test('room that was kept for it is free again once it is short of tokens', () => {
  const s = snapshot({
    running: [running('h', cpu(2))],
    consumables: [free(1, 1)],
    queues: [asking(1, 1, [cpu(4), { 1: 1 }, 1], [cpu(2), {}, 2])],
  });
  const { placements, reservations } = plan(s);
  assert.deepEqual(placements, []);
  assert.deepEqual(
    reservations.map(({ job }) => job),
    [1],
  );
  const then = { ...s, consumables: [free(1, 0)], reservations };
  assert.deepEqual(started(then), [2]);
  assert.deepEqual(plan(then).reservations, []);
});

test('a job that waits for room keeps its tokens from those behind it, and no more than those', () => {
  const s = snapshot({
    running: [running('h', cpu(2))],
    consumables: [free(1, 2)],
    queues: [asking(1, 1, [cpu(4), { 1: 2 }, 1], [cpu(0.25), { 1: 1 }, 2])],
  });
  assert.deepEqual(started({ ...s, consumables: [free(1, 2)] }), []);
  assert.deepEqual(short(s), [[], ['r1: 2 of 2, kept for 1 (2)']]);
  // what it leaves of the room is nothing here, but of the tokens one
  assert.deepEqual(short({ ...s, consumables: [free(1, 3)] }), [[], []]);
});

test('who can never run keeps no tokens', () => {
  const s = snapshot({
    consumables: [free(1, 1)],
    queues: [asking(1, 1, [cpu(1, 90_000), { 1: 1 }, 1], [cpu(1), { 1: 1 }, 2])],
  });
  assert.deepEqual(started(s), [2]);
});

test('T-193: queues of higher priority come first, whatever waits below them', () => {
  const low = asking(1, 1, [cpu(1), { 1: 2 }, 1]);
  const high = asking(2, 2, [cpu(1), { 1: 1 }, 2]);
  const s = snapshot({ consumables: [free(1, 1)], queues: [high, low] });
  assert.deepEqual(started(s), [2]);
  const others = snapshot({
    consumables: [free(1, 1, 2)],
    queues: [asking(2, 2, [cpu(1), { 1: 2 }, 2]), asking(1, 1, [cpu(1), { 1: 1 }, 1])],
  });
  assert.deepEqual(started(others), []);
});

test('T-189 T-190: more than there is binds its own queue alone, whoever asked first', () => {
  const beyond = asking(2, 1, [cpu(1), { 1: 9 }, 1], [cpu(1), { 1: 1 }, 3]);
  const comes = asking(1, 1, [cpu(1), { 1: 1 }, 2]);
  const s = snapshot({ consumables: [free(1, 2)], queues: [beyond, comes] });
  assert.deepEqual(started(s), [2]);
  assert.deepEqual(short(s), [['r1: 2 of 2'], ['r1: 2 of 2, kept for 1 (9)']]);
  // of lower priority, too
  assert.deepEqual(started({ ...s, queues: [{ ...beyond, priority: 2 }, comes] }), [2]);
  // with the total raised it stands where it stood
  const { claims } = plan({ ...s, consumables: [free(1, 0, 2)] });
  const raised = { ...s, claims, queues: [comes, beyond] };
  assert.deepEqual(started({ ...raised, consumables: [free(1, 2, 20)] }), []);
  assert.deepEqual(started({ ...raised, consumables: [free(1, 9, 20)] }), [1]);
});

test('T-190: of what a job asks for beside what it cannot have before a total is raised nothing is kept from other queues', () => {
  const stuck = asking(2, 1, [cpu(1), { 1: 1, 2: 9 }, 1], [cpu(1), { 1: 1, 3: 1 }, 3]);
  const comes = asking(1, 1, [cpu(1), { 1: 1 }, 2], [cpu(1), { 3: 1 }, 4]);
  const s = snapshot({ consumables: [free(1, 1), free(2, 3), free(3, 1)], queues: [stuck, comes] });
  assert.deepEqual(started(s), [2, 4]);
  const { claims } = plan({ ...s, consumables: [free(1, 0, 1), free(2, 3), free(3, 0, 1)] });
  assert.deepEqual(
    claims.map(({ job, isStuck }) => [job, isStuck]),
    [
      [1, true],
      [3, true],
      [2, false],
      [4, false],
    ],
  );
  assert.deepEqual(started({ ...s, claims }), [2, 4]);
});

test('T-193: behind what is beyond the total its queue does not come before others that were short first', () => {
  const view = asking(2, 1, [cpu(1), { 1: 1 }, 3], [cpu(1), { 1: 9 }, 4]);
  const waits = asking(1, 1, [cpu(1), { 1: 2 }, 2]);
  const s = snapshot({
    consumables: [free(1, 0, 2)],
    queues: [{ ...view, shapes: view.shapes.slice(1) }, waits],
  });
  const { claims } = plan(s);
  assert.deepEqual(
    claims.map(({ job }) => job),
    [4, 2],
  );
  assert.deepEqual(started({ ...s, consumables: [free(1, 1, 2)], claims, queues: [view, waits] }), []);
});

test('jobs of one shape take tokens one after the other', () => {
  const view = asking(1, 1, [cpu(1), { 1: 2 }, 1]);
  const [shape] = view.shapes;
  const heads = [1, 2, 3, 4].map((seq) => ({ seq, rank: seq }));
  const s = snapshot({
    consumables: [free(1, 5)],
    queues: [{ ...view, shapes: [{ ...shape!, heads, waiting: 4 }] }],
  });
  assert.deepEqual(started(s), [1, 2]);
  assert.deepEqual(short(s), [['r1: 1 of 5']]);
});

test('T-180: a job that asks for tokens stands in no line, where it would hold them without room', () => {
  const s = (asks: Asks) =>
    snapshot({
      running: [{ ...running('h', cpu(4)), mayPrecede: 3 }],
      consumables: [free(1, 1)],
      queues: [asking(1, 1, [cpu(4), asks, 1])],
    });
  assert.deepEqual(started(s({})), [1]);
  assert.deepEqual(started(s({ 1: 1 })), []);
});

test('what is short of tokens does not keep those behind it from a line', () => {
  const s = snapshot({
    running: [{ ...running('h', cpu(4)), mayPrecede: 3 }],
    consumables: [free(1, 0)],
    queues: [asking(1, 1, [cpu(1), { 1: 1 }, 1], [cpu(4), {}, 2])],
  });
  assert.deepEqual(
    plan(s).placements.map(({ job, after }) => [job, after]),
    [[2, 't-h']],
  );
});

test('T-193: among queues of one priority, too, who was short first comes first, whichever is served first', () => {
  const waits = asking(2, 1, [cpu(1), { 1: 3 }, 1]);
  const comes = (job: number) => asking(1, 1, [cpu(1), { 1: 1 }, job]);
  const s = snapshot({ consumables: [free(1, 1, 4)], queues: [waits, comes(2)] });
  const { placements, claims } = plan(s);
  assert.deepEqual(placements, []);
  assert.deepEqual(
    claims.map(({ job }) => job),
    [1, 2],
  );
  const then = { ...s, queues: [comes(2), waits], claims };
  assert.deepEqual(started(then), []);
  assert.deepEqual(plan(then).claims, claims);
  assert.deepEqual(started({ ...then, consumables: [free(1, 3)] }), [1]);
  assert.deepEqual(started({ ...then, consumables: [free(1, 4)] }), [2, 1]);
  assert.deepEqual(started({ ...then, claims: [] }), [2]);
});

test('T-193: a claim is its queue’s and shape’s: whoever comes to be the first of them has its place', () => {
  const waits = (job: number) => asking(2, 1, [cpu(1), { 1: 3 }, job]);
  const comes = asking(1, 1, [cpu(1), { 1: 1 }, 2]);
  const s = snapshot({ consumables: [free(1, 1, 3)], queues: [waits(1), comes] });
  // job 1 is cancelled; or one of higher priority comes in its shape
  const then = { ...s, queues: [comes, waits(7)], claims: plan(s).claims };
  assert.deepEqual(started(then), []);
  assert.deepEqual(
    plan(then).claims.map(({ queue: of, job }) => [of, job]),
    [
      [2, 7],
      [1, 2],
    ],
  );
  assert.deepEqual(started({ ...then, consumables: [free(1, 3)] }), [7]);
});

test('T-193: who starts leaves its place: the next of its shape comes behind the other queues', () => {
  const view = asking(2, 1, [cpu(1), { 1: 2 }, 1]);
  const [shape] = view.shapes;
  const heads = [1, 3].map((seq) => ({ seq, rank: seq }));
  const waits = { ...view, shapes: [{ ...shape!, heads, waiting: 2 }] };
  const comes = asking(1, 1, [cpu(1), { 1: 1 }, 2]);
  const s = snapshot({ consumables: [free(1, 0, 2)], queues: [waits, comes] });
  const then = { ...s, consumables: [free(1, 2)], claims: plan(s).claims };
  assert.deepEqual(started(then), [1]);
  assert.deepEqual(
    plan(then).claims.map(({ job }) => job),
    [2, 3],
  );
});

test('T-193: the shapes whose claims bind others are known to the next plan: of each resource the first that is short of it', () => {
  const claim = (queueSeq: number, shape: number, asks: Asks, short: number[], isStuck = false) => ({
    queue: queueSeq,
    shape,
    job: shape,
    tokens: Object.entries(asks).map(([seq, quantity]) => ({ consumable: Number(seq), quantity })),
    short,
    isStuck,
  });
  const claims = [
    claim(1, 8, { 1: 9 }, [1], true),
    claim(1, 9, { 1: 8 }, [1], true),
    claim(1, 10, { 1: 1 }, [1]),
    claim(1, 11, { 1: 2 }, [1]),
    claim(2, 12, { 1: 2 }, [1]),
    claim(1, 13, { 1: 2, 2: 1 }, [1, 2]),
    claim(1, 14, { 3: 1 }, []),
  ];
  assert.deepEqual(bindingShapes(claims, 1), [8, 10, 13, 14]);
  assert.deepEqual(bindingShapes(claims, 2), [12]);
  const many = Array.from({ length: 100 }, (_, at) => claim(1, at, { [at]: 1 }, [at]));
  assert.equal(bindingShapes(many, 1).length, 64);
});
