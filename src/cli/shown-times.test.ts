import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, moment } from './shown-times.ts';

const DURATIONS: [number, string][] = [
  [0, '0 s'],
  [234, '0.2 s'],
  [9_960, '10 s'],
  [41_400, '41 s'],
  [130_000, '2 m 10 s'],
  [3_720_000, '1 h 2 m'],
  [273_600_000, '3 d 4 h'],
];

for (const [milliseconds, text] of DURATIONS)
  test(`${milliseconds} ms are told as ${text}`, () => assert.equal(duration(milliseconds), text));

test('a moment is told in local time, with its zone', () => {
  const at = Date.UTC(2026, 10, 30, 4, 12, 7);
  const text = moment(at);
  assert.match(text, /^20\d\d-\d\d-\d\d \d\d:\d\d:07 [+-]\d\d:\d\d$/);
  assert.equal(Date.parse(text.replace(' ', 'T').replace(' ', '')), at);
});
