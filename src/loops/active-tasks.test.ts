import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type StopKind, stopCode } from '../domain/stop-kinds.ts';
import { TASK_STATES } from '../domain/task-state.ts';
import type { ActiveTask } from '../store/task-rows.ts';
import { inLines, isToStop, staleIn, stopsOf } from './active-tasks.ts';

const task = (id: string, more: Partial<ActiveTask> = {}): ActiveTask =>
  ({
    id,
    state: TASK_STATES.indexOf('intended'),
    job: 0,
    after: null,
    created_at: 0,
    lost: 0,
    stop_kind: stopCode('none'),
    ...more,
  }) as ActiveTask;

const stopped = (id: string, kind: StopKind, more: Partial<ActiveTask> = {}) =>
  task(id, { stop_kind: stopCode(kind), ...more });

test('J-254 J-319: what was told to stop stops with 30 seconds of grace; a cancel stops nothing that has begun', () => {
  const stops = stopsOf([task('a'), stopped('b', 'terminate'), stopped('c', 'cancel')].filter(isToStop), [
    'd',
  ]);
  assert.deepEqual(
    [...stops],
    [
      ['b', 30],
      ['d', 30],
    ],
  );
});

test('E-168: what lost its instance gets no more grace, whatever else was said', () => {
  const stops = stopsOf([stopped('a', 'terminate', { lost: 1 }), task('b', { lost: 1 })], ['b']);
  assert.deepEqual(
    [...stops],
    [
      ['a', 0],
      ['b', 0],
    ],
  );
});

test('of a line that has stood still for over half a second the last is recalled first, whichever way the clock was set', () => {
  const begun = task('begun', { state: TASK_STATES.indexOf('running'), after: 'head' });
  const line = [
    begun,
    task('b', { job: 2, after: 'a', created_at: 501 }),
    task('a', { job: 1, after: 'head' }),
  ];
  assert.deepEqual(
    inLines(line).map(({ id }) => id),
    ['a', 'b'],
  );
  assert.deepEqual(staleIn(inLines(line), 500), []);
  assert.deepEqual(staleIn(inLines(line), 501), ['a']);
  assert.deepEqual(staleIn(inLines(line), 1002), ['b', 'a']);
  assert.deepEqual(staleIn(inLines(line), -501), ['b', 'a']);
});

test('whichever order the store gives them in, nobody is recalled before those who stand behind', () => {
  const line = [
    task('c', { after: 'b' }),
    task('a', { after: 'head' }),
    task('other', { after: 'elsewhere' }),
    task('b', { after: 'a' }),
  ];
  const stale = staleIn(line, 501).filter((id) => id !== 'other');
  assert.deepEqual(stale, ['c', 'b', 'a']);
});
