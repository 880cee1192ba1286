import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stateOf, until } from '../contract/engine-suite.ts';
import { containerOf, orderOf } from '../support/orders.ts';
import { openProcessWorld, type ProcessWorld } from '../support/process-world.ts';

/* Somebody kills the programs that make a task's mounts, at any moment of it. */

const MOUNTS = 40;

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Whoever works for the task just now: shim, `try`, unshare, the mounts' script, the command. */
const workersOf = (taskId: string): number[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && textOf(`/proc/${pid}/cmdline`).includes(taskId))
    .map(Number);

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
};

const orderWithMounts = (world: ProcessWorld, name: string) => {
  const folders = Array.from({ length: MOUNTS }, (_, i) => join(world.dataDir, `volume-${name}-${i}`));
  for (const folder of folders) mkdirSync(folder);
  const order = orderOf([], {
    container: containerOf(['sh', '-c', `echo ran >>${join(world.dataDir, `runs-${name}`)}`], {
      volumes: folders.map((sourcePath, i) => ({ name: `v${i}`, host: { sourcePath } })),
      mountPoints: folders.map((_, i) => ({ sourceVolume: `v${i}`, containerPath: `/longshore-at/${i}` })),
    }),
  });
  return { order, folders };
};

const killed = async (world: ProcessWorld, milliseconds: number): Promise<void> => {
  const { order, folders } = orderWithMounts(world, String(milliseconds));
  const { taskId } = order;
  await world.engine.start([order]);
  await until(world, 'somebody works for it', () => workersOf(taskId).length > 0 || undefined);
  const end = performance.now() + milliseconds;
  while (performance.now() < end) await new Promise((done) => setTimeout(done, 1));
  for (const pid of workersOf(taskId)) kill(pid);

  await until(world, 'its end', async () => {
    const kind = (await stateOf(world, taskId))?.kind;
    return kind === 'exited' || kind === 'failed' || kind === 'lost' || undefined;
  });
  assert.ok(textOf(join(world.dataDir, `runs-${milliseconds}`)).length <= 'ran\n'.length);
  assert.equal(textOf('/proc/self/mountinfo').includes('/longshore-at/'), false);
  await world.engine.forget([taskId]);
  const folder = join(world.dataDir, 'tasks', taskId);
  await until(world, 'its folder is gone', () => !existsSync(folder) || undefined);
  for (const volume of folders) assert.ok(existsSync(volume));
};

test('who makes the mounts of a task is killed at any moment: it has an end, ran once at most, and leaves no mount', async (t) => {
  const world = await openProcessWorld(t);
  await Promise.all([0, 5, 15, 30, 60, 120].map((milliseconds) => killed(world, milliseconds)));
});
