/**
 * Runs test files in one process, in the order given, until a first test fails. Prints a line for each test that passed,
 * which shows that it goes on, and for the failed one `fail`, its file and its name; exit code 1 then.
 */
import { relative } from 'node:path';
import { run } from 'node:test';

let failed = false;
run({ files: process.argv.slice(2), isolation: 'none' })
  .on('test:pass', () => {
    if (!failed) process.stdout.write('pass\n');
  })
  .on('test:fail', ({ file = '', name }) => {
    if (failed) return;
    failed = true;
    process.stdout.write(`fail ${relative(process.cwd(), file)} ${name}\n`, () => process.exit(1));
  })
  .resume();
