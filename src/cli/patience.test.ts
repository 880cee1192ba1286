import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patient } from './patience.ts';

const refused = () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

/** A call that nobody answers so often. */
const unanswered = (times: number) => {
  let left = times;
  return async () => {
    if (left-- > 0) throw refused();
    return 'answer';
  };
};

const LONG = { away: 60_000, again: 0 };

test('a server that is away is asked until it answers, and that is said once each time it goes', async () => {
  const said: string[] = [];
  const ask = patient((text) => said.push(text), LONG);
  assert.equal(await ask(unanswered(3)), 'answer');
  assert.deepEqual(said, ['nothing answers: asking again for 60 s; the job goes on meanwhile']);
  assert.equal(await ask(unanswered(2)), 'answer');
  assert.equal(said.length, 2);
});

test('two calls that wait for the same server say so once', async () => {
  const said: string[] = [];
  const ask = patient((text) => said.push(text), LONG);
  await Promise.all([ask(unanswered(3)), ask(unanswered(3))]);
  assert.equal(said.length, 1);
});

test('one that stays away is given up', async () => {
  const ask = patient(() => {}, { away: 0, again: 0 });
  await assert.rejects(ask(unanswered(1)), { code: 'ECONNREFUSED' });
});

test('a refusal is none of that', async () => {
  const said: string[] = [];
  const ask = patient((text) => said.push(text), LONG);
  await assert.rejects(
    ask(() => Promise.reject(new Error('refused'))),
    { message: 'refused' },
  );
  assert.deepEqual(said, []);
});
