/**
 * Lists the numbered rules that have no test, by series, each with the reason why (`rules-reasons.ts`). A test names the
 * rules it shows in its title. Fails when one has neither, and when a reason is given for what is tested after all.
 *
 *   npm run rules -- RULES.md
 *
 * RULES.md holds a rule a line: `J-001 | topic | rule | place`.
 */
import { readFileSync } from 'node:fs';
import { rulesIn, titlesOfTests } from './rules/titles.ts';
import { reasonsByRule } from './rules-reasons.ts';

const numbersIn = (file: string): { number: string; text: string }[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => /^([SJEWTAK]-\d{3}) \| (.*)$/.exec(line))
    .filter((found) => found !== null)
    .map(([, number, text]) => ({ number: number!, text: text! }));

const list = async (file: string): Promise<number> => {
  const rules = numbersIn(file);
  const tested = rulesIn(await titlesOfTests());
  const reasons = reasonsByRule();
  let wrong = 0;
  for (const series of ['S', 'J', 'E', 'W', 'T', 'A', 'K']) {
    const all = rules.filter(({ number }) => number.startsWith(series));
    const without = all.filter(({ number }) => !tested.has(number));
    console.log(`${series}: ${all.length - without.length} of ${all.length} rules have a test`);
    for (const { number, text } of without) {
      const why = reasons.get(number);
      if (!why) wrong++;
      console.log(`  ${number} ${why ? `(${why})` : `NO REASON: ${text.slice(0, 120)}`}`);
    }
  }
  for (const number of [...reasons.keys()].filter((rule) => tested.has(rule))) {
    wrong++;
    console.log(`${number} has a reason in rules-reasons.ts, and a test`);
  }
  return wrong;
};

const [file] = process.argv.slice(2);
if (!file) console.error('usage: npm run rules -- RULES.md   (a rule a line: J-001 | topic | rule | place)');
process.exitCode = file ? ((await list(file)) === 0 ? 0 : 1) : 2;
