import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable } from './printable.ts';

test('what a terminal would obey is shown as JSON writes it, all else as it is', () => {
  assert.equal(printable('\u001b[31m\n\u009b2J\u2028\u202e'), '\\u001b[31m\\u000a\\u009b2J\\u2028\\u202e');
  assert.equal(printable('naïve – 名\t😀 "a\\b"'), 'naïve – 名\t😀 "a\\b"');
});

test('JSON that is made printable says the same', () => {
  const record = { userAgent: 'a\u001b\u0085\u009b\u2029\n\\' };
  assert.deepEqual(JSON.parse(printable(JSON.stringify(record))), record);
});
