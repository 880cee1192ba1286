import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type OpenedDocker, openDockerEngine } from '../../src/engines/docker/open.ts';
import type { Inspected } from '../../src/engines/docker/outcome.ts';
import type { DockerEngineSettings } from '../../src/engines/docker/settings.ts';
import type { LogFile } from '../../src/engines/logs/log-file.ts';
import { EVERYTHING } from '../../src/engines/mounts.ts';
import { silentLog } from '../../src/lib/logger.ts';
import { later } from './cli.ts';
import { realClock, realTimers } from './process-world.ts';

/** What a container's inspect says: an exit with 0 after a second, but for what is given. */
export const inspectedOf = (
  state: Partial<Inspected['State']> = {},
  labels: Readonly<Record<string, string>> = {},
): Inspected => ({
  Id: 'c',
  Created: '2026-01-01T13:00:00.5Z',
  State: {
    Status: 'exited',
    Error: '',
    ExitCode: 0,
    OOMKilled: false,
    StartedAt: '2026-01-01T13:00:01.123456789Z',
    FinishedAt: '2026-01-01T13:00:02.2Z',
    ...state,
  },
  Config: { Labels: { 'longshore.task': 't', ...labels } },
  HostConfig: { LogConfig: { Type: 'json-file', Config: { 'max-size': '1024g' } } },
});

/** The time of what never happened. */
export const NEVER = '0001-01-01T00:00:00Z';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;
/** To a request by the first entry whose pattern has its method and path. */
export type Answers = readonly (readonly [RegExp, Answer])[];

export const json =
  (body: unknown, status = 200): Answer =>
  (_, response) => {
    response.writeHead(status).end(JSON.stringify(body));
  };

/** Nothing, ever. */
export const hang: Answer = () => {};

/** Answers in turn, the last one again and again. */
export const inTurn = (...answers: readonly Answer[]): Answer => {
  let asked = 0;
  return (request, response) => answers[Math.min(asked++, answers.length - 1)]!(request, response);
};

/** A daemon that has nothing. */
const EMPTY: Answers = [
  [/\/events/, (_, response) => response.flushHeaders()],
  [/\/containers\/json|\/networks/, json([])],
  [/\/volumes/, json({ Volumes: null })],
  [/\/info/, json({ NCPU: 8, MemTotal: 2 ** 33, ServerVersion: 'stand-in' })],
  [/./, json({})],
];

/** A daemon of a test's own that only says what it is told to; where it listens. */
export const standIn = async (t: TestContext, answers: Answers): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-stand-in-'));
  const all = [...answers, ...EMPTY];
  const server = createServer((request, response) => {
    response.setHeader('Api-Version', '1.41');
    const [, answer] = all.find(([pattern]) => pattern.test(`${request.method} ${request.url}`))!;
    answer(request, response);
  });
  const path = join(folder, 'docker.sock');
  await new Promise<void>((done) => server.listen(path, done));
  later(t, () => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return path;
};

/** An engine over such a daemon, at this path. */
export const openOver = async (
  t: TestContext,
  path: string,
  more: Partial<DockerEngineSettings> = {},
  stop?: AbortSignal,
): Promise<OpenedDocker> => {
  const settings: DockerEngineSettings = {
    address: { kind: 'socket', path, text: `unix://${path}` },
    dataId: 'd',
    clock: realClock,
    timers: realTimers,
    log: silentLog,
    openLog: memoryFile,
    network: 'none',
    permissions: EVERYTHING,
    pull: 'never',
    configFolder: '/nonexistent',
    ...more,
  };
  const opened = await openDockerEngine(settings, stop);
  later(t, () => opened.engine.close());
  return opened;
};

export const memoryFile = (): LogFile & { text: string } => ({
  text: '',
  position: undefined,
  size: 0,
  append(pieces) {
    for (const { bytes } of pieces) this.text += bytes.toString();
    Object.assign(this, { size: Buffer.byteLength(this.text) });
  },
});
