import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../test/support/world.ts';
import { insertTask, setTaskStopped, taskById } from './task-rows.ts';

const END = { startedAt: null, stoppedAt: 1, exitCode: null, reason: null, statusReason: 'x' };

test('a task that ends while it waits in a line hands on what it waited for, one that ran hands on its room', async () => {
  const { service } = await makeWorld();
  await service.store.write(async (tx) => {
    for (const [at, id] of ['a', 'b', 'c'].entries()) {
      await insertTask(tx, {
        id,
        job: at + 1,
        attempt: 1,
        environment: 1,
        instance: 'i-1',
        milliVcpus: 1000,
        memoryMiB: 4,
        gpus: 0,
        logStream: id,
        createdAt: 0,
        after: at === 0 ? null : 'abc'[at - 1]!,
        held: 0,
        share: 0,
        placedAge: null,
        steady: 0,
        bootId: 'b',
      });
    }
    await setTaskStopped(tx, 'b', END);
    assert.equal((await taskById(tx, 'c'))!.after, 'a');
    await setTaskStopped(tx, 'a', END);
    assert.equal((await taskById(tx, 'c'))!.after, null);
  });
});
