import assert from 'node:assert/strict';
import { test } from 'node:test';
import { taskUser, userIds } from './task-user.ts';

const PASSWD = 'root:x:0:0::/root:/bin/sh\nbatch:x:990:980::/:/bin/sh\n';
const GROUP = 'root:x:0:\nteam:x:970:batch\n';

for (const [text, ids] of [
  ['batch', { uid: 990, gid: 980 }],
  ['990', { uid: 990, gid: 980 }],
  ['batch:team', { uid: 990, gid: 970 }],
  ['990:970', { uid: 990, gid: 970 }],
  ['4242', { uid: 4242, gid: 4242 }],
  ['4242:team', { uid: 4242, gid: 970 }],
  ['nobody-here', undefined],
  ['batch:nobody-here', undefined],
  ['', undefined],
  [':team', undefined],
  ['-1', undefined],
  ['4294967295', undefined],
  ['0:4294967295', undefined],
] as const) {
  test(`the user '${text}' is ${JSON.stringify(ids)}`, () =>
    assert.deepEqual(userIds(text, PASSWD, GROUP), ids));
}

const ROOT = { uid: 0, gid: 0 };
const ME = { uid: 4242, gid: 4242 };

test('only root makes a task another user’s, and with --run-as none but that one', () => {
  assert.equal(taskUser(undefined, ROOT, undefined), undefined);
  assert.deepEqual(taskUser('4242:7', ROOT, undefined), { uid: 4242, gid: 7 });
  assert.equal(taskUser('4242', ME, undefined), undefined);
  assert.match(String(taskUser('4243', ME, undefined)), /only where that is root/);
  assert.equal(taskUser('4242', ROOT, ME), undefined);
  assert.match(String(taskUser('0', ROOT, ME)), /one user \(--run-as\)/);
  assert.match(String(taskUser('no such user', ROOT, undefined)), /no user or group 'no such user'/);
});
