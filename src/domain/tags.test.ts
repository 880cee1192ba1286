import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTags, tooManyTags } from './tags.ts';

const TAKEN: readonly (readonly [string, Record<string, string> | undefined])[] = [
  ['no tags', undefined],
  ['an empty map', {}],
  ['50 entries', Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'v']))],
  ['a key of 128 characters', { ['k'.repeat(128)]: 'v' }],
  ['a value of 256 characters', { k: 'v'.repeat(256) }],
  ['an empty value', { k: '' }],
  ['every sign there may be', { 'Ab1 +-=._:/@ü': 'Ab1 +-=._:/@ü' }],
  ['aws: further on', { 'my-aws:x': 'aws:y' }],
];

const REFUSED: readonly (readonly [string, Record<string, string>, RegExp])[] = [
  [
    '51 entries',
    Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])),
    /^tags takes at most 50 entries, got 51\.$/,
  ],
  [
    'an empty key',
    { '': 'v' },
    /^tags: the key '' must have 1 to 128 letters, digits, spaces or \+ - = \. _ : \/ @$/,
  ],
  ['a key of 129 characters', { ['k'.repeat(129)]: 'v' }, /must have 1 to 128/],
  [
    'a value of 257 characters',
    { k: 'v'.repeat(257) },
    /^tags: the value of 'k' must have at most 256 letters, digits, spaces or \+ - = \. _ : \/ @$/,
  ],
  ['another sign in a key', { 'a#b': 'v' }, /key 'a#b' must have/],
  ['another sign in a value', { k: 'a#b' }, /value of 'k' must have/],
  [
    'a key beginning Aws:',
    { 'Aws:x': 'v' },
    /^tags: the key 'Aws:x' begins with 'aws:', which is reserved\.$/,
  ],
];

for (const [what, tags] of TAKEN) {
  test(`E-190: ${what}: taken`, () => assert.equal(checkTags(tags), undefined));
}

for (const [what, tags, text] of REFUSED) {
  test(`E-190: ${what}: refused`, () => assert.match(checkTags(tags)?.message ?? '', text));
}

test('J-115: 50 tags of a job and its definition together fit, a key of both counts once', () => {
  const tags = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${from + at}`, 'v']));
  assert.equal(tooManyTags(tags(0, 25), tags(25, 25)), undefined);
  assert.equal(tooManyTags(tags(0, 50), tags(0, 50)), undefined);
  assert.match(tooManyTags(tags(0, 26), tags(25, 26)) ?? '', /51 tags/);
});
