import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BEYOND_TYPES } from '../why/decision.ts';
import { type Ending, endingWords, plainReason } from './ending.ts';

const EXITED = 'Essential container in task exited';
const WORDS: [Ending, string][] = [
  [{ exitCode: 3, statusReason: EXITED }, 'exit code 3'],
  [{ exitCode: 0, statusReason: EXITED }, 'exit code 0'],
  [{ exitCode: 137, statusReason: EXITED }, 'killed by signal 9'],
  [
    { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage', memory: 512 },
    'out of memory: 512 MiB asked',
  ],
  [{ statusReason: 'Task failed to start', reason: 'no such image' }, 'did not start: no such image'],
  [
    {
      statusReason: 'Task failed to start',
      reason: 'CannotStartContainerError: Error response from daemon: exec: "x": permission denied',
    },
    'did not start: exec: "x": permission denied',
  ],
  [
    {
      statusReason: 'Task failed to start',
      reason: 'CannotPullContainerError: Error response from daemon: pull access denied for x',
    },
    'did not start: its image cannot be pulled: pull access denied for x',
  ],
  [
    {
      statusReason: 'Task failed to start',
      reason:
        'CannotStartContainerError: Error response from daemon: failed to create shim task: runc create failed: unable to start container process: exec: "x": not found: unknown',
    },
    'did not start: exec: "x": not found: unknown',
  ],
  [{ exitCode: 143, statusReason: 'not wanted' }, 'not wanted'],
  [{ statusReason: 'Array Child Job failed' }, 'Array Child Job failed'],
];

for (const [ending, words] of WORDS)
  test(`an ending is told as: ${words}`, () => assert.equal(endingWords(ending), words));

test('the numbers of a reason are told, not the sentence of the service that stands before them', () => {
  const numbers =
    'needs 1 vCPU and 100 GiB; the pool has 4 vCPUs and 4 GiB: environment default can never run it';
  const told = `${BEYOND_TYPES.code} - ${BEYOND_TYPES.sentence} ${numbers}`;
  assert.equal(plainReason(told), numbers);
  assert.equal(plainReason(`job is RUNNABLE: ${told}`), `job is RUNNABLE: ${numbers}`);
  assert.equal(endingWords({ statusReason: `it can never run: ${told}` }), `it can never run: ${numbers}`);
  assert.equal(plainReason(numbers), numbers);
});
