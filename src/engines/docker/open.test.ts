import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hang, inspectedOf, inTurn, json, openOver, standIn } from '../../../test/support/docker-stand-in.ts';
import { realTimers } from '../../../test/support/process-world.ts';
import type { Timers } from '../../lib/clock.ts';
import { type Log, silentLog } from '../../lib/logger.ts';
import { NoAnswer } from './answers.ts';

const TASK = '1'.repeat(32);
const LABELS = { 'longshore.task': TASK, 'longshore.data': 'd' };
const RUNNING = { Id: 'c', State: 'running', Created: 1_767_272_400, Labels: LABELS };
const list = json([RUNNING]);
const fault = json({ message: 'panic' }, 500);
const inspect = [/\/containers\/c\/json/, json(inspectedOf({ Status: 'running' }, LABELS))] as const;

/** Limits and pauses are over soon. A call that is slower than its limit is merely made again. */
const hasty: Timers = { ...realTimers, after: (ms, fn) => realTimers.after(Math.min(ms, 200), fn) };

/** What is warned of. */
const noted = (): { log: Log; warned: string[] } => {
  const warned: string[] = [];
  const warn = (fields: Record<string, unknown>, message: string) => {
    warned.push(`${message}: ${fields.error}`);
  };
  return { log: { ...silentLog, warn }, warned };
};

for (const [what, trouble] of [
  ['answers 500', fault],
  ['hangs', hang],
  ['breaks off', (request: { socket: { destroy(): void } }) => request.socket.destroy()],
] as const) {
  for (const [call, pattern, answer] of [
    ['list', /\/containers\/json/, list],
    ['info', /\/info/, json({ NCPU: 2, MemTotal: 2 ** 31, ServerVersion: '1' })],
  ] as const) {
    test(`a daemon whose ${call} ${what} at first is waited for, and what runs is taken up`, async (t) => {
      const answers = [
        [pattern, inTurn(trouble, trouble, answer)],
        [/\/containers\/json/, list],
        inspect,
      ] as const;
      const path = await standIn(t, answers);
      const { log, warned } = noted();
      const { engine } = await openOver(t, path, { timers: hasty, log });
      assert.deepEqual(
        (await engine.list()).map(({ taskId, kind }) => [taskId, kind]),
        [[TASK, 'running']],
      );
      const waits = warned.filter((line) =>
        line.startsWith(`waiting for the Docker daemon at unix://${path}: `),
      );
      assert.ok(waits.length >= 2, `${warned}`);
    });
  }
}

for (const [what, trouble] of [
  ['answers 500', fault],
  ['hangs', hang],
] as const) {
  for (const kind of ['volumes', 'networks']) {
    test(`a daemon whose list of ${kind} ${what} holds up nobody: it says what runs, and the engine starts`, async (t) => {
      const answers = [[new RegExp(`/${kind}`), trouble], [/\/containers\/json/, list], inspect] as const;
      const { engine } = await openOver(t, await standIn(t, answers));
      assert.deepEqual(
        (await engine.list()).map(({ taskId, kind }) => [taskId, kind]),
        [[TASK, 'running']],
      );
    });
  }
}

test('a daemon that hangs from the first word on is waited for too', async (t) => {
  const path = await standIn(t, [[/_ping/, inTurn(hang, json({}))]]);
  const { log, warned } = noted();
  await openOver(t, path, { timers: hasty, log });
  assert.ok(warned.length >= 1);
});

test('where nobody listens, and where a no will stay one, the engine does not start', async (t) => {
  await assert.rejects(openOver(t, '/nobody/here.sock'), NoAnswer);
  const refuses = await standIn(t, [[/\/containers\/json/, json({ message: 'not for you' }, 403)]]);
  await assert.rejects(openOver(t, refuses), /not for you/);
});

for (const [when, stop] of [
  ['while it waits', new AbortController()],
  ['before', new AbortController()],
] as const) {
  test(`told to stop ${when}, it stops waiting with the reason that was given`, async (t) => {
    const path = await standIn(t, [[/\/containers\/json/, hang]]);
    const reason = new Error('enough');
    if (when === 'before') stop.abort(reason);
    const opened = openOver(t, path, {}, stop.signal);
    setImmediate(() => stop.abort(reason));
    await assert.rejects(opened, (error) => error === reason);
  });
}
