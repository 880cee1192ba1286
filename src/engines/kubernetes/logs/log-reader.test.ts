import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { VirtualTime } from '../../../../test/support/docker-imagined.ts';
import { ImaginedLogs, KeptFile } from '../../../../test/support/kubernetes-logs.ts';
import { podWith, running } from '../../../../test/support/pods.ts';
import { LogReader } from './log-reader.ts';

const POD = podWith(running(), { name: 'p' });

const world = () => {
  const time = new VirtualTime();
  const logs = new ImaginedLogs(time);
  const file = new KeptFile();
  /** Another server's each time. */
  const reader = () => new LogReader({ logs, file, clock: time, pod: POD });
  const { signal } = new AbortController();
  const act = async (reading: Promise<unknown>): Promise<unknown> => {
    const ended = reading.catch((error: Error) => error);
    await time.pass(20_000);
    return ended;
  };
  return {
    time,
    logs,
    file,
    reader,
    readOn: () => act(reader().readOn(signal)),
    finish: () => act(reader().finish(signal)),
    follow: () => act(reader().follow(signal)),
  };
};

test('K-129: what was kept is not read again, by a later server neither, and nothing is left out', async () => {
  const w = world();
  w.logs.print('p', 'a', 'b');
  await w.readOn();
  w.logs.print('p', 'c');
  await w.readOn();
  await w.readOn();
  w.logs.print('p', 'd');
  assert.equal(await w.finish(), undefined);
  assert.equal(w.file.text, 'a\nb\nc\nd\n');
});

test('K-128: the last line is kept though it has no end, once another answer says so too', async () => {
  const w = world();
  w.logs.print('p', 'a', 'b');
  w.logs.of('p').isOpen = true;
  await w.readOn();
  assert.equal(w.file.text, 'a\n', 'it may still be printed on while it runs');
  await w.finish();
  assert.equal(w.file.text, 'a\nb');
  assert.equal(w.logs.asked.length, 3);
});

test('K-129: an answer that a kubelet’s end has cut within a line loses and doubles nothing', async () => {
  // within the stamp, at its end, and behind it
  for (const cutAfter of [60, 68, 73]) {
    const w = world();
    w.logs.print('p', 'first', 'second', 'third');
    w.logs.of('p').faults = [{ cutAfter }];
    await w.finish();
    assert.equal(w.file.text, 'first\nsecond\nthird\n');
  }
});

test('K-129: one that is cut between two lines is asked for again where it took its time', async () => {
  const w = world();
  w.logs.print('p', 'first', 'second');
  const one = Buffer.byteLength('2026-01-01T00:00:00.000000000Z first\n');
  w.logs.of('p').faults = [{ cutAfter: one, late: 1000 }];
  await w.finish();
  assert.equal(w.file.text, 'first\nsecond\n');
});

test('K-129: one that is cut within what was kept already doubles none of it', async () => {
  const w = world();
  w.logs.print('p', ...Array.from({ length: 20 }, (_, n) => `line ${n}`));
  await w.readOn();
  const whole = w.file.text;
  w.logs.of('p').faults = [{ cutAfter: 200 }];
  await w.readOn();
  w.logs.of('p').faults = [{ cutAfter: 200 }];
  await w.finish();
  assert.equal(w.file.text, whole);
});

test('K-129: of a log that has rotated all is kept that is still there', async () => {
  const w = world();
  w.logs.print('p', ...Array.from({ length: 30 }, (_, n) => `${n}`));
  await w.readOn();
  w.logs.print('p', ...Array.from({ length: 10 }, (_, n) => `${30 + n}`));
  w.logs.of('p').lines.splice(0, 35);
  await w.readOn();
  const kept = [...Array.from({ length: 30 }, (_, n) => `${n}`), '35', '36', '37', '38', '39'];
  assert.deepEqual(w.file.lines, kept);
  await w.finish();
  assert.deepEqual(w.file.lines, kept);
});

test('K-130: a follow goes on across rotations', async () => {
  const w = world();
  w.logs.print('p', 'a');
  const following = w.reader().follow(new AbortController().signal);
  await w.time.pass(1000);
  w.logs.print('p', 'b', 'c');
  await w.time.pass(1000);
  assert.equal(w.file.text, 'a\nb\nc\n');
  w.logs.end('p');
  await following;
});

test('K-124 K-125: words of the kubelet are never kept; that it cannot watch the file is remembered', async () => {
  const w = world();
  w.logs.print('p', 'a');
  w.logs.of('p').faults = [{ words: 'failed to create fsnotify watcher: too many open files' }];
  const reader = w.reader();
  await reader.follow(new AbortController().signal);
  assert.deepEqual([w.file.text, reader.isHindered], ['', true]);
});

test('K-131: at the end the kubelet’s words are told in the place of what cannot be had', async () => {
  const w = world();
  const words = 'unable to retrieve container logs for containerd://abc';
  w.logs.of('p').faults = [{ words }, { words }];
  assert.equal(await w.finish(), 'unable to retrieve container logs for containerd://abc');
  assert.equal(w.file.text, '');
});

test('a refusal is the reader’s', async () => {
  const w = world();
  w.logs.of('p').faults = [{ status: 404 }];
  assert.match(String(await w.finish()), /said 404/);
});

const move = fc.oneof(
  fc.record({ kind: fc.constant('print' as const), lines: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('pass' as const), milliseconds: fc.integer({ min: 1, max: 2500 }) }),
  fc.record({ kind: fc.constant('read' as const), cutAfter: fc.option(fc.nat(400), { nil: undefined }) }),
  fc.record({ kind: fc.constant('rotate' as const), left: fc.nat(6) }),
);

test('property: K-129: whatever is cut and rotates away, each line that could be had is kept once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 12 }), async (moves) => {
      const w = world();
      const log = w.logs.of('p');
      let count = 0;
      for (const one of moves) {
        if (one.kind === 'print') w.logs.print('p', ...Array.from({ length: one.lines }, () => `${count++}`));
        else if (one.kind === 'pass') await w.time.pass(one.milliseconds);
        else if (one.kind === 'rotate') log.lines.splice(0, Math.max(0, log.lines.length - one.left));
        else {
          log.faults = one.cutAfter === undefined ? [] : [{ cutAfter: one.cutAfter }];
          await w.readOn();
        }
      }
      log.faults = [];
      const had = new Set([...w.file.lines, ...log.lines.map(({ text }) => text)]);
      await w.finish();
      assert.deepEqual(
        w.file.lines,
        [...had].sort((a, b) => Number(a) - Number(b)),
      );
    }),
    { numRuns: 200 },
  );
});
