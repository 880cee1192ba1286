import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FOLLOW_LIMITS, Followed } from './followed.ts';

test('K-126: the newest are followed: one more takes the place of the oldest of its node where that is full, else of all', () => {
  const followed = new Followed({ most: 3, mostOnNode: 2 });
  assert.equal(followed.add('a', 'n'), undefined);
  assert.equal(followed.add('b', 'm'), undefined);
  assert.equal(followed.add('c', 'm'), undefined);
  assert.equal(followed.add('d', 'm'), 'b');
  assert.equal(followed.add('e', 'l'), 'a');
  assert.deepEqual(
    ['a', 'b', 'c', 'd', 'e'].filter((id) => followed.has(id)),
    ['c', 'd', 'e'],
  );
});

test('K-126: a thousand of all, and a hundred of one node', () =>
  assert.deepEqual(FOLLOW_LIMITS, { most: 1000, mostOnNode: 100 }));

test('property: K-126: there are never more than the limits say, and never fewer than there could be', () => {
  const change = fc.record({
    id: fc.nat(20),
    node: fc.constantFrom('n', 'm', 'l'),
    kind: fc.constantFrom('add', 'remove', 'fill'),
  });
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const followed = new Followed({ most: 4, mostOnNode: 2 });
      const there = new Map<string, string>();
      for (const { id: number, node, kind } of changes) {
        const id = String(number);
        const onNode = [...there.values()].filter((one) => one === node).length;
        const hasRoom = there.size < 4 && onNode < 2;
        assert.equal(followed.hasRoom(node), hasRoom);
        if (kind === 'remove') {
          followed.remove(id);
          there.delete(id);
        } else if (!there.has(id) && (kind === 'add' || hasRoom)) {
          const gone = followed.add(id, node);
          assert.equal(gone === undefined, hasRoom);
          if (gone !== undefined) there.delete(gone);
          there.set(id, node);
        }
      }
      for (let id = 0; id <= 20; id++) assert.equal(followed.has(String(id)), there.has(String(id)));
    }),
  );
});
