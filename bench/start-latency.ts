/**
 * From SubmitJob's answer to the process running, on an idle server, beside a spawn by a fresh node process that does nothing
 * else. The process is `date +%s%N` both times: what it prints is when it ran.
 *
 *   npm run bench:start -- [--jobs 20] [--rounds 5]
 *
 * Each round's figure is the median of its jobs, submitted one at a time with a pause in between.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { count } from '../test/support/flags.ts';
import { compare, median } from './support/rounds.ts';
import { type BenchServer, setUp, sleep, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: { jobs: { type: 'string', default: '20' }, rounds: { type: 'string', default: '5' } },
});
const jobs = count('jobs', values.jobs);
const PAUSE_MILLISECONDS = 150;
const DATE = '/bin/date';

/** Wall milliseconds with a fraction. */
const now = (): number => performance.timeOrigin + performance.now();

const runOne = async (server: BenchServer): Promise<number> => {
  const { jobId } = await server.batch.submitJob({ jobName: 'j', jobQueue: 'q', jobDefinition: 'd' });
  const answered = now();
  for (;;) {
    await sleep(PAUSE_MILLISECONDS);
    const { jobs: [job] = [] } = await server.batch.describeJobs({ jobs: [jobId!] });
    if (job?.status === 'FAILED') throw new Error(job.statusReason);
    if (job?.status !== 'SUCCEEDED') continue;
    const taskId = job.container!.taskArn!.split('/').at(-1)!;
    return printedAt(server, taskId) - answered;
  }
};

const printedAt = (server: BenchServer, taskId: string): number => {
  const text = readFileSync(join(server.dataDir, 'logs', taskId.slice(-2), `${taskId}.log`), 'utf8');
  return Number(/^(\d{19})$/m.exec(text)![1]) / 1e6;
};

const longshore = async (): Promise<number> => {
  const server = await startBenchServer();
  await setUp(server, [DATE, '+%s%N']);
  await runOne(server);
  const took: number[] = [];
  for (let i = 0; i < jobs; i++) took.push(await runOne(server));
  await server.stop();
  return median(took);
};

const BARE = `
import { spawn } from 'node:child_process';
const [jobs, pause] = process.argv.slice(1).map(Number);
for (let i = 0; i <= jobs; i++) {
  const began = performance.timeOrigin + performance.now();
  const child = spawn('${DATE}', ['+%s%N'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => { text += chunk; });
  await new Promise((done) => child.once('close', done));
  if (i > 0) console.log(Number(text) / 1e6 - began);
  await new Promise((done) => setTimeout(done, pause));
}`;

const bareSpawn = async (): Promise<number> => {
  const args = ['--input-type=module', '-e', BARE, String(jobs), String(PAUSE_MILLISECONDS)];
  const out = execFileSync(process.execPath, args, { encoding: 'utf8' });
  return median(out.trim().split('\n').map(Number));
};

await compare({
  ours: { name: 'answer to running', run: longshore },
  theirs: { name: 'bare spawn', run: bareSpawn },
  rounds: count('rounds', values.rounds),
  unit: 'ms',
  asked: { atMost: 5 },
});
