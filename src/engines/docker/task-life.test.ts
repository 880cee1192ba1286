import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TaskReport } from '../engine.ts';
import type { LogKeeper } from './log-keeper.ts';
import type { Stage } from './stage.ts';
import type { Effect, TaskEvent } from './task-events.ts';
import { next } from './task-life.ts';

const KEEPER = {} as LogKeeper;
const FAILED: TaskReport = { taskId: 't', kind: 'failed', stoppedAt: 9, reason: 'no' };
const EXITED: TaskReport = { taskId: 't', kind: 'exited', startedAt: 5, stoppedAt: 9, exitCode: 0 };
const OVER: TaskEvent = { kind: 'seen', outcome: { kind: 'over', report: EXITED } };

/** What a task is after these events, and what was to be done. */
const live = (stage: Stage, ...events: TaskEvent[]): { stage: Stage; effects: Effect[] } => {
  const effects: Effect[] = [];
  let now = stage;
  for (const event of events) {
    const step = next('t', now, event);
    now = step.stage;
    effects.push(...step.effects);
  }
  return { stage: now, effects };
};

const kinds = (effects: readonly Effect[]): string[] => effects.map(({ kind }) => kind);

const starting = (container = 'c'): TaskEvent => ({ kind: 'starting', container });
const begun: TaskEvent = { kind: 'begun', container: 'c' };
const stop = (graceSeconds: number): TaskEvent => ({ kind: 'stop', graceSeconds });

test('an ordered task begins, is told to run when it is asked for, is followed, and ends with its log', () => {
  const runs: TaskEvent = { kind: 'runs', startedAt: 5 };
  const follows: TaskEvent = { kind: 'follows', keeper: KEEPER };
  const { stage, effects } = live(
    { kind: 'lined' },
    { kind: 'freed' },
    starting(),
    begun,
    { kind: 'look-due' },
    runs,
    { kind: 'log-due' },
    follows,
    { kind: 'died' },
    OVER,
  );
  assert.deepEqual(stage, { kind: 'over', container: 'c', report: EXITED });
  assert.deepEqual(kinds(effects), [
    'launch',
    'later',
    'look',
    'say',
    'later',
    'follow',
    'read-end',
    'say',
    'leave-room',
  ]);
  assert.deepEqual(effects[6], { kind: 'read-end', container: 'c', keeper: KEEPER });
  assert.deepEqual(
    effects.flatMap((effect) => (effect.kind === 'later' ? [[effect.event.kind, effect.milliseconds]] : [])),
    [
      ['look-due', 250],
      ['log-due', 500],
    ],
  );
});

test('a log that breaks off is followed again; what is followed is not followed twice', () => {
  const followed: Stage = { kind: 'running', container: 'c', startedAt: 5, keeper: KEEPER };
  assert.deepEqual(live(followed, { kind: 'log-due' }).effects, []);
  const { stage, effects } = live(followed, { kind: 'broke' }, { kind: 'log-due' });
  assert.deepEqual(stage, { kind: 'running', container: 'c', startedAt: 5 });
  assert.deepEqual(effects, [
    { kind: 'later', milliseconds: 500, event: { kind: 'log-due' } },
    { kind: 'follow', container: 'c' },
  ]);
});

test('one that is over says so again when it is ordered again, and does nothing else', () => {
  const over: Stage = { kind: 'over', report: EXITED, container: 'c' };
  assert.deepEqual(live(over, { kind: 'order' }), { stage: over, effects: [{ kind: 'say' }] });
  assert.deepEqual(live(over, { kind: 'recall' }, { kind: 'died' }, stop(0)), { stage: over, effects: [] });
});

test('a container that was made is removed when it is recalled, and for nothing else', () => {
  const made: Stage = { kind: 'made', container: 'c' };
  assert.deepEqual(live(made, stop(0), { kind: 'ended' }, { kind: 'died' }), { stage: made, effects: [] });
});

test('until its start is sent a task can be recalled, and not afterwards; its place goes to who stands behind', () => {
  const recall: TaskEvent = { kind: 'recall' };
  for (const stage of [{ kind: 'lined' }, { kind: 'ordered' }] as const)
    assert.deepEqual(live(stage, recall), { stage: { kind: 'recalled' }, effects: [{ kind: 'leave-line' }] });
  assert.deepEqual(kinds(live({ kind: 'made', container: 'c' }, recall).effects), ['remove', 'leave-line']);
  assert.equal(live({ kind: 'ordered' }, starting(), recall).stage.kind, 'starting');
  assert.equal(live({ kind: 'ordered' }, recall, starting(), begun).stage.kind, 'recalled');
});

test('a stop that comes while the start is under way is told when it has begun', () => {
  const { stage, effects } = live({ kind: 'ordered' }, starting(), stop(30), stop(7), begun);
  assert.deepEqual(stage, { kind: 'stopping', container: 'c', graceSeconds: 7 });
  assert.deepEqual(effects[0], { kind: 'tell-stop', container: 'c', graceSeconds: 7 });
});

test('a stop that was not answered is told again for as long as the task runs, with the last grace', () => {
  const running: Stage = { kind: 'running', container: 'c', startedAt: 5 };
  const due: TaskEvent = { kind: 'stop-due' };
  const told = live(running, stop(30), stop(0), due).effects;
  assert.deepEqual(
    told.map((effect) => effect.kind === 'tell-stop' && effect.graceSeconds),
    [30, 0, 0],
  );
  assert.deepEqual(kinds(live(running, stop(30), { kind: 'ended' }, due).effects), ['tell-stop', 'read-end']);
});

test('one that was thought to have ended and has not goes on, its stop too', () => {
  const alive: TaskEvent = { kind: 'seen', outcome: { kind: 'running', startedAt: 5 } };
  const { stage, effects } = live({ kind: 'running', container: 'c' }, { kind: 'died' }, stop(3), alive);
  assert.deepEqual(stage, { kind: 'stopping', container: 'c', graceSeconds: 3 });
  assert.deepEqual(kinds(effects), ['read-end', 'tell-stop', 'later']);
});

test('a container that is gone while it starts is the launcher’s to judge; one that ran is lost, with its start', () => {
  const gone: TaskEvent = { kind: 'gone', at: 8 };
  assert.equal(live({ kind: 'ordered' }, starting(), { kind: 'ended' }, gone).stage.kind, 'starting');
  const { stage } = live({ kind: 'running', container: 'c', startedAt: 5 }, { kind: 'ended' }, gone);
  const report = { taskId: 't', kind: 'lost', startedAt: 5, stoppedAt: 8 };
  assert.deepEqual(stage, { kind: 'over', container: 'c', report });
});

test('of a task that never ran the whole reason is in its log, and no container is left but what the launch leaves', () => {
  const long: TaskEvent = { kind: 'failed', report: FAILED, said: 'no, and why' };
  const { stage, effects } = live({ kind: 'ordered' }, starting(), long);
  assert.deepEqual(stage, { kind: 'over', report: FAILED });
  assert.deepEqual(effects[0], { kind: 'write', reason: 'no, and why' });
});

test('an end that comes while the start is not answered keeps what the answer says then', () => {
  const { stage } = live({ kind: 'ordered' }, starting(), { kind: 'died' }, begun);
  assert.deepEqual(stage, { kind: 'ending', was: { kind: 'running', container: 'c' } });
});

const anyEvent: fc.Arbitrary<TaskEvent> = fc.constantFrom<TaskEvent[]>(
  { kind: 'order' },
  { kind: 'recall' },
  stop(0),
  stop(30),
  { kind: 'freed' },
  starting(),
  begun,
  { kind: 'failed', report: FAILED },
  { kind: 'runs', startedAt: 5 },
  { kind: 'died' },
  { kind: 'ended' },
  OVER,
  { kind: 'seen', outcome: { kind: 'created' } },
  { kind: 'seen', outcome: { kind: 'running', startedAt: 5 } },
  { kind: 'gone', at: 8 },
  { kind: 'follows', keeper: KEEPER },
  { kind: 'broke' },
  { kind: 'look-due' },
  { kind: 'log-due' },
  { kind: 'stop-due' },
);

const anyStage: fc.Arbitrary<Stage> = fc.constantFrom<Stage[]>(
  { kind: 'lined' },
  { kind: 'ordered' },
  { kind: 'made', container: 'c' },
  { kind: 'running', container: 'c' },
);

test('property: whatever happens in whatever order, an end is for good, is told once, and gives the room back once', () => {
  fc.assert(
    fc.property(anyStage, fc.array(anyEvent, { maxLength: 40 }), (first, events) => {
      let stage = first;
      let [ends, rooms, reads] = [0, 0, 0];
      for (const event of events) {
        const step = next('t', stage, event);
        if (stage.kind === 'over' || stage.kind === 'recalled') assert.equal(step.stage, stage);
        else if (step.stage.kind === 'over') ends++;
        rooms += step.effects.filter(({ kind }) => kind === 'leave-room' || kind === 'leave-line').length;
        for (const { kind } of step.effects) {
          if (kind === 'read-end') {
            // of one task one log is read at a time: lines would be kept twice else
            assert.notEqual(stage.kind, 'ending');
            reads++;
          }
          if (kind === 'tell-stop') assert.equal(step.stage.kind, 'stopping');
          if (kind === 'follow') assert.ok('container' in step.stage);
        }
        stage = step.stage;
      }
      const isDone = stage.kind === 'over' || stage.kind === 'recalled';
      assert.equal(rooms, isDone ? 1 : 0);
      assert.ok(ends <= 1 && reads <= events.length);
    }),
    { numRuns: 2000 },
  );
});
