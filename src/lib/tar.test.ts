import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paddingOf, readTarBlock, TAR_BLOCK, TAR_END, tarHead } from './tar.ts';

/** What is read back of the head of a file. */
const again = (file: Parameters<typeof tarHead>[0]) => {
  const head = tarHead(file);
  const first = readTarBlock(head.subarray(0, TAR_BLOCK), '');
  assert.equal(first.kind, 'records');
  const bytes = (first as { bytes: number }).bytes;
  const records = head.toString('utf8', TAR_BLOCK, TAR_BLOCK + bytes);
  return readTarBlock(head.subarray(TAR_BLOCK + bytes + paddingOf(bytes)), records);
};

for (const file of [
  { name: 'logs/0a/b.log', bytes: 0, modified: 1_764_471_234_567 },
  { name: 'a', bytes: 513, modified: 0 },
  { name: 'large', bytes: 2 ** 40 + 1, modified: 999 },
  { name: 'x'.repeat(100), bytes: 8 * 2 ** 30 - 1, modified: 1000 },
]) {
  test(`a head of ${file.bytes} bytes is read as it was written, its time to the millisecond`, () => {
    assert.deepEqual(again(file), { kind: 'file', file });
  });
}

test('a head is whole blocks, and so is a file with its padding', () => {
  assert.equal(tarHead({ name: 'a', bytes: 1, modified: 1 }).length % TAR_BLOCK, 0);
  for (const bytes of [0, 1, 511, 512, 513]) assert.equal((bytes + paddingOf(bytes)) % TAR_BLOCK, 0);
});

test('an archive’s end is told, and what is no header', () => {
  assert.equal(readTarBlock(TAR_END.subarray(0, TAR_BLOCK), '').kind, 'end');
  assert.equal(readTarBlock(Buffer.from('SQLite format 3'), '').kind, 'foreign');
  assert.equal(readTarBlock(Buffer.alloc(TAR_BLOCK, 'x'), '').kind, 'foreign');
  const torn = tarHead({ name: 'a', bytes: 1, modified: 1 });
  torn[0] = 98;
  assert.equal(readTarBlock(torn.subarray(0, TAR_BLOCK), '').kind, 'foreign');
});
