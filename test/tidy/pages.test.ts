import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sourcesBelow } from './sources.ts';

const PAGES = 'docs/decisions/';

test('every page of a decision is named in the code that rests on it, and no comment names one that is not there', () => {
  const named = sourcesBelow('src').flatMap(({ text }) =>
    [...text.matchAll(/docs\/decisions\/([\w-]+\.md)/g)].map(([, page]) => page!),
  );
  const pages = readdirSync(join(import.meta.dirname, '../..', PAGES));
  assert.deepEqual([...new Set(named)].sort(), pages.sort());
});
