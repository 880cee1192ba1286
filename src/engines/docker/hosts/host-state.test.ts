import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HostState, nextState } from './host-state.ts';

const unheard = (at: number) => ({ kind: 'unheard', at, why: 'nobody listens' }) as const;
const after = (state: HostState, limit: number | undefined, ...ats: number[]): HostState =>
  ats.reduce((now, at) => nextState(now, unheard(at), limit), state);
const NEW: HostState = { kind: 'unheard', since: 0, why: 'not tried yet', isOverdue: false };

for (const from of [NEW, { kind: 'heard' } as const]) {
  test(`K-067: a host that is ${from.kind} and does not answer within the limit is lost`, () => {
    assert.notEqual(after(from, 300, 0, 100, 299, 299).kind, 'lost');
    assert.equal(after(from, 300, 0, 300, 301).kind, 'lost');
  });

  test(`a host that is ${from.kind} is tried once more when the limit has passed: the server may have stood still`, () => {
    const late = after(from, 300, 0, 5000);
    assert.notEqual(late.kind, 'lost');
    assert.equal(nextState(late, { kind: 'heard' }, 300).kind, 'heard');
    assert.equal(after(late, 300, 5001).kind, 'lost');
  });

  test(`K-070: with never a host that is ${from.kind} is not lost, however long it is silent`, () => {
    assert.notEqual(after(from, undefined, 0, 1e9, 2e9, 3e9).kind, 'lost');
  });
}

test('K-068: one that answers in time goes on, and its next silence counts from its own beginning', () => {
  const back = nextState(after({ kind: 'heard' }, 300, 0, 250), { kind: 'heard' }, 300);
  assert.deepEqual(back, { kind: 'heard' });
  assert.equal(after(back, 300, 260, 400, 401).kind, 'silent');
});

test('one that is lost is so until it is heard', () => {
  const lost = after({ kind: 'heard' }, 300, 0, 300, 301, 302);
  assert.equal(lost.kind, 'lost');
  assert.deepEqual(nextState(lost, { kind: 'heard' }, 300), { kind: 'heard' });
});
