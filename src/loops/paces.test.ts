import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Paces } from './paces.ts';

const depthAfter = (...milliseconds: number[]): number => {
  const paces = new Paces();
  for (const each of milliseconds) paces.learn(1, each);
  return paces.depth(1);
};

test('quick jobs are lined up as far as keeps a slot busy while the server is slow, others never', () => {
  assert.equal(depthAfter(), 0);
  assert.equal(depthAfter(1), 16);
  assert.equal(depthAfter(60), 2);
  assert.equal(depthAfter(180), 1);
  assert.equal(depthAfter(1000), 0);
});

test('one slow job among quick ones ends the lines until quick ones have outweighed it', () => {
  assert.equal(depthAfter(50, 2000), 0);
  assert.ok(depthAfter(50, 2000, ...Array<number>(12).fill(50)) > 0);
});
