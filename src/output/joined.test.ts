import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { FakeClock, FakeTimers } from '../../test/support/fakes.ts';
import { silentLog } from '../lib/logger.ts';
import { MOST_JOINED } from './joined.ts';
import { LONGEST } from './lines.ts';
import { OutputStore, type ReadRequest } from './output.ts';

const ID = 'a'.repeat(32);
const END = Number.MAX_SAFE_INTEGER;
/** Lines that begin with a letter A begin an event. */
const begins = (line: string): boolean => line.startsWith('A');

const open = (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-joined-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = new FakeClock();
  const timers = new FakeTimers();
  const output = new OutputStore(folder, clock, timers, silentLog);
  const path = output.pathOf(ID);
  mkdirSync(dirname(path), { recursive: true });
  const write = (text: string) => {
    appendFileSync(path, text);
    utimesSync(path, new Date(clock.wall()), new Date(clock.wall()));
  };
  const read = (more: Partial<ReadRequest> = {}) =>
    output.read(ID, { from: 0, direction: 'forward', limit: 10_000, complete: true, begins, ...more });
  const messages = (more: Partial<ReadRequest> = {}) => read(more).events.map(({ message }) => message);
  /** All pages, one way; each has an event, but the last. */
  const paged = (direction: 'forward' | 'backward', limit: number, more: Partial<ReadRequest> = {}) => {
    const found: string[] = [];
    for (let from = direction === 'forward' ? 0 : END; ; ) {
      const page = read({ from, direction, limit, ...more });
      const texts = page.events.map(({ message }) => message);
      if (texts.length === 0) return found;
      if (direction === 'forward') found.push(...texts);
      else found.unshift(...texts);
      from = direction === 'forward' ? page.end : page.begin;
    }
  };
  /** Lets time go by while the server looks at the output. */
  const pass = (milliseconds: number) => {
    clock.advance(milliseconds);
    timers.advance(500);
  };
  return { output, clock, timers, path, write, read, messages, paged, pass };
};

test('J-039: lines that do not match belong to the event before them', (t) => {
  const { write, messages } = open(t);
  write('A one\n at x\n\n at y\nA two\nA three\r\n at ü😀\r\nend');
  assert.deepEqual(messages(), ['A one\n at x\n\n at y', 'A two', 'A three\n at ü😀\nend']);
});

test('J-039: what comes before the first line that matches is an event', (t) => {
  const { write, messages } = open(t);
  write('usage\n x\nA one\n');
  assert.deepEqual(messages(), ['usage\n x', 'A one']);
});

test('J-039: a pattern that matches everything makes each line an event, one that matches nothing makes one', (t) => {
  const { write, messages } = open(t);
  write('a\nb\nc\n');
  assert.deepEqual(messages({ begins: () => true }), ['a', 'b', 'c']);
  assert.deepEqual(messages({ begins: () => false }), ['a\nb\nc']);
});

test('J-039: no output is no event, either way', (t) => {
  const { read, write } = open(t);
  for (const direction of ['forward', 'backward'] as const) {
    for (const from of [0, END])
      assert.deepEqual(read({ direction, from }), { events: [], begin: 0, end: 0 });
  }
  write('');
  assert.deepEqual(read({ direction: 'backward', from: END }), { events: [], begin: 0, end: 0 });
});

test('J-039: an event’s time is that of its first line', (t) => {
  const { output, clock, write, read, pass } = open(t);
  output.follow(ID);
  const first = clock.wall();
  write('A one\n');
  pass(600);
  write(' at x\n');
  pass(600);
  write('A two\n');
  assert.deepEqual(
    read().events.map(({ message, time }) => [message, time - first]),
    [
      ['A one\n at x', 0],
      ['A two', 1200],
    ],
  );
});

test('J-039: while a task runs its last event is not there until a second went by without more', (t) => {
  const { output, clock, write, messages, read } = open(t);
  output.follow(ID);
  write('A one\n at x\nA two\n');
  const going = { complete: false };
  assert.deepEqual(messages(going), ['A one\n at x']);
  assert.deepEqual(messages({ ...going, direction: 'backward', from: END }), ['A one\n at x']);
  assert.equal(read({ ...going, from: END }).end, 12);
  clock.advance(999);
  assert.deepEqual(messages(going), ['A one\n at x']);
  clock.advance(1);
  assert.deepEqual(messages(going), ['A one\n at x', 'A two']);
  assert.deepEqual(messages({ ...going, direction: 'backward', from: END }), ['A one\n at x', 'A two']);
});

test('J-039: what comes after a second without more is an event of its own, also for whoever reads it all later', (t) => {
  const { output, write, messages, read, pass } = open(t);
  output.follow(ID);
  write('A one\n');
  pass(1500);
  const seen = read({ complete: false });
  assert.deepEqual(
    seen.events.map(({ message }) => message),
    ['A one'],
  );
  write(' late\n');
  pass(0);
  assert.deepEqual(messages({ complete: false, from: seen.end }), []);
  write(' more\nA two\n');
  pass(0);
  assert.deepEqual(messages({ complete: false, from: seen.end }), [' late\n more']);
  assert.deepEqual(messages(), ['A one', ' late\n more', 'A two']);
});

test('J-039: a token whose event went on is the place from where it goes on', (t) => {
  const { write, read, messages, clock, path } = open(t);
  write('A one\n');
  clock.advance(2000);
  const { end } = read({ complete: false });
  assert.equal(end, 6);
  // nobody looked at the output in between: there is no mark, and all of it has one time
  appendFileSync(path, ' late\n');
  utimesSync(path, new Date(clock.wall()), new Date(clock.wall()));
  assert.deepEqual(read({ complete: false, from: end }), { events: [], begin: end, end });
  assert.deepEqual(messages({ complete: false, from: end, direction: 'backward' }), ['A one']);
  assert.deepEqual(messages({ from: end }), [' late']);
});

test('J-039: a line that is not whole joins when it is', (t) => {
  const { write, messages, clock } = open(t);
  write('A one\n at');
  assert.deepEqual(messages({ complete: false }), []);
  write(' x\nA');
  assert.deepEqual(messages({ complete: false }), []);
  clock.advance(5000);
  assert.deepEqual(messages({ complete: false }), []);
  assert.deepEqual(messages(), ['A one\n at x', 'A']);
});

test('J-039: a line that began a second later ends the event before it, whole or not', (t) => {
  const { output, write, messages, pass } = open(t);
  output.follow(ID);
  write('A one\n');
  pass(1000);
  write(' at');
  pass(0);
  assert.deepEqual(messages({ complete: false }), ['A one']);
  assert.deepEqual(messages(), ['A one', ' at']);
});

test('J-039 W-091: an event is in a window by the time of its first line, whole, both ways', (t) => {
  const { output, clock, write, messages, pass } = open(t);
  output.follow(ID);
  const times = ['A one\n', ' at x\n', 'A two\n at y\n', ' at z\n', 'A three\n'].map((text) => {
    pass(600);
    write(text);
    return clock.wall();
  });
  pass(600);
  const [one, x, two, z, three] = times as [number, number, number, number, number];
  for (const [startTime, endTime, expected] of [
    [one, three + 1, ['A one\n at x', 'A two\n at y\n at z', 'A three']],
    [one, two, ['A one\n at x']],
    [one + 1, three, ['A two\n at y\n at z']],
    [x, two, []],
    [x, two + 1, ['A two\n at y\n at z']],
    [z, three, []],
    [two + 1, three + 1, ['A three']],
    [three + 1, three + 9, []],
  ] as const) {
    const window = { startTime, endTime };
    const what = `${startTime - one}..${endTime - one}`;
    assert.deepEqual(messages(window), expected, what);
    assert.deepEqual(messages({ ...window, direction: 'backward', from: END }), expected, what);
  }
});

test('J-039: an event has at most 262,118 bytes; what is more is the next one, and pages go on through it', (t) => {
  const { write, paged, path } = open(t);
  const line = `${'x'.repeat(99)}\n`;
  writeFileSync(path, `A\n${line.repeat(10_000)}A end\n`);
  const forward = paged('forward', 1);
  for (const limit of [1, 3, 1000]) {
    assert.deepEqual(paged('forward', limit), forward);
    assert.deepEqual(paged('backward', limit), forward);
  }
  assert.ok(forward.every((message) => message.length <= MOST_JOINED));
  assert.ok(forward[0]!.length > MOST_JOINED - 100);
  assert.equal(`${forward.join('\n')}\n`, `A\n${line.repeat(10_000)}A end\n`);
  assert.equal(forward.at(-1), 'A end');
  write('');
});

test('J-039: an event of exactly 262,118 bytes is whole wherever it lies, one of a byte more is two', (t) => {
  const { path, paged } = open(t);
  const line = `${'y'.repeat(99)}\n`;
  for (const before of [1, LONGEST - 5000, LONGEST - 1, LONGEST, 2 * LONGEST - 7]) {
    const first = `A\n${'b\n'.repeat(3)}${'b'.repeat(before)}\n`;
    for (const more of [0, 1]) {
      const whole = `A\n${line.repeat(2600)}${'z'.repeat(MOST_JOINED - 260_002 + more)}`;
      writeFileSync(path, `${first}${whole}\nA\n`);
      const lengths = paged('forward', 10).map(({ length }) => length);
      assert.deepEqual(
        lengths.slice(-2 - more),
        more ? [260_001, MOST_JOINED - 260_001, 1] : [MOST_JOINED, 1],
      );
      assert.deepEqual(
        paged('backward', 1).map(({ length }) => length),
        lengths,
      );
    }
  }
});

test('J-039: a line of 300 KiB that begins no event is pieces, and what follows belongs to the last', (t) => {
  const { path, paged } = open(t);
  writeFileSync(path, `A\n${'x'.repeat(300 * 1024)}\nrest\nA\n`);
  for (const direction of ['forward', 'backward'] as const) {
    assert.deepEqual(
      paged(direction, 1).map((message) => message.length),
      [1, LONGEST, 300 * 1024 - LONGEST + 1 + 4, 1],
    );
  }
});

test('J-039: a line is held against the pattern by its first 4,096 characters', (t) => {
  const { write, messages } = open(t);
  const early = `${'x'.repeat(4095)}!`;
  const late = `${'x'.repeat(4096)}!`;
  write(`A\n${early}\n${late}\n`);
  assert.deepEqual(messages({ begins: (line) => line.includes('!') }), ['A', `${early}\n${late}`]);
});

test('property: J-039: pages forward and backward are the same events, in order, with nothing lost', (t) => {
  const { path, paged } = open(t);
  const anyText = fc.array(
    fc.constantFrom(
      '\n',
      'A',
      'A\n',
      'b\n',
      'ü\n',
      '\r\n',
      'x'.repeat(70_000),
      `${'b'.repeat(99)}\n`.repeat(1800),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 5 }), (parts, limit) => {
      const text = parts.join('');
      writeFileSync(path, text);
      const forward = paged('forward', limit);
      assert.deepEqual(paged('backward', limit), forward);
      assert.deepEqual(paged('forward', 10_000), forward);
      const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
      if (lines.at(-1) === '') lines.pop();
      const small = text.length < MOST_JOINED;
      if (small) assert.deepEqual(forward, joinedLines(lines));
      else assert.equal(forward.join('').replaceAll('\n', ''), lines.join(''));
    }),
    { numRuns: 80 },
  );
});

test('property: J-039: whoever follows a running task sees each line once: by token, and by time and place', (t) => {
  const anySteps = fc.array(
    fc.record({
      text: fc.constantFrom('', 'A\n', 'A', ' b\n', ' c', '\n', 'A d\n e\n'),
      wait: fc.constantFrom(0, 200, 600, 999, 1000, 1700),
    }),
    { maxLength: 25 },
  );
  fc.assert(
    fc.property(anySteps, (steps) => {
      const { output, write, read, pass, path } = open(t);
      writeFileSync(path, '');
      output.follow(ID);
      let at = 0;
      let newest = 0;
      const byToken: string[] = [];
      const byTime = new Map<number, string>();
      const look = (complete: boolean) => {
        const page = read({ from: at, complete, limit: 3 });
        byToken.push(...page.events.map(({ message }) => message));
        at = page.end;
        // as `aws logs tail --follow`: from the newest time that was seen, without the events that were
        for (const event of read({ startTime: newest, complete }).events) {
          if (!byTime.has(event.begin)) byTime.set(event.begin, event.message);
          newest = Math.max(newest, event.time);
        }
        return page.events.length;
      };
      for (const { text, wait } of steps) {
        if (text !== '') write(text);
        // the server looks twice a second
        for (let left = wait; left >= 0; left -= 500) pass(Math.min(500, left));
        look(false);
      }
      output.ended(ID);
      while (look(true) > 0);
      const lines = steps
        .map(({ text }) => text)
        .join('')
        .split('\n');
      if (lines.at(-1) === '') lines.pop();
      assert.equal(byToken.join('\n'), lines.join('\n'));
      assert.equal([...byTime.values()].join('\n'), lines.join('\n'));
    }),
    { numRuns: 200 },
  );
});

/** What lines become when none is too long. */
const joinedLines = (lines: readonly string[]): string[] => {
  const events: string[][] = [];
  for (const [at, line] of lines.entries()) {
    if (at === 0 || begins(line)) events.push([line]);
    else events.at(-1)!.push(line);
  }
  return events.map((event) => event.join('\n'));
};
