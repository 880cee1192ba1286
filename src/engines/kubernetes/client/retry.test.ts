import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiRefusal, NoAnswer } from './answers.ts';
import { mayPass, pauseAfter } from './retry.ts';

const refusal = (code: number, retryAfter?: number) =>
  new ApiRefusal({ code, message: 'no', causes: [] }, retryAfter);

test('K-006: what says nothing of the request may be asked again, and an answer may not', () => {
  for (const code of [408, 429, 500, 502, 503, 504]) assert.ok(mayPass(refusal(code)), String(code));
  for (const code of [400, 401, 403, 404, 409, 410, 422]) assert.ok(!mayPass(refusal(code)), String(code));
  assert.ok(mayPass(new NoAnswer('cut')));
  assert.ok(!mayPass(new Error('a fault of our own')));
});

test('K-093: a 429 or 503 is asked again when the server says, a minute later at most', () => {
  assert.equal(pauseAfter(refusal(429, 7), 0, 0), 7000);
  assert.equal(pauseAfter(refusal(503, 7), 5, 1), 7000);
  assert.equal(pauseAfter(refusal(429, 3600), 0, 0), 60_000);
});

test('K-093: without its word a quarter of a second, twice as long each time, 15 seconds at most, with chance', () => {
  const pauses = [0, 1, 2, 6, 7, 1000].map((tries) => pauseAfter(refusal(500), tries, 1));
  assert.deepEqual(pauses, [250, 500, 1000, 15_000, 15_000, 15_000]);
  assert.deepEqual(
    [0, 0.5, 1].map((chance) => pauseAfter(new NoAnswer('cut'), 1, chance)),
    [250, 375, 500],
  );
});
