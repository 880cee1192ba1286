import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExitRule } from './job-spec.ts';
import { runsAgain } from './retry.ts';

const plain = { statusReason: 'Essential container in task exited', exitCode: 1 };
const host = { statusReason: 'Host EC2 (instance i-0123456789abcdef0) terminated.' };
const oom = { ...plain, exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' };

test('J-185: attempts counts runs: the last is followed by none', () => {
  const strategy = { attempts: 3, evaluateOnExit: [] };
  assert.deepEqual(
    [1, 2, 3].map((attempt) => runsAgain(strategy, attempt, plain)),
    [true, true, false],
  );
});

const CASES: readonly (readonly [string, ExitRule[], object, boolean])[] = [
  ['J-196: none matching means retry', [{ action: 'exit', onExitCode: '2' }], plain, true],
  [
    'J-196: the first that matches decides',
    [
      { action: 'retry', onExitCode: '1' },
      { action: 'exit', onExitCode: '1' },
    ],
    plain,
    true,
  ],
  ['J-194: all conditions must match', [{ action: 'exit', onExitCode: '1', onReason: 'x' }], plain, true],
  ['J-194: and do', [{ action: 'exit', onExitCode: '137', onReason: 'OutOfMemory*' }], oom, false],
  ['J-193: actions in any case', [{ action: 'EXIT', onExitCode: '1' }], plain, false],
  [
    'J-197: onStatusReason is the attempt’s statusReason',
    [{ action: 'exit', onStatusReason: 'Host EC2*' }],
    host,
    false,
  ],
  ['J-197: onReason is the container’s reason', [{ action: 'exit', onReason: 'OutOfMemory*' }], plain, true],
  [
    'J-200: without a star the whole must be equal',
    [{ action: 'exit', onStatusReason: 'Host EC2' }],
    host,
    true,
  ],
  [
    'J-200: with a star all before it must be equal',
    [{ action: 'exit', onStatusReason: 'Host EC3*' }],
    host,
    true,
  ],
  [
    'J-200: a star takes the start, not a part in the middle',
    [{ action: 'exit', onStatusReason: 'EC2*' }],
    host,
    true,
  ],
  ['J-200: codes too', [{ action: 'exit', onExitCode: '13' }], oom, true],
  ['J-200: a star takes the start of a code', [{ action: 'exit', onExitCode: '13*' }], oom, false],
  ['J-201: matching is case sensitive', [{ action: 'exit', onStatusReason: 'host*' }], host, true],
  [
    'J-201: without a star too',
    [{ action: 'exit', onStatusReason: 'essential container in task exited' }],
    plain,
    true,
  ],
  ['J-202: * matches an absent reason', [{ action: 'exit', onReason: '*' }], plain, false],
  ['J-202: * matches no absent code', [{ action: 'exit', onExitCode: '*' }], host, true],
];

for (const [title, evaluateOnExit, failure, again] of CASES) {
  test(title, () => {
    assert.equal(runsAgain({ attempts: 5, evaluateOnExit }, 1, failure as typeof plain), again);
  });
}

test('J-204: RETRY never goes beyond attempts', () => {
  assert.equal(
    runsAgain({ attempts: 2, evaluateOnExit: [{ action: 'retry', onExitCode: '1' }] }, 2, plain),
    false,
  );
});
