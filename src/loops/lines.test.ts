import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../test/support/world.ts';
import { setTaskRunning, setTaskStopped } from '../store/task-rows.ts';
import { leadersOf } from './load-snapshot.ts';
import { Paces } from './paces.ts';
import { WhatRuns } from './what-runs.ts';

test('a task that begins before the end of the one ahead of it is heard of has that one’s room, and nobody else gets it', async () => {
  const world = await makeWorld({ command: ['run'] });
  await world.loops.stop();
  await world.submit({ arrayProperties: { size: 2 } });
  await world.service.store.write(async (tx) => {
    const [{ spec }] = (await tx.all<{ spec: number }>('SELECT spec FROM jobs LIMIT 1')) as [
      { spec: number },
    ];
    const paces = new Paces();
    paces.learn(spec, 1);
    const whatRuns = new WhatRuns(world.service, paces);
    /** What the scheduler sees of tasks that have room: the last of each line. */
    const tails = async () => leadersOf(await whatRuns.look(tx), paces).map(({ taskId }) => taskId);
    const task = `INSERT INTO tasks (id, job, attempt, environment, state, milli_vcpus, memory_mib, gpus, log_stream, created_at, after, instance, held)
      VALUES (?, ?, 1, 1, 0, 1000, 128, 0, ?, 0, ?, 'i-1', 0)`;
    await tx.run(task, ['head', 2, 'head', null]);
    await tx.run(task, ['next', 3, 'next', 'head']);
    await setTaskRunning(tx, 'next', 1, { wall: 1, steady: 1, bootId: 'boot' });
    assert.deepEqual(await tails(), ['next'], 'whoever joins the line stands behind it');
    const end = { startedAt: 1, stoppedAt: 2, exitCode: 0, reason: null, statusReason: 'x' };
    await setTaskStopped(tx, 'head', end);
    assert.deepEqual(await tails(), ['next']);
    await setTaskStopped(tx, 'next', end);
    assert.deepEqual(await tails(), []);
  });
});
