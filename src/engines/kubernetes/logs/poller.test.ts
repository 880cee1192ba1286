import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from '../../../../test/support/docker-imagined.ts';
import { Poller } from './poller.ts';

/** Logs whose readings end when the test says so; `read`: ids in the order they were read. */
const world = (mayFollow: (id: string) => boolean = () => false) => {
  const time = new VirtualTime();
  const poller = new Poller(time, time, mayFollow);
  const read: string[] = [];
  const ends: (() => void)[] = [];
  const add = (id: string) =>
    poller.add(id, {
      readAt: -5000,
      poll: () => {
        read.push(id);
        return new Promise((resolve) => void ends.push(resolve));
      },
    });
  return { time, poller, read, ends, add };
};

test('K-127: at most twenty readings are under way, the next begins when one has ended', async () => {
  const w = world();
  for (let n = 0; n < 30; n++) w.add(`${n}`);
  await w.time.pass(5000);
  assert.equal(w.read.length, 20);
  w.ends[0]!();
  await w.time.pass(1000);
  assert.equal(w.read.length, 21);
});

test('K-127: all are read in turn', async () => {
  const w = world();
  for (const id of ['a', 'b', 'c']) w.add(id);
  await w.time.pass(320);
  assert.deepEqual(w.read, ['a', 'b', 'c', 'a', 'b', 'c']);
  w.poller.remove('b');
  w.read.length = 0;
  await w.time.pass(200);
  assert.deepEqual(w.read, ['a', 'c', 'a', 'c']);
});

test('K-126: one that is followed from now on is polled no more', async () => {
  const followed = new Set<string>();
  const w = world((id) => followed.has(id));
  for (const id of ['a', 'b']) w.add(id);
  followed.add('a');
  await w.time.pass(400);
  assert.equal(w.read.includes('a'), false);
  assert.ok(w.read.length > 3);
});

test('a poller that is closed reads nothing', async () => {
  const w = world();
  w.add('a');
  w.poller.close();
  await w.time.pass(1000);
  assert.deepEqual(w.read, []);
});
