/**
 * Changes the code in one place at a time and looks whether a unit test sees it.
 *
 *   npm run mutate -- [--only PATH] [--max N] [--seed S]
 *
 * PATH is a file or a folder; without it, what decides about jobs: domain, scheduler, reconciler, and then the operations
 * on jobs and the loops. N mutants (100) are drawn by the seed S (1). The changes are made in a copy in the temporary
 * folder. Exit code 1 when a mutant survives.
 */
import { parseArgs } from 'node:util';
import { sourcesBelow } from '../test/tidy/sources.ts';
import { Copy, type Outcome } from './mutate/copy.ts';
import { draw, type Mutant, mutantsOf } from './mutate/mutants.ts';
import { testsFor } from './mutate/nearest.ts';
import { randomFrom } from './mutate/random.ts';

const RING = [
  'src/domain/',
  'src/scheduler/',
  'src/why/',
  'src/transitions/',
  'src/operations/jobs/',
  'src/loops/',
];
/** Data as the service publishes it: a test of a row would only say it again. */
const LEFT_OUT = ['src/domain/instance-catalogue.ts'];
/** Copies that work side by side. */
const COPIES = 2;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    max: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
});

const chosen = (path: string): boolean =>
  values.only ? path.startsWith(values.only) : RING.some((folder) => path.startsWith(folder));
const files = sourcesBelow('src').filter(({ path }) => chosen(path) && !LEFT_OUT.includes(path));
const tests = testsFor([...sourcesBelow('src', true), ...sourcesBelow('test', true)]);
const all = files.map(mutantsOf);
const mutants = draw(all, Number(values.max), randomFrom(Number(values.seed)));
console.log(
  `seed ${values.seed}: ${mutants.length} of ${all.flat().length} mutants in ${files.length} files`,
);

const counts = new Map<string, number>();
const survivors: string[] = [];

const tell = (mutant: Mutant, outcome: Outcome): void => {
  counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
  const by = 'by' in outcome ? ` by ${outcome.by}` : '';
  const line = `${mutant.path}:${mutant.line} ${mutant.what}\n    - ${mutant.before}\n    + ${mutant.after}`;
  console.log(`${outcome.kind}${by}: ${line}`);
  if (outcome.kind === 'survived') survivors.push(line);
};

const waiting = [...mutants];
const copies = Array.from({ length: COPIES }, () => new Copy());
const close = (): void => {
  for (const copy of copies) copy.close();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    close();
    process.exit(1);
  });
}

const work = async (copy: Copy): Promise<void> => {
  for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
    tell(mutant, await copy.try(mutant, tests(mutant.path)));
  }
};
await Promise.all(copies.map(work)).finally(close);

console.log(`\n${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}`);
for (const line of survivors) console.log(`survived: ${line}`);
if (survivors.length > 0) process.exitCode = 1;
