import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortIds } from './job-ids.ts';

test('ids are cut to what tells them apart, at eight characters and not before', () => {
  const ids = ['01a229b7-1111-4000', '01a229b7-1112-4000', '02a229b7-0000-4000'];
  assert.deepEqual([...shortIds(ids).values()], ['01a229b7-1111', '01a229b7-1112', '02a229b7']);
  assert.deepEqual([...shortIds(['abcdefghij'])], [['abcdefghij', 'abcdefgh']]);
});
