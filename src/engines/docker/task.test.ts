import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stage } from './stage.ts';
import { freeGpus, newTask, type Task } from './task.ts';

const holding = (gpus: readonly number[], stage: Stage): Task => {
  const task = newTask('t', undefined, stage);
  task.gpus = gpus;
  return task;
};
const OVER: Stage = { kind: 'over', report: { taskId: 't', kind: 'failed', stoppedAt: 0, reason: '' } };

test('J-312: a GPU is one task’s alone until that is over, from its order on', () => {
  const tasks = [
    holding([0], { kind: 'running', container: 'c' }),
    holding([1], OVER),
    holding([2], { kind: 'ordered' }),
    holding([4], { kind: 'made', container: 'c' }),
  ];
  assert.deepEqual(freeGpus(tasks, 3), [1, 3, 5]);
  assert.deepEqual(freeGpus(tasks, 0), []);
});
