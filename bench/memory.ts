/**
 * The server's resident memory with so many jobs queued, and with ten times as many: how much it grows. After each filling one
 * ListJobs of every state is asked and the server is left alone for a moment.
 *
 *   npm run bench:memory -- [--few 100000] [--many 1000000] [--as arrays|singles|both] [--distinct 0]
 *     [--rounds 5]
 *
 * `arrays`: as 100 arrays. `singles`: as single submits on 16 connections; `--distinct N` gives them N different
 * environments in turn, so that what they are resolved to differs. The environment is DISABLED: the jobs wait.
 */
import { parseArgs } from 'node:util';
import type { JobStatus } from '@aws-sdk/client-batch';
import { count } from '../test/support/flags.ts';
import { load, signedBytes } from './support/load.ts';
import { residentMiB } from './support/process.ts';
import { median } from './support/rounds.ts';
import { type BenchServer, setUp, sleep, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: {
    few: { type: 'string', default: '100000' },
    many: { type: 'string', default: '1000000' },
    as: { type: 'string', default: 'both' },
    distinct: { type: 'string', default: '0' },
    rounds: { type: 'string', default: '5' },
  },
});
const sizes = [count('few', values.few), count('many', values.many)];
const distinct = values.distinct === '0' ? 1 : count('distinct', values.distinct);
const rounds = count('rounds', values.rounds);
const ARRAYS = 100;
const ASKED_MIB = 50;
const STATES: readonly JobStatus[] = [
  'SUBMITTED',
  'PENDING',
  'RUNNABLE',
  'STARTING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
];

/** Queues jobs until there are `total`, `before` of which are there. */
type Fill = (server: BenchServer, before: number, total: number) => Promise<void>;

/** Submits arrays until `total` children are queued. */
const fillArrays: Fill = async ({ batch }, before, total) => {
  const size = Math.round((total - before) / ARRAYS);
  for (let i = 0; i < ARRAYS; i++) {
    await batch.submitJob({
      jobName: 'a',
      jobQueue: 'q',
      jobDefinition: 'd',
      arrayProperties: { size },
    });
  }
};

/** Signatures are good for five minutes: the requests are signed again for each part. */
const PART = 50_000;

const fillSingles: Fill = async (server, before, total) => {
  for (let from = before; from < total; from += PART) {
    const bodies = Array.from({ length: Math.min(distinct, PART) }, (_, i) => bodyOf((from + i) % distinct));
    const signed = await Promise.all(
      bodies.map((body) => signedBytes(server.url, server.key, '/v1/submitjob', body)),
    );
    let at = 0;
    const end = Math.min(PART, total - from);
    await load(server.url, 16, () => (at < end ? signed[at++ % signed.length] : undefined));
  }
};

const bodyOf = (n: number): string => {
  const base = { jobName: 'single', jobQueue: 'q', jobDefinition: 'd' };
  if (distinct === 1) return JSON.stringify(base);
  return JSON.stringify({ ...base, containerOverrides: { environment: [{ name: 'N', value: String(n) }] } });
};

/** What is resident once it has come to rest. */
const settled = async (server: BenchServer): Promise<number> => {
  for (const jobStatus of STATES) await server.batch.listJobs({ jobQueue: 'q', jobStatus });
  await sleep(5000);
  return residentMiB(server.process.pid!);
};

/** One round: what is resident with each of the two sizes, in MiB. */
const measure = async (fill: Fill): Promise<number[]> => {
  const server = await startBenchServer();
  await setUp(server, ['/bin/true'], 'DISABLED');
  const found: number[] = [];
  let before = 0;
  for (const total of sizes) {
    await fill(server, before, total);
    before = total;
    found.push(await settled(server));
  }
  await server.stop();
  return found;
};

const row = (name: string, round: string, few: number, many: number, grown: number, verdict = ''): void =>
  console.log(
    `| ${[name, round, ...[few, many, grown].map((mib) => mib.toFixed(0))].join(' | ')}${verdict} |`,
  );

/** A row a round, then the medians: each column has its own. */
const measureRounds = async (name: string, fill: Fill): Promise<void> => {
  const found: number[][] = [];
  for (let round = 1; round <= rounds; round++) {
    const [few = 0, many = 0] = await measure(fill);
    found.push([few, many, many - few]);
    row(name, String(round), few, many, many - few);
  }
  const [few, many, grown] = [0, 1, 2].map((column) => median(found.map((each) => each[column]!)));
  row(name, 'median', few!, many!, grown!, grown! < ASKED_MIB ? ': reached' : ': NOT reached');
};

console.log(
  `| queued as | round | MiB with ${sizes[0]} | MiB with ${sizes[1]} | grown by (asked: less than ${ASKED_MIB}) |`,
);
console.log('| --- | --- | --- | --- | --- |');
if (values.as !== 'singles') await measureRounds('100 arrays', fillArrays);
if (values.as !== 'arrays') await measureRounds(`single submits, ${distinct} different`, fillSingles);
