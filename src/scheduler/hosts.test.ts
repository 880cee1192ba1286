import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  after,
  cpu,
  instanceOf,
  launched,
  own,
  queue,
  slices,
  snapshot,
  spot,
} from '../../test/support/scheduler.ts';
import type { HostView } from '../domain/host.ts';
import { plan } from './plan.ts';
import type { EnvironmentView, Snapshot } from './snapshot.ts';

/* Several hosts: each task, instance and reservation is on one of them. */

const host = (id: string, vcpus: number, more: Partial<HostView> = {}): HostView => ({
  id,
  name: id,
  size: cpu(vcpus, 64_000),
  foreign: cpu(0, 0),
  slots: Number.POSITIVE_INFINITY,
  cpuIsWeight: false,
  open: true,
  standing: false,
  ...more,
});

const THREE = [host('a', 4), host('b', 8), host('c', 16)];
const on = (s: Snapshot) => plan(s).launches.map((launch) => [launch.host, launch.type]);
const world = (vcpus: number, hosts = THREE, environments = [own(1)]) =>
  snapshot({ hosts, environments, queues: [queue(1, [1], [cpu(vcpus), [1]])] });

test('a task goes to the open host with the least room that it fits', () => {
  assert.deepEqual(on(world(8)), [['b', 'host']]);
  assert.deepEqual(on(world(9)), [['c', 'host']]);
  assert.deepEqual(on(world(1)), [['a', 'host']]);
  const closed = [THREE[0]!, { ...THREE[1]!, open: false }, THREE[2]!];
  assert.deepEqual(on(world(8, closed)), [['c', 'host']]);
  const used = [THREE[0]!, { ...THREE[1]!, foreign: cpu(1, 0) }, THREE[2]!];
  assert.deepEqual(on(world(8, used)), [['c', 'host']]);
  const full = [{ ...THREE[0]!, slots: 0 }, THREE[1]!, THREE[2]!];
  assert.deepEqual(on(world(1, full)), [['b', 'host']]);
});

test('an environment of hosts may have some of them alone', () => {
  const some = { ...own(1), supply: { kind: 'own' as const, hosts: new Set(['c']) } };
  assert.deepEqual(on(world(1, THREE, [some])), [['c', 'host']]);
});

test('E-158 E-151: slices and instances are cut from one host each', () => {
  assert.deepEqual(on(world(8, THREE, [slices(1)])), [['b', 'fargate']]);
  assert.deepEqual(on(world(8, THREE, [launched(1, ['c5.4xlarge', 'c5.2xlarge'])])), [['b', 'c5.2xlarge']]);
});

test('where CPU is no weight nothing has more vCPUs than its host, and what fits none says so of the nearest', () => {
  const s = world(17);
  assert.deepEqual(plan(s).placements, []);
  assert.deepEqual(plan(s).waits[0]!.reason.verdicts, [
    {
      environment: 'e1',
      kind: 'never-pool',
      needs: cpu(17),
      pool: cpu(16, 64_000),
      of: { name: 'c', open: 3 },
    },
  ]);
});

test('idle instances go for their room on the host where that is enough, and on no other', () => {
  const s = snapshot({
    hosts: [host('a', 4), host('b', 4)],
    environments: [launched(1, ['c5.large']), launched(2, ['c5.xlarge'])],
    instances: ['a1', 'a2', 'b1'].map((id) => ({ ...instanceOf(id, 1, 'c5.large'), host: id[0]! })),
    running: [{ taskId: 't', environment: 1, instance: 'a1', host: 'a', asks: cpu(1), mayPrecede: 0 }],
    queues: [queue(1, [2], [cpu(4), [1]])],
  });
  const made = plan(s);
  assert.deepEqual(
    made.launches.map((launch) => launch.host),
    ['b'],
  );
  assert.deepEqual(made.retires, [{ instance: 'b1', reason: 'room' }]);
});

test('E-137: a head reserves on one host, and others take what it leaves there and all of the rest', () => {
  const busy = after(world(3, [host('a', 4), host('b', 4)]), plan(world(3, [host('a', 4), host('b', 4)])));
  const s = { ...busy, queues: [queue(1, [1], [cpu(4), [2, 3]], [cpu(1), [4, 5]])] };
  const made = plan(s);
  const hostOf = (job: number) =>
    after(s, made).running.find(({ taskId }) => taskId.startsWith(`t-${job}-`))?.host;
  const [reserved] = made.reservations;
  assert.deepEqual([reserved!.job, reserved!.portions.length], [3, 1]);
  assert.deepEqual([hostOf(2), hostOf(4), hostOf(5)], ['b', 'a', undefined]);
  assert.equal(reserved!.portions[0]!.host, 'b');
});

test('a host itself is an instance while it has tasks, and goes after its grace; one that stands stays', () => {
  const idle = { ...instanceOf('i', 1, 'c5.large'), type: 'host', host: 'a', graceOver: true };
  const s = snapshot({ hosts: THREE, environments: [own(1)], instances: [idle] });
  assert.deepEqual(plan(s).retires, [{ instance: 'i', reason: 'idle' }]);
  assert.deepEqual(plan({ ...s, hosts: [{ ...THREE[0]!, standing: true }] }).retires, []);
});

test('what could be held only by hosts that take no tasks now, or that others use, says so and holds up nobody', () => {
  const s = snapshot({
    hosts: [host('a', 4), host('b', 8, { open: false })],
    environments: [own(1)],
    queues: [queue(1, [1], [cpu(8), [1]], [cpu(1), [2]])],
  });
  const made = plan(s);
  assert.deepEqual(
    made.placements.map(({ job }) => job),
    [2],
  );
  assert.equal(made.waits[0]!.reason.verdicts[0]!.kind, 'closed');
  assert.deepEqual(made.reservations, []);
});

test('hosts that are not listed may come back: what only they could hold is not told never, and holds up nobody', () => {
  const some = { ...own(1), supply: { kind: 'own' as const, hosts: new Set(['a', 'gone']) } };
  const kinds = (s: Snapshot) => plan(s).waits.map(({ reason }) => reason.verdicts.map(({ kind }) => kind));
  const s = {
    ...world(8, [host('a', 4), host('b', 16)], [some]),
    queues: [queue(1, [1], [cpu(8), [1]], [cpu(1), [2]])],
  };
  assert.deepEqual(kinds(s), [['closed']]);
  assert.deepEqual(
    plan(s).placements.map(({ job }) => job),
    [2],
  );
  assert.deepEqual(plan(s).reservations, []);
  const back = { ...s, hosts: [...s.hosts, host('gone', 4)] };
  assert.deepEqual(kinds(back), [['never-pool']], 'it is too small');
  assert.deepEqual(kinds(world(8, [host('b', 16)], [some])), [['closed']], 'all of its hosts');
  const none = { ...own(1), supply: { kind: 'own' as const, hosts: new Set<string>() } };
  assert.deepEqual(kinds(world(1, [host('b', 16)], [none])), [['never-pool']], 'it has none');
});

test('a host that was never met may be of any size: what only it could hold is not told never, and holds up nobody', () => {
  const unmet = host('unmet', 0, { size: cpu(0, 0), open: false, isUnmet: true, isApart: true });
  for (const environment of [own(1), slices(1), launched(1, ['c5.4xlarge', 'c5.large'])]) {
    const queues = [queue(1, [1], [cpu(8), [1]], [cpu(1), [2]])];
    const s = { ...world(8, [host('a', 4), unmet], [environment]), queues };
    const made = plan(s);
    assert.deepEqual(
      made.waits.map(({ reason }) => reason.verdicts[0]!.kind),
      ['closed'],
    );
    assert.deepEqual(
      made.placements.map(({ job }) => job),
      [2],
    );
    const met = { ...s, hosts: [host('a', 4), host('unmet', 2)] };
    assert.match(plan(met).waits[0]!.reason.verdicts[0]!.kind, /^never-/);
  }
  assert.equal(plan(ofNodes([apart('a', 4), unmet], 6)).waits[0]!.reason.verdicts[0]!.kind, 'closed');
});

test('without any host nothing waits for ever but what no host would help', () => {
  const kinds = (vcpus: number, environment: EnvironmentView) =>
    plan(world(vcpus, [], [environment])).waits.map(({ reason }) => reason.verdicts[0]!.kind);
  const few = launched(1, ['c5.xlarge'], { max: 2 });
  assert.deepEqual(kinds(4, own(1)), ['closed']);
  assert.deepEqual(kinds(4, slices(1)), ['closed']);
  assert.deepEqual(kinds(4, launched(1, ['c5.xlarge'])), ['closed']);
  assert.deepEqual(kinds(5, launched(1, ['c5.xlarge'])), ['never-type']);
  assert.deepEqual(kinds(2, few), ['never-maximum']);
});

test('want of room is told of the host with most of it, and how many are open', () => {
  const s = snapshot({
    hosts: THREE.slice(0, 2),
    environments: [own(1)],
    instances: [{ ...instanceOf('i', 1, 'c5.large'), type: 'host', size: cpu(8, 64_000), host: 'b' }],
    running: [{ taskId: 't', environment: 1, instance: 'i', host: 'b', asks: cpu(3), mayPrecede: 0 }],
    queues: [queue(1, [1], [cpu(6), [1]])],
  });
  const [verdict] = plan(s).waits[0]!.reason.verdicts;
  assert.deepEqual(
    verdict?.kind === 'room' && [verdict.free.milliVcpus, verdict.pool.milliVcpus, verdict.of],
    [5000, 8000, { name: 'b', open: 2 }],
  );
});

const instance = (id: string, environment: number, at: HostView, type = 'host') => ({
  ...instanceOf(id, environment, type === 'host' ? 'c5.large' : type),
  ...(type === 'host' && { size: at.size }),
  type,
  host: at.id,
});
const task = (id: string, on: string, at: HostView, vcpus: number, environment = 1) => ({
  taskId: id,
  environment,
  instance: on,
  host: at.id,
  asks: cpu(vcpus),
  mayPrecede: 0,
});
const ofHost = (s: Snapshot) => {
  const [verdict] = plan(s).waits[0]!.reason.verdicts;
  return verdict && 'of' in verdict ? [verdict.kind, verdict.of] : verdict;
};

test('want of room is told of a host that the environment has, and that others leave enough of', () => {
  const [a, b, c] = [host('a', 4), host('b', 8), host('c', 8, { foreign: cpu(6, 0) })];
  const busy = { instances: [instance('i', 1, a)], running: [task('t', 'i', a, 4)] };
  const some = { ...own(1), supply: { kind: 'own' as const, hosts: new Set(['a', 'c']) } };
  const s = { ...world(3, [a, b, c], [some]), ...busy };
  assert.deepEqual(ofHost(s), ['room', { name: 'a', open: 2 }]);
  const larger = { ...world(9, [a, b, c], [some]), ...busy };
  assert.deepEqual(ofHost(larger), ['never-pool', { name: 'c', open: 2 }]);
});

test('where CPU is a weight a job that asks for more than others leave of a host has what they leave, if anything', () => {
  const half = host('a', 4, { cpuIsWeight: true, foreign: cpu(2, 0) });
  assert.deepEqual(on(world(4, [half])), [['a', 'host']]);
  assert.deepEqual(on(world(4, [{ ...half, foreign: cpu(4, 0) }])), []);
  const busy = { instances: [instance('i', 1, half)], running: [task('t', 'i', half, 1)] };
  const s = { ...world(4, [half]), ...busy };
  assert.deepEqual([plan(s).placements, plan(s).reservations.length], [[], 1], 'it waits for what runs');
});

test('a host has one instance of an environment: none comes beside one that drains', () => {
  const [a, b] = [host('a', 4), host('b', 8)];
  const draining = { ...instance('i', 1, a), draining: true };
  const s = { ...world(2, [a, b]), instances: [draining], running: [task('t', 'i', a, 1)] };
  assert.deepEqual(on(s), [['b', 'host']]);
});

test('E-168: a Spot instance with the fewest tasks is taken back where a host has no slots for work on demand', () => {
  const a = host('a', 16, { slots: 4 });
  const s = snapshot({
    hosts: [a],
    environments: [own(1), spot(2, ['c5.large'])],
    instances: [instance('i', 1, a), ...['s', 't'].map((id) => instance(id, 2, a, 'c5.large'))],
    running: [
      task('i1', 'i', a, 1),
      task('s1', 's', a, 1, 2),
      task('s2', 's', a, 1, 2),
      task('t1', 't', a, 1, 2),
    ],
    queues: [queue(1, [1], [cpu(1), [1]])],
  });
  const made = plan(s);
  assert.deepEqual(made.drains, [{ instance: 't', reason: 'reclaimed' }]);
  assert.deepEqual(plan(after(s, made)).drains, [], 'one slot is enough');
  assert.deepEqual(plan({ ...s, hosts: [{ ...a, slots: 5 }] }).drains, [], 'none is needed');
  const two = { ...s, queues: [queue(1, [1], [cpu(1), [1]]), queue(2, [1], [cpu(1), [2]])] };
  assert.deepEqual(
    plan(two).drains.map((drain) => drain.instance),
    ['t', 's'],
  );
});

test('E-166: of hosts that have an instance the one with the least left is filled, whoever holds the rest', () => {
  const [a, b] = [host('a', 8), host('b', 8)];
  const s = snapshot({
    hosts: [a, b],
    environments: [own(1), launched(2, ['m5.xlarge'])],
    instances: [instance('i', 1, a), instance('j', 1, b), instance('k', 2, a, 'm5.xlarge')],
    running: [task('i1', 'i', a, 1), task('j1', 'j', b, 2), task('k1', 'k', a, 1, 2)],
    queues: [queue(1, [1], [cpu(1), [1]], [cpu(6), [2]])],
  });
  assert.deepEqual(
    plan(s).placements.map(({ job, instances }) => [job, ...instances]),
    [
      [1, 'i'],
      [2, 'j'],
    ],
  );
});

test('nobody lines up on a host that takes no tasks, or is gone', () => {
  const hosts = [host('a', 2), host('b', 2)];
  const lined = (some: readonly HostView[]) =>
    plan(
      snapshot({
        hosts: some,
        environments: [launched(1, ['c5.large'])],
        instances: hosts.map(({ id }) => ({ ...instanceOf(id, 1, 'c5.large'), host: id })),
        running: hosts.map(({ id }) => ({
          ...{ taskId: `t-${id}`, environment: 1, instance: id, host: id },
          ...{ asks: cpu(2), mayPrecede: id === 'a' ? 1 : 0 },
        })),
        queues: [queue(1, [1], [cpu(2), [1, 2]])],
      }),
    ).placements.map(({ after }) => after);
  assert.deepEqual(lined(hosts), ['t-a']);
  assert.deepEqual(lined([{ ...hosts[0]!, open: false }, hosts[1]!]), []);
  assert.deepEqual(lined([hosts[1]!]), []);
});

const nodes = (count: number, vcpus: number) => ({
  id: 9,
  jobGroup: 0,
  groups: [{ asks: cpu(vcpus), count, nodes: true as const }],
  heads: [{ seq: 1, rank: 1 }],
  waiting: 1,
});
const apart = (id: string, vcpus: number, more: Partial<HostView> = {}) =>
  host(id, vcpus, { isApart: true, ...more });
const ofNodes = (hosts: HostView[], count: number) =>
  snapshot({
    hosts,
    environments: [launched(1, ['c5.large', 'c5.xlarge', 'c5.4xlarge'])],
    queues: [{ ...queue(1, [1]), shapes: [nodes(count, 2)] }],
  });

test('J-294: all nodes of a job are on one host where hosts share no network, and on several where they do', () => {
  const hostsOf = (hosts: HostView[], count: number) => [
    ...new Set(on(ofNodes(hosts, count)).map(([at]) => at)),
  ];
  assert.deepEqual(hostsOf([apart('a', 4), apart('b', 8)], 2), ['a'], 'the one with the least room');
  assert.deepEqual(hostsOf([apart('a', 4), apart('b', 8)], 4), ['b']);
  assert.deepEqual(hostsOf([apart('a', 8, { open: false }), apart('b', 8)], 4), ['b']);
  assert.deepEqual(hostsOf([host('a', 4), host('b', 4)], 4).sort(), ['a', 'b']);
});

test('a multi-node job of one node goes past hosts that are closed, full or too small, and holds up nobody', () => {
  const beside = (...hosts: HostView[]) => ofNodes([...hosts, apart('b', 8)], 1);
  const full = apart('full', 2);
  const busy = { instances: [instance('i', 1, full, 'c5.large')], running: [task('t', 'i', full, 2)] };
  assert.deepEqual(on(beside(apart('shut', 2, { open: false }))), [['b', 'c5.large']]);
  assert.deepEqual(on(beside(apart('small', 1))), [['b', 'c5.large']]);
  assert.deepEqual(on({ ...beside(full), ...busy }), [['b', 'c5.large']]);
  const groups = [{ asks: cpu(2), count: 1 }];
  const ordinary = { id: 10, jobGroup: 0, groups, heads: [{ seq: 2, rank: 2 }], waiting: 1 };
  const made = plan({
    ...beside(apart('small', 1)),
    queues: [{ ...queue(1, [1]), shapes: [nodes(1, 2), ordinary] }],
  });
  assert.deepEqual(
    made.placements.map(({ job }) => job),
    [1, 2],
  );
});

test('nodes that fit on all hosts together and on none alone never run, and the reason names the nearest', () => {
  const s = ofNodes([apart('a', 4), apart('b', 8)], 6);
  assert.deepEqual(plan(s).placements, []);
  const [verdict] = plan(s).waits[0]!.reason.verdicts;
  assert.deepEqual(verdict?.kind === 'never-pool' && [verdict.needs.milliVcpus, verdict.of], [
    12_000,
    { name: 'b', open: 2 },
  ]);
});

test('E-137: nodes that wait reserve room of one host alone', () => {
  const [a, b] = [apart('a', 8), apart('b', 8)];
  const busy = {
    instances: [instance('i', 2, a, 'c5.large'), instance('j', 2, b, 'c5.large')],
    running: [task('t', 'i', a, 2, 2), task('u', 'j', b, 2, 2)],
  };
  const s = ofNodes([a, b], 4);
  const made = plan({ ...s, ...busy, environments: [...s.environments, launched(2, ['c5.large'])] });
  assert.deepEqual([made.placements, made.reservations.length], [[], 1]);
  assert.equal(new Set(made.reservations[0]!.portions.map((portion) => portion.host)).size, 1);
});

test('K-143: instances of a host that is lost, or listed no more, go at once, minimums too, and come anew elsewhere', () => {
  const lost = host('b', 8, { open: false, isLost: true });
  const s = snapshot({
    hosts: [host('a', 4), lost],
    environments: [launched(1, ['c5.large'], { min: 4 })],
    instances: [instance('i', 1, lost, 'c5.large'), instance('j', 1, host('gone', 4), 'c5.large')],
  });
  const made = plan(s);
  assert.deepEqual(made.retires, [
    { instance: 'i', reason: 'host' },
    { instance: 'j', reason: 'host' },
  ]);
  assert.deepEqual(on(s), [
    ['a', 'c5.large'],
    ['a', 'c5.large'],
  ]);
  const silent = {
    ...s,
    hosts: [host('a', 4), { ...host('b', 8), open: false }],
    instances: [s.instances[0]!],
  };
  assert.deepEqual(plan(silent).retires, [], 'one that is closed may come back');
});
