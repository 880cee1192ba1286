/**
 * This checkout beside another one of the same project, such as the commit before a change: signed SubmitJob at 16
 * connections, an array of null jobs to its end, what a decision costs, and how soon a job runs; in turn, nine rounds. Of the two servers the
 * CPU time is measured too, which a noisy machine disturbs less than the rate. Each is warm: a server has
 * done as much before, and of decisions the median of three rounds of one process counts.
 *
 *   npm run bench:beside -- --before FOLDER [--rounds 9] [--requests 10000] [--jobs 3000] [--only submit,array,decisions,start] [--settle 40]
 *
 * `--settle`: the CPU time of submissions is counted until so many seconds after the last, in which a server that keeps records of
 * them has to write all of these to their files.
 *
 * FOLDER is a clone with its node_modules. Rates are to be at least 0.95 of the other's, CPU time at most 1.03.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { count } from '../test/support/flags.ts';
import { runArray } from './support/array.ts';
import { load, signedBytes, times } from './support/load.ts';
import { cpuMicroseconds } from './support/process.ts';
import { median } from './support/rounds.ts';
import { type BenchServer, setUp, sleep, startBenchServer } from './support/server.ts';
import { startLatency } from './support/start.ts';

const { values } = parseArgs({
  options: {
    before: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    requests: { type: 'string', default: '10000' },
    jobs: { type: 'string', default: '3000' },
    only: { type: 'string', default: 'submit,array,decisions,start' },
    settle: { type: 'string', default: '0' },
  },
});
if (values.before === undefined) throw new Error('--before FOLDER is required: the checkout to compare with');
const ROOTS = { now: resolve('.'), before: resolve(values.before) };
const CONNECTIONS = 16;
const body = JSON.stringify({ jobName: 'bench', jobQueue: 'q', jobDefinition: 'd' });

/** Of one round: a second's requests, jobs or decisions, and microseconds of CPU time that each cost the server. */
interface Figure {
  readonly rate: number;
  readonly cpu: number | undefined;
}

const submit = async (root: string): Promise<Figure> => {
  const requests = count('requests', values.requests);
  const server = await startBenchServer([], root);
  await setUp(server, ['/bin/true'], 'DISABLED');
  const bytes = await signedBytes(server.url, server.key, '/v1/submitjob', body);
  await load(server.url, CONNECTIONS, times(requests / 4, bytes));
  const before = cpuMicroseconds(server.process.pid!);
  const rate = await load(server.url, CONNECTIONS, times(requests, bytes));
  await settled(server, requests + Math.ceil(requests / 4));
  const cpu = (cpuMicroseconds(server.process.pid!) - before) / requests;
  await server.stop();
  return { rate, cpu };
};

/** Waits as long as is asked; throws when there are records and not all of so many submissions have theirs then. */
const settled = async ({ dataDir }: BenchServer, submissions: number): Promise<void> => {
  const seconds = Number(values.settle);
  if (seconds === 0) return;
  await sleep(seconds * 1000);
  const folder = join(dataDir, 'audit');
  if (!existsSync(folder)) return;
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
  const told = text.split('"eventName":"SubmitJob"').length - 1;
  if (told < submissions)
    throw new Error(`${told} of ${submissions} submissions have a record: --settle longer`);
};

const array = async (root: string): Promise<Figure> => {
  const jobs = count('jobs', values.jobs);
  const server = await startBenchServer(['--capacity', 'vcpus=2,memory=16GiB'], root);
  await setUp(server, ['/bin/true']);
  await runArray(server, jobs, 120_000 + jobs * 100);
  const before = cpuMicroseconds(server.process.pid!);
  const began = performance.now();
  await runArray(server, jobs, 60_000 + jobs * 100);
  const rate = jobs / ((performance.now() - began) / 1000);
  const cpu = (cpuMicroseconds(server.process.pid!) - before) / jobs;
  await server.stop();
  return { rate, cpu };
};

const decisions = async (root: string): Promise<Figure> => {
  const args = ['bench/decisions.ts', '--rounds', '3', '--most', '100000', '--decisions', '900'];
  const said = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const found = /^100000 queued: (\d+) decisions\/s, .* ([\d.]+) ms of CPU$/m.exec(said);
  if (!found) throw new Error(`no figure in: ${said}`);
  return { rate: Number(found[1]), cpu: Number(found[2]) * 1000 };
};

/** As a rate: starts a second, one after the other. */
const start = async (root: string): Promise<Figure> => {
  const milliseconds = await startLatency(20, root);
  return { rate: 1000 / milliseconds, cpu: undefined };
};

const MEASURES = { submit, array, decisions, start };

for (const name of values.only.split(',') as (keyof typeof MEASURES)[]) {
  const found: Record<keyof typeof ROOTS, Figure[]> = { now: [], before: [] };
  for (let round = 1; round <= count('rounds', values.rounds); round++) {
    const order = round % 2 === 1 ? (['now', 'before'] as const) : (['before', 'now'] as const);
    for (const side of order) found[side].push(await MEASURES[name](ROOTS[side]));
  }
  const of = (side: keyof typeof ROOTS, what: keyof Figure) =>
    median(found[side].flatMap((figure) => figure[what] ?? []));
  const ratio = (what: keyof Figure) => (of('now', what) / of('before', what)).toFixed(3);
  const rates = `${of('now', 'rate').toFixed(0)}/s beside ${of('before', 'rate').toFixed(0)}/s, ratio ${ratio('rate')}`;
  const cpu = `; CPU ${of('now', 'cpu').toFixed(0)} us beside ${of('before', 'cpu').toFixed(0)} us, ratio ${ratio('cpu')}`;
  console.log(`${name}: ${rates}${name === 'start' ? '' : cpu}`);
}
process.exit(0);
