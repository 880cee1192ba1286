/**
 * Lists the numbered rules that have no test, by series. A test names the rules it shows in its title.
 *
 *   node scripts/rules.ts RULES.md [--all]
 *
 * RULES.md holds a rule a line: `J-001 | topic | rule | place`. Rules marked (later) are left out unless --all is given.
 */
import { readFileSync } from 'node:fs';
import { sourcesBelow } from '../test/tidy/sources.ts';

const [file, flag] = process.argv.slice(2);
if (!file) throw new Error('usage: node scripts/rules.ts RULES.md [--all]');

const rules = readFileSync(file, 'utf8')
  .split('\n')
  .map((line) => /^([SJEW]-\d{3}) \| (.*)$/.exec(line))
  .filter((found) => found !== null)
  .map(([, number, text]) => ({ number: number!, text: text! }))
  .filter(({ text }) => flag === '--all' || !text.includes('(later)'));

const named = new Set(
  [...sourcesBelow('src', true), ...sourcesBelow('test', true)]
    .filter(({ path }) => path.endsWith('.test.ts') || path.startsWith('test/'))
    .flatMap(({ text }) => text.match(/\b[SJEW]-\d{3}\b/g) ?? []),
);

for (const series of ['S', 'J', 'E', 'W']) {
  const all = rules.filter(({ number }) => number.startsWith(series));
  const without = all.filter(({ number }) => !named.has(number));
  console.log(`${series}: ${all.length - without.length} of ${all.length} rules have a test`);
  for (const { number, text } of without) console.log(`  ${number} ${text.slice(0, 140)}`);
}
