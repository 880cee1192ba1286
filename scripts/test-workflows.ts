/**
 * `npm run test:workflows`: whole workflows of clients that are installed from their own registries, once, into
 * $LONGSHORE_TEST_CACHE or a folder of the temporary one. A client that cannot be had is left out with a line. Arguments are
 * test files; else all.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from './test/run.ts';

// the run's own temporary folder goes with it
process.env.LONGSHORE_TEST_CACHE ??= join(tmpdir(), 'longshore-clients');
const given = process.argv.slice(2);
process.exitCode = runTests([
  '--test-concurrency=1',
  ...(given.length > 0 ? given : ['test/workflows/*.test.ts']),
]);
