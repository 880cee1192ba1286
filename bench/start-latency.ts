/**
 * From SubmitJob's answer to the process running, on an idle server, beside a spawn by a fresh node process that does nothing
 * else. The process is `date +%s%N` both times: what it prints is when it ran.
 *
 *   npm run bench:start -- [--jobs 20] [--rounds 5]
 *
 * Each round's figure is the median of its jobs, submitted one at a time with a pause in between.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { count } from '../test/support/flags.ts';
import { compare, median } from './support/rounds.ts';
import { DATE, PAUSE_MILLISECONDS, startLatency } from './support/start.ts';

const { values } = parseArgs({
  options: { jobs: { type: 'string', default: '20' }, rounds: { type: 'string', default: '5' } },
});
const jobs = count('jobs', values.jobs);

const longshore = (): Promise<number> => startLatency(jobs);

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
