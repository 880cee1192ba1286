import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal, refuse, refuseWrapped } from './refusal.ts';

test('W-023 W-024: only what says so is wrapped', () => {
  assert.equal(refuseWrapped('x').wrapped, true);
  assert.equal(refuse('x').wrapped, false);
  assert.equal(new Refusal('ResourceNotFoundException', 400, 'x').wrapped, false);
});
