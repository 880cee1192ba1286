import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { inspectedOf, memoryFile, NEVER } from '../../../test/support/docker-stand-in.ts';
import { FakeClock } from '../../../test/support/fakes.ts';
import { containerOf, orderOf } from '../../../test/support/orders.ts';
import { realTimers } from '../../../test/support/process-world.ts';
import type { StartOrder } from '../engine.ts';
import { DaemonRefusal } from './answers.ts';
import type { DaemonApi } from './api.ts';
import { type EndReader, readEnd } from './read-end.ts';
import type { Running, Starting } from './stage.ts';
import { newTask } from './task.ts';

const NO_LOG = new DaemonRefusal(500, 'error getting container logs: no such driver');
const failedStart = inspectedOf({ Status: 'created', Error: 'no such driver', StartedAt: NEVER });

const STARTING: Starting = { kind: 'starting', container: 'c' };
const RUNNING: Running = { kind: 'running', container: 'c' };

/** Reads the end of a container in this state, and counts how often its log was asked for. */
const world = (inspect: DaemonApi['inspect'], logs: () => Promise<IncomingMessage>) => {
  const file = memoryFile();
  let asked = 0;
  const api: Partial<DaemonApi> = {
    inspect,
    logs: () => {
      asked++;
      return logs();
    },
  };
  const reader: EndReader = {
    api: api as DaemonApi,
    clock: new FakeClock(),
    timers: { ...realTimers, after: (_, fn) => realTimers.after(0, fn) },
    openLog: () => file,
    isClosed: () => false,
  };
  const read = (was: Starting | Running, order?: StartOrder) =>
    readEnd(reader, newTask('t', order, { kind: 'ending', was }), 'c');
  return { read, file, asked: () => asked };
};

const refused = async () => {
  throw NO_LOG;
};
const empty = async () => Readable.from([]) as unknown as IncomingMessage;

test('J-182: of a container whose start failed no log is read, and nothing of a log is written', async () => {
  const { read, file, asked } = world(async () => failedStart, refused);
  assert.equal(await read(STARTING), failedStart);
  assert.deepEqual([asked(), file.text], [0, '']);
});

test('one that began and ended before its start was answered has its log read', async () => {
  const ended = inspectedOf();
  const { read, asked } = world(async () => ended, empty);
  assert.equal(await read(STARTING), ended);
  assert.equal(asked(), 1);
});

test('of a job with log driver none no log is read, and none is kept (J-317)', async () => {
  const { read, file, asked } = world(async () => inspectedOf(), refused);
  const container = containerOf([], { logConfiguration: { logDriver: 'none' } });
  assert.ok(await read(RUNNING, orderOf([], { container })));
  assert.deepEqual([asked(), file.text], [0, '']);
});

test('one that ran ends without a log that is refused five times, which its log says', async () => {
  const ended = inspectedOf();
  const { read, file, asked } = world(async () => ended, refused);
  assert.equal(await read(RUNNING), ended);
  assert.equal(asked(), 5);
  assert.match(file.text, /^longshore: the rest of this log could not be read: error getting container logs/);
});

test('one that nobody finds is gone; one of a daemon that is away is asked for until it answers', async () => {
  const gone = async () => {
    throw new DaemonRefusal(404, 'No such container');
  };
  assert.equal(await world(gone, refused).read(RUNNING), 'gone');
  let asked = 0;
  const later = async () => {
    if (++asked < 20) throw new DaemonRefusal(500, 'panic');
    return failedStart;
  };
  assert.equal(await world(later, refused).read(STARTING), failedStart);
});
