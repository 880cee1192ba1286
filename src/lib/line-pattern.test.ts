import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linePattern } from './line-pattern.ts';

const matches = (pattern: string, line: string): boolean => {
  const found = linePattern(pattern);
  if (typeof found !== 'function') throw new Error(found.fault);
  return found(line);
};

for (const [pattern, line, expected] of [
  ['^INFO', 'INFO x', true],
  ['^INFO', ' INFO', false],
  ['ERROR', 'an ERROR', true],
  ['(?i)^error', 'Error', true],
  ['', 'anything', true],
  ['', '', true],
  ['^$', '', true],
  ['^\\pL+$', 'Grüße', true],
  ['^.$', '😀', true],
  ['^[[:digit:]]{2}\\b', '12 x', true],
  ['(?P<year>\\d{4})', 'in 2024', true],
  ['\\Q[x]\\E', 'a[x]', true],
  ['[', '[', 'missing closing ]: `[`'],
  ['a(?=b)', 'ab', 'invalid or unsupported Perl syntax: `(?=`'],
  ['(?<!a)b', 'b', 'invalid named capture: `(?<!a)b`'],
  ['(a)\\1', 'aa', 'invalid escape sequence: `\\1`'],
  ['*', '*', 'missing argument to repetition operator: `*`'],
  ['a{1001}', '', 'invalid repeat count: `{1001}`'],
  ['a{1000}', '', 'expression too large'],
] as const) {
  test(`J-039: the pattern ${JSON.stringify(pattern)} is taken as Go's regexp takes it: ${expected}`, () => {
    if (typeof expected === 'boolean') assert.equal(matches(pattern, line), expected);
    else assert.throws(() => matches(pattern, line), { message: `error parsing regexp: ${expected}` });
  });
}

test('J-039: a pattern for which others try every way to split a line ends', () => {
  assert.equal(matches('^(a+)+$', `${'a'.repeat(4096)}b`), false);
});
