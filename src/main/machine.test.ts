import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machineIds, machineTimers } from './machine.ts';

test('J-001 W-017: ids are lower-case UUIDs in the form of version 4, each another, and begin alike', () => {
  const ids = machineIds();
  const made = Array.from({ length: 1000 }, () => ids.uuid());
  for (const id of made)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(made).size, made.length);
  assert.ok(new Set(made.map((id) => id.slice(0, 6))).size <= 2);
});

test('what throws in a timer is logged and ends nothing else', async () => {
  const logged: Record<string, unknown>[] = [];
  const note = (fields: Record<string, unknown>) => void logged.push(fields);
  const timers = machineTimers({ debug: note, info: note, warn: note, error: note });
  const fail = () => {
    throw new Error('no space left');
  };
  timers.after(1, fail);
  timers.soon(fail);
  await new Promise<void>((resolve) => void timers.after(5, resolve));
  await new Promise<void>((resolve) => timers.soon(resolve));
  assert.equal(logged.length, 2);
  assert.match(String(logged[0]!.error), /no space left/);
});
