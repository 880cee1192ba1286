import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fresh, markOf } from '../logs/fresh.ts';
import type { LogFile } from '../logs/log-file.ts';
import type { Message } from '../logs/message.ts';
import { Counter, type Position } from '../logs/position.ts';
import type { DaemonApi } from './api.ts';
import { LogKeeper } from './log-keeper.ts';
import { followFrom, type LogKind } from './log-position.ts';

const START: Position = { since: 0, skip: 0, total: 0 };
const message = (time: number) => ({ time, stamp: String(time), bytes: Buffer.alloc(0) });

/** What the daemon gives for a position: everything stamped in that second or later, in the order of the log. */
const given = (log: readonly number[], { since }: Position): number[] =>
  log.filter((time) => time >= since * 1000);

/** What is kept by somebody who reads up to each cut and goes on from there; `from` says how. */
const kept = (log: readonly number[], cuts: readonly number[], from: (position: Position) => Position) => {
  let position = START;
  const all: number[] = [];
  for (const cut of [...cuts.map((n) => n % log.length).sort((a, b) => a - b), log.length]) {
    const begin = from(position);
    const counter = new Counter(begin);
    const stream = given(log.slice(0, cut), begin);
    for (const time of stream) counter.count(message(time));
    all.push(...stream.slice(begin.skip));
    if (stream.length > begin.skip) position = counter.position;
  }
  return all;
};

const steps = (least: number) =>
  fc.array(fc.integer({ min: least, max: 3000 }), { minLength: 1, maxLength: 60 });
const cutsOf = fc.array(fc.nat(60), { maxLength: 4 });

const logOf = (jumps: readonly number[]): number[] => {
  let now = 1_000_000;
  return jumps.map((jump) => {
    now += jump;
    return now;
  });
};

test('property: following on gives each message once, whatever the clock did', () => {
  fc.assert(
    fc.property(steps(-3000), cutsOf, (jumps, cuts) => {
      const log = logOf(jumps);
      assert.deepEqual(
        kept(log, cuts, (position) => followFrom(position, 'whole')),
        log,
      );
    }),
  );
});

test('property: reading on from a position gives each message once, though stamps be out of order by a moment', () => {
  fc.assert(
    fc.property(
      steps(0),
      fc.array(fc.nat(900), { minLength: 60, maxLength: 60 }),
      cutsOf,
      (jumps, late, cuts) => {
        const log = logOf(jumps).map((time, at) => time - late[at]!);
        assert.deepEqual(
          kept(log, cuts, (position) => position),
          log,
        );
      },
    ),
  );
});

test('a log that goes on for long is asked for from near its end', () => {
  const counter = new Counter(START);
  for (let second = 1; second <= 1000; second++) counter.count(message(second * 1000));
  assert.deepEqual(counter.position, { since: 999, skip: 2, total: 1000 });
});

const frame = (second: number, text: string): Buffer => {
  const payload = Buffer.from(`${new Date(second * 1000).toISOString()} ${text}\n`);
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
};

/** A daemon whose log has so many lines each second and may lose its beginning; `follow` is one server's life. */
const rotatingWorld = (kind: LogKind, aSecond = 1) => {
  let [first, end] = [0, 0];
  const logs = async (_: string, since: number) => {
    const lines = Array.from({ length: end - first }, (_, at) => first + at);
    const second = (n: number) => 1000 + Math.floor(n / aSecond);
    return Readable.from(lines.filter((n) => second(n) >= since).map((n) => frame(second(n), String(n))));
  };
  const kept: number[] = [];
  const file: LogFile = {
    position: undefined,
    size: 0,
    append(pieces, position) {
      for (const { bytes } of pieces) kept.push(Number(bytes));
      Object.assign(this, { position });
    },
  };
  const keeper = () => new LogKeeper({ logs } as object as DaemonApi, 'c', file, kind);
  return {
    kept,
    has: (from: number, to: number) => {
      [first, end] = [from, to];
    },
    follow: () => new Promise<void>((broke) => keeper().follow(broke)),
    finish: () => keeper().finish(),
  };
};

const upTo = (end: number): number[] => Array.from({ length: end }, (_, n) => n);

test('a log that has rotated while no server was there is followed on without a line lost that the daemon has', async () => {
  const world = rotatingWorld('rotated');
  world.has(0, 30);
  await world.follow();
  assert.deepEqual(world.kept, upTo(30));
  world.has(28, 60);
  await world.follow();
  assert.deepEqual(world.kept, upTo(60));
  world.has(45, 70);
  await world.finish();
  assert.deepEqual(world.kept, upTo(70));
});

test('of a log that somebody cut, what came since is kept though it is shorter than what was kept', async () => {
  const world = rotatingWorld('whole');
  world.has(0, 30);
  await world.follow();
  world.has(28, 40);
  await world.follow();
  assert.deepEqual(world.kept, upTo(40));
});

test('property: whatever has rotated away between two readings, each line that the daemon still has is kept once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 10, maxLength: 60 }),
      fc.array(fc.record({ printed: fc.nat(12), left: fc.integer({ min: -3, max: 8 }) }), { maxLength: 6 }),
      (jumps, readings) => {
        const log = logOf(jumps).map(
          (time, n): Message => ({ ...message(time), bytes: Buffer.from(`${n}`) }),
        );
        let [first, end, position] = [0, 0, START];
        const [kept, expected]: [Message[], Message[]] = [[], []];
        for (const { printed, left } of [...readings, { printed: 60, left: 4 }]) {
          const read = end;
          end = Math.min(log.length, end + printed);
          first = Math.min(end, Math.max(first, read - left));
          expected.push(...log.slice(Math.max(first, read), end));
          const stream = log.slice(first, end).filter(({ time }) => time >= position.since * 1000);
          const [counter, reread] = [new Counter(position), new Fresh(position)];
          for (const one of stream) counter.count(one);
          const fresh = [
            ...reread.take(stream.slice(0, 7)),
            ...reread.take(stream.slice(7)),
            ...reread.end(),
          ];
          kept.push(...fresh);
          if (fresh.length > 0) position = { ...counter.position, mark: markOf(fresh.at(-1)!) };
        }
        assert.deepEqual(kept, expected);
      },
    ),
  );
});

test('a log that rotates within the second it was left in loses no line that the daemon has', async () => {
  const world = rotatingWorld('rotated', 20);
  world.has(0, 30);
  await world.follow();
  world.has(25, 45);
  await world.follow();
  assert.deepEqual(world.kept, upTo(45));
  world.has(45, 60);
  await world.finish();
  assert.deepEqual(world.kept, upTo(60));
});
