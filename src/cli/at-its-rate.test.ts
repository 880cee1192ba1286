import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atItsRate } from './at-its-rate.ts';

const refusedFor = (name: string, after?: string) =>
  Object.assign(new Error('no'), {
    ...{ name, $response: { headers: after === undefined ? {} : { 'x-amz-retry-after': after } } },
  });

const asking = async (answers: readonly (Error | string)[]) => {
  const rest = [...answers];
  const waits: number[] = [];
  const ask = async () => {
    const next = rest.shift()!;
    if (typeof next !== 'string') throw next;
    return next;
  };
  const answer = await atItsRate(ask, async (milliseconds) => waits.push(milliseconds))();
  return { answer, waits };
};

test('A-223 A-230: what is refused for its rate is asked again when the server says', async () => {
  const throttled = refusedFor('Throttling', '1500');
  assert.deepEqual(await asking([throttled, refusedFor('TooManyRequestsException'), 'done']), {
    ...{ answer: 'done', waits: [1500, 1000] },
  });
  await assert.rejects(asking([throttled, refusedFor('AccessDenied'), 'done']), { name: 'AccessDenied' });
  await assert.rejects(asking(Array(100).fill(throttled)), { name: 'Throttling' });
});
