import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutReason } from './attempt-reason.ts';

test('J-181 S-212 S-259: a reason has at most 255 characters, and none is cut in two', () => {
  const reason = `CannotPullContainerError: ${'ü😀'.repeat(200)}`;
  assert.equal([...cutReason(reason)].length, 255);
  assert.ok(reason.startsWith(cutReason(reason)));
  assert.equal(cutReason('short'), 'short');
});
