import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../test/support/world.ts';
import {
  WHICH_NAMES_BEGIN_SO,
  WHO_HAS_THESE_NAMES,
  WHO_IS_NAMED,
  WHO_IS_OF_THESE_SPECS,
} from './job-filters.ts';

const PARAMS = { queue: 1, before: 9, limit: 3, prefix: 'a', end: 'a~' };

/** Where SQLite may sort, it is the few lists that are merged. */
for (const [what, sql, params, index] of [
  ['a name', WHO_IS_NAMED, { ...PARAMS, name: 'a' }, 'jobs_named (queue=? AND name=? AND rowid<?)'],
  ['which names begin so', WHICH_NAMES_BEGIN_SO, PARAMS, 'jobs_named (queue=? AND name>? AND name<?)'],
  [
    'several names',
    WHO_HAS_THESE_NAMES,
    { ...PARAMS, keys: '["a"]' },
    'jobs_named (queue=? AND name=? AND rowid<?)',
  ],
  [
    'several specs',
    WHO_IS_OF_THESE_SPECS,
    { ...PARAMS, keys: '[1]' },
    'jobs_spec (spec=? AND queue=? AND rowid<?)',
  ],
] as const) {
  test(`J-284: ${what} is read along an index, no row and nothing that has to be sorted`, async () => {
    const { service } = await makeWorld();
    const named = Object.fromEntries(Object.entries(params).filter(([name]) => sql.includes(`:${name}`)));
    const plan = await service.store.read((tx) =>
      tx.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, named),
    );
    const lines = plan.map(({ detail }) => detail);
    const ofJobs = lines.filter((line) => /\bSEARCH (jobs|j|n)\b/.test(line));
    assert.ok(ofJobs.length > 0);
    for (const line of ofJobs) assert.ok(line.includes(`USING COVERING INDEX ${index}`), lines.join('\n'));
    assert.doesNotMatch(lines.join('\n'), /TEMP B-TREE|SCAN (jobs|j|n)\b/);
  });
}
