import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu } from '../../test/support/scheduler.ts';
import type { EnvironmentVerdict, WaitReason } from '../scheduler/snapshot.ts';
import { LastPlan } from './last-plan.ts';

const because = (verdict: EnvironmentVerdict): WaitReason => ({
  groups: [{ asks: cpu(1), count: 1 }],
  verdicts: [verdict],
});
const DISABLED = because({ environment: 'e', kind: 'disabled' });
const NEVER = because({ environment: 'e', kind: 'never-nodes' });
const FULL = because({ environment: 'e', kind: 'reserved' });
const entry = (shape: number, reason: WaitReason, queue = 1) => ({ queue, shape, reason });
const ALL = new Map([[1, { total: 2, cursor: 0, plansPerRound: 1 }]]);
const MANY = new Map([[1, { total: 900, cursor: 0, plansPerRound: 3 }]]);
const IN_TURN = { shapesInAll: 900 };

test('where a plan knows all shapes it tells, and nothing of what an earlier one found is left', () => {
  const plans = new LastPlan();
  plans.replace([entry(1, DISABLED)], ALL);
  assert.deepEqual(plans.of(1, 1), { reason: DISABLED });
  plans.replace([entry(2, DISABLED)], ALL);
  assert.deepEqual(plans.of(1, 1), {});
  assert.deepEqual(plans.of(2, 2), {});
});

test('a shape that the last plan did not know is told what an earlier one found, and that it is looked at in turn', () => {
  const plans = new LastPlan();
  plans.replace([entry(1, DISABLED), entry(2, NEVER)], MANY);
  for (let plan = 0; plan < 3; plan++) {
    plans.replace([], MANY);
    assert.deepEqual(plans.of(1, 1), { reason: DISABLED, ...IN_TURN });
    assert.deepEqual(plans.of(1, 2), { reason: NEVER, ...IN_TURN });
    assert.deepEqual(plans.of(1, 3), IN_TURN, 'none knew it yet');
  }
  plans.replace([], MANY);
  assert.deepEqual(plans.of(1, 1), IN_TURN, 'it has not waited all the while');
});

test('of what earlier plans found so much is kept and no more, the newest', () => {
  const plans = new LastPlan();
  const seen = new Map([[1, { total: 50_000, cursor: 0, plansPerRound: 200 }]]);
  for (let plan = 0; plan < 200; plan++) {
    plans.replace(
      Array.from({ length: 250 }, (_, n) => entry(plan * 250 + n, DISABLED)),
      seen,
    );
  }
  const kept = Array.from({ length: 50_000 }, (_, shape) => plans.of(1, shape).reason !== undefined);
  assert.equal(kept.indexOf(true), 30_000);
  assert.equal(kept.filter(Boolean).length, 20_000);
});

test('the oldest shapes, which each plan tells anew, push out nothing that others were told', () => {
  const plans = new LastPlan();
  const seen = new Map([[1, { total: 600, cursor: 0, plansPerRound: 1000 }]]);
  plans.replace([entry(999, DISABLED)], seen);
  for (let plan = 0; plan < 900; plan++) {
    plans.replace(
      Array.from({ length: 250 }, (_, n) => entry(n, FULL)),
      seen,
    );
  }
  assert.deepEqual(plans.of(1, 999).reason, DISABLED);
});
