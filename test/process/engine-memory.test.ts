import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { reaches } from '../contract/engine-suite.ts';
import { orderOf } from '../support/orders.ts';
import { openProcessWorld } from '../support/process-world.ts';

const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-folder-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Takes 300 MB where it may have 128 MiB. */
const GREEDY = [process.execPath, '-e', 'globalThis.a=Buffer.alloc(3e8,1);setTimeout(()=>{},60000)'];

for (const memoryMode of ['cgroup2', 'cgroup1', 'watched'] as const) {
  const open = async (t: TestContext) => {
    const world = await openProcessWorld(t, { memoryMode });
    if (world.engine.memoryMode !== memoryMode) t.skip(`this machine gives no ${memoryMode}`);
    return world.engine.memoryMode === memoryMode ? world : undefined;
  };

  test(`J-306: 128 MiB are enough for node -e 1 (${memoryMode})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const order = orderOf([process.execPath, '-e', '1']);
    await world.engine.start([order]);
    assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 0);
  });

  test(`J-180 S-278: more than its memory ends a task with 137 and the reason (${memoryMode})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const greedy = 'const a=[];for(let i=0;i<300;i++)a.push(Buffer.alloc(1e6,1));setTimeout(()=>{},60000)';
    const order = orderOf([process.execPath, '-e', greedy]);
    await world.engine.start([order]);
    await reaches(world, order.taskId, 'exited');
    await world.reopen();
    const { exitCode, reason } = await reaches(world, order.taskId, 'exited');
    assert.deepEqual([exitCode, reason], [137, 'OutOfMemoryError: Container killed due to memory usage']);
  });

  test(`J-180: a killed task’s room tells nothing of the next one’s end (${memoryMode})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const greedy = orderOf(GREEDY);
    await world.engine.start([greedy]);
    assert.equal((await reaches(world, greedy.taskId, 'exited')).exitCode, 137);
    await world.engine.forget([greedy.taskId]);
    for (let i = 0; i < 3; i++) {
      const order = orderOf(['sh', '-c', 'exit 9']);
      await world.engine.start([order]);
      assert.equal((await reaches(world, order.taskId, 'exited')).reason, undefined);
      await world.engine.forget([order.taskId]);
    }
  });

  test(`J-180: of tasks in one line, the one that was killed for its memory says so and no other (${memoryMode})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const first = orderOf(['sh', '-c', 'sleep 0.3; exit 8']);
    const second = orderOf(GREEDY, { after: first.taskId });
    const third = orderOf(['sh', '-c', 'exit 9'], { after: second.taskId });
    await world.engine.start([first, second, third]);
    const ends = [];
    for (const { taskId } of [first, second, third]) {
      const { exitCode, reason } = await reaches(world, taskId, 'exited');
      ends.push([exitCode, reason]);
    }
    assert.deepEqual(ends, [
      [8, undefined],
      [137, 'OutOfMemoryError: Container killed due to memory usage'],
      [9, undefined],
    ]);
  });

  test(`what a task of a line leaves behind ends with it, the next one goes on (${memoryMode})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const mark = `8${Date.now() % 1_000_000}`;
    const first = orderOf(['sh', '-c', `setsid sleep ${mark} & sleep 0.3`]);
    const second = orderOf(['sh', '-c', `while pgrep -f '^sleep ${mark}'; do sleep 0.05; done; exit 6`], {
      after: first.taskId,
    });
    await world.engine.start([first, second]);
    assert.equal((await reaches(world, second.taskId, 'exited')).exitCode, 6);
  });

  test(`the memory limit outlives the server (${memoryMode})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const go = join(folderFor(t), 'go');
    const order = orderOf([
      'sh',
      '-c',
      `while ! [ -e ${go} ]; do sleep 0.05; done; exec ${process.execPath} -e 'globalThis.a=Buffer.alloc(3e8,1);setTimeout(()=>{},60000)'`,
    ]);
    await world.engine.start([order]);
    await reaches(world, order.taskId, 'running');
    await world.reopen();
    await reaches(world, order.taskId, 'running');
    mkdirSync(go);
    const { exitCode, reason } = await reaches(world, order.taskId, 'exited');
    assert.deepEqual([exitCode, reason], [137, 'OutOfMemoryError: Container killed due to memory usage']);
    assert.ok(existsSync(go));
  });
}
