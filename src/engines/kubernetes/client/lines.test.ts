import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lines } from './lines.ts';

test('K-089: lines are the same wherever the bytes are cut, within a character too', () => {
  const text = `{"é":1}\n{}\n${'x'.repeat(50)}\n`;
  const bytes = Buffer.from(text);
  for (let size = 1; size <= bytes.length; size++) {
    const lines = new Lines();
    const found: string[] = [];
    for (let at = 0; at < bytes.length; at += size) found.push(...lines.push(bytes.subarray(at, at + size)));
    assert.deepEqual(found, text.split('\n').slice(0, -1));
  }
});

test('K-089: a line that was cut off is none', () => {
  assert.deepEqual(new Lines().push(Buffer.from('whole\ncut')), ['whole']);
});
