import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { realClock, realTimers } from '../../../test/support/process-world.ts';
import type { Timers } from '../../lib/clock.ts';
import { silentLog } from '../../lib/log.ts';
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

/** The limits of a log that stalls and the pauses after it are over soon; what waits for an answer waits as ever. */
const hasty: Timers = {
  ...realTimers,
  after: (ms, fn) => realTimers.after(ms === 60_000 || ms === 500 ? ms / 500 : ms, fn),
};

/** An engine over a daemon that has one container, which ended; `logs` answers what is asked for its log. */
const engineOver = async (
  t: TestContext,
  logs: (request: IncomingMessage, response: ServerResponse) => void,
  file: LogFile,
): Promise<DockerEngine> => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-stand-in-'));
  const answers: readonly [RegExp, unknown][] = [
    [/\/containers\/json/, [CONTAINER]],
    [/\/containers\/c\/json/, INSPECTED],
    [/\/networks/, []],
    [/\/volumes/, { Volumes: null }],
  ];
  const server = createServer((request, response) => {
    response.setHeader('Api-Version', '1.41');
    if (/\/events/.test(request.url!)) return response.flushHeaders();
    if (/\/logs/.test(request.url!)) return logs(request, response);
    const [, answer] = answers.find(([path]) => path.test(request.url!)) ?? [];
    response.end(JSON.stringify(answer ?? {}));
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
  const engine = await engineOver(t, stalls, file);
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
  const engine = await engineOver(t, stallsOnce, file);
  assert.deepEqual(await pick(engine), [ENDED]);
  assert.equal(file.text, 'hello\n');
});
