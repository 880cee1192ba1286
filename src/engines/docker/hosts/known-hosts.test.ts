import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeName, type KnownHost, lastKnownAt } from './known-hosts.ts';

const known = (id: string, name: string, address: string): KnownHost => ({
  ...{ id, name, address },
  size: { milliVcpus: 1000, memoryMiB: 1024, gpus: 0 },
});

test('a host has its machine’s name, and a number behind it where another has that', () => {
  const some = [known('1', 'node', 'a'), known('2', 'node-2', 'b')];
  assert.equal(freeName('other', some), 'other');
  assert.equal(freeName('node', some), 'node-3');
});

test('a daemon that does not answer is the one that answered at its address last, unless that is heard elsewhere', () => {
  const some = [known('1', 'one', 'a'), known('2', 'two', 'b')];
  assert.equal(lastKnownAt('b', some, new Set())?.id, '2');
  assert.equal(lastKnownAt('b', some, new Set(['2'])), undefined);
  assert.equal(lastKnownAt('c', some, new Set()), undefined);
});
