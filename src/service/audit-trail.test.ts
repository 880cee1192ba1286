import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeIds } from '../../test/support/fakes.ts';
import { AuditTrail } from './audit-trail.ts';

const MINUTE = 60_000;
const trail = () => new AuditTrail('012345678910', new FakeIds());
const told = (lines: readonly string[]) =>
  lines.map((line) => {
    const { userIdentity, sourceIPAddress, additionalEventData } = JSON.parse(line);
    return [userIdentity.accessKeyId, sourceIPAddress, additionalEventData.count];
  });

test('A-191: failed signatures are counted per key, address and minute, and told when the minute is over', () => {
  const one = trail();
  for (let n = 0; n < 5; n++) one.failed('AK1', '10.0.0.1', 'X', 100);
  one.failed('AK1', '10.0.0.2', 'X', 100);
  assert.deepEqual(one.take(MINUTE - 1), []);
  one.failed('AK1', '10.0.0.1', 'X', MINUTE);
  assert.deepEqual(told(one.take(MINUTE)), [
    ['AK1', '10.0.0.1', 5],
    ['AK1', '10.0.0.2', 1],
  ]);
  assert.deepEqual(told(one.take(MINUTE, true)), [['AK1', '10.0.0.1', 1]]);
});

test('A-191: a clock that is set back holds no minute for ever', () => {
  const one = trail();
  one.failed('AK1', '10.0.0.1', 'X', 100 * MINUTE);
  assert.equal(one.take(3 * MINUTE).length, 1);
});

test('A-191: who tries a key after the other is counted without them beyond a number', () => {
  const one = trail();
  for (let n = 0; n < 10_500; n++) one.failed(`AK${n}`, '10.0.0.1', 'X', 0);
  const lines = one.take(MINUTE);
  assert.equal(lines.length, 10_000);
  assert.equal(one.takeLost(), 1);
});

test('A-187: what could not be written is kept in its order, as much as there is room for', () => {
  const one = trail();
  one.note('a');
  one.note('b');
  const taken = one.take(0);
  one.note('c');
  one.giveBack(taken);
  assert.deepEqual(one.take(0), ['a', 'b', 'c']);
  for (let n = 0; n < 10_003; n++) one.note('x');
  assert.equal(one.take(0).length, 10_000);
  assert.equal(one.takeLost(), 3);
  assert.equal(one.takeLost(), 0);
});
