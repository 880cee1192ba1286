import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Answer,
  hang,
  inspectedOf,
  json,
  NEVER,
  openOver,
  standIn,
} from '../../../test/support/docker-stand-in.ts';
import { realTimers } from '../../../test/support/process-world.ts';
import type { Timers } from '../../lib/clock.ts';
import { type Log, silentLog } from '../../lib/logger.ts';
import type { DockerEngine } from './engine.ts';

const CREATED = 1_767_272_400;
const labelsOf = (id: string) => ({ 'longshore.task': id, 'longshore.data': 'd' });
const listed = (id: string, State: string) => ({ Id: id, State, Created: CREATED, Labels: labelsOf(id) });
const hasty: Timers = { ...realTimers, after: (ms, fn) => realTimers.after(Math.min(ms, 1000), fn) };

const reports = async (engine: DockerEngine) =>
  Object.fromEntries((await engine.list()).map(({ taskId, ...report }) => [taskId, report]));

for (const [what, trouble] of [
  ['answers 500', json({ message: 'panic' }, 500)],
  ['hangs', hang],
] as const) {
  test(`a container whose inspect ${what} is not lost and holds up no other: the list stands for it, then its own words`, async (t) => {
    const errors: string[] = [];
    const log: Log = {
      ...silentLog,
      error: ({ container }, message) => errors.push(`${container} ${message}`),
    };
    const ends = { ...inspectedOf({ ExitCode: 3 }, labelsOf('e')), Id: 'e' };
    let isTold = false;
    const told: Answer = (request, response) => (isTold ? json(ends) : trouble)(request, response);
    const path = await standIn(t, [
      [
        /\/containers\/json/,
        json([listed('e', 'exited'), listed('m', 'created'), listed('r', 'running'), listed('x', 'running')]),
      ],
      [/\/containers\/e\/json/, told],
      [/\/containers\/[mr]\/json/, trouble],
      [/\/containers\/x\/json/, json({ ...inspectedOf({ Status: 'running' }, labelsOf('x')), Id: 'x' })],
      [/\/logs/, json({ message: 'no log' }, 404)],
    ]);
    const { engine } = await openOver(t, path, { timers: hasty, log });
    const startedAt = CREATED * 1000;
    assert.deepEqual(await reports(engine), {
      e: { kind: 'running', startedAt },
      m: { kind: 'waiting' },
      r: { kind: 'running', startedAt },
      x: { kind: 'running', startedAt: Date.parse('2026-01-01T13:00:01.123Z') },
    });
    assert.deepEqual(
      errors.map((line) => line.slice(0, 1)),
      ['e', 'm', 'r'],
    );
    isTold = true;
    const ended = new Promise<number>((resolve) =>
      engine.watch((all) => {
        for (const report of all)
          if (report.taskId === 'e' && report.kind === 'exited') resolve(report.exitCode);
      }),
    );
    assert.equal(await ended, 3);
  });
}

test('a container whose start failed under an earlier server is told as failed, and its log is not asked for', async (t) => {
  const { State } = inspectedOf({ Status: 'created', Error: 'no such driver', StartedAt: NEVER });
  const path = await standIn(t, [
    [/\/containers\/json/, json([listed('f', 'created')])],
    [/\/containers\/f\/json/, json({ ...inspectedOf({}, labelsOf('f')), Id: 'f', State })],
    [/\/logs/, () => assert.fail('there is no log')],
  ]);
  const { engine } = await openOver(t, path);
  const { f } = await reports(engine);
  assert.deepEqual(
    [f!.kind, 'reason' in f! && f.reason],
    ['failed', 'CannotStartContainerError: Error response from daemon: no such driver'],
  );
});
