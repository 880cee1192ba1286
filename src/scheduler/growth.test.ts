import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { after, bounded, cpu, own, queue, snapshot } from '../../test/support/scheduler.ts';
import { anyMoment, numRuns } from '../../test/support/worlds.ts';
import type { Resources } from '../domain/container.ts';
import { type HostView, machineOf } from '../domain/host.ts';
import { fits } from './amounts.ts';
import { roomOf } from './change-room.ts';
import { onThose } from './growth.ts';
import { plan } from './plan.ts';
import { isOpenTo } from './room.ts';
import type { Plan, QueueView, RunningView, Snapshot } from './snapshot.ts';

/* Hosts that are yet to come: docs/decisions/hosts.md. */

const node = (id: string, vcpus: number, more: Partial<HostView> = {}): HostView => ({
  ...machineOf(cpu(vcpus, 16_000)),
  ...{ id, name: id, cpuIsWeight: false, standing: false },
  ...more,
});
const THERE = node('there', 4, { group: 'g' });
const COMES = [1, 2].map((n) => node(`comes${n}`, 4, { group: 'g', isToCome: true }));

const world = (more: Partial<Snapshot>): Snapshot =>
  snapshot({ hosts: [...COMES, THERE], environments: [own(1)], instances: [], ...more });

const places = (s: Snapshot, made: Plan): [number, string][] =>
  made.placements.map(({ job }) => [
    job,
    after(s, made).running.find(({ taskId }) => taskId.startsWith(`t-${job}-`))!.host,
  ]);

test('K-148: hosts that are there are filled first, be a smaller one to come; then those to come, as many as there are', () => {
  const s = world({ queues: [queue(1, [1], [cpu(3), [1, 2, 3, 4]])] });
  const made = plan(s);
  assert.deepEqual(places(s, made), [
    [1, 'there'],
    [2, 'comes1'],
    [3, 'comes2'],
  ]);
  assert.equal(made.waits[0]?.reason.verdicts[0]?.kind, 'room');
});

test('K-148: an instance on a host to come is used after all hosts that are there', () => {
  const s = world({ queues: [queue(1, [1], [cpu(3), [1, 2]])] });
  const then = after(s, plan(s));
  const running = then.running.filter(({ host }) => host !== 'there');
  const hosts = [...COMES, { ...THERE, size: cpu(2, 16_000) }];
  const next = { ...then, hosts, running, queues: [queue(1, [1], [cpu(1), [3]])] };
  assert.deepEqual(places(next, plan(next)), [[3, 'there']]);
});

test('K-141 K-148: nobody goes to a group while room is reserved on a host of it: its pods may go there', () => {
  const s = world({ hosts: [node('large', 8, { group: 'g' }), ...COMES] });
  const full = { ...s, queues: [queue(1, [1], [cpu(5), [1]])] };
  const then = after(full, plan(full));
  const waits = { ...then, queues: [queue(1, [1], [cpu(8), [2]], [cpu(4), [3]])] };
  const made = plan(waits);
  assert.deepEqual(
    [made.placements, made.reservations[0]?.portions.map(({ host }) => host)],
    [[], ['large']],
  );
  assert.equal(made.waits[1]?.reason.verdicts[0]?.kind, 'reserved');
  const elsewhere = COMES.map((one) => ({ ...one, group: 'other' }));
  const other = { ...waits, hosts: [waits.hosts[0]!, ...elsewhere] };
  assert.deepEqual(places(other, plan(other)), [[3, 'comes1']], 'of another group nothing is reserved');
});

/** Jobs of 4, 3 and 1: one that is there, one on a host to come, one that waits with `asks`. */
const awaiting = (asks: number): Snapshot => {
  const s = world({ queues: [queue(1, [1], [cpu(4), [1]], [cpu(3), [2]])] });
  const then = after(s, plan(s));
  return { ...then, queues: [queue(1, [1], [cpu(asks), [3]])] };
};

/** The node that is there is free again. */
const freed = (s: Snapshot): Snapshot => ({
  ...s,
  running: s.running.filter(({ host }) => host !== 'there'),
});

test('K-148: room that a pod which waits for a node would fit is its: nobody is pinned there before it is bound', () => {
  const s = freed(awaiting(1));
  assert.deepEqual(places(s, plan(s)), [[3, 'comes1']], 'with it to the node that comes');
  const closed = { ...s, hosts: s.hosts.map((one) => (one.isToCome ? { ...one, open: false } : one)) };
  const made = plan(closed);
  assert.deepEqual([made.placements, made.waits[0]?.reason.verdicts[0]?.kind], [[], 'reserved']);
  const bound = { ...closed, running: [] };
  assert.deepEqual(places(bound, plan(bound)), [[3, 'there']]);
});

test('K-148: where it would not fit, or of another group, others have the room', () => {
  const s = awaiting(1);
  const small = freed({ ...s, hosts: [...COMES, { ...THERE, size: cpu(2, 16_000) }] });
  assert.deepEqual(places(small, plan(small)), [[3, 'there']]);
  const other = freed({ ...s, hosts: [...COMES, { ...THERE, group: 'other' }] });
  assert.deepEqual(places(other, plan(other)), [[3, 'there']]);
});

test('K-148: nobody lines up for room that a pod which waits for a node would fit', () => {
  const s = awaiting(4);
  const quick = { ...s, running: s.running.map((task) => ({ ...task, mayPrecede: 1 })) };
  const closed = quick.hosts.map((one) => (one.isToCome ? { ...one, open: false } : one));
  assert.deepEqual(plan({ ...quick, hosts: closed }).placements, []);
  const none = { ...quick, hosts: [THERE], running: quick.running.filter(({ host }) => host === 'there') };
  assert.equal(plan(none).placements[0]?.after, 't-1-0');
});

test('K-149: what is waited for because a group is closed is told, and a job that fits nothing else is not told never', () => {
  const why = 'no node came: max size reached';
  const hosts = [THERE, ...COMES.map((one) => ({ ...one, size: cpu(8, 16_000), open: false, why }))];
  const verdict = (asks: number) =>
    plan(world({ hosts, queues: [queue(1, [1], [cpu(4), [1]], [cpu(asks), [2]])] })).waits[0]?.reason
      .verdicts[0];
  assert.deepEqual(verdict(8), { environment: 'e1', kind: 'closed', open: 1, growth: why });
  const small = verdict(2);
  assert.deepEqual([small?.kind, small?.kind === 'room' && small.growth], ['room', why]);
});

test('K-149: of several groups that are closed the reason of those is told whose hosts would take it', () => {
  const closed = (id: string, size: Resources, why: string) =>
    node(id, 1, { group: id, isToCome: true, open: false, size, why });
  const gpu = { ...cpu(2), gpus: 1 };
  const hosts = [
    closed('small', cpu(1), 'no small'),
    closed('gpu', { ...cpu(8, 16_000), gpus: 1 }, 'no gpu'),
    closed('cpu', cpu(8, 16_000), 'no cpu'),
  ];
  const told = (asks: Resources) => {
    const verdict = plan(world({ hosts, queues: [queue(1, [1], [asks, [1]])] })).waits[0]?.reason.verdicts[0];
    return verdict?.kind === 'closed' && verdict.growth;
  };
  assert.deepEqual([told(gpu), told(cpu(2))], ['no gpu', 'no gpu, no cpu']);
});

test('K-148: hosts that are there are counted, and what each group can add is told of', () => {
  const s = world({ queues: [queue(1, [1], [cpu(4), [1, 2]])] });
  const then = after(s, plan(s));
  const verdict = (more: Partial<Snapshot>) =>
    plan({ ...then, queues: [queue(1, [1], [cpu(8), [3]])], ...more }).waits[0]?.reason.verdicts[0];
  const large = node('large', 8, { group: 'h', foreign: cpu(0.5) });
  const running = [...then.running, on('large', cpu(7))];
  const told = verdict({ hosts: [...COMES, THERE, large], running });
  assert.deepEqual(told, { environment: 'e1', kind: 'closed', open: 2 });
  const found = verdict({ hosts: [...COMES, THERE, { ...large, foreign: cpu(0) }], running });
  assert.deepEqual(found?.kind === 'room' && [found.of, found.left], [
    { name: 'large', open: 2 },
    [{ group: 'g', many: 1 }],
  ]);
});

const on = (host: string, asks: Resources): RunningView => ({
  ...{ taskId: `t-${host}-0`, environment: 1, instance: `i-${host}`, host },
  ...{ asks, mayPrecede: 0 },
});

const nodesOf = (count: number, asks: Resources): QueueView => {
  const view = queue(1, [1], [asks, [1]], [cpu(1), [2]]);
  const [first, ...others] = view.shapes;
  return { ...view, shapes: [{ ...first!, groups: [{ asks, count, nodes: true }] }, ...others] };
};

test('K-148 K-154: the nodes of a multi-node job go to hosts that are there, and hold up nobody until those are enough', () => {
  const environments = [bounded(1)];
  const s = world({ environments, queues: [nodesOf(2, cpu(3))] });
  const made = plan(s);
  assert.deepEqual([places(s, made), made.reservations], [[[2, 'there']], []]);
  const [verdict] = made.waits[0]!.reason.verdicts;
  assert.equal(verdict?.kind, 'closed');
  assert.match(
    `${verdict?.kind === 'closed' && verdict.growth}`,
    /^a multi-node job waits for hosts that are there/,
  );
  const two = world({ ...s, hosts: [...COMES, THERE, node('too', 4, { group: 'g' })] });
  assert.deepEqual(
    plan(two).placements.map(({ job }) => job),
    [1, 2],
  );
});

test('K-145 K-148: an environment has the hosts to come of its own kind alone', () => {
  const environments = [bounded(1, { hosts: new Set(['there', 'comes2']) })];
  const s = world({ environments, queues: [queue(1, [1], [cpu(3), [1, 2, 3]])] });
  assert.deepEqual(places(s, plan(s)), [
    [1, 'there'],
    [2, 'comes2'],
  ]);
});

test('property K-148: a task of a host itself goes to one that is to come only where none that is there has room', () => {
  fc.assert(
    fc.property(anyMoment, (s) => {
      const made = plan(s);
      if (made.reservations.length > 0) return;
      const room = roomOf(after(s, made));
      for (const [job, host] of places(s, made)) {
        const placed = made.placements.find((p) => p.job === job)!;
        const environment = onThose(room, room.environments.get(placed.environment)!);
        const { asks, count } = s.queues.flatMap((q) => q.shapes).find(({ id }) => id === placed.shape)!
          .groups[0]!;
        if (count > 1 || environment.supply.kind !== 'own' || !room.hosts.get(host)?.isToCome) continue;
        for (const other of room.hosts.values())
          assert.ok(
            other.isToCome || !isOpenTo(environment, other) || !fits(asks, other.free),
            `${job} on ${host}, and ${other.id} has room`,
          );
      }
    }),
    { numRuns },
  );
});
