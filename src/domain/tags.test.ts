import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMerged, checkNewTags, checkTagKeys, checkTags, tooManyTags } from './tags.ts';

const many = (count: number, from = 0) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${from + at}`, 'v']));

const TAKEN: readonly (readonly [string, string, Record<string, string> | undefined])[] = [
  ['E-190', 'no tags', undefined],
  ['E-190', 'an empty map', {}],
  ['E-190', '50 entries', many(50)],
  ['E-190 T-037', 'a key of 128 characters', { ['k'.repeat(128)]: 'v' }],
  ['E-190 T-037', 'a value of 256 characters', { k: 'v'.repeat(256) }],
  ['T-037', '128 and 256 characters of four bytes each', { ['𝒦'.repeat(128)]: '𝒱'.repeat(256) }],
  ['T-037', 'an empty value', { k: '' }],
  ['T-038', 'every sign there may be', { 'Ab1 +-=._:/@ü': 'Ab1 +-=._:/@ü' }],
  ['T-038', 'letters, digits and spaces of any script', { チーム: 'группа ٣\u3000' }],
  ['T-040', 'aws: further on', { 'my-aws:x': 'my aws:y' }],
];

const BOTH = 'aws: prefixed tag key names are not allowed for external use.';

const REFUSED: readonly (readonly [string, string, Record<string, string>, RegExp | string])[] = [
  ['E-190', '51 entries', many(51), 'tags takes at most 50 entries, got 51.'],
  ['T-037', 'an empty key', { '': 'v' }, "tags: a key has 1 to 128 characters, '' has 0."],
  ['T-037', 'a key of 129 characters', { ['k'.repeat(129)]: 'v' }, /has 129\.$/],
  [
    'T-037',
    'a value of 257 characters',
    { k: '𝒱'.repeat(257) },
    /at most 256 characters, that of 'k' has 257\.$/,
  ],
  ['T-040', 'a key beginning Aws:', { 'Aws:x': 'v' }, BOTH],
  ['T-040', 'a value beginning AWS:', { x: 'AWS:v' }, BOTH],
];

for (const [rule, what, tags] of TAKEN) {
  test(`${rule}: ${what}: taken`, () => assert.equal(checkTags(tags), undefined));
}

for (const [rule, what, tags, text] of REFUSED) {
  test(`${rule}: ${what}: refused`, () => {
    const { type = '', message = '' } = checkTags(tags) ?? {};
    assert.equal(type, 'ClientException');
    if (typeof text === 'string') assert.equal(message, text);
    else assert.match(message, text);
  });
}

for (const [what, tags, text] of [
  [
    '^ in a value',
    { k: '^GATC' },
    "'^GATC' is not a valid value for TagValue - it contains illegal characters",
  ],
  [
    'parentheses in a value',
    { k: '2.8.1+mc(0.10.0)' },
    "'2.8.1+mc(0.10.0)' is not a valid value for TagValue - it contains illegal characters",
  ],
  [
    'a comma in a key',
    { 'a,b': 'v' },
    "'a,b' is not a valid value for TagKey - it contains illegal characters",
  ],
  ['a line feed', { k: 'a\nb' }, "'a\nb' is not a valid value for TagValue - it contains illegal characters"],
  [
    'beside what the service itself refuses',
    { ...many(51), x: '#' },
    "'#' is not a valid value for TagValue - it contains illegal characters",
  ],
] as const) {
  test(`T-038 T-003: ${what}: a BadRequestException, bare`, () => {
    const refusal = checkTags(tags)!;
    const { type, status, message, wrapped } = refusal;
    assert.deepEqual([type, status, message, wrapped], ['BadRequestException', 400, text, false]);
  });
}

test('T-036: tags to be added are one at least', () => {
  assert.match(checkNewTags({})?.message ?? '', /1 to 50 entries/);
  assert.match(checkNewTags(many(51))?.message ?? '', /at most 50/);
  assert.equal(checkNewTags(many(50)), undefined);
});

test('T-041 T-042: 50 tags in the end are fine, 51 are not; overwritten ones count once', () => {
  assert.equal(checkMerged('ARN', many(25), many(25, 25)), undefined);
  assert.equal(checkMerged('ARN', many(50), many(50)), undefined);
  assert.equal(checkMerged('ARN', many(50), many(1, 50))?.message, 'Resource ARN can have at most 50 tags.');
});

test('T-044: keys to be removed are 1 to 50 of 1 to 128 characters, whatever they are', () => {
  assert.equal(checkTagKeys(['k'.repeat(128), 'a#b']), undefined);
  assert.equal(checkTagKeys(Object.keys(many(50))), undefined);
  for (const keys of [[], Object.keys(many(51)), [''], ['k'.repeat(129)]])
    assert.match(checkTagKeys(keys)?.message ?? '', /^tagKeys/);
  assert.equal(checkTagKeys(['AWS:x'])?.message, BOTH);
});

test('J-115: 50 tags of a job and its definition together fit, a key of both counts once', () => {
  assert.equal(tooManyTags(many(25), many(25, 25)), undefined);
  assert.equal(tooManyTags(many(50), many(50)), undefined);
  assert.match(tooManyTags(many(26), many(26, 25)) ?? '', /51 tags/);
});
