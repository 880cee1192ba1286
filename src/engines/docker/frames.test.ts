import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Frames } from './frames.ts';

const frame = (text: string): Buffer => {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = 1;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
};

test('property: messages come out whole and in order, wherever the network cuts', () => {
  const lines = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 10 });
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 17 }), (texts, size) => {
      const stream = Buffer.concat(texts.map((text) => frame(`2026-01-02T03:04:05.678901234Z ${text}\n`)));
      const frames = new Frames();
      const found: string[] = [];
      for (let at = 0; at < stream.length; at += size) {
        for (const { time, bytes } of frames.push(stream.subarray(at, at + size))) {
          assert.equal(time, Date.UTC(2026, 0, 2, 3, 4, 5, 678));
          found.push(bytes.toString());
        }
      }
      assert.deepEqual(
        found,
        texts.map((text) => `${text}\n`),
      );
    }),
  );
});

test('a piece of a long line has no line feed, and what bears no time is kept whole', () => {
  const frames = new Frames();
  const [piece, odd] = frames.push(Buffer.concat([frame('2026-01-02T03:04:05Z part'), frame('no time')]));
  assert.equal(piece!.bytes.toString(), 'part');
  assert.deepEqual([odd!.time, odd!.bytes.toString()], [0, 'no time']);
});
