import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import {
  type Answer,
  type Answers,
  inspectedOf,
  json,
  memoryFile,
  openOver,
  standIn,
} from '../../../test/support/docker-stand-in.ts';
import { orderOf } from '../../../test/support/orders.ts';
import { realClock, realTimers } from '../../../test/support/process-world.ts';
import type { Timers } from '../../lib/clock.ts';
import type { TaskReport } from '../engine.ts';
import type { LogFile } from '../logs/log-file.ts';
import type { DockerEngine } from './engine.ts';

const TASK = '1'.repeat(32);
const LABELS = { 'longshore.task': TASK, 'longshore.data': 'd', 'longshore.boot': realClock.bootId };
const CONTAINER = { Id: 'c', State: 'exited', Created: 1_767_272_400, Labels: LABELS };
const INSPECTED = inspectedOf({ ExitCode: 3 }, LABELS);

/** It has one container, which ended; `logs` answers what is asked for its log. */
const withEnded = (logs: Answer): Answers => [
  [/\/logs/, logs],
  [/\/containers\/json/, json([CONTAINER])],
  [/\/containers\/c\/json/, json(INSPECTED)],
];

/** The limits of a log that stalls and of a start, and the pauses, are over soon; what else waits for an answer waits as ever. */
const HASTY = new Set([500, 60_000, 180_000]);
const hasty: Timers = {
  ...realTimers,
  after: (ms, fn) => realTimers.after(HASTY.has(ms) ? ms / 500 : ms, fn),
};

const engineOver = async (t: TestContext, answers: Answers, file: LogFile): Promise<DockerEngine> =>
  (await openOver(t, await standIn(t, answers), { timers: hasty, openLog: () => file })).engine;

const ENDED = { kind: 'exited', exitCode: 3 };
const pick = (engine: DockerEngine) =>
  engine.list().then((reports) =>
    reports.map((report) => ({
      kind: report.kind,
      exitCode: 'exitCode' in report ? report.exitCode : undefined,
    })),
  );

test('a daemon that gives only the head of a log holds no task: it ends with its exit code, and its log says why', async (t) => {
  const file = memoryFile();
  let asked = 0;
  const stalls = (_: IncomingMessage, response: ServerResponse) => {
    asked++;
    response.flushHeaders();
  };
  const engine = await engineOver(t, withEnded(stalls), file);
  assert.deepEqual(await pick(engine), [ENDED]);
  assert.match(file.text, /^longshore: the rest of this log could not be read: .* said nothing for 60 s\n$/);
  assert.ok(asked > 1, 'it is asked again before it is given up');
});

test('a log that stalls once is read again', async (t) => {
  const file = memoryFile();
  let asked = 0;
  const payload = Buffer.from('2026-01-01T13:00:01Z hello\n');
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, payload.length]);
  const stallsOnce = (_: IncomingMessage, response: ServerResponse) => {
    if (asked++ === 0) response.flushHeaders();
    else response.end(Buffer.concat([header, payload]));
  };
  const engine = await engineOver(t, withEnded(stallsOnce), file);
  assert.deepEqual(await pick(engine), [ENDED]);
  assert.equal(file.text, 'hello\n');
});

for (const [who, gone] of [
  ['Docker', 'destroy'],
  ['Podman', 'remove'],
] as const) {
  test(`J-183: a start that hangs ends the task when its container is gone, as failed and not as lost, with ${who}`, async (t) => {
    let events: ServerResponse | undefined;
    let [removals, isThere] = [0, true];
    const created = { ...INSPECTED, State: { ...INSPECTED.State, Status: 'created' } };
    const destroyed = { Action: gone, Actor: { ID: 'c', Attributes: LABELS } };
    const engine = await engineOver(
      t,
      [
        [
          /\/events/,
          (_, response) => {
            response.flushHeaders();
            events = response;
          },
        ],
        [/POST .*\/create/, json({ Id: 'c' }, 201)],
        [/POST .*\/start/, () => {}],
        [
          /DELETE .*\/containers\/c/,
          (request, response) => {
            if (++removals < 3) return json({ message: 'busy' }, 500)(request, response);
            isThere = false;
            events!.write(`${JSON.stringify(destroyed)}\n`);
            setTimeout(() => response.writeHead(204).end(), 100);
          },
        ],
        [
          /\/containers\/c\/json/,
          (request, response) =>
            json(isThere ? created : { message: 'gone' }, isThere ? 200 : 404)(request, response),
        ],
      ],
      memoryFile(),
    );
    const ended = new Promise<TaskReport>((resolve) =>
      engine.watch((reports) => resolve(reports.find(({ kind }) => kind !== 'waiting')!)),
    );
    await engine.start([orderOf([], { taskId: TASK })]);
    const report = await ended;
    assert.equal(report.kind, 'failed');
    assert.match(
      'reason' in report ? report.reason! : '',
      /^DockerTimeoutError: Could not transition to started/,
    );
    assert.deepEqual([removals, isThere], [3, false]);
  });
}
