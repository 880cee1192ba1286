import { CANARIES } from './canary-list.ts';
import { runSeed } from './run.ts';

/*
 * npm run sim:canaries [-- NAME]
 *
 * Breaks one rule after the other on purpose, each by spoiling a door of the world, and sees that the checker finds it
 * within 100,000 steps and calls it by its name.
 */
const MOST_STEPS = 100_000;
const STEPS = 3000;

const wanted = process.argv[2];
let missed = 0;
for (const canary of CANARIES) {
  if (wanted && canary.name !== wanted) continue;
  let steps = 0;
  let found: string | undefined;
  for (let seed = 1; !found && steps < MOST_STEPS; seed++) {
    const run = await runSeed({ seed, steps: STEPS, sabotage: canary.sabotage() });
    steps += run.steps;
    if (run.violation) found = run.violation.rule;
  }
  const isRight = found !== undefined && canary.rules.includes(found);
  if (!isRight) missed++;
  console.log(`${isRight ? 'found ' : 'MISSED'} ${canary.name}: ${found ?? 'nothing'} after ${steps} steps`);
}
if (missed > 0) process.exitCode = 1;
