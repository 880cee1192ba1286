import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collect, indices, mebibytes, pair, seconds, states, whole } from './flags.ts';

test('lists, with commas or one by one', () => {
  assert.deepEqual(collect('b,c', ['a']), ['a', 'b', 'c']);
});

test('times, sizes, numbers', () => {
  assert.deepEqual(
    ['90', '90s', '10m', '2h', '1d', '1.5h'].map((text) => seconds('--t', text)),
    [90, 90, 600, 7200, 86_400, 5400],
  );
  assert.deepEqual(
    ['512', '512MiB', '1GiB', '1.5GiB'].map((text) => mebibytes('--m', text)),
    [512, 512, 1024, 1536],
  );
  assert.equal(whole('--n', '3', 1), 3);
});

test('pairs, indices, states', () => {
  assert.deepEqual(pair('--env', 'A=b=c'), ['A', 'b=c']);
  assert.deepEqual(indices('--only', '17,88,100-102'), [17, 88, 100, 101, 102]);
  assert.deepEqual(states('--status', ['running']), ['RUNNING']);
});

const WRONG: [() => unknown, RegExp][] = [
  [() => whole('--n', 'x', 2), /--n takes a whole number of at least 2, got 'x'/],
  [() => whole('--n', '', 0), /--n takes/],
  [() => seconds('--t', '5w'), /--t takes a time such as 90s/],
  [() => mebibytes('--m', '1GB'), /--m takes MiB/],
  [() => mebibytes('--m', '3'), /at least 4 MiB/],
  [() => pair('--env', '=x'), /--env takes NAME=VALUE/],
  [() => indices('--only', '3-1'), /--only takes indices/],
  [() => states('--status', ['bogus']), /--status takes one of SUBMITTED/],
];

for (const [wrong, words] of WRONG) test(`refused: ${words.source}`, () => assert.throws(wrong, words));
