/**
 * Decisions a second with 1e3 to 1e6 jobs queued: a task ends, the queue is read, the plan made, the next job's task
 * written and the transaction committed to disk. Prints wall and CPU time, and the ratio between the ends, which is to
 * be at most 1.5: what a decision costs does not grow with the queue.
 *
 * With `--distinct` each job asks for another amount of memory than all others, up to 10,000 of them; with `--each N`, N of
 * them for the same. `--queues N`: they are spread over so many queues.
 * `--stopped N`: so many children of arrays that were stopped a moment ago stand before them all.
 *
 * `--running N --hosts M`: so many tasks run on so many hosts, which they fill. Beside one host with ten, in turn: a
 * decision is to cost at most three times as much CPU time.
 *
 * `--shares N`: the most jobs are of so many shares of a queue with a policy, each of which has used something all through the
 * window. Beside a thousand in a queue without one, in turn: a decision is to cost at most 1.5 times as much CPU time.
 *
 *   node bench/decisions.ts [--decisions 300] [--rounds 3] [--most 1000000] [--distinct] [--each 1] [--queues 1] [--stopped 0]
 *     [--running 0 --hosts 1 | --shares 0]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { widthOf } from '../src/domain/fair-share/use.ts';
import { MACHINE, machineOf } from '../src/domain/host.ts';
import { LARGEST_ARRAY } from '../src/domain/submit-limits.ts';
import { silentLog } from '../src/lib/logger.ts';
import { Dispatcher } from '../src/loops/dispatch.ts';
import { Paces } from '../src/loops/paces.ts';
import { jobBySeq } from '../src/store/job-rows.ts';
import type { TaskRow } from '../src/store/schema.ts';
import { openSqlite } from '../src/store/sqlite/open-database.ts';
import { SqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { noteUse } from '../src/transitions/shares/note-use.ts';
import { count } from '../test/support/flags.ts';
import { makeWorld, type World } from '../test/support/world.ts';
import { median } from './support/rounds.ts';

const { values } = parseArgs({
  options: {
    decisions: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '3' },
    most: { type: 'string', default: '1000000' },
    distinct: { type: 'boolean', default: false },
    each: { type: 'string', default: '1' },
    queues: { type: 'string', default: '1' },
    stopped: { type: 'string', default: '0' },
    running: { type: 'string', default: '0' },
    hosts: { type: 'string', default: '1' },
    shares: { type: 'string', default: '0' },
  },
});
const decisions = count('decisions', values.decisions);
const queues = count('queues', values.queues);
/** How many tasks run on how many hosts; of how many shares the jobs that wait are, 0 where the queue has no policy. */
interface Busy {
  readonly running: number;
  readonly hosts: number;
  readonly shares: number;
}
const asked: Busy = {
  running: Number(values.running),
  hosts: count('hosts', values.hosts),
  shares: Number(values.shares),
};
const SMALL: Busy = { running: 10, hosts: 1, shares: 0 };
const PLAIN: Busy = { ...asked, shares: 0 };
const WINDOW = 600_000;

/** Of jobs of 1 vCPU; the second fills a host that the first leaves some of. */
const TYPES = ['c5.xlarge', 'c5.large'];

const filled = async (queued: number, { running, hosts, shares }: Busy, folder: string) => {
  // vCPUs of each host: as many as its tasks
  const size = running > 0 ? Math.ceil(running / hosts) : 16;
  const world = await makeWorld({ pool: size, command: ['run'] });
  const list = Array.from({ length: hosts }, (_, n) => ({
    ...machineOf({ milliVcpus: size * 1000, memoryMiB: 1_000_000, gpus: 0 }),
    id: n === 0 ? MACHINE : `host${n}`,
  }));
  Object.assign(world.service, { capacity: { ...world.service.capacity, hosts: list } });
  await world.loops.stop();
  const { timers } = world;
  const store = new SqliteStore(openSqlite(join(folder, `${queued}.db`)), timers, silentLog);
  await world.service.store.write(async (tx) => world.service.catalog.forget(tx));
  const service = { ...world.service, store, wake: () => {} };
  Object.assign(world.service, { store, wake: () => {} });
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'e',
    type: 'MANAGED',
    computeResources: {
      type: 'EC2',
      maxvCpus: 1_000_000,
      instanceTypes: values.distinct ? ['r5.4xlarge'] : running > 0 ? TYPES : TYPES.slice(0, 1),
      subnets: ['s'],
      securityGroupIds: ['g'],
      instanceRole: 'r',
    },
  });
  if (shares > 0) await world.ask('createSchedulingPolicy', { name: 'p' });
  for (let n = 0; n < queues; n++) {
    await world.ask('createJobQueue', {
      jobQueueName: nameOf(n),
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
      ...(shares > 0 && { schedulingPolicyArn: `${POLICIES}/p` }),
    });
  }
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'd',
    type: 'container',
    schedulingPriority: 0,
    containerProperties: { image: 'busybox', vcpus: 1, memory: 128, command: ['run'] },
  });
  await submitArrays(world, Number(values.stopped), shares > 0 ? { shareIdentifier: 'u0' } : {});
  await store.write(async (tx) => {
    await tx.run('UPDATE jobs SET stop_kind = 2');
    await tx.run(`
      INSERT INTO sweeps (kind, target, stop_kind, reason, at)
      SELECT 'array', seq, 2, 'stopped', 0 FROM jobs WHERE size > 0`);
  });
  if (shares > 0) await submitShares(world, queued, shares);
  else await (values.distinct ? submitSingles(world, queued) : submitArrays(world, queued));
  return { world, service, store };
};

/** By its number. */
const kindOf = (job: number): number => Math.floor(job / count('each', values.each));
const nameOf = (queue: number): string => (queue === 0 ? 'q' : `q${queue}`);

const submitArrays = async (world: World, queued: number, more: object = {}): Promise<void> => {
  for (let left = queued; left > 0; left -= LARGEST_ARRAY) {
    await world.submit({ arrayProperties: { size: Math.min(left, LARGEST_ARRAY) }, ...more });
  }
};

/** As many of each share, which has used one vCPU second in each part of the window. */
const submitShares = async (world: World, queued: number, shares: number): Promise<void> => {
  for (let n = 0; n < shares; n++)
    await submitArrays(world, Math.floor(queued / shares), { shareIdentifier: `u${n}` });
  const { store } = world.service;
  await store.write(async (tx) => {
    await tx.run('UPDATE use_clock SET age = ?', [WINDOW]);
    for (const { seq } of await tx.all<{ seq: number }>('SELECT seq FROM shares'))
      for (let start = 0; start < WINDOW; start += widthOf(WINDOW))
        await tx.run('INSERT INTO share_uses VALUES (?, ?, ?, 1e6, 5e9, 1000, 1e6)', [
          seq,
          start,
          widthOf(WINDOW),
        ]);
  });
};

/** Those of one kind go to one queue. */
const submitSingles = async (world: World, queued: number): Promise<void> => {
  for (let from = 0; from < queued; from += 100) {
    await Promise.all(
      Array.from({ length: Math.min(100, queued - from) }, (_, n) =>
        world.submit({
          jobQueue: nameOf(kindOf(from + n) % queues),
          containerOverrides: {
            resourceRequirements: [{ type: 'MEMORY', value: `${kindOf(from + n) + 100}` }],
          },
        }),
      ),
    );
  }
};

const POLICIES = 'arn:aws:batch:us-east-1:012345678910:scheduling-policy';
const END = { startedAt: 1, stoppedAt: 1, exitCode: 0, statusReason: '', reason: null };

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** Milliseconds of one decision. */
const measure = async (queued: number, busy: Busy): Promise<Cost> => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-decisions-'));
  const { world, service, store } = await filled(queued, busy, folder);
  const dispatcher = new Dispatcher(service, new Paces());
  const decide = () => {
    world.clock.advance(1);
    return store.write(async (tx) => {
      const [first] = await tx.all<TaskRow>(
        'SELECT * FROM tasks WHERE state < 2 ORDER BY state, job LIMIT 1',
      );
      if (first) {
        const { queue } = (await jobBySeq(tx, first.job))!;
        await noteUse(service, tx, first, queue, END);
        await tx.run('UPDATE tasks SET state = 2, stopped_at = 1 WHERE id = ?', [first.id]);
        await tx.run('UPDATE jobs SET state = 5 WHERE seq = ?', [first.job]);
      }
      return (await dispatcher.dispatch(tx, await dispatcher.whatRuns.look(tx))).orders.length;
    });
  };
  await store.write((tx) => tx.run('UPDATE jobs SET state = iif(size > 0, 1, 2) WHERE state = 0'));
  // full before anything is measured
  let running = 0;
  while (running < busy.running) {
    const placed = await store.write(
      async (tx) => (await dispatcher.dispatch(tx, await dispatcher.whatRuns.look(tx))).orders.length,
    );
    if (placed === 0) break;
    running += placed;
  }
  if (running < busy.running) throw new Error(`${running} of ${busy.running} tasks run`);
  for (let i = 0; i < 20; i++) await decide();
  const began = performance.now();
  const cpu = process.cpuUsage();
  let made = 0;
  for (let i = 0; i < decisions; i++) made += await decide();
  const used = process.cpuUsage(cpu);
  if (made !== decisions) throw new Error(`${made} of ${decisions} decisions placed a job`);
  const wall = (performance.now() - began) / decisions;
  await store.close();
  rmSync(folder, { recursive: true, force: true });
  return { wall, cpu: (used.user + used.system) / 1000 / decisions };
};

const sizes = (asked.shares > 0 ? [count('most', values.most)] : [1e3, 1e4, 1e5, 1e6]).filter(
  (size) =>
    size > 2 * asked.running && size <= Math.min(count('most', values.most), values.distinct ? 1e4 : 1e6),
);
const results = new Map<number, Cost[]>(sizes.map((size) => [size, []]));
const beside: Cost[] = [];
for (let round = 0; round < count('rounds', values.rounds); round++) {
  for (const size of sizes) {
    results.get(size)!.push(await measure(size, asked));
    if (asked.hosts > 1) beside.push(await measure(size, SMALL));
    if (asked.shares > 0) beside.push(await measure(1e3, PLAIN));
  }
}
const medianOf = (costs: readonly Cost[], what: keyof Cost) => median(costs.map((cost) => cost[what]));
const tell = (name: string, costs: readonly Cost[]): void => {
  const [wall, cpu] = [medianOf(costs, 'wall'), medianOf(costs, 'cpu')];
  console.log(
    `${name}: ${(1000 / wall).toFixed(0)} decisions/s, ${wall.toFixed(3)} ms each, ${cpu.toFixed(3)} ms of CPU`,
  );
};
for (const size of sizes) tell(`${size} queued`, results.get(size)!);
const first = results.get(sizes[0]!)!;
const last = results.get(sizes.at(-1)!)!;
const ratio = (of: readonly Cost[], over: readonly Cost[], what: keyof Cost) =>
  (medianOf(of, what) / medianOf(over, what)).toFixed(2);
if (sizes.length > 1)
  console.log(
    `last over first: ${ratio(last, first, 'wall')} by the clock, ${ratio(last, first, 'cpu')} by CPU`,
  );
if (beside.length > 0) {
  tell(asked.shares > 0 ? '1000 queued without shares' : 'one host with ten tasks', beside);
  console.log(`over that: ${ratio(last, beside, 'wall')} by the clock, ${ratio(last, beside, 'cpu')} by CPU`);
}
process.exit(0);
