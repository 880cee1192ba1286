/**
 * Kills a server that works, many times, and looks whether anything was lost or done twice.
 *
 *   npm run test:kill [-- --kills 200] [--seed N]
 */
import { parseArgs } from 'node:util';
import { count } from '../support/flags.ts';
import { killMany } from './kills.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string' } },
});
const seed = count('seed', values.seed ?? String(1 + (Date.now() % 1_000_000)));
console.log(`seed ${seed}, ${values.kills} kills`);
const report = await killMany(count('kills', values.kills), seed, (line) => console.log(line));
const { jobs, answered, attempts, nodes, overdue, faults } = report;
console.log(
  `${answered} submissions answered, ${jobs} jobs with children and ${nodes} nodes, ${attempts} attempts`,
);
console.log(`${overdue} jobs that run for longer than they may`);
for (const fault of faults) console.log(`  ${fault}`);
console.log(faults.length === 0 ? 'nothing was lost, nothing ran twice' : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
