import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { likeSlowly } from '../../../test/support/policy-reference.ts';
import { globOf } from './glob.ts';
import { partsOf, piecesOf } from './template.ts';

const like = (pattern: string, text: string): boolean =>
  globOf(piecesOf(partsOf(pattern, { wildcards: true, variables: false })))(text);

for (const [pattern, text, expected] of [
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['?', '', false],
  ['?', 'a', true],
  ['?', 'ab', false],
  ['?*', '', false],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['*ab*ab', 'ab', false],
  ['*?a', 'ba', true],
  ['*?a', 'a', false],
  ['a?c*?', 'abcd', true],
  ['?', '😀', true],
  ['??', '😀', false],
  ['??', '\u{10000}', false],
  ['*??x', 'a😀x', true],
  ['*??x', '😀x', false],
  ['*?*', '😀', true],
  ['a*?*?', 'a😀', false],
] as const) {
  test(`A-114: ${JSON.stringify(pattern)} is ${expected ? '' : 'not '}like ${JSON.stringify(text)}`, () => {
    assert.equal(like(pattern, text), expected);
  });
}

const letters = (all: readonly string[], most: number) =>
  fc.array(fc.constantFrom(...all), { maxLength: most }).map((some) => some.join(''));

test('property A-114: patterns match as they do when every way is tried', () => {
  fc.assert(
    fc.property(letters(['a', 'b', '*', '?', '😀'], 10), letters(['a', 'b', '😀'], 14), (pattern, text) => {
      assert.equal(like(pattern, text), likeSlowly([...pattern], [...text]));
    }),
    { numRuns: 5_000 },
  );
});

/** How often the text is looked into: a stand-in for it counts. */
const looksInto = (pattern: string, text: string): number => {
  let looks = 0;
  const counted = {
    length: text.length,
    charCodeAt: (at: number) => (++looks > 0 ? text.charCodeAt(at) : 0),
    indexOf: (piece: string, at: number) => (++looks > 0 ? text.indexOf(piece, at) : 0),
    slice: (from: number, to: number) => (++looks > 0 ? text.slice(from, to) : ''),
    codePointAt: (at: number) => text.codePointAt(at),
  };
  globOf(piecesOf(partsOf(pattern, { wildcards: true, variables: false })))(counted as unknown as string);
  return looks;
};

const NEARLY = 'a'.repeat(10_000);

test('A-120: nine stars against 10,000 characters that nearly fit are looked for once each', () => {
  assert.ok(looksInto(`${'a*'.repeat(9)}b`, NEARLY) < 20);
});

test('A-120: with question marks each character is read once, however long the pattern', () => {
  for (const pattern of [`${'*a?a'.repeat(9)}*b?b*c`, `${'*a?b'.repeat(9)}*`, `*${'a?'.repeat(2_000)}b*`])
    assert.ok(looksInto(pattern, NEARLY) < 1.01 * NEARLY.length, pattern.slice(0, 20));
});
