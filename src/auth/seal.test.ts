import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seal, unseal } from './seal.ts';

const KEY = 'ab'.repeat(32);
const NONCE = '01'.repeat(12);
const SECRET = 'erpXWaROIGyITwdK2EJEGL7FsyvHXUfrSxkCg0Ls';
const sealed = seal(KEY, NONCE, 'AKIAONE', SECRET);

test('A-013: what is sealed opens with the key, and does not show the secret', () => {
  assert.equal(unseal(KEY, 'AKIAONE', sealed), SECRET);
  assert.ok(!Buffer.from(sealed, 'base64').includes(SECRET));
  assert.notEqual(seal(KEY, '02'.repeat(12), 'AKIAONE', SECRET), sealed);
});

test('A-013: it does not open with another key, under another id, or altered', () => {
  assert.throws(() => unseal('cd'.repeat(32), 'AKIAONE', sealed));
  assert.throws(() => unseal(KEY, 'AKIATWO', sealed));
  for (const at of [0, 15, 30]) {
    const bytes = Buffer.from(sealed, 'base64');
    bytes[at]! ^= 1;
    assert.throws(() => unseal(KEY, 'AKIAONE', bytes.toString('base64')));
  }
});
