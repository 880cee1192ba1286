import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { Timers } from '../../lib/clock.ts';
import { silentLog } from '../../lib/logger.ts';
import type { DaemonApi } from './api.ts';
import { Watcher } from './watcher.ts';

/** Pauses are over at once, looks never come. */
const timers: Timers = {
  after: (milliseconds, fn) => {
    if (milliseconds < 1000) setImmediate(fn);
    return () => {};
  },
  soon: (fn) => void setImmediate(fn),
};

test('a comparison that fails leaves no stream of events open, however often it does', async () => {
  const streams: PassThrough[] = [];
  const events = async () => {
    streams.push(new PassThrough());
    return streams.at(-1) as unknown as IncomingMessage;
  };
  let syncs = 0;
  const compared = new Promise<void>((resolve) => {
    const sync = async () => {
      if (++syncs < 5) throw new Error('no list');
      resolve();
    };
    const api: Partial<DaemonApi> = { events };
    const watcher = new Watcher({ api: api as DaemonApi, timers, log: silentLog, hear: () => {}, sync });
    watcher.begin();
  });
  await compared;
  assert.deepEqual(
    streams.map(({ destroyed }) => destroyed),
    [true, true, true, true, false],
  );
});
