import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openToken, sealToken } from './page-token.ts';

const BINDING = ['DescribeJobDefinitions', 'x', undefined];
const token = sealToken('key', BINDING, { name: 'x', revision: 3 });

test('W-074: a token gives back the position it was made of', () => {
  assert.deepEqual(openToken('key', BINDING, token), { name: 'x', revision: 3 });
});

const FOREIGN: readonly (readonly [string, string, unknown, string])[] = [
  ['another key', 'other', BINDING, token],
  ['another operation', 'key', ['DescribeJobQueues', 'x', undefined], token],
  ['another selector', 'key', ['DescribeJobDefinitions', 'y', undefined], token],
  ['an altered position', 'key', BINDING, `A${token.slice(1)}`],
  ['an altered end', 'key', BINDING, `${token.slice(0, -1)}~`],
  ['a cut one', 'key', BINDING, token.slice(0, -1)],
  ['one with something behind it', 'key', BINDING, `${token}.junk`],
  ['no token at all', 'key', BINDING, 'junk'],
  ['letters of several bytes', 'key', BINDING, `a.${'é'.repeat(22)}`],
  ['an empty one', 'key', BINDING, ''],
];

for (const [what, key, binding, given] of FOREIGN) {
  test(`W-074: ${what} opens as nothing`, () => {
    assert.equal(openToken(key, binding, given), undefined);
  });
}
