import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reasons, type Told } from './reasons.ts';

const told = (details: string, never = false): Told => ({ details, never });
const entry = (shape: number, told: Told, queue = 1) => ({ queue, shape, tell: () => told });
const ALL = new Map([[1, { kinds: 2, upTo: 0, plans: 1 }]]);
const MANY = new Map([[1, { kinds: 900, upTo: 0, plans: 3 }]]);
const IN_TURN =
  'jobs of 900 kinds wait in its queue: the older ones are looked at each time, the others in turn';

test('where a plan knows all kinds it tells, and nothing of what an earlier one told is left', () => {
  const reasons = new Reasons();
  reasons.replace([entry(1, told('no room'))], ALL);
  assert.deepEqual(reasons.of(1, 1), told('no room'));
  reasons.replace([entry(2, told('no room'))], ALL);
  assert.equal(reasons.of(1, 1), undefined);
  assert.equal(reasons.of(2, 2), undefined);
});

test('a kind that the last plan did not know is told what an earlier one found, and that it is looked at in turn', () => {
  const reasons = new Reasons();
  reasons.replace([entry(1, told('no room')), entry(2, told('too large', true))], MANY);
  for (let plan = 0; plan < 3; plan++) {
    reasons.replace([], MANY);
    assert.deepEqual(reasons.of(1, 1), told(`no room; ${IN_TURN}`));
    assert.deepEqual(reasons.of(1, 2), told('too large', true), 'what can never run comes first as ever');
  }
  assert.deepEqual(reasons.of(1, 3), told(IN_TURN), 'none knew it yet');
  reasons.replace([], MANY);
  assert.deepEqual(reasons.of(1, 1), told(IN_TURN), 'it has not waited all the while');
});

test('a service’s own reason stays in front of what an earlier plan found', () => {
  const reasons = new Reasons();
  const service = { code: 'C', sentence: 'S.' };
  reasons.replace([entry(1, { ...told('no room'), service })], MANY);
  reasons.replace([], MANY);
  assert.deepEqual(reasons.of(1, 1)!.service, service);
});

test('of what earlier plans found so much is kept and no more, the newest', () => {
  const reasons = new Reasons();
  const looks = new Map([[1, { kinds: 50_000, upTo: 0, plans: 200 }]]);
  for (let plan = 0; plan < 200; plan++) {
    reasons.replace(
      Array.from({ length: 250 }, (_, n) => entry(plan * 250 + n, told('no room'))),
      looks,
    );
  }
  const kept = Array.from({ length: 50_000 }, (_, shape) =>
    reasons.of(1, shape)!.details.startsWith('no room'),
  );
  assert.equal(kept.indexOf(true), 30_000);
  assert.equal(kept.filter(Boolean).length, 20_000);
});

test('the oldest kinds, which each plan tells anew, push out nothing that others were told', () => {
  const reasons = new Reasons();
  const looks = new Map([[1, { kinds: 600, upTo: 0, plans: 1000 }]]);
  reasons.replace([entry(999, told('no room'))], looks);
  for (let plan = 0; plan < 900; plan++) {
    reasons.replace(
      Array.from({ length: 250 }, (_, n) => entry(n, told('full'))),
      looks,
    );
  }
  assert.match(reasons.of(1, 999)!.details, /^no room; /);
});
