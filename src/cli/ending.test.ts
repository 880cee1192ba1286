import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ending, endingWords } from './ending.ts';

const EXITED = 'Essential container in task exited';
const WORDS: [Ending, string][] = [
  [{ exitCode: 3, statusReason: EXITED }, 'exit code 3'],
  [{ exitCode: 0, statusReason: EXITED }, 'exit code 0'],
  [{ exitCode: 137, statusReason: EXITED }, 'killed by signal 9'],
  [
    { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage', memory: 512 },
    'out of memory: 512 MiB asked',
  ],
  [{ statusReason: 'Task failed to start', reason: 'no such image' }, 'Task failed to start: no such image'],
  [{ exitCode: 143, statusReason: 'not wanted' }, 'not wanted'],
  [{ statusReason: 'Array Child Job failed' }, 'Array Child Job failed'],
];

for (const [ending, words] of WORDS)
  test(`an ending is told as: ${words}`, () => assert.equal(endingWords(ending), words));
