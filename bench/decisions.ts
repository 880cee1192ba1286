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
 *   node bench/decisions.ts [--decisions 300] [--rounds 3] [--most 1000000] [--distinct] [--each 1] [--queues 1] [--stopped 0]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MACHINE, machineOf } from '../src/domain/host.ts';
import { LARGEST_ARRAY } from '../src/domain/submit-limits.ts';
import { silentLog } from '../src/lib/logger.ts';
import { Dispatcher } from '../src/loops/dispatch.ts';
import { Paces } from '../src/loops/paces.ts';
import { openSqlite } from '../src/store/sqlite/open-database.ts';
import { SqliteStore } from '../src/store/sqlite/sqlite-store.ts';
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
  },
});
const decisions = count('decisions', values.decisions);
const queues = count('queues', values.queues);
/** How many tasks run on how many hosts. */
interface Busy {
  readonly running: number;
  readonly hosts: number;
}
const asked: Busy = { running: Number(values.running), hosts: count('hosts', values.hosts) };
const SMALL: Busy = { running: 10, hosts: 1 };

/** Of jobs of 1 vCPU; the second fills a host that the first leaves some of. */
const TYPES = ['c5.xlarge', 'c5.large'];

const filled = async (queued: number, { running, hosts }: Busy, folder: string) => {
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
  for (let n = 0; n < queues; n++) {
    await world.ask('createJobQueue', {
      jobQueueName: nameOf(n),
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
    });
  }
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: { image: 'busybox', vcpus: 1, memory: 128, command: ['run'] },
  });
  await submitArrays(world, Number(values.stopped));
  await store.write(async (tx) => {
    await tx.run('UPDATE jobs SET stop_kind = 2');
    await tx.run(`
      INSERT INTO sweeps (kind, target, stop_kind, reason, at)
      SELECT 'array', seq, 2, 'stopped', 0 FROM jobs WHERE size > 0`);
  });
  await (values.distinct ? submitSingles(world, queued) : submitArrays(world, queued));
  return { service, store };
};

/** By its number. */
const kindOf = (job: number): number => Math.floor(job / count('each', values.each));
const nameOf = (queue: number): string => (queue === 0 ? 'q' : `q${queue}`);

const submitArrays = async (world: World, queued: number): Promise<void> => {
  for (let left = queued; left > 0; left -= LARGEST_ARRAY) {
    await world.submit({ arrayProperties: { size: Math.min(left, LARGEST_ARRAY) } });
  }
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

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** Milliseconds of one decision. */
const measure = async (queued: number, busy: Busy): Promise<Cost> => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-decisions-'));
  const { service, store } = await filled(queued, busy, folder);
  const dispatcher = new Dispatcher(service, new Paces());
  const decide = () =>
    store.write(async (tx) => {
      const [first] = await tx.all<{ id: string; job: number }>(
        'SELECT id, job FROM tasks WHERE state < 2 ORDER BY state, job LIMIT 1',
      );
      if (first) {
        await tx.run('UPDATE tasks SET state = 2, stopped_at = 1 WHERE id = ?', [first.id]);
        await tx.run('UPDATE jobs SET state = 5 WHERE seq = ?', [first.job]);
      }
      return (await dispatcher.dispatch(tx, await dispatcher.whatRuns.look(tx))).orders.length;
    });
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

const sizes = [1e3, 1e4, 1e5, 1e6].filter(
  (size) =>
    size > 2 * asked.running && size <= Math.min(count('most', values.most), values.distinct ? 1e4 : 1e6),
);
const results = new Map<number, Cost[]>(sizes.map((size) => [size, []]));
const beside: Cost[] = [];
for (let round = 0; round < count('rounds', values.rounds); round++) {
  for (const size of sizes) {
    results.get(size)!.push(await measure(size, asked));
    if (asked.hosts > 1) beside.push(await measure(size, SMALL));
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
console.log(
  `last over first: ${ratio(last, first, 'wall')} by the clock, ${ratio(last, first, 'cpu')} by CPU`,
);
if (beside.length > 0) {
  tell('one host with ten tasks', beside);
  console.log(`over that: ${ratio(last, beside, 'wall')} by the clock, ${ratio(last, beside, 'cpu')} by CPU`);
}
process.exit(0);
