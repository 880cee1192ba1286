import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StampedLines } from './stamped-lines.ts';

const all = (...chunks: readonly string[]) => {
  const lines = new StampedLines();
  const reads = [...chunks.map((chunk) => lines.push(Buffer.from(chunk))), lines.rest()];
  return {
    messages: reads.flatMap(({ messages }) => messages.map(({ stamp, bytes }) => [stamp, bytes.toString()])),
    words: reads.flatMap(({ words }) => words),
  };
};

test('K-124: a line is its stamp and what was printed, whatever time zone its node is in', () => {
  const [utc, other] = ['2026-11-30T00:08:51.123456789Z', '2026-11-30T02:08:51+02:00'];
  assert.deepEqual(all(`${utc} a b\n${other} \n`).messages, [
    [utc, 'a b\n'],
    [other, '\n'],
  ]);
  const lines = new StampedLines();
  const { messages } = lines.push(Buffer.from(`${utc} a\n${other} b\n`));
  assert.deepEqual(
    messages.map(({ time }) => Math.floor(time / 1000)),
    [Date.UTC(2026, 10, 30, 0, 8, 51) / 1000, Date.UTC(2026, 10, 30, 0, 8, 51) / 1000],
  );
});

for (const word of [
  'failed to create fsnotify watcher: too many open files',
  'unable to retrieve container logs for containerd://abc',
  '2026-11-30 a line like a stamp',
  '2026-11-30T00:08:51.1Z',
])
  test(`K-124: “${word}” is the kubelet’s word, and no line`, () => {
    assert.deepEqual(all(word), { messages: [], words: [word] });
    assert.deepEqual(all(`${word}\n`), { messages: [], words: [word] });
  });

test('K-130: a line may be larger than any chunk, and have no end', () => {
  const stamp = '2026-11-30T00:08:51.5Z';
  const long = 'x'.repeat(100_000);
  const text = `${stamp} ${long}`;
  const chunks = Array.from({ length: 11 }, (_, at) => text.slice(at * 10_000, (at + 1) * 10_000));
  assert.deepEqual(all(...chunks).messages, [[stamp, long]]);
});

const MIB = 2 ** 20;

test('K-124: a line that never ends is handed on in pieces of 1 MiB, each with the stamp of its line', () => {
  const lines = new StampedLines();
  const stamp = '2026-11-30T00:08:51.5Z';
  let printed = '';
  let kept = '';
  for (let mib = 0; mib < 20; mib++) {
    const chunk = `${mib === 0 ? `${stamp} ` : ''}${'50%\r'.repeat(MIB / 4)}`;
    printed += mib === 0 ? chunk.slice(stamp.length + 1) : chunk;
    for (const { stamp: its, bytes } of lines.push(Buffer.from(chunk)).messages) {
      assert.equal(its, stamp);
      kept += bytes.toString();
    }
    assert.ok(printed.length - kept.length < MIB, 'no more is held');
  }
  kept += lines.rest().messages.map(({ bytes }) => bytes.toString());
  assert.equal(kept === printed, true);
});

for (const over of [-1, 0, 1])
  test(`K-129: a line of two pieces ${over < 0 ? 'less one byte' : over > 0 ? 'and one byte' : 'exactly'} is cut at the same places however it comes`, () => {
    const stamp = '2026-11-30T00:08:51.5Z ';
    const line = Buffer.from(`${stamp}${'x'.repeat(2 * MIB + over - stamp.length - 1)}\n${stamp}next\n`);
    const cutAt = (...places: readonly number[]) => {
      const lines = new StampedLines();
      const edges = [0, ...places, line.length];
      const messages = edges.slice(1).flatMap((to, at) => lines.push(line.subarray(edges[at], to)).messages);
      return messages.map(({ bytes }) => bytes.length);
    };
    const [first, second, ...others] = cutAt();
    assert.deepEqual([first, second], [MIB - stamp.length, Math.min(MIB, MIB + over)]);
    assert.deepEqual(others, over > 0 ? [1, 5] : [5]);
    for (const place of [1, MIB - 1, MIB, MIB + 1, 2 * MIB - 2, 2 * MIB - 1, 2 * MIB, 2 * MIB + 1])
      assert.deepEqual(cutAt(place), cutAt(), String(place));
    assert.deepEqual(cutAt(5, MIB, 2 * MIB - 1), cutAt());
  });

test('property: however a log is cut into chunks, its lines are the same', () => {
  const line = fc.tuple(fc.integer({ min: 0, max: 4e12 }), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 10 }),
      fc.array(fc.nat(500), { maxLength: 10 }),
      (printed, cuts) => {
        const expected = printed.map(([time, text]) => [
          new Date(time).toISOString(),
          `${text.replaceAll('\n', ' ')}\n`,
        ]);
        const bytes = Buffer.from(expected.map((pair) => pair.join(' ')).join(''));
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const lines = new StampedLines();
        const messages = places
          .slice(1)
          .flatMap((to, at) => [...lines.push(bytes.subarray(places[at], to)).messages]);
        assert.deepEqual(
          messages.map((one) => [one.stamp, one.bytes.toString()]),
          expected.map(([stamp, text]) => [stamp, Buffer.from(text!).toString()]),
        );
      },
    ),
  );
});
