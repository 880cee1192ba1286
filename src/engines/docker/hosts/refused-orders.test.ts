import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefusedOrders } from './refused-orders.ts';

test('an order that one host will not make goes elsewhere; a job that two will not make, or one again and again, is at fault', () => {
  const refused = new RefusedOrders();
  const first = { jobId: 'j', taskId: '1' };
  assert.equal(refused.isLeft('a', first), true);
  assert.equal(refused.isLeft('a', first), true, 'it is asked again until the order is recalled');
  assert.equal(refused.isLeft('b', { jobId: 'j', taskId: '2' }), false);
  assert.equal(refused.isLeft('b', { jobId: 'j', taskId: '3' }), true, 'another attempt');
  const answers = [1, 2, 3, 4, 5, 6].map((id) => refused.isLeft('a', { jobId: 'k', taskId: `${id}` }));
  assert.deepEqual(answers, [true, true, true, true, true, false]);
});
