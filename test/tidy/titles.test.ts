import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rulesIn, titlesOfTests } from '../../scripts/rules/titles.ts';

// all test files are loaded for them
const all = titlesOfTests();

test('the titles of all tests can be read, those made in loops and suites too', async () => {
  const titles = await all;
  assert.ok(titles.includes('docker: J-186: a command that ends with 77 is reported with 77'));
  assert.ok(titles.includes('J-136: RUNNABLE, placed: STARTING'));
});

test('a rule is named by its number anywhere in a title', () => {
  assert.deepEqual([...rulesIn(['process: J-001 S-002: x (E-003)', 'XJ-004', 'none'])].sort(), [
    'E-003',
    'J-001',
    'S-002',
  ]);
});

test('no title names more than three rules', async () => {
  const crowded = (await all).filter((title) => rulesIn([title]).size > 3);
  assert.deepEqual(crowded, []);
});
