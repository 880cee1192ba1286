/** `node scripts/test.ts FILES…`: what `npm run test:unit` and its like run. Globs may be quoted; flags (`--flag=value`) go to `node --test`. */
import { runTests } from './test/run.ts';

process.exitCode = runTests(process.argv.slice(2));
