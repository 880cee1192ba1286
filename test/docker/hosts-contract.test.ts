import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { addressOf } from '../../src/engines/docker/address.ts';
import type { DockerHosts } from '../../src/engines/docker/hosts/hosts-engine.ts';
import type { KnownHost } from '../../src/engines/docker/hosts/known-hosts.ts';
import { openDockerHosts } from '../../src/engines/docker/hosts/open-hosts.ts';
import type { StartOrder } from '../../src/engines/engine.ts';
import { EVERYTHING } from '../../src/engines/mounts.ts';
import { silentLog } from '../../src/lib/logger.ts';
import { OutputStore } from '../../src/output/output.ts';
import { type EngineWorld, engineSuite } from '../contract/engine-suite.ts';
import { later, textOf } from '../support/cli.ts';
import { realClock, realTimers } from '../support/process-world.ts';
import { DOCKER_HOST, docker, importImage, type PrivateDaemon, privateDaemon } from './daemon.ts';
import { containersOf } from './world.ts';

/* What every engine keeps, over two daemons: tasks go to each in turn, and who stands in a line to its own. */

let other: PrivateDaemon;
const hosts = (): string[] => [DOCKER_HOST, other.host];

before(async () => {
  other = privateDaemon();
  await other.start();
  importImage(other.host);
});
after(() => other.destroy());

let worlds = 0;

/** Orders as the plan would place them. */
const placed = (engine: DockerHosts): ((orders: readonly StartOrder[]) => StartOrder[]) => {
  const byTask = new Map<string, string>();
  let turn = 0;
  return (orders) =>
    orders.map((order) => {
      const hosts = engine.hosts();
      const before = byTask.get(order.taskId) ?? byTask.get(order.after ?? '');
      const host = before ?? hosts[turn++ % hosts.length]!.id;
      byTask.set(order.taskId, host);
      return { ...order, host };
    });
};

engineSuite(
  'two docker hosts',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'longshore-hosts-'));
    const dataId = `${process.pid.toString(16)}h${++worlds}`;
    const store = new OutputStore(folder, realClock, realTimers, silentLog, true);
    let known: readonly KnownHost[] = [];
    const open = async (): Promise<DockerHosts> => {
      const engine = await openDockerHosts({
        addresses: hosts().map((host) => addressOf({ host })),
        known,
        keep: (now) => {
          known = now;
        },
        lostAfter: 300_000,
        dataId,
        clock: realClock,
        timers: realTimers,
        log: silentLog,
        openLog: (taskId) => store.openLog(taskId),
        network: 'none',
        permissions: EVERYTHING,
        pull: 'absent',
        configFolder: folder,
      });
      await engine.list();
      const place = placed(engine);
      const start = engine.start.bind(engine);
      engine.start = (orders) => start(place(orders));
      return engine;
    };
    const world: EngineWorld = {
      engine: await open(),
      reopen: async () => {
        await world.engine.close();
        world.engine = await open();
      },
      tick: () => new Promise<void>((resolve) => setTimeout(resolve, 20)),
      output: (taskId) => textOf(store.pathOf(taskId)) ?? '',
    };
    later(t, async () => {
      await world.engine.close();
      for (const host of hosts()) {
        const left = containersOf(dataId, host);
        if (left.length > 0) docker(['rm', '-f', '-v', ...left], host);
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    });
    return world;
  },
  {
    emptyCommand: /^CannotCreateContainerError: Error response from daemon: No command specified/,
    impossible: { member: 'logConfiguration', container: { logConfiguration: { logDriver: 'splunk' } } },
  },
);
