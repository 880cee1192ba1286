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

/**
 * How often the text is looked into: each look costs at most the length of a piece. `String` counts nothing, so a stand-in
 * for a text does.
 */
const looksInto = (pattern: string, text: string): number => {
  let looks = 0;
  const counted = {
    length: text.length,
    startsWith: (piece: string, at: number) => ++looks > 0 && text.startsWith(piece, at),
    endsWith: (piece: string, at: number) => ++looks > 0 && text.endsWith(piece, at),
    indexOf: (piece: string, at: number) => ++looks > 0 && text.indexOf(piece, at),
    codePointAt: (at: number) => text.codePointAt(at),
  };
  globOf(piecesOf(partsOf(pattern, { wildcards: true, variables: false })))(counted as unknown as string);
  return looks;
};

test('A-120: nine stars against 10,000 characters that nearly fit are looked at once each', () => {
  const text = 'a'.repeat(10_000);
  assert.ok(looksInto(`${'a*'.repeat(9)}b`, text) < 20);
  // pieces with a question mark are tried at each place, and never at one again
  assert.ok(looksInto(`${'*a?a'.repeat(9)}*b?b*c`, text) < 3 * text.length);
  assert.ok(looksInto(`${'*a?b'.repeat(9)}*`, text) < 3 * text.length);
});

test('A-120: what is looked at grows with the text, not with its square', () => {
  const pattern = `${'*?a?'.repeat(5)}*?b*`;
  const [short, long] = [1_000, 10_000].map((length) => looksInto(pattern, 'a'.repeat(length)));
  assert.ok(long! < 12 * short!, `${short} and ${long}`);
});
