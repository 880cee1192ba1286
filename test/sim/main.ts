import { parseArgs } from 'node:util';
import { count } from '../support/flags.ts';
import { seldom } from './kinds.ts';
import { runSeed } from './run.ts';
import { shrink } from './shrink.ts';
import { swarmOf } from './swarm.ts';
import { Tally } from './trace.ts';

/*
 * npm run sim -- [--seed S] [--steps N] [--total N] [--seconds N] [--trace] [--go-on]
 *
 * --seed: the first seed; fresh ones when absent. --steps: of each seed. --total: steps over all seeds. --seconds: goes on
 * with further seeds for so long. --trace: prints the whole trace of each. --go-on: a broken rule is told and does not end it.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    steps: { type: 'string', default: '5000' },
    total: { type: 'string' },
    seconds: { type: 'string' },
    trace: { type: 'boolean', default: false },
    'go-on': { type: 'boolean', default: false },
  },
});
const number = (name: 'seed' | 'steps' | 'total' | 'seconds'): number | undefined =>
  values[name] === undefined ? undefined : count(name, values[name]);

const began = Date.now();
const steps = number('steps')!;
const seconds = number('seconds');
const total = number('total') ?? (seconds === undefined ? 1 : Number.POSITIVE_INFINITY);
const isOver = (done: number) =>
  done >= total || (seconds !== undefined && Date.now() - began > seconds * 1000);

const tally = new Tally();
let done = 0;
let inClusters = 0;
let seed = number('seed') ?? Math.floor(Date.now() / 1000) * 1000;
console.log(`seeds from ${seed}, ${steps} steps each`);
for (; !isOver(done); seed++) {
  const keep = values.trace ? Number.MAX_SAFE_INTEGER : 400;
  const run = await runSeed({ seed, steps, keep });
  done += run.steps;
  if (swarmOf(seed).cluster) inClusters += run.steps;
  tally.merge(run.tally);
  if (values.trace) console.log(run.trace.join('\n'));
  if (!run.violation) continue;
  console.log(`seed ${seed} breaks a rule: ${run.violation.message}`);
  if (values['go-on']) continue;
  const small = await shrink({ seed, steps }, run);
  console.log(
    `${small.trace.join('\n')}\n\nseed ${seed}, ${small.kept} of ${run.moves} moves: ${small.violation}`,
  );
  console.log(`again: npm run sim -- --seed ${seed} --steps ${steps}`);
  process.exitCode = 1;
  break;
}
console.log(tally.lines().join('\n'));
const few = seldom(tally, { all: done, inClusters });
console.log(
  `less than 100 times in a million steps: ${few.length} kinds${few.map((line) => `\n${line}`).join('')}`,
);
const spent = (Date.now() - began) / 1000;
console.log(
  `${done} steps, ${inClusters} of clusters, seeds to ${seed - 1}, ${spent.toFixed(1)} s, ${Math.round(done / spent)} steps a second`,
);
