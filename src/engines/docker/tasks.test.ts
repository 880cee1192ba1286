import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderOf } from '../../../test/support/orders.ts';
import type { Stage } from './stage.ts';
import { newTask, type Task } from './task.ts';
import { Tasks } from './tasks.ts';

const OVER: Stage = { kind: 'over', report: { taskId: 'over', kind: 'failed', stoppedAt: 0, reason: '' } };
const RECALLED: Stage = { kind: 'recalled' };
const ORDERED: Stage = { kind: 'ordered' };

const nodeOf = (id: string, job: string, stage: Stage): Task =>
  newTask(id, orderOf([], { taskId: id, attempt: 1, node: { job, index: 0, mainNode: 0 } }), stage);

const tasksOf = (...all: Task[]): Tasks => {
  const tasks = new Tasks();
  for (const task of all) tasks.put(task);
  return tasks;
};

test('what was recalled is known and not there: it is not listed, has no volumes, and needs no network', () => {
  const tasks = tasksOf(
    nodeOf('a', 'one', RECALLED),
    nodeOf('b', 'two', ORDERED),
    nodeOf('over', 'two', OVER),
  );
  assert.equal(tasks.get('a')?.stage.kind, 'recalled');
  assert.deepEqual(
    ['a', 'b', 'over', 'nobody'].map((id) => tasks.isThere(id)),
    [false, true, true, false],
  );
  assert.deepEqual(
    tasks.reports().map(({ taskId, kind }) => [taskId, kind]),
    [
      ['b', 'waiting'],
      ['over', 'failed'],
    ],
  );
  assert.deepEqual([tasks.hasNodes('one-1'), tasks.hasNodes('two-1')], [false, true]);
  tasks.put(newTask('alone', undefined, ORDERED));
  assert.equal(tasks.hasNodes('two-1'), true);
});

test('room is held by what may still run, and not by what is over, recalled, or unknown', () => {
  const tasks = tasksOf(
    newTask('a', undefined, RECALLED),
    newTask('b', undefined, ORDERED),
    newTask('over', undefined, OVER),
  );
  assert.deepEqual(
    ['a', 'b', 'over', 'nobody'].map((id) => tasks.holdsRoom(id)),
    [false, true, false, false],
  );
  const holding = tasks.get('a')!;
  holding.gpus = [0];
  assert.deepEqual(tasks.freeGpus(1), [0]);
  tasks.get('b')!.gpus = [0];
  assert.deepEqual(tasks.freeGpus(1), [1]);
});

test('a task is known as itself until another of its id, or nobody, takes its place', () => {
  const [first, second] = [newTask('a', undefined, ORDERED), newTask('a', undefined, ORDERED)];
  const tasks = tasksOf(first);
  assert.deepEqual([tasks.has(first), tasks.has(second)], [true, false]);
  tasks.put(second);
  assert.equal(tasks.has(first), false);
  tasks.drop('a');
  assert.deepEqual([tasks.has(second), tasks.get('a')], [false, undefined]);
});

test('those in some stages are found among all', () => {
  const running: Stage = { kind: 'running', container: 'c' };
  const tasks = tasksOf(newTask('a', undefined, ORDERED), newTask('b', undefined, running));
  assert.deepEqual(
    tasks.in('running', 'stopping').map(({ id }) => id),
    ['b'],
  );
});
