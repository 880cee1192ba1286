import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { FakeClock, FakeTimers } from '../../test/support/fakes.ts';
import { silentLog } from '../lib/logger.ts';
import { LONGEST } from './lines.ts';
import { OutputStore } from './output.ts';

const ID = 'a'.repeat(32);

const open = (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-output-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = new FakeClock();
  const timers = new FakeTimers();
  const logged: Record<string, unknown>[] = [];
  const log = { ...silentLog, error: (fields: Record<string, unknown>) => void logged.push(fields) };
  const output = new OutputStore(folder, clock, timers, log);
  const path = output.pathOf(ID);
  mkdirSync(dirname(path), { recursive: true });
  const write = (text: string | Buffer) => {
    appendFileSync(path, text);
    utimesSync(path, new Date(clock.wall()), new Date(clock.wall()));
  };
  return { output, clock, timers, write, path, index: path.replace(/log$/, 'idx'), logged };
};

const all = (output: OutputStore, complete = true) =>
  output
    .read(ID, { from: 0, direction: 'forward', limit: 10_000, complete })
    .events.map((event) => event.message);

test('a line is an event; the last one without its line feed is whole once the task has ended', (t) => {
  const { output, write } = open(t);
  write('one\ntwo\r\n\nthree');
  assert.deepEqual(all(output, false), ['one', 'two', '']);
  assert.deepEqual(all(output, true), ['one', 'two', '', 'three']);
});

test('nothing printed is no event', (t) => {
  const { output } = open(t);
  assert.deepEqual(all(output), []);
  assert.equal(output.span(ID), undefined);
});

test('an event has at most 256 KiB, the rest of the line is the next; no character is torn', (t) => {
  const { output, write } = open(t);
  write(`${'ü'.repeat(LONGEST / 2 + 10)}\nend\n`);
  const [first, second, third] = all(output);
  assert.equal(Buffer.byteLength(first!), LONGEST);
  assert.equal(second, 'ü'.repeat(10));
  assert.equal(third, 'end');
});

test('a line of 1 MB that is still being written is cut without waiting for its end', (t) => {
  const { output, write } = open(t);
  write('x'.repeat(1_000_000));
  const lengths = all(output, false).map((message) => message.length);
  assert.deepEqual(lengths, [LONGEST, LONGEST, LONGEST]);
});

test('what is no UTF-8 becomes U+FFFD', (t) => {
  const { output, write } = open(t);
  write(Buffer.from([0x61, 0xff, 0xfe, 0x0a]));
  assert.deepEqual(all(output), ['a\ufffd\ufffd']);
});

test('lines have the time at which they were seen, later ones the file’s last change; times never go back', (t) => {
  const { output, clock, timers, write, path } = open(t);
  output.follow(ID);
  clock.advance(500);
  write('one\n');
  timers.advance(500);
  const first = clock.wall();
  clock.jump(-1_000_000);
  write('two\n');
  timers.advance(500);
  write('three\n');
  utimesSync(path, new Date(first + 5000), new Date(first + 5000));
  const { events } = output.read(ID, { from: 0, direction: 'forward', limit: 10, complete: true });
  assert.deepEqual(
    events.map((event) => event.time),
    [first, first, first + 5000],
  );
  assert.deepEqual(output.span(ID), { first, last: first + 5000 });
});

test('a time that cannot be written is logged once, hinders no other task, and is written when it can be', (t) => {
  const { output, clock, timers, write, index, logged } = open(t);
  const other = 'b'.repeat(30) + ID.slice(-2);
  output.follow(ID);
  output.follow(other);
  mkdirSync(index);
  write('one\n');
  writeFileSync(output.pathOf(other), 'x\n');
  for (let i = 0; i < 3; i++) timers.advance(500);
  assert.equal(logged.length, 1);
  assert.equal(logged[0]!.task, ID);
  assert.match(readFileSync(index.replace(ID, other), 'utf8'), /^2 \d+\n$/);
  rmdirSync(index);
  timers.advance(500);
  assert.equal(readFileSync(index, 'utf8'), `4 ${clock.wall()}\n`);
});

test('half a mark that a crash or a full disk left is taken off before the next', (t) => {
  const { output, clock, timers, write, index } = open(t);
  const early = clock.wall() - 5;
  writeFileSync(index, `4 ${early}\n8 17`);
  write('one\ntwo\nthree\n');
  output.follow(ID);
  timers.advance(500);
  assert.equal(readFileSync(index, 'utf8'), `4 ${early}\n14 ${clock.wall()}\n`);
});

test('an index of a day is searched, not read: each event has the first mark at or after its end', (t) => {
  const { output, clock, write, index, path } = open(t);
  const began = clock.wall() - 100_000_000;
  const marks = Array.from({ length: 5000 }, (_, i) => ({ offset: (i + 1) * 40, time: began + i * 500 }));
  // as both engines write them, and with one that is not whole
  const lines = marks.map(
    ({ offset, time }, i) => `${offset} ${time}${i % 3 ? '' : ' 1795563126 12 3456'}\n`,
  );
  writeFileSync(index, `${lines.join('')}99`);
  write(`${'x'.repeat(19)}\n`.repeat(10_003));
  const read = (more: object) =>
    output.read(ID, { from: 0, direction: 'forward', limit: 10_000, complete: true, ...more });
  const expected = (begin: number) =>
    marks.find(({ offset }) => offset >= begin + 20)?.time ?? Math.round(statSync(path).mtimeMs);
  for (const [from, direction] of [
    [0, 'forward'],
    [Number.MAX_SAFE_INTEGER, 'backward'],
  ] as const) {
    const { events } = read({ from, direction });
    assert.equal(events.length, 10_000);
    for (const { begin, time } of events) assert.equal(time, expected(begin));
  }
  for (const n of [0, 1, 700, 2500, 4999]) {
    const { events } = read({ startTime: marks[n]!.time, endTime: marks[n]!.time + 1 });
    assert.deepEqual(
      events.map(({ begin }) => begin),
      [n * 40, n * 40 + 20],
    );
  }
  assert.deepEqual(output.span(ID), { first: began, last: expected(200_040) });
});

test('an index that has grown to 1 MiB loses every second mark: times never go back, the last ones stay', (t) => {
  const { output, clock, timers, write, index } = open(t);
  const count = 55_000;
  const at = (i: number) => clock.wall() - (count - i) * 500;
  writeFileSync(index, Array.from({ length: count }, (_, i) => `${(i + 1) * 2} ${at(i)}\n`).join(''));
  write('x\n'.repeat(count));
  output.follow(ID);
  write('y\n');
  timers.advance(500);
  const lines = readFileSync(index, 'utf8').trimEnd().split('\n');
  assert.equal(lines.length, Math.ceil((count + 1) / 2));
  assert.equal(lines.at(-1), `${count * 2 + 2} ${clock.wall()}`);
  const { events } = output.read(ID, { from: 0, direction: 'forward', limit: 10_000, complete: true });
  assert.ok(events.every(({ time }, i) => i === 0 || time >= events[i - 1]!.time));
  assert.ok(events.every(({ time }, i) => time === at(i) || time === at(i + 1)));
  write('z\n');
  timers.advance(500);
  assert.equal(readFileSync(index, 'utf8').trimEnd().split('\n').length, lines.length + 1);
});

test('W-091: startTime is inclusive, endTime exclusive', (t) => {
  const { output, clock, timers, write } = open(t);
  output.follow(ID);
  const times: number[] = [];
  for (const line of ['a', 'b', 'c']) {
    clock.advance(1000);
    write(`${line}\n`);
    timers.advance(500);
    times.push(clock.wall());
  }
  const between = (startTime: number, endTime: number) =>
    output
      .read(ID, { from: 0, direction: 'forward', limit: 10, complete: true, startTime, endTime })
      .events.map((e) => e.message);
  assert.deepEqual(between(times[0]!, times[2]!), ['a', 'b']);
  assert.deepEqual(between(times[1]!, times[1]!), []);
  assert.deepEqual(between(times[1]!, times[1]! + 1), ['b']);
});

test('a page of 100 MB is no larger than 1 MB, at either end', (t) => {
  const { output, path } = open(t);
  const chunk = `${'x'.repeat(99)}\n`.repeat(10_486);
  writeFileSync(path, '');
  for (let i = 0; i < 100; i++) appendFileSync(path, chunk);
  for (const [from, direction] of [
    [0, 'forward'],
    [Number.MAX_SAFE_INTEGER, 'backward'],
  ] as const) {
    const { events } = output.read(ID, { from, direction, limit: 10_000, complete: true });
    const bytes = events.reduce((sum, event) => sum + event.message.length + 26, 0);
    assert.ok(bytes <= 1_048_576 && events.length > 8000, `${bytes} in ${events.length}`);
  }
});

test('a page is bounded by its bytes of UTF-8, not by its letters (W-087)', (t) => {
  const { output, write } = open(t);
  write(`${'ü'.repeat(50_000)}\n`.repeat(20));
  for (const [from, direction] of [
    [0, 'forward'],
    [Number.MAX_SAFE_INTEGER, 'backward'],
  ] as const) {
    const { events } = output.read(ID, { from, direction, limit: 10_000, complete: true });
    assert.equal(events.length, 10);
  }
});

/** Output as it comes: `abc` is seen before the rest of its line. */
const torn = (t: TestContext) => {
  const world = open(t);
  const { output, clock, timers, write } = world;
  output.follow(ID);
  const times = ['first\n', 'abc', 'def\n', 'last\n'].map((text) => {
    clock.advance(1000);
    write(text);
    timers.advance(500);
    return clock.wall();
  });
  const read = (more: object) =>
    output.read(ID, { from: 0, direction: 'forward', limit: 10, complete: true, ...more });
  return { ...world, read, times };
};

test('a line of which a part was seen before is in the window whole or not at all, by the time of its end (W-091)', (t) => {
  const { read, times } = torn(t);
  const between = (startTime: number, endTime: number) =>
    [
      read({ startTime, endTime }),
      read({ startTime, endTime, direction: 'backward', from: Number.MAX_SAFE_INTEGER }),
    ].map(({ events }) => events.map(({ message }) => message));
  const [first, seen, whole, last] = times as [number, number, number, number];
  for (const [startTime, endTime, expected] of [
    [first + 1, last + 1, ['abcdef', 'last']],
    [whole, last + 1, ['abcdef', 'last']],
    [whole + 1, last + 1, ['last']],
    [first, whole, ['first']],
    [first, whole + 1, ['first', 'abcdef']],
    [seen, seen + 1, []],
  ] as const) {
    assert.deepEqual(between(startTime, endTime), [expected, expected], `${startTime}..${endTime}`);
  }
});

test('an empty page of a window that ends inside a line begins and ends where events do (W-090 W-091)', (t) => {
  const { read, times } = torn(t);
  const [first, , whole] = times as [number, number, number];
  for (const from of [0, 6, 13, Number.MAX_SAFE_INTEGER]) {
    for (const direction of ['forward', 'backward'] as const) {
      const { events, begin, end } = read({ from, direction, startTime: first + 1, endTime: whole });
      assert.deepEqual(events, []);
      assert.ok([0, 6, 13, 18].includes(begin) && end === begin, `${direction} from ${from}: ${begin}`);
    }
  }
});

test('the end of an output whose first line is not whole is that line’s beginning (W-089 W-090)', (t) => {
  const { output, write } = open(t);
  const read = (from: number, direction: 'forward' | 'backward') =>
    output.read(ID, { from, direction, limit: 10, complete: false });
  write('going');
  const page = read(Number.MAX_SAFE_INTEGER, 'backward');
  assert.deepEqual([page.events, page.begin, page.end], [[], 0, 0]);
  write(' done\n');
  assert.deepEqual(
    read(page.end, 'forward').events.map(({ message }) => message),
    ['going done'],
  );
});

test('a mark inside a long line bounds a window by the pieces of that line (W-091)', (t) => {
  const { output, clock, timers, write } = open(t);
  output.follow(ID);
  clock.advance(1000);
  write(`a\n${'x'.repeat(LONGEST + 10)}`);
  timers.advance(500);
  const seen = clock.wall();
  clock.advance(1000);
  write(`${'x'.repeat(10)}\n`);
  timers.advance(500);
  const read = (more: object) =>
    output
      .read(ID, { from: 0, direction: 'forward', limit: 10, complete: true, ...more })
      .events.map(({ message }) => message.length);
  assert.deepEqual(read({ endTime: seen + 1 }), [1, LONGEST]);
  assert.deepEqual(read({ startTime: seen + 1 }), [20]);
});

test('property: pages forward and pages backward are all events in order, whatever the limits', (t) => {
  const { output, path } = open(t);
  const anyText = fc.array(fc.constantFrom('\n', 'a', 'ü', 'word', '\r\n', 'x'.repeat(70_000)), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 5 }), (parts, limit) => {
      const text = parts.join('');
      writeFileSync(path, text);
      const lines = text.split('\n');
      if (lines.at(-1) === '') lines.pop();
      const expected = lines
        .flatMap((line) => (line === '' ? [''] : pieces(line)))
        .map((line) => line.replace(/\r$/, ''));
      assert.deepEqual(paged(output, 'forward', limit), expected);
      assert.deepEqual(paged(output, 'backward', limit), expected);
    }),
    { numRuns: 60 },
  );
});

/** What a line becomes when it is longer than an event may be. */
const pieces = (line: string): string[] => {
  const made: string[] = [];
  let bytes = Buffer.from(line);
  while (bytes.length > LONGEST) {
    let end = LONGEST;
    while ((bytes[end]! & 0xc0) === 0x80) end--;
    made.push(bytes.subarray(0, end).toString());
    bytes = bytes.subarray(end);
  }
  return [...made, bytes.toString()];
};

const paged = (output: OutputStore, direction: 'forward' | 'backward', limit: number): string[] => {
  const found: string[] = [];
  let from = direction === 'forward' ? 0 : Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = output.read(ID, { from, direction, limit, complete: true });
    if (page.events.length === 0) return found;
    const messages = page.events.map((event) => event.message);
    if (direction === 'forward') found.push(...messages);
    else found.unshift(...messages);
    from = direction === 'forward' ? page.end : page.begin;
  }
};
