import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchHeadOf } from './watch-head.ts';

const line = (type: string, metadata: string): string =>
  `{"type":"${type}","object":{"kind":"Pod","apiVersion":"v1","metadata":{${metadata},"labels":{}},"spec":{}}}`;

const NAMED = '"name":"a","namespace":"jobs","uid":"u","resourceVersion":"7"';

test('a change says of which object it is in its beginning, as a real server writes it', () => {
  const [name, uid, version] = ['a', 'u', '7'];
  assert.deepEqual(watchHeadOf(line('ADDED', NAMED)), { kind: 'there', name, uid, version });
  assert.deepEqual(watchHeadOf(line('MODIFIED', NAMED)), { kind: 'there', name, uid, version });
  assert.deepEqual(watchHeadOf(line('DELETED', NAMED)), { kind: 'gone', name, uid, version });
  const generated = '"name":"a","generateName":"a-","uid":"u","resourceVersion":"7"';
  assert.deepEqual(watchHeadOf(line('ADDED', generated)), { kind: 'there', name, uid, version });
});

for (const [what, text] of [
  ['a bookmark', line('BOOKMARK', NAMED)],
  ['an error', '{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"code":410}}'],
  ['members in another order', line('ADDED', '"name":"a","labels":{"x":"\\"uid\\":\\"v\\""},"uid":"u"')],
  ['a name with an escape', line('ADDED', '"name":"a\\u0062","uid":"u","resourceVersion":"7"')],
  ['no uid', line('ADDED', '"name":"a","namespace":"jobs"')],
  ['no JSON', 'busy'],
] as const)
  test(`${what} has none: the whole is read`, () => assert.equal(watchHeadOf(text), undefined));
