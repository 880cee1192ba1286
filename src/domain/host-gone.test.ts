import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostGone } from './host-gone.ts';
import type { InstanceState } from './instance.ts';

const draining = (reason: 'reclaimed' | 'price' | 'replaced' | 'deleted'): InstanceState => ({
  kind: 'draining',
  reason,
});
const RUNNING: InstanceState = { kind: 'running' };
const MAINTENANCE = 'ECS is performing maintenance on the underlying infrastructure hosting the task';

for (const [type, state, told] of [
  ['c5.large', RUNNING, 'Host EC2 (instance i-1) terminated.'],
  ['c5.large', draining('reclaimed'), 'Host EC2 (instance i-1) terminated.'],
  ['host', draining('deleted'), 'Host EC2 (instance i-1) terminated.'],
  ['fargate', draining('reclaimed'), 'Your Spot Task was interrupted.'],
  ['fargate', draining('price'), 'Your Spot Task was interrupted.'],
  ['fargate', draining('deleted'), MAINTENANCE],
  ['fargate', RUNNING, MAINTENANCE],
] as const) {
  const what = state.kind === 'draining' ? `that was ${state.reason}` : 'that ran';
  test(`J-168 J-170: lost with a ${type} ${what}: ${told}`, () =>
    assert.equal(hostGone({ id: 'i-1', type, state }), told));
}
