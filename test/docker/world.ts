import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { addressOf } from '../../src/engines/docker/address.ts';
import type { DockerEngine } from '../../src/engines/docker/engine.ts';
import { openDockerEngine } from '../../src/engines/docker/open.ts';
import type { DockerEngineSettings } from '../../src/engines/docker/settings.ts';
import type { StartOrder, TaskReport } from '../../src/engines/engine.ts';
import { EVERYTHING } from '../../src/engines/mounts.ts';
import { silentLog } from '../../src/lib/logger.ts';
import { OutputStore } from '../../src/output/output.ts';
import { type EngineWorld, reaches } from '../contract/engine-suite.ts';
import { later } from '../support/cli.ts';
import { containerOf, orderOf } from '../support/orders.ts';
import { realClock, realTimers } from '../support/process-world.ts';
import { DOCKER_HOST, docker, IMAGE } from './daemon.ts';

export interface DockerWorld extends EngineWorld {
  engine: DockerEngine;
  readonly dataId: string;
  readonly store: OutputStore;
  /** Lets the engine go as a `kill -9` does: nothing is said or finished. */
  abandon(): void;
}

let worlds = 0;

/** A docker engine with an id of its own; at the test's end its containers and networks are gone. */
export const openDockerWorld = async (
  t: TestContext,
  more: Partial<DockerEngineSettings> & { readonly host?: string } = {},
): Promise<DockerWorld> => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-docker-'));
  const { host = DOCKER_HOST, ...settings } = more;
  const dataId = settings.dataId ?? `${process.pid.toString(16)}x${++worlds}`;
  const store = new OutputStore(folder, realClock, realTimers, silentLog, true);
  const open = async () => {
    const { engine } = await openDockerEngine({
      address: addressOf({ host }),
      dataId,
      clock: realClock,
      timers: realTimers,
      log: silentLog,
      openLog: (taskId) => store.openLog(taskId),
      network: 'none',
      permissions: EVERYTHING,
      pull: 'absent',
      configFolder: folder,
      ...settings,
    });
    return engine;
  };
  const world: DockerWorld = {
    engine: await open(),
    dataId,
    store,
    reopen: async () => {
      await world.engine.close();
      world.engine = await open();
    },
    abandon: () => void world.engine.close(),
    tick: () => new Promise<void>((resolve) => setTimeout(resolve, 20)),
    output: (taskId) => readIf(store.pathOf(taskId)),
  };
  later(t, async () => {
    await world.engine.close();
    const left = containersOf(dataId, host);
    if (left.length > 0) docker(['rm', '-f', '-v', ...left], host);
    // not `prune`: the daemon refuses a second one beside it
    const networks = docker(['network', 'ls', '-q', '--filter', `label=longshore.data=${dataId}`], host);
    if (networks !== '') docker(['network', 'rm', ...networks.split('\n')], host);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  return world;
};

/** The ids of all containers of a data folder. */
export const containersOf = (dataId: string, host = DOCKER_HOST): string[] =>
  docker(['ps', '-aq', '--no-trunc', '--filter', `label=longshore.data=${dataId}`], host)
    .split('\n')
    .filter(Boolean);

/** An order of a shell script in the suite's image. */
export const script = (
  text: string,
  container: Parameters<typeof containerOf>[1] = {},
  more: Partial<StartOrder> = {},
): StartOrder =>
  orderOf([], { container: containerOf(['sh', '-c', text], { image: IMAGE, ...container }), ...more });

/** Runs a task to its end, and gives what it printed. */
export const run = async (
  world: DockerWorld,
  order: StartOrder,
): Promise<{ output: string; report: Extract<TaskReport, { kind: 'exited' }> }> => {
  await world.engine.start([order]);
  const report = await reaches(world, order.taskId, 'exited');
  return { output: world.output(order.taskId) ?? '', report };
};

/** What a script prints in a container with these members. */
export const inside = async (
  t: TestContext,
  text: string,
  container: Parameters<typeof containerOf>[1] = {},
): Promise<string> => {
  const { output } = await run(await openDockerWorld(t), script(text, container));
  return output.trim();
};

const readIf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
