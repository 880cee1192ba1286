import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ProcessEngine } from '../../src/engines/process/engine.ts';
import type { ProcessEngineSettings } from '../../src/engines/process/settings.ts';
import type { Clock, Timers } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/logger.ts';
import type { EngineWorld } from '../contract/engine-suite.ts';
import { removeFolder } from './leftovers.ts';

export const realClock: Clock = {
  wall: () => Date.now(),
  steady: () => Math.round(performance.now()),
  bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
};

export const realTimers: Timers = {
  after: (milliseconds, fn) => {
    const timer = setTimeout(fn, milliseconds);
    return () => clearTimeout(timer);
  },
  soon: (fn) => void setImmediate(fn),
};

export interface ProcessWorld extends EngineWorld {
  engine: ProcessEngine;
  readonly dataDir: string;
}

/** A process engine over a folder of its own; at the test's end its tasks are stopped and the folder is gone. */
export const openProcessWorld = async (
  t: TestContext,
  more: Partial<ProcessEngineSettings> = {},
): Promise<ProcessWorld> => {
  const dataDir = more.dataDir ?? mkdtempSync(join(tmpdir(), 'longshore-engine-'));
  const outputPath = (taskId: string) => join(dataDir, 'output', taskId);
  const dataId = randomUUID().slice(0, 8);
  const settings = { dataDir, dataId, path: process.env.PATH!, log: silentLog, outputPath };
  const open = () => new ProcessEngine({ ...settings, clock: realClock, timers: realTimers, ...more });
  const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 10));
  const world: ProcessWorld = {
    engine: open(),
    dataDir,
    reopen: async () => {
      await world.engine.close();
      world.engine = open();
    },
    tick,
    output: (taskId) => readIf(outputPath(taskId)),
  };
  t.after(async () => {
    await endAll(world);
    await world.engine.close();
    removeFolder(dataDir);
  });
  return world;
};

const endAll = async ({ engine, tick }: ProcessWorld): Promise<void> => {
  for (let i = 0; i < 500; i++) {
    const live = (await engine.list()).filter((r) => r.kind === 'running' || r.kind === 'waiting');
    if (live.length === 0) return;
    for (const { taskId } of live) if (!(await engine.recall(taskId))) await engine.stop(taskId, 0);
    await tick();
  }
};

const readIf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
