import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../../test/support/cli.ts';
import { lastRecords } from './audit-records.ts';

test('A-192: records are listed by their times, whenever they were written, and those of one second as they were written', async (t) => {
  const folder = tempFolder(t);
  mkdirSync(join(folder, 'audit'));
  const line = (eventID: string, second: number) =>
    JSON.stringify({ eventID, eventTime: `2026-11-30T12:00:0${second}Z`, eventName: 'x', userIdentity: {} });
  const lines = [line('a', 1), line('d', 4), line('b', 2), line('c', 2), line('f', 6), line('e', 5)];
  writeFileSync(join(folder, 'audit', '2026-11-30.jsonl'), `${lines.join('\n')}\n`);
  const since = Date.parse('2026-11-30T00:00:00Z');
  const ids = async (limit: number) =>
    (await lastRecords(folder, since, limit, () => true)).map(({ eventID }) => eventID).join('');
  assert.equal(await ids(10), 'abcdef');
  // those that are dropped on the way are the oldest, too
  for (const limit of [1, 2, 3]) assert.equal(await ids(limit), 'abcdef'.slice(-limit));
});
