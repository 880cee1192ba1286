import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podWith, running } from '../../../test/support/pods.ts';
import { silentLog } from '../../lib/logger.ts';
import { podName } from './names.ts';
import { PodsFollowed, type PodsFollowedParts } from './pods-followed.ts';
import { newTask, Tasks } from './tasks.ts';

const TASK = 'ab'.repeat(16);
const name = podName('0'.repeat(16), TASK);

const followed = () => {
  const [tasks, leaving, gone] = [new Tasks(), new Set<string>(), [] as string[]];
  const removals = { has: (uid: string) => leaving.has(uid), gone: (uid: string) => gone.push(uid) };
  const parts = { api: { collection: {} }, log: silentLog, tasks, removals } as unknown as PodsFollowedParts;
  return { tasks, leaving, gone, follows: new PodsFollowed(parts) };
};

test('a pod that is known as it is told is not read again, and any other is', () => {
  const { tasks, follows } = followed();
  const head = { kind: 'there', name, uid: 'u', version: '7' } as const;
  assert.equal(follows.isEnough(head), false);
  const task = newTask(TASK, undefined, { kind: 'ordered', isSent: true });
  tasks.put(task);
  assert.equal(follows.isEnough(head), false);
  task.stage = { kind: 'there', pod: podWith(running(), { name, uid: 'u', resourceVersion: '7' }) };
  assert.equal(follows.isEnough(head), true);
  assert.equal(follows.isEnough({ ...head, version: '8' }), false);
  assert.equal(follows.isEnough({ ...head, uid: 'v' }), false);
  assert.equal(follows.isEnough({ ...head, name: 'another' }), false);
  assert.equal(follows.isEnough({ ...head, kind: 'gone' }), false, 'rule K-049: its last state is judged');
});

test('of a pod that is being removed it is asked whether it is gone, and no more', () => {
  const { leaving, gone, follows } = followed();
  leaving.add('u');
  const head = { kind: 'there', name, uid: 'u', version: '7' } as const;
  assert.equal(follows.isEnough(head), true);
  assert.deepEqual(gone, []);
  assert.equal(follows.isEnough({ ...head, kind: 'gone' }), true);
  assert.deepEqual(gone, ['u']);
});
