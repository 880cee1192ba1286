import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRetryStrategy, checkTimeout } from './retry-rules.ts';

const check = (...evaluateOnExit: object[]): string | undefined =>
  checkRetryStrategy({ attempts: 3, evaluateOnExit })?.message;

test('S-338 J-024: 1 and 10 attempts are taken', () => {
  for (const attempts of [1, 10]) assert.equal(checkRetryStrategy({ attempts }), undefined);
});

test('J-192: five entries are taken; entries without attempts are refused', () => {
  const entry = { action: 'RETRY', onReason: '*' };
  assert.equal(check(entry, entry, entry, entry, entry), undefined);
  assert.equal(
    checkRetryStrategy({ evaluateOnExit: [entry] })?.message,
    'RetryAttempts must be provided with retry strategy',
  );
});

test('J-193: an entry needs an action; any case is one', () => {
  assert.match(check({ onReason: '*' }) ?? '', /action must be RETRY or EXIT/);
  for (const action of ['RETRY', 'retry', 'Exit', 'EXIT']) {
    assert.equal(check({ action, onReason: '*' }), undefined, action);
  }
});

const TAKEN = [
  { onExitCode: '137' },
  { onExitCode: '1*' },
  { onReason: 'CannotPullContainerError:*' },
  { onStatusReason: 'Host EC2*' },
  { onStatusReason: 'x'.repeat(512) },
];
const RESTRICTED = [
  { onExitCode: 'one' },
  { onExitCode: '-1' },
  { onExitCode: '*1' },
  { onReason: 'a*b' },
  { onReason: 'a**' },
  { onStatusReason: 'Host EC2 (i-1)' },
];

for (const conditions of TAKEN) {
  test(`J-198 J-199: ${JSON.stringify(conditions).slice(0, 60)} is taken`, () =>
    assert.equal(check({ action: 'EXIT', ...conditions }), undefined));
}

for (const conditions of RESTRICTED) {
  test(`J-199: ${JSON.stringify(conditions)} is refused`, () =>
    assert.equal(
      check({ action: 'EXIT', ...conditions }),
      'Evaluate on exit condition contains restricted characters',
    ));
}

test('J-030: 60 seconds are taken, and so is no duration', () => {
  for (const timeout of [{ attemptDurationSeconds: 60 }, {}, undefined]) {
    assert.equal(checkTimeout(timeout), undefined);
  }
});
