/**
 * How many tasks of /bin/true a second the process engine runs by itself: two lanes, each some tasks ahead.
 * `node bench/engine-rate.ts [tasks] [ahead]`
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StartOrder, TaskReport } from '../src/engines/engine.ts';
import { ProcessEngine } from '../src/engines/process/engine.ts';
import { silentLog } from '../src/lib/logger.ts';

const [tasks = 2000, ahead = 8] = process.argv.slice(2).map(Number);
const LANES = 2;

const dataDir = mkdtempSync(join(tmpdir(), 'longshore-rate-'));
const engine = new ProcessEngine({
  dataDir,
  dataId: 'bench',
  path: process.env.PATH!,
  clock: {
    wall: () => Date.now(),
    steady: () => Math.round(performance.now()),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  },
  timers: {
    after: (milliseconds, fn) => {
      const timer = setTimeout(fn, milliseconds);
      return () => clearTimeout(timer);
    },
    soon: (fn) => void setImmediate(fn),
  },
  log: silentLog,
  outputPath: (taskId) => join(dataDir, 'output', taskId),
});

let made = 0;
const orderIn = (after: string | undefined): StartOrder => ({
  taskId: (++made).toString(16).padStart(32, '0'),
  container: {
    image: 'none',
    command: ['/bin/true'],
    environment: [],
    vcpus: 1,
    memory: 128,
    resourceRequirements: [],
    volumes: [],
    mountPoints: [],
    ulimits: [],
    secrets: [],
  },
  jobVariables: { AWS_BATCH_JOB_ID: 'job', AWS_BATCH_JOB_ATTEMPT: '1' },
  jobId: 'job',
  attempt: 1,
  ...(after !== undefined && { after }),
});

const lanes = Array.from({ length: LANES }, () => ({ waiting: new Set<string>(), tail: '' }));

const feed = (): void => {
  const orders: StartOrder[] = [];
  for (const lane of lanes) {
    while (lane.waiting.size < ahead && made < tasks) {
      const order = orderIn(lane.tail || undefined);
      lane.tail = order.taskId;
      lane.waiting.add(order.taskId);
      orders.push(order);
    }
  }
  if (orders.length > 0) void engine.start(orders);
};

const began = performance.now();
await new Promise<void>((resolve) => {
  let ended = 0;
  engine.watch((reports: readonly TaskReport[]) => {
    const over = reports.filter((r) => r.kind === 'exited' && lanes.some((l) => l.waiting.delete(r.taskId)));
    ended += over.length;
    void engine.forget(over.map((report) => report.taskId));
    if (ended === tasks) resolve();
    else feed();
  });
  feed();
});
const seconds = (performance.now() - began) / 1000;
console.log(
  `${tasks} tasks, ${ahead} ahead: ${Math.round(tasks / seconds)} a second (memory: ${engine.memoryMode})`,
);
await engine.close();
rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
