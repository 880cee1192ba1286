/**
 * A server whose cluster runs so many pods: what it takes of a core while nothing happens, how long a restart takes until they are adopted and
 * it serves, and how much more memory it has than before.
 *
 *   npm run bench:kubernetes-many -- --kubeconfig FILE|--stand-in [--namespace default] [--pods 10000] [--seconds 60] [--before FOLDER]
 *
 * Needs what `bench:kubernetes` does; a pod of another image than `null` runs there until it is deleted. Or `--stand-in`, which needs
 * nothing (see `stand-in-cluster.ts`). FOLDER: another checkout, whose server is measured.
 */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { count } from '../test/support/flags.ts';
import { submitArray } from './support/array.ts';
import { clusterOf, makeNodes, openCluster, removeNodes, setUpPods } from './support/kubernetes.ts';
import { cpuMicroseconds, residentMiB } from './support/process.ts';
import { type BenchServer, sleep, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    'stand-in': { type: 'boolean', default: false },
    before: { type: 'string', default: '.' },
    namespace: { type: 'string', default: 'default' },
    pods: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '60' },
  },
});
const { namespace } = values;
const kubeconfig = await clusterOf(values.kubeconfig, { isStandIn: values['stand-in'], milliseconds: 300 });
const [pods, seconds] = [count('pods', values.pods), count('seconds', values.seconds)];
const MOST_IN_ARRAY = 10_000;
const ASKED = { idle: 1, adopted: 5000, grown: 200 };

const start = (dataDir?: string): Promise<BenchServer> => {
  const cluster = ['--engine', 'kubernetes', '--kubeconfig', kubeconfig, '--namespace', namespace];
  return startBenchServer([...cluster, '--refuse', 'all'], values.before, dataDir);
};

/** Percent of a core over `seconds`. */
const idle = async ({ process: { pid } }: BenchServer): Promise<number> => {
  const before = cpuMicroseconds(pid!);
  await sleep(seconds * 1000);
  return (cpuMicroseconds(pid!) - before) / seconds / 10_000;
};

const running = async ({ batch }: BenchServer, ids: readonly string[]): Promise<number> => {
  const { jobs = [] } = await batch.describeJobs({ jobs: [...ids] });
  return jobs.reduce((sum, job) => sum + (job.arrayProperties?.statusSummary?.RUNNING ?? 0), 0);
};

const allRun = async (server: BenchServer): Promise<string[]> => {
  const ids: string[] = [];
  for (let left = pods; left > 0; left -= MOST_IN_ARRAY)
    ids.push(await submitArray(server, Math.max(2, Math.min(left, MOST_IN_ARRAY))));
  while ((await running(server, ids)) < pods) await sleep(1000);
  return ids;
};

const row = (what: string, found: number, asked: number, unit: string): void => {
  const verdict = found <= asked ? 'reached' : 'NOT reached';
  console.log(`| ${what} | ${found.toFixed(1)} ${unit} | at most ${asked} ${unit}: ${verdict} |`);
};

const measure = async (first: BenchServer): Promise<BenchServer> => {
  const [bare, base] = [await idle(first), residentMiB(first.process.pid!)];
  const ids = await allRun(first);
  await sleep(10_000);
  const [busy, grown] = [await idle(first), residentMiB(first.process.pid!) - base];
  await first.end();
  const began = performance.now();
  const second = await start(first.dataDir);
  const adopted = performance.now() - began;
  if ((await running(second, ids)) < pods) throw new Error('not all are adopted');
  const after = await idle(second);
  console.log(`\n| ${pods} pods run | found | asked |\n| --- | --- | --- |`);
  row(`idle (with none ${bare.toFixed(1)} %)`, busy, ASKED.idle, '%');
  row('from the start of the next server until it serves', adopted, ASKED.adopted, 'ms');
  row('its idle', after, ASKED.idle, '%');
  row(`memory beyond ${base.toFixed(0)} MiB`, grown, ASKED.grown, 'MiB');
  row('its memory beyond that', residentMiB(second.process.pid!) - base, ASKED.grown, 'MiB');
  for (const jobId of ids) await second.batch.terminateJob({ jobId, reason: 'measured' });
  while ((await running(second, ids)) > 0) await sleep(1000);
  return second;
};

const client = openCluster(kubeconfig);
await makeNodes(client, pods, 100);
const first = await start();
let last = first;
try {
  await setUpPods(first, 'stays');
  last = await measure(first);
} finally {
  await last.end();
  rmSync(first.dataDir, { recursive: true, force: true, maxRetries: 10 });
  await removeNodes(client);
  client.close();
}
