import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePattern } from './pattern.ts';

const matches = (pattern: string, message: string): boolean => {
  const parsed = parsePattern(pattern);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed(message);
};

const NOT_HERE: [string, RegExp][] = [
  ['[a,b]', /patterns of columns, \[a, b\], are not supported by Longshore$/],
  [' [ip, user=root, ...] ', /patterns of columns/],
  ['%reg%', /'%reg%': regular expressions, %…%, are not supported by Longshore$/],
  ['one -%reg%', /'%reg%': regular expressions/],
  ['{ $.a = %reg% }', /'%reg%': regular expressions/],
  ['{ $.a = *end }', /a \* elsewhere than at the end of a value is not supported by Longshore$/],
  ['{ $.a = "be*nd" }', /a \* elsewhere/],
];

for (const [pattern, words] of NOT_HERE) {
  test(`W-100: the pattern ${pattern} is of a kind that is not here, and that is said`, () => {
    assert.match(String(parsePattern(pattern)), /^Invalid filter pattern: /);
    assert.match(String(parsePattern(pattern)), words);
  });
}

for (const pattern of [
  '"unclosed',
  'one "two',
  'mid"dle',
  '-"unclosed',
  '{ $.a = "unclosed }',
  '{ $.a IS NULL }',
]) {
  test(`W-100: ${pattern} is no pattern`, () => {
    assert.match(String(parsePattern(pattern)), /^Invalid filter pattern: '/);
  });
}

test('W-100: what looks like one of them matches as text within quotation marks', () => {
  assert.ok(matches('"[a,b]"', 'x [a,b] y'));
  assert.ok(matches('"%reg%"', 'x %reg% y'));
  assert.ok(matches('"say \\"hi\\""', 'to say "hi" there'));
  assert.ok(matches('100%', 'at 100% now'));
  assert.ok(matches('{ $.a = "be*" }', '{"a":"begin"}'));
});
