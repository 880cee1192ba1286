import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { after, bounded, cpu, own, queue, snapshot } from '../../test/support/scheduler.ts';
import { anyMoment, numRuns } from '../../test/support/worlds.ts';
import { type HostView, machineOf } from '../domain/host.ts';
import { fits } from './amounts.ts';
import { roomOf } from './change-room.ts';
import { onThose } from './growth.ts';
import { plan } from './plan.ts';
import { isOpenTo } from './room.ts';
import type { Plan, Snapshot } from './snapshot.ts';

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
