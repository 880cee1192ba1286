import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { clusterOf } from '../../test/support/ecs.ts';
import type { FakeClock } from '../../test/support/fakes.ts';
import { makeWorld, type World } from '../../test/support/world.ts';
import { containerLogId } from '../domain/log-stream.ts';
import { silentLog } from '../lib/logger.ts';
import { OutputStore } from '../output/output.ts';
import type { Service } from '../service/service.ts';
import { Retention } from './retention.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Kept {
  readonly world: World;
  readonly service: Service;
  /** Lets time pass, an hour at a time, and retention look as often as it likes. */
  pass(milliseconds: number): Promise<void>;
  look(): Promise<void>;
}

/** A world whose finished jobs are kept for `keep`, with output in a folder of the test's own. */
const keptWorld = async (t: TestContext, keep: number | undefined): Promise<Kept> => {
  const world = await makeWorld({ command: ['exit', '0'] });
  const folder = mkdtempSync(join(tmpdir(), 'longshore-retention-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const service = { ...world.service, output: new OutputStore(folder, world.clock, world.timers, silentLog) };
  const retention = new Retention(service, world.timers, keep);
  retention.start();
  t.after(() => retention.stop());
  const look = async () => {
    for (let i = 0; i < 40; i++) {
      world.timers.advance(i === 0 ? 60_000 : 20);
      for (let turn = 0; turn < 4; turn++) await new Promise((done) => setImmediate(done));
    }
  };
  const pass = async (milliseconds: number) => {
    for (let left = milliseconds; left > 0; left -= HOUR) {
      world.clock.advance(Math.min(left, HOUR));
      if (left % DAY === 0) await look();
    }
    await look();
  };
  await look();
  return { world, service, pass, look };
};

const rows = async (world: World): Promise<Record<string, number>> => {
  const tables = ['jobs', 'tasks', 'edges', 'specs', 'removals'];
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join(', ');
  return (await world.service.store.read((tx) => tx.all<Record<string, number>>(`SELECT ${counts}`)))[0]!;
};

test('J-147: a finished job is there for its time, then gone: from every answer, with its rows and its log', async (t) => {
  const { world, service, pass } = await keptWorld(t, 7 * DAY);
  const id = await world.submit();
  await world.submit({ dependsOn: [{ jobId: id }] });
  await world.settle();
  const log = service.output.pathOf(world.engine.orders[0]!.taskId);
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, 'hello\n');
  await pass(7 * DAY - HOUR);
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
  assert.ok(existsSync(log));
  await pass(3 * HOUR);
  assert.equal(await world.job(id), undefined);
  const { jobSummaryList } = await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'SUCCEEDED' });
  assert.deepEqual(jobSummaryList, []);
  assert.equal(existsSync(log), false);
  assert.deepEqual(await rows(world), { jobs: 0, tasks: 0, edges: 0, specs: 0, removals: 0 });
  const late = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd', dependsOn: [{ jobId: id }] };
  assert.equal((await world.refused('submitJob', late)).message, `Job ${id} not found.`, 'J-248');
});

for (const isSeen of [true, false])
  test(`J-147: what the engine still has of a task whose job is gone leaves no output, its pod ${isSeen ? 'seen to end' : 'lost'}`, async (t) => {
    const { world, service, pass } = await keptWorld(t, DAY);
    Object.assign(world.service, { output: service.output });
    await world.submit();
    await world.settle();
    const { taskId } = world.engine.orders[0]!;
    await pass(2 * DAY);
    assert.equal((await rows(world)).tasks, 0);
    // its pod outlived it: the next server reads its logs, and tells its end
    const logs = [taskId, containerLogId(taskId, 1), containerLogId(taskId, 19)].map((id) =>
      service.output.pathOf(id),
    );
    for (const log of logs) {
      mkdirSync(dirname(log), { recursive: true });
      writeFileSync(log, 'hello\n');
    }
    const at = world.clock.wall();
    if (isSeen) {
      const end = { taskId, kind: 'exited', startedAt: at, stoppedAt: at, exitCode: 0 } as const;
      world.engine.say({ ...end, pod: { containers: [], initContainers: [] } });
    } else world.engine.say({ taskId, kind: 'lost', reason: 'gone', stoppedAt: at });
    await world.settle();
    assert.deepEqual(logs.map(existsSync), [false, false, false]);
    assert.equal(world.engine.forgotten.at(-1), taskId);
  });

test('J-147 J-062: what runs, what waits and definitions stay, INACTIVE ones too', async (t) => {
  const { world, pass } = await keptWorld(t, DAY);
  await world.ask('deregisterJobDefinition', { jobDefinition: 'd:1' });
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: { image: 'x', vcpus: 1, memory: 4, command: ['run'] },
  });
  const running = await world.submit();
  const waiting = await world.submit({ dependsOn: [{ jobId: running }] });
  await world.settle();
  await pass(30 * DAY);
  assert.equal((await world.job(running)).status, 'RUNNING');
  assert.equal((await world.job(waiting)).status, 'PENDING');
  const { jobDefinitions } = await world.ask('describeJobDefinitions', { status: 'INACTIVE' });
  assert.equal(jobDefinitions[0].revision, 1);
});

test('J-147: an array is hidden whole at once and removed in steps of at most 1,000 rows', async (t) => {
  const { world, pass, look } = await keptWorld(t, DAY);
  const id = await world.submit({ arrayProperties: { size: 5000 } });
  await world.settle();
  const cluster = await clusterOf(world);
  const orderedTasks = [world.engine.orders.at(-1)!.taskId];
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
  world.clock.advance(2 * DAY);
  let before = (await rows(world)).jobs! + 5000;
  let gone = false;
  for (let i = 0; i < 200; i++) {
    world.timers.advance(i === 0 ? 60_000 : 20);
    for (let turn = 0; turn < 4; turn++) await new Promise((done) => setImmediate(done));
    const { jobs = 0, tasks = 0 } = await rows(world);
    gone ||= jobs < 5001;
    if (gone) {
      assert.equal(await world.job(`${id}:7`), undefined, 'no child is found without its parent');
      assert.deepEqual(
        (await world.ask('describeTasks', { cluster, tasks: orderedTasks })).tasks,
        [],
        'nor its task',
      );
    }
    assert.ok(before - (jobs + tasks) <= 1000, `${before - jobs - tasks} rows at once`);
    before = jobs + tasks;
  }
  await look();
  await pass(HOUR);
  assert.deepEqual(await rows(world), { jobs: 0, tasks: 0, edges: 0, specs: 0, removals: 0 });
});

test('J-147: what children were changed to when they ran again goes with their array', async (t) => {
  const { world, pass } = await keptWorld(t, DAY);
  const containerOverrides = { command: ['exit', '1'] };
  const jobId = await world.submit({ arrayProperties: { size: 600 }, containerOverrides });
  await world.settle();
  for (const [indices, code] of [
    [[3, 590], '2'],
    [[590], '0'],
  ] as const) {
    await world.ask('retryJobs', { jobId, indices, changes: { command: ['exit', code] } });
    await world.settle();
  }
  assert.equal((await rows(world)).specs, 3);
  await pass(DAY + 2 * HOUR);
  assert.deepEqual(await rows(world), { jobs: 0, tasks: 0, edges: 0, specs: 0, removals: 0 });
});

test('J-147: a clock set forward by a year wipes nothing; set back, it keeps nothing for longer', async (t) => {
  const { world, pass, look } = await keptWorld(t, 7 * DAY);
  const id = await world.submit();
  await world.settle();
  world.clock.jump(365 * DAY);
  await look();
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
  world.clock.jump(-365 * DAY);
  await pass(7 * DAY + 2 * HOUR);
  assert.equal(await world.job(id), undefined);
});

/** What the clocks do just before a job ends, unseen by any look. */
const LEAPS: readonly (readonly [string, (clock: FakeClock) => void])[] = [
  ['set forward by a year', (clock) => clock.jump(365 * DAY)],
  ['set forward by three hours', (clock) => clock.jump(3 * HOUR)],
  ['set back by a year', (clock) => clock.jump(-365 * DAY)],
  ['asleep for two days', (clock) => clock.jump(2 * DAY)],
  ['asleep for two days that the steady clock saw too', (clock) => clock.advance(2 * DAY)],
  ['off for a month', (clock) => boot(clock, 30 * DAY)],
  ['another boot with the clock a year back', (clock) => boot(clock, -365 * DAY)],
];

const boot = (clock: FakeClock, milliseconds: number): void => {
  clock.jump(milliseconds);
  clock.bootId = 'boot-2';
};

for (const [what, leap] of LEAPS) {
  test(`J-147: what ends after the machine was ${what}, and before anybody looked, has its whole time`, async (t) => {
    const { world, pass } = await keptWorld(t, DAY);
    leap(world.clock);
    const ended = await world.submit();
    await world.settle();
    const cancelled = await world.submit({ dependsOn: [{ jobId: ended }], jobName: 'waits' });
    await world.ask('cancelJob', { jobId: cancelled, reason: 'r' });
    await world.settle();
    await pass(23 * HOUR);
    for (const id of [ended, cancelled]) assert.ok(await world.job(id), 'a day is a day');
    await pass(2 * HOUR);
    for (const id of [ended, cancelled]) assert.equal(await world.job(id), undefined);
  });
}

test('J-147: a clock that leaps forward and back about an end keeps a job no longer', async (t) => {
  const { world, pass } = await keptWorld(t, DAY);
  world.clock.jump(365 * DAY);
  const id = await world.submit();
  await world.settle();
  world.clock.jump(-365 * DAY);
  await pass(25 * HOUR);
  assert.equal(await world.job(id), undefined);
});

test('a turn of the clock is remembered as long as a job stands before it', async (t) => {
  const { world, pass } = await keptWorld(t, DAY);
  const turns = () =>
    world.service.store.read((tx) => tx.all<{ seq: number }>('SELECT seq FROM clock_turns'));
  await world.submit();
  await world.settle();
  await pass(HOUR);
  for (let n = 0; n < 2; n++) {
    world.clock.jump(-2 * HOUR);
    await world.submit();
    await world.settle();
  }
  assert.equal((await turns()).length, 2);
  await pass(DAY - HOUR);
  assert.equal((await turns()).length, 1);
  await pass(2 * HOUR);
  assert.equal((await turns()).length, 0);
});

test('J-147: for ever is for ever', async (t) => {
  const { world, pass } = await keptWorld(t, undefined);
  const id = await world.submit();
  await world.settle();
  await pass(400 * DAY);
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
});

test('J-147: a spec goes with its last job only, and a like submission makes it anew', async (t) => {
  const { world, pass } = await keptWorld(t, DAY);
  await world.submit();
  await world.settle();
  await pass(DAY - HOUR);
  const second = await world.submit();
  await world.settle();
  await pass(3 * HOUR);
  assert.equal((await world.job(second)).jobDefinition.split('/')[1], 'd:1');
  await pass(2 * DAY);
  assert.equal((await rows(world)).specs, 0);
  const third = await world.submit();
  await world.settle();
  assert.equal((await world.job(third)).status, 'SUCCEEDED');
});

test('J-147: what a dependent has still to be told of is not removed', async (t) => {
  const { world, pass } = await keptWorld(t, DAY);
  const id = await world.submit();
  await world.settle();
  await world.loops.stop();
  await world.service.store.write((tx) =>
    tx.run('INSERT INTO settled (job, ok, before_seq) SELECT seq, 1, 99 FROM jobs WHERE id = ?', [id]),
  );
  await pass(5 * DAY);
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
});

const instances = async (world: World): Promise<number> =>
  (await world.service.store.read((tx) => tx.all('SELECT 1 FROM instances'))).length;

/** Wants two instances that nobody uses, and lets them go idle. */
const launchForNothing = async (world: World): Promise<void> => {
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: 'e',
    computeResources: { desiredvCpus: 4 },
  });
  await world.settle();
  world.clock.advance(30_000);
  await world.settle();
};

test('instances that no job was on are gone some time after they were terminated, the others with their last job', async (t) => {
  const { world, pass } = await keptWorld(t, 7 * DAY);
  const id = await world.submit();
  await world.settle();
  await launchForNothing(world);
  const { containerInstanceArn } = (await world.job(id)).container;
  assert.ok((await instances(world)) > 1);
  await pass(50 * 60_000);
  assert.ok((await instances(world)) > 1, 'they are shown for an hour');
  await pass(2 * HOUR);
  assert.equal(await instances(world), 1);
  assert.equal((await world.job(id)).container.containerInstanceArn, containerInstanceArn);
  await pass(8 * DAY);
  assert.equal(await instances(world), 0);
});

for (const [what, table, insert] of [
  [
    'instances',
    'instances',
    `INSERT INTO instances (id, container_instance, environment, host, type, milli_vcpus, memory_mib, gpus, state, launched_at, unused_age)
     SELECT 'i-' || value, value, 1, 'machine', 'c5.large', 2000, 4096, 0, 2, 0, -1000000000 FROM `,
  ],
  ['shares', 'shares', 'INSERT INTO shares (queue, name) SELECT 1, value FROM '],
] as const) {
  test(`of more ${what} that go than a step removes the rest go at once, not with the next look`, async (t) => {
    const { world } = await keptWorld(t, undefined);
    await world.service.store.write((tx) =>
      tx.run(`${insert} json_each(?)`, [JSON.stringify([...Array(1200).keys()])]),
    );
    const left = async () =>
      (await world.service.store.read((tx) => tx.all(`SELECT 1 FROM ${table}`))).length;
    const seen: number[] = [];
    for (const milliseconds of [60_000, 20, 20]) {
      world.timers.advance(milliseconds);
      for (let turn = 0; turn < 10; turn++) await new Promise((done) => setImmediate(done));
      seen.push(await left());
    }
    assert.deepEqual(seen, [700, 200, 0]);
  });
}

test('an instance that ends after a leap of the clock that nobody saw is shown for its hour too', async (t) => {
  const { world, pass } = await keptWorld(t, DAY);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', computeResources: { minvCpus: 1 } });
  await world.settle();
  world.clock.jump(365 * DAY);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', computeResources: { minvCpus: 0 } });
  await world.settle();
  world.clock.advance(30_000);
  await world.settle();
  await pass(50 * 60_000);
  assert.equal(await instances(world), 1);
  await pass(2 * HOUR);
  assert.equal(await instances(world), 0);
});

test('an instance that outlived its last job goes too', async (t) => {
  const { world, pass, look } = await keptWorld(t, DAY);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', computeResources: { minvCpus: 1 } });
  await world.submit();
  await world.settle();
  await pass(3 * DAY);
  assert.equal(await instances(world), 1, 'its minimum stays');
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', computeResources: { minvCpus: 0 } });
  await world.settle();
  assert.equal(await instances(world), 1, 'terminated, and shown');
  await look();
  assert.equal(await instances(world), 1);
  await pass(2 * HOUR);
  assert.equal(await instances(world), 0);
});

test('J-147: a multi-node job stays while a node of it has not gone, however long that takes', async (t) => {
  const { world, pass } = await keptWorld(t, DAY);
  const container = { image: 'x', vcpus: 1, memory: 16, command: ['run'] };
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'm',
    type: 'multinode',
    nodeProperties: { numNodes: 2, mainNode: 0, nodeRangeProperties: [{ targetNodes: '0:', container }] },
  });
  const id = await world.submit({ jobDefinition: 'm' });
  await world.settle();
  const orderOf = (node: number) => world.engine.orders.find(({ jobId }) => jobId === `${id}#${node}`)!;
  world.engine.end(orderOf(0).taskId, 0);
  await world.settle();
  await pass(3 * DAY);
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
  world.engine.end(orderOf(1).taskId, 143);
  await world.settle();
  await pass(DAY);
  assert.equal(await world.job(id), undefined);
});
