import { runSeed } from '../run.ts';
import { CANARIES } from './list.ts';
import type { Canary } from './sabotage.ts';

/*
 * npm run sim:canaries [-- NAME | -- --seconds N]
 *
 * Breaks one rule after the other on purpose, each by spoiling a door of the world, and sees that the checker finds it
 * within 100,000 steps and calls it by its name. --seconds: some of them, drawn afresh, for about so long.
 */
const MOST_STEPS = 100_000;
const STEPS = 3000;

/** How many steps it took until the rule was called by its name; what was seen instead when it never was. */
const findIn = async ({ rule, also = [], sabotage }: Canary): Promise<{ steps: number; missed?: string }> => {
  let steps = 0;
  for (let seed = 1; steps < MOST_STEPS; seed++) {
    const run = await runSeed({ seed, steps: STEPS, sabotage: sabotage() });
    steps += run.steps;
    const found = run.violation?.rule;
    if (found === rule) return { steps };
    if (found && !also.includes(found)) return { steps, missed: run.violation!.message.slice(0, 400) };
  }
  return { steps, missed: 'nothing' };
};

const shuffled = <T>(all: readonly T[]): T[] =>
  all
    .map((one) => ({ one, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);

const [word, value] = process.argv.slice(2);
const seconds = word === '--seconds' ? Number(value) : undefined;
const wanted =
  seconds !== undefined ? shuffled(CANARIES) : CANARIES.filter(({ name }) => !word || name === word);
const began = Date.now();
const spent = () => (Date.now() - began) / 1000;
let missed = 0;
let done = 0;
for (const canary of wanted) {
  if (seconds !== undefined && spent() > seconds) break;
  const found = await findIn(canary);
  done++;
  if (found.missed) missed++;
  const what = found.missed
    ? `MISSED ${canary.name}: ${found.missed}`
    : `found  ${canary.name}: ${canary.rule}`;
  console.log(`${what}, after ${found.steps} steps`);
}
console.log(`${done} of ${CANARIES.length} canaries, ${missed} missed, ${spent().toFixed(0)} s`);
if (missed > 0) process.exitCode = 1;
