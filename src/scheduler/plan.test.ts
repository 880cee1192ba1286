import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  after,
  cpu,
  host,
  instanceOf,
  kinds,
  lastFirst,
  launched,
  own,
  placed,
  queue,
  reservation,
  running,
  slices,
  snapshot,
  spot,
} from '../../test/support/scheduler.ts';
import { machineOf } from '../domain/host.ts';
import { neverRuns, serviceReason } from '../why/decision.ts';
import { plan } from './plan.ts';
import type { EnvironmentView } from './snapshot.ts';

test('E-136: within a queue in the order of submission, whatever they ask', () => {
  const s = snapshot({ queues: [queue(1, [1], [cpu(1), [2, 4]], [cpu(2), [1, 3]])] });
  assert.deepEqual(placed(s), [
    [1, 1],
    [2, 1],
  ]);
});

test('the order within a queue is that of the ranks: with others another job is first', () => {
  const s = snapshot({ pool: cpu(1, 999), queues: [queue(1, [1], [cpu(1), [1]], [cpu(1, 200), [2]])] });
  assert.deepEqual(placed(s), [[1, 1]]);
  assert.deepEqual(placed(lastFirst(s)), [[2, 1]]);
});

test('E-131 S-049: the queue that is served first takes what there is', () => {
  const first = { ...queue(2, [1], [cpu(1), [9]]), priority: 2 };
  const s = snapshot({ pool: cpu(1), queues: [queue(1, [1], [cpu(1), [1]]), first] });
  assert.deepEqual(placed(s), [[9, 1]]);
  assert.deepEqual(kinds(s), ['room']);
});

test('E-132 E-139: queues of equal priority are served in turns, job by job', () => {
  const s = snapshot({ queues: [queue(1, [1], [cpu(1), [1, 2, 3, 4]]), queue(2, [1], [cpu(1), [5, 6, 7]])] });
  assert.deepEqual(
    placed(s).map(([job]) => job),
    [1, 5, 2, 6],
  );
});

test('E-133 S-227: the first environment with room, then the next', () => {
  const s = snapshot({
    environments: [slices(1, 1), own(2)],
    instances: [host(2)],
    queues: [queue(1, [1, 2], [cpu(1), [1, 2, 3]])],
  });
  assert.deepEqual(placed(s), [
    [1, 1],
    [2, 2],
    [3, 2],
  ]);
});

test('E-120 J-326: a disabled or invalid environment is passed over', () => {
  const environments = [{ ...slices(1), enabled: false }, { ...slices(2), valid: false }, slices(3)];
  assert.deepEqual(placed(snapshot({ environments, queues: [queue(1, [1, 2, 3], [cpu(1), [1]])] })), [
    [1, 3],
  ]);
});

test('E-137: a head that waits for room reserves it: smaller ones behind and in lower queues do not overtake', () => {
  const s = snapshot({
    running: [running('h', cpu(2))],
    queues: [queue(1, [1], [cpu(4), [1]], [cpu(1), [2]]), { ...queue(2, [1], [cpu(1), [3]]), priority: 0 }],
  });
  assert.deepEqual(placed(s), []);
  assert.deepEqual(kinds(s), ['room', 'reserved', 'reserved']);
});

test('E-137: what a reservation leaves is used: another instance than the one the head waits for', () => {
  const s = snapshot({
    pool: cpu(6, 64_000),
    environments: [launched(1, ['c5.large', 'c5.xlarge'])],
    instances: [instanceOf('a', 1, 'c5.xlarge'), instanceOf('b', 1, 'c5.large')],
    running: [running('a', cpu(1), 1), running('b', cpu(1), 1)],
    queues: [queue(1, [1], [cpu(4), [1]], [cpu(1), [2, 3]])],
  });
  const made = plan(s);
  assert.deepEqual(
    made.placements.map((p) => [p.job, p.instances[0]]),
    [[2, 'b']],
  );
  assert.deepEqual(made.reservations[0]?.on, [{ instance: 'a', asks: cpu(4) }]);
});

test('E-138: what can never run waits without end, reserves nothing and bars nobody', () => {
  const s = snapshot({
    environments: [slices(1, 2), slices(2, 4)],
    queues: [queue(1, [1], [cpu(3), [1]], [cpu(1), [2]]), queue(2, [2], [cpu(2), [3]])],
  });
  assert.deepEqual(placed(s), [
    [2, 1],
    [3, 2],
  ]);
  assert.deepEqual(kinds(s), ['never-maximum']);
  assert.deepEqual(plan(s).reservations, []);
});

test('CPU is a weight: a job that asks for more than the machine has takes all of it, alone; memory is real', () => {
  const big = snapshot({ queues: [queue(1, [1], [cpu(16), [1]], [cpu(1), [2]])] });
  assert.deepEqual(placed(big), [[1, 1]]);
  const fat = snapshot({ queues: [queue(1, [1], [cpu(1, 20_000), [1]], [cpu(1), [2]])] });
  assert.deepEqual(placed(fat), [[2, 1]]);
  assert.deepEqual(kinds(fat), ['never-pool']);
});

test('a type with more vCPUs than the pool takes them whole and is alone; one whose memory does not fit is never carved', () => {
  const environments = [launched(1, ['c5.4xlarge']), launched(2, ['c5.large']), launched(3, ['r5.large'])];
  const s = snapshot({
    pool: cpu(4, 32_000),
    environments,
    queues: [queue(1, [1], [cpu(10), [1]]), queue(2, [2], [cpu(1), [2]]), queue(3, [3], [cpu(1), [3]])],
  });
  assert.deepEqual(
    plan(s).launches.map((l) => [l.type, l.size.milliVcpus]),
    [['c5.4xlarge', 16_000]],
  );
  assert.deepEqual(placed(s), [[1, 1]]);
  const small = { ...s, hosts: [machineOf(cpu(4, 8_000))], queues: [queue(3, [3], [cpu(1), [3]])] };
  assert.deepEqual(kinds(small), ['never-pool']);
});

test('E-160: a job is placed only where its vCPUs, memory and GPUs are all free on one instance', () => {
  const environments = [launched(1, ['p2.xlarge'])];
  const instances = [instanceOf('a', 1, 'p2.xlarge'), instanceOf('b', 1, 'p2.xlarge')];
  const gpu = { ...cpu(1), gpus: 1 };
  const s = snapshot({
    pool: { ...cpu(8, 130_000), gpus: 2 },
    environments,
    instances,
    running: [running('a', gpu, 1), running('b', cpu(3), 1)],
  });
  const to = (asks: typeof gpu) =>
    plan({ ...s, queues: [queue(1, [1], [asks, [1]])] }).placements[0]?.instances;
  assert.deepEqual(to(gpu), ['b']);
  assert.deepEqual(to({ ...cpu(3), gpus: 0 }), ['a']);
  assert.equal(to({ ...cpu(2), gpus: 1 }), undefined);
  assert.equal(to(cpu(1, 60_000)), undefined);
});

test('E-166: instances that run are filled, the fullest first, before another is launched', () => {
  const s = snapshot({
    pool: cpu(16, 64_000),
    environments: [launched(1, ['c5.xlarge'])],
    instances: [instanceOf('a', 1, 'c5.xlarge'), instanceOf('b', 1, 'c5.xlarge')],
    running: [running('a', cpu(1), 1), running('b', cpu(3), 1)],
    queues: [queue(1, [1], [cpu(1), [1, 2, 3, 4, 5]])],
  });
  const made = plan(s);
  assert.deepEqual(
    made.placements.map((p) => p.instances[0]),
    ['b', 'a', 'a', 'a', '+0'],
  );
  assert.equal(made.launches.length, 1);
});

test('E-163: a job without GPUs lands on an instance that has some only when no other is allowed', () => {
  const pool = { ...cpu(8, 130_000), gpus: 1 };
  const type = (names: string[]) =>
    plan(snapshot({ pool, environments: [launched(1, names)], queues: [queue(1, [1], [cpu(1), [1]])] }))
      .launches[0]?.type;
  assert.equal(type(['p2.xlarge', 'r5.2xlarge']), 'r5.2xlarge');
  assert.equal(type(['p2.xlarge']), 'p2.xlarge');
});

test('E-141: the tasks of a multi-node job are placed all at once in one environment, or none', () => {
  const nodes = (count: number) => {
    const made = queue(1, [1, 2], [cpu(2), [1]]);
    return {
      ...made,
      shapes: made.shapes.map((s) => ({
        ...s,
        groups: [
          { asks: cpu(2), count },
          { asks: cpu(1), count: 1 },
        ],
      })),
    };
  };
  const environments = [slices(1, 4), launched(2, ['c5.large'])];
  const s = snapshot({ pool: cpu(8, 64_000), environments, queues: [nodes(2)] });
  const [placement] = plan(s).placements;
  assert.deepEqual([placement?.environment, placement?.instances.length], [2, 3]);
  assert.deepEqual(plan({ ...s, queues: [nodes(4)] }).placements, []);
  const verdicts = plan({ ...s, queues: [nodes(4)] }).waits[0]?.reason.verdicts.map((v) => v.kind);
  assert.deepEqual(verdicts, ['never-maximum', 'never-pool']);
  const busy = {
    ...s,
    environments: [...environments, own(3)],
    instances: [host(3)],
    running: [running('h', cpu(4), 3)],
  };
  assert.deepEqual(plan(busy).placements, []);
  assert.deepEqual(plan(busy).launches, [], 'no part of it is launched for');
  assert.equal(plan(busy).reservations[0]?.job, 1);
});

test('S-045 J-326: verdicts for environments that are disabled or invalid', () => {
  const environments = [
    { ...slices(1), enabled: false },
    { ...slices(2), valid: false },
  ];
  assert.deepEqual(kinds(snapshot({ environments, queues: [queue(1, [1], [cpu(1), [1]])] })), ['disabled']);
  assert.deepEqual(kinds(snapshot({ environments, queues: [queue(1, [2], [cpu(1), [1]])] })), ['invalid']);
});

test('E-173: an INVALID environment tells whether it could hold the job if it were repaired', () => {
  const small = launched(1, ['c5.large']);
  const large = { ...launched(2, ['c5.9xlarge']), valid: false };
  const asked = (vcpus: number, environments: EnvironmentView[]) =>
    plan(snapshot({ pool: cpu(64, 256_000), environments, queues: [queue(1, [1, 2], [cpu(vcpus), [1]])] }))
      .waits[0]!.reason;
  const could = asked(16, [small, large]);
  assert.deepEqual(could.verdicts[1], { environment: 'e2', kind: 'invalid' });
  assert.deepEqual([neverRuns(could), serviceReason(could)], [true, undefined]);
  const never = asked(40, [small, large]);
  assert.deepEqual(never.verdicts[1], { environment: 'e2', kind: 'invalid', never: true });
  assert.equal(serviceReason(never)?.code, 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT');
});

test('the next of a kind is lined up behind quick tasks of the same room, the head first', () => {
  const s = snapshot({
    running: [
      { ...running('h', cpu(2)), taskId: 'a', mayPrecede: 2 },
      { ...running('h', cpu(2)), taskId: 'b' },
    ],
    queues: [queue(1, [1], [cpu(2), [1, 2, 3]])],
  });
  assert.deepEqual(
    plan(s).placements.map(({ job, after, instances }) => [job, after, instances]),
    [
      [1, 'a', ['h']],
      [2, 'a', ['h']],
    ],
  );
});

test('nobody is lined up ahead of an older job of another kind, on what is kept for another, or where it may not run', () => {
  const quick = { ...running('h', cpu(4)), taskId: 'a', mayPrecede: 8 };
  const jobs = (s: ReturnType<typeof snapshot>) => plan(s).placements.map(({ job }) => job);
  const s = snapshot({ running: [quick], queues: [queue(1, [1], [cpu(4), [1, 3]], [cpu(2), [2]])] });
  assert.deepEqual(jobs(s), [1]);
  const first = { ...queue(2, [1], [cpu(3), [9]]), priority: 2 };
  assert.deepEqual(jobs({ ...s, queues: [first, ...s.queues] }), []);
  assert.deepEqual(jobs({ ...s, environments: [{ ...own(1), enabled: false }] }), []);
});

test('E-154: a minimum keeps whole instances', () => {
  const s = snapshot({
    pool: cpu(64, 200_000),
    environments: [launched(1, ['c5.9xlarge'], { min: 4 })],
    instances: [{ ...instanceOf('a', 1, 'c5.9xlarge'), graceOver: true }],
  });
  assert.deepEqual(plan(s).retires, []);
  assert.deepEqual(plan(s).desired, [{ environment: 1, milliVcpus: 36_000 }]);
});

test('E-155: an idle instance goes after its grace, above the minimum; at once where its room is what another lacks', () => {
  const idle = { ...instanceOf('a', 1, 'c5.large'), graceOver: true };
  const s = snapshot({ pool: cpu(2, 8_000), environments: [launched(1, ['c5.large'])], instances: [idle] });
  assert.deepEqual(plan(s).retires, [{ instance: 'a', reason: 'idle' }]);
  assert.deepEqual(plan({ ...s, instances: [{ ...idle, graceOver: false }] }).retires, []);
  assert.deepEqual(plan({ ...s, environments: [launched(1, ['c5.large'], { min: 2 })] }).retires, []);
  const elsewhere = {
    ...s,
    environments: [launched(1, ['c5.large']), launched(2, ['c5.large'])],
    instances: [{ ...idle, graceOver: false }],
    queues: [queue(1, [2], [cpu(1), [1]])],
  };
  assert.deepEqual(plan(elsewhere).retires, [{ instance: 'a', reason: 'room' }]);
  assert.deepEqual(placed(elsewhere), [[1, 2]]);
  const roomy = { ...elsewhere, hosts: [machineOf(cpu(4, 8_000))] };
  assert.deepEqual(plan(roomy).retires, [], 'not while there is room without it');
});

test('an environment shrunk below what it has loses what is idle at once, what is busy when it is done', () => {
  const instances = [instanceOf('a', 1, 'c5.large'), instanceOf('b', 1, 'c5.large')];
  const s = snapshot({
    pool: cpu(8, 32_000),
    environments: [launched(1, ['c5.large'], { max: 1 })],
    instances,
    running: [running('a', cpu(1), 1)],
  });
  assert.deepEqual(plan(s).retires, [{ instance: 'b', reason: 'maximum' }]);
});

test('E-150: BEST_FIT on demand never passes the maximum, the others by at most a part of one instance', () => {
  const launches = (mayPassMaximum: boolean) =>
    plan(
      snapshot({
        pool: cpu(64, 200_000),
        environments: [launched(1, ['c5.xlarge'], { max: 6, mayPassMaximum })],
        queues: [queue(1, [1], [cpu(2), [1, 2, 3, 4, 5, 6, 7]])],
      }),
    ).launches.length;
  assert.deepEqual([launches(false), launches(true)], [1, 2]);
});

test('E-158: a slice is cut for each task of FARGATE, as large as it asks, up to the maximum, and goes with it', () => {
  const s = snapshot({ environments: [slices(1, 3)], queues: [queue(1, [1], [cpu(1, 512), [1, 2, 3, 4]])] });
  assert.deepEqual(
    plan(s).launches.map((l) => [l.type, l.size]),
    Array(3).fill(['fargate', cpu(1, 512)]),
  );
  assert.deepEqual(kinds(s), ['maximum']);
  const over = snapshot({
    environments: [slices(1)],
    instances: [{ ...instanceOf('a', 1, 'c5.large'), type: 'fargate' }],
  });
  assert.deepEqual(plan(over).retires, [{ instance: 'a', reason: 'idle' }]);
});

test('E-169 S-230 S-034: Spot launches only while its price is below the bid; the price follows on-demand work', () => {
  const environments = [spot(1, ['c5.large'], 50), launched(2, ['c5.large'])];
  const s = snapshot({ pool: cpu(8, 64_000), environments, queues: [queue(1, [1], [cpu(1), [1]])] });
  assert.equal(plan(s).spotPrice, 10);
  assert.deepEqual(placed(s), [[1, 1]]);
  const busy = {
    ...s,
    instances: [instanceOf('a', 2, 'c5.large'), instanceOf('b', 2, 'c5.large')],
    running: [running('a', cpu(1), 2), running('b', cpu(1), 2)],
  };
  assert.equal(plan(busy).spotPrice, 55);
  assert.deepEqual(placed(busy), []);
  assert.deepEqual(kinds(busy), ['price']);
});

test('E-168: Spot instances whose price reached the bid are warned', () => {
  const s = snapshot({
    pool: cpu(4, 64_000),
    environments: [spot(1, ['c5.large'], 50), launched(2, ['c5.large'])],
    instances: [instanceOf('a', 1, 'c5.large'), instanceOf('b', 2, 'c5.large')],
    running: [running('a', cpu(1), 1), running('b', cpu(1), 2)],
  });
  assert.deepEqual(plan(s).drains, [{ instance: 'a', reason: 'price' }]);
});

test('E-168: Spot instances whose room work on demand needs are warned, no more of them than that takes', () => {
  const s = snapshot({
    pool: cpu(8, 64_000),
    environments: [spot(1, ['c5.large']), launched(2, ['c5.large'])],
    instances: ['a', 'b', 'c', 'd'].map((id) => instanceOf(id, 1, 'c5.large')),
    running: ['a', 'b', 'c', 'd'].map((id) => running(id, cpu(1), 1)),
    queues: [queue(1, [2], [cpu(2), [1]])],
  });
  const made = plan(s);
  assert.equal(made.drains.length, 1);
  assert.equal(made.drains[0]?.reason, 'reclaimed');
  const next = plan(after(s, made));
  assert.deepEqual(next.drains, [], 'nobody else is warned while it waits');
  const cheaper = plan({ ...s, queues: [queue(1, [1], [cpu(2), [1]])] });
  assert.deepEqual(cheaper.drains, [], 'Spot work takes nothing back');
});

test('a reservation stands from turn to turn: what it waits for is not opened again', () => {
  const s = snapshot({
    pool: cpu(4, 64_000),
    environments: [launched(1, ['c5.large', 'c5.xlarge'])],
    instances: [instanceOf('a', 1, 'c5.large'), instanceOf('b', 1, 'c5.large')],
    running: [running('a', cpu(1), 1), running('b', cpu(1), 1)],
    queues: [queue(1, [1], [cpu(4), [1]], [cpu(1), [2, 3]])],
  });
  const made = plan(s);
  assert.deepEqual(made.placements, []);
  assert.deepEqual(reservation(made), [1, ['a', 'b']]);
  const half = plan({ ...s, running: [running('a', cpu(1), 1)], reservations: made.reservations });
  assert.deepEqual(half.placements, []);
  assert.deepEqual(half.retires, []);
  const free = plan({ ...s, running: [], reservations: half.reservations });
  assert.deepEqual(
    free.placements.map((p) => p.job),
    [1],
  );
  assert.deepEqual(free.retires.map((r) => r.instance).sort(), ['a', 'b']);
});
