import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { lastLineLike } from './last-line.ts';

const fileFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-last-line-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'lines');
};

const BLOCK = 65_536;

test('the last whole line that matches is found wherever it lies to the blocks that are read', (t) => {
  const path = fileFor(t);
  for (const behind of [0, 1, 2, BLOCK - 7, BLOCK - 6, BLOCK - 5, BLOCK - 1, BLOCK, 3 * BLOCK]) {
    for (const before of ['', 'x\n', 'y1\n']) {
      writeFileSync(path, `${before}good2\n${'z\n'.repeat(behind >> 1)}${behind % 2 ? 'q' : ''}`);
      const found = lastLineLike(path, /^(good|y)\d$/);
      assert.deepEqual(found, { line: 'good2', end: before.length + 6 }, `${behind} behind '${before}'`);
    }
  }
});

test('a line that has no end yet does not count', (t) => {
  const path = fileFor(t);
  writeFileSync(path, 'good1\ngood2');
  assert.deepEqual(lastLineLike(path, /^good/), { line: 'good1', end: 6 });
});

test('where no line matches, or there is no file, there is none', (t) => {
  const path = fileFor(t);
  const none = { line: '', end: 0 };
  for (const text of ['', '\n', 'x\n\n', 'good', 'x'.repeat(3 * BLOCK)]) {
    writeFileSync(path, text);
    assert.deepEqual(lastLineLike(path, /^good/), none);
  }
  assert.deepEqual(lastLineLike(`${path}-absent`, /./), none);
});
