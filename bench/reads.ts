/**
 * What a person or a tool asks while jobs wait, eight clients at a time, signed, each on its connection: DescribeJobs of 100
 * jobs that wait, and of one, ListJobs of the RUNNABLE, ListJobs by a name, GetJobQueueSnapshot. Of a server with a few jobs queued and of one with a
 * million, of this checkout and of another one, such as the commit before a change: all four answer in turn, nine rounds. Prints requests a
 * second and the CPU time that one costs the server, which a noisy machine disturbs less.
 *
 *   npm run bench:reads [-- --before FOLDER] [--few 200] [--many 1000000] [--rounds 9] [--requests 400] [--kinds apart]
 *
 * FOLDER is a clone with its node_modules. DescribeJobs of 100 is to be at least 2.5 times the other's, and none slower with
 * many than 0.8 of itself with few. `--kinds apart`: each job asks for memory of its own, up to 200 amounts.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { count } from '../test/support/flags.ts';
import { load, signedBytes } from './support/load.ts';
import { cpuMicroseconds } from './support/process.ts';
import { median } from './support/rounds.ts';
import { type BenchServer, setUp, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: {
    before: { type: 'string' },
    few: { type: 'string', default: '200' },
    many: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '9' },
    requests: { type: 'string', default: '400' },
    kinds: { type: 'string', default: 'alike' },
  },
});
const CLIENTS = 8;
const VCPUS = 2;
/** Signatures are good for five minutes: requests are signed again for each part. */
const PART = 50_000;
const KINDS = values.kinds === 'apart' ? 200 : 1;
const [few, many] = [count('few', values.few), count('many', values.many)];
if (few < 200) throw new Error('--few: 200 at the least, half of which are looked at');

/** A server with jobs that wait behind some that run, and the ids of a hundred of them: the first fifty and the last. */
interface Queued {
  readonly server: BenchServer;
  readonly ids: readonly string[];
}

/** As long as the server's folder is there. */
const command = ({ dataDir }: BenchServer) => ['/bin/sh', '-c', `while [ -e ${dataDir} ]; do sleep 1; done`];

const submit = async ({ batch }: BenchServer, jobs: number, jobName: string): Promise<string[]> => {
  const ids = [];
  for (let i = 0; i < jobs; i++)
    ids.push((await batch.submitJob({ jobName, jobQueue: 'q', jobDefinition: 'd' })).jobId!);
  return ids;
};

const bodyOf = (n: number): string => {
  const base = { jobName: 'other', jobQueue: 'q', jobDefinition: 'd' };
  if (KINDS === 1) return JSON.stringify(base);
  return JSON.stringify({
    ...base,
    containerOverrides: { resourceRequirements: [{ type: 'MEMORY', value: String(64 + n) }] },
  });
};

const fill = async (server: BenchServer, jobs: number): Promise<void> => {
  for (let left = jobs; left > 0; left -= PART) {
    const bodies = Array.from({ length: KINDS }, (_, n) => bodyOf(n));
    const signed = await Promise.all(
      bodies.map((body) => signedBytes(server.url, server.key, '/v1/submitjob', body)),
    );
    let at = 0;
    const end = Math.min(PART, left);
    await load(server.url, 16, () => (at < end ? signed[at++ % signed.length] : undefined));
  }
};

const queued = async (root: string, jobs: number): Promise<Queued> => {
  const server = await startBenchServer(['--capacity', `vcpus=${VCPUS},memory=16GiB`], root);
  await setUp(server, command(server));
  await submit(server, VCPUS, 'runs');
  const first = await submit(server, 50, 'wanted');
  await fill(server, jobs - 100);
  const ids = [...first, ...(await submit(server, 50, 'newest'))];
  return { server, ids };
};

/** What is asked, each as paths and bodies that are asked in turn. */
const READS: Readonly<Record<string, (ids: readonly string[]) => readonly (readonly [string, object])[]>> = {
  'DescribeJobs of 100': (jobs) => [['/v1/describejobs', { jobs }]],
  'DescribeJobs of one': (ids) => ids.map((id) => ['/v1/describejobs', { jobs: [id] }]),
  'ListJobs RUNNABLE': () => [['/v1/listjobs', { jobQueue: 'q', jobStatus: 'RUNNABLE' }]],
  'ListJobs by name': () => [
    ['/v1/listjobs', { jobQueue: 'q', filters: [{ name: 'JOB_NAME', values: ['wanted'] }] }],
  ],
  GetJobQueueSnapshot: () => [['/v1/getjobqueuesnapshot', { jobQueue: 'q' }]],
};

/** Requests a second, and microseconds of CPU time that one costs the server. */
interface Figure {
  readonly rate: number;
  readonly cpu: number;
}

const measure = async ({ server, ids }: Queued, read: string): Promise<Figure> => {
  const asked = READS[read]!(ids);
  const signed = await Promise.all(
    asked.map(([path, body]) => signedBytes(server.url, server.key, path, JSON.stringify(body))),
  );
  const requests = count('requests', values.requests);
  const before = cpuMicroseconds(server.process.pid!);
  let at = 0;
  const rate = await load(server.url, CLIENTS, () =>
    at < requests ? signed[at++ % signed.length] : undefined,
  );
  return { rate, cpu: (cpuMicroseconds(server.process.pid!) - before) / requests };
};

const SIDES = values.before === undefined ? ['now'] : ['now', 'before'];
const ROOTS: Readonly<Record<string, string>> = {
  now: resolve('.'),
  before: resolve(values.before ?? '.'),
};
const worlds: { readonly name: string; readonly side: string; readonly world: Queued }[] = [];
for (const side of SIDES) {
  worlds.push({ name: `${side}, few`, side, world: await queued(ROOTS[side]!, few) });
  worlds.push({ name: `${side}, many`, side, world: await queued(ROOTS[side]!, many) });
}

console.log(`| read | ${worlds.map(({ name }) => name).join(' | ')} | many over few | now over before |`);
console.log(`| --- | ${worlds.map(() => '---').join(' | ')} | --- | --- |`);
for (const read of Object.keys(READS)) {
  // a commit before it has no such operation
  const asked = read === 'GetJobQueueSnapshot' ? worlds.filter(({ side }) => side === 'now') : worlds;
  const found = new Map<string, Figure[]>(asked.map(({ name }) => [name, []]));
  for (const { world } of asked) await measure(world, read);
  for (let round = 0; round < count('rounds', values.rounds); round++) {
    const order = asked.map((_, n) => asked[(n + round) % asked.length]!);
    for (const { name, world } of order) found.get(name)!.push(await measure(world, read));
  }
  const of = (name: string, what: keyof Figure) =>
    median((found.get(name) ?? []).map((figure) => figure[what]));
  const cells = worlds.map(({ name }) =>
    found.has(name) ? `${of(name, 'rate').toFixed(0)}/s, ${of(name, 'cpu').toFixed(0)} us` : '',
  );
  const ratio = (a: string, b: string) =>
    found.has(b)
      ? `${(of(a, 'rate') / of(b, 'rate')).toFixed(2)}, by CPU ${(of(b, 'cpu') / of(a, 'cpu')).toFixed(2)}`
      : '';
  console.log(
    `| ${[read, ...cells, ratio('now, many', 'now, few'), ratio('now, few', 'before, few')].join(' | ')} |`,
  );
}
for (const { world } of worlds) await world.server.stop();
process.exit(0);
