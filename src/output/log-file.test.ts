import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FakeClock, FakeTimers } from '../../test/support/fakes.ts';
import { silentLog } from '../lib/logger.ts';
import { OutputStore } from './output.ts';

const ID = 'a'.repeat(32);
const piece = (text: string, time: number) => ({ bytes: Buffer.from(text), time });
const at = (n: number) => ({ since: n, skip: n, total: n });

const open = (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const output = new OutputStore(folder, new FakeClock(), new FakeTimers(), silentLog, true);
  const path = output.pathOf(ID);
  return { output, path, index: path.replace(/log$/, 'idx') };
};

const events = (output: OutputStore) =>
  output
    .read(ID, { from: 0, direction: 'forward', limit: 100, complete: true })
    .events.map(({ message, time }) => [message, time]);

test('each line has the time it was handed over with, and times never go back', (t) => {
  const { output } = open(t);
  output.openLog(ID).append([piece('a\n', 10), piece('b\n', 10), piece('c\n', 15), piece('d\n', 5)], at(1));
  assert.deepEqual(events(output), [
    ['a', 10],
    ['b', 10],
    ['c', 15],
    ['d', 15],
  ]);
});

test('another opening goes on where the last append ended', (t) => {
  const { output } = open(t);
  output.openLog(ID).append([piece('own\n', 1)], undefined);
  assert.equal(output.openLog(ID).position, undefined);
  output.openLog(ID).append([piece('a\n', 2)], at(1));
  const again = output.openLog(ID);
  assert.deepEqual([again.position, again.size], [at(1), 6]);
  again.append([piece('b\n', 3)], at(2));
  assert.deepEqual(events(output), [
    ['own', 1],
    ['a', 2],
    ['b', 3],
  ]);
});

test('a crash between the lines and their mark, or within the mark, leaves what was whole', (t) => {
  const { output, path, index } = open(t);
  output.openLog(ID).append([piece('a\n', 1)], at(1));
  const marks = readFileSync(index).length;
  appendFileSync(path, 'half a li');
  assert.deepEqual(output.openLog(ID).position, at(1));
  assert.equal(readFileSync(path, 'utf8'), 'a\n');
  for (const cut of [1, 3, 9]) {
    const log = output.openLog(ID);
    log.append([piece('b\n', 2), piece('c\n', 3)], at(3));
    truncateSync(index, readFileSync(index).length - cut);
    assert.deepEqual(output.openLog(ID).position, at(1));
    assert.deepEqual([readFileSync(path, 'utf8'), readFileSync(index).length], ['a\n', marks]);
  }
});

test('the mark of what was kept last survives, and an index without marks is read too', (t) => {
  const { output, index } = open(t);
  output.openLog(ID).append([piece('a\n', 1)], { ...at(1), mark: 'x-_9' });
  assert.deepEqual(output.openLog(ID).position, { ...at(1), mark: 'x-_9' });
  output.openLog(ID).append([piece('b\n', 2)], undefined);
  assert.deepEqual(output.openLog(ID).position, { ...at(1), mark: 'x-_9' });
  appendFileSync(index, '4 3 7 7 7\n');
  appendFileSync(output.pathOf(ID), '');
  assert.deepEqual(output.openLog(ID).position, at(7));
});

test('the last position is found however many marks of a half-written append lie behind it', (t) => {
  const { output, path, index } = open(t);
  output.openLog(ID).append([piece('a\n', 1)], at(1));
  const marks = readFileSync(index).length;
  appendFileSync(path, 'b\n'.repeat(20_000));
  const torn = Array.from({ length: 20_000 }, (_, n) => `${4 + 2 * n} ${1_700_000_000_000 + n}\n`).join('');
  appendFileSync(index, `${torn}40002 17000`);
  const file = output.openLog(ID);
  assert.deepEqual([file.position, file.size], [at(1), 2]);
  assert.deepEqual([readFileSync(index).length, readFileSync(path, 'utf8')], [marks, 'a\n']);
});
