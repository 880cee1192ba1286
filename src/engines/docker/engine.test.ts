import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { orderOf } from '../../../test/contract/engine-suite.ts';
import { realClock, realTimers } from '../../../test/support/process-world.ts';
import type { Timers } from '../../lib/clock.ts';
import { silentLog } from '../../lib/log.ts';
import type { TaskReport } from '../engine.ts';
import { addressOf } from './address.ts';
import type { DockerEngine } from './engine.ts';
import type { LogFile } from './log-keeper.ts';
import { EVERYTHING } from './members.ts';
import { openDockerEngine } from './open.ts';

const TASK = '1'.repeat(32);
const CONTAINER = {
  Id: 'c',
  State: 'exited',
  Labels: { 'longshore.task': TASK, 'longshore.data': 'd', 'longshore.boot': realClock.bootId },
};
const INSPECTED = {
  Id: 'c',
  Created: '2026-01-01T13:00:00Z',
  State: {
    Status: 'exited',
    Error: '',
    ExitCode: 3,
    OOMKilled: false,
    StartedAt: '2026-01-01T13:00:01Z',
    FinishedAt: '2026-01-01T13:00:02Z',
  },
  Config: { Labels: CONTAINER.Labels },
  HostConfig: { LogConfig: { Type: 'json-file', Config: { 'max-size': '1024g' } } },
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const json =
  (body: unknown, status = 200): Answer =>
  (_, response) => {
    response.writeHead(status).end(JSON.stringify(body));
  };

/** A daemon that has nothing. */
const EMPTY: readonly (readonly [RegExp, Answer])[] = [
  [/\/events/, (_, response) => response.flushHeaders()],
  [/\/containers\/json|\/networks/, json([])],
  [/\/volumes/, json({ Volumes: null })],
  [/./, json({})],
];

/** It has one container, which ended; `logs` answers what is asked for its log. */
const withEnded = (logs: Answer): readonly (readonly [RegExp, Answer])[] => [
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

/** An engine over a daemon that answers to a request by the first entry whose pattern has its method and path. */
const engineOver = async (
  t: TestContext,
  answers: readonly (readonly [RegExp, Answer])[],
  file: LogFile,
): Promise<DockerEngine> => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-stand-in-'));
  const all = [...answers, ...EMPTY];
  const server = createServer((request, response) => {
    response.setHeader('Api-Version', '1.41');
    const [, answer] = all.find(([pattern]) => pattern.test(`${request.method} ${request.url}`))!;
    answer(request, response);
  });
  const path = join(folder, 'docker.sock');
  await new Promise<void>((done) => server.listen(path, done));
  let engine: DockerEngine | undefined;
  t.after(async () => {
    await engine?.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  engine = await openDockerEngine({
    address: addressOf({ host: `unix://${path}` }),
    dataId: 'd',
    clock: realClock,
    timers: hasty,
    log: silentLog,
    openLog: () => file,
    network: 'none',
    permissions: EVERYTHING,
    pull: 'never',
    configFolder: folder,
  });
  return engine;
};

const memoryFile = (): LogFile & { text: string } => ({
  text: '',
  position: undefined,
  size: 0,
  append(pieces) {
    for (const { bytes } of pieces) this.text += bytes.toString();
  },
});

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
    const destroyed = { Action: gone, Actor: { ID: 'c', Attributes: CONTAINER.Labels } };
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
