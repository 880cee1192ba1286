import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { python } from './install.ts';
import { LIMIT, makePlace, type Place, program } from './place.ts';

const PACKAGES = ['toil==9.6.0', 'boto3==1.43.11', 'setuptools==80.9.0'];

/** Jobs run Toil's own program, which is on no other PATH. */
const runSquares = (place: Place, path: string, store: string, ...more: readonly string[]) => {
  const work = join(place.folder, `work-${store}`);
  mkdirSync(work);
  // Toil sends the module's path along: jobs look for it beside what they were given
  copyFileSync(program('toil-squares.py'), join(place.folder, 'squares.py'));
  return place.run('python', [
    'squares.py',
    `file:${join(place.folder, store)}`,
    ...['--batchSystem', 'aws_batch', '--awsBatchRegion', 'us-east-1', '--awsBatchQueue', 'q'],
    ...['--workDir', work, '--coordinationDir', work],
    ...['--setEnv', `PATH=${path}:/usr/local/bin:/usr/bin:/bin`],
    ...['--disableProgress', '--retryCount', '0', '--statePollingWait', '1'],
    ...more,
  ]);
};

test('Toil runs children and a follow-on, and shows why a job failed', LIMIT, async (t) => {
  const path = python(t, 'toil', PACKAGES);
  const place = path && (await makePlace(t, path));
  if (!place) return;
  const { code, stdout, stderr } = await runSquares(place, path, 'store');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /sum: 29/);
  const broken = await runSquares(place, path, 'broken', '--break');
  assert.notEqual(broken.code, 0);
  assert.match(broken.stderr, /ValueError: a child that fails/);
});
