import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { StartOrder } from '../../src/engines/engine.ts';
import { PodBodies, placeOfIn } from '../../src/engines/kubernetes/bodies.ts';
import type { KubernetesEngine } from '../../src/engines/kubernetes/engine.ts';
import { FOLLOW_LIMITS } from '../../src/engines/kubernetes/logs/followed.ts';
import { PodsLogs } from '../../src/engines/kubernetes/logs/pods-logs.ts';
import { NodesFollowed } from '../../src/engines/kubernetes/nodes-followed.ts';
import { openKubernetesEngine } from '../../src/engines/kubernetes/open.ts';
import { podLogsOf } from '../../src/engines/kubernetes/pod-log-reads.ts';
import { PodsApi } from '../../src/engines/kubernetes/pods-api.ts';
import { silentLog } from '../../src/lib/logger.ts';
import { OutputStore } from '../../src/output/output.ts';
import type { EngineWorld } from '../contract/engine-suite.ts';
import { later } from '../support/cli.ts';
import { podSettings } from '../support/pod-settings.ts';
import { realClock, realTimers } from '../support/process-world.ts';
import { IMAGE, makeNamespace, newClient, podsIn, removeAll } from './cluster.ts';

export interface KubernetesWorld extends EngineWorld {
  engine: KubernetesEngine;
  readonly dataId: string;
}

export const NAMESPACE = 'longshore-suite';

/** The suite's orders ask for whole vCPUs of a machine: here many run at once. */
const small = (order: StartOrder): StartOrder => ({
  ...order,
  container: { ...order.container, image: IMAGE, vcpus: 0.01, memory: 16 },
});

const openEngine = async (dataId: string, output: OutputStore): Promise<KubernetesEngine> => {
  const client = newClient();
  const [clock, timers, log] = [realClock, realTimers, silentLog];
  const settings = { namespace: NAMESPACE, dataId, clock, timers, chance: Math.random, log };
  const api = new PodsApi(client, NAMESPACE, dataId);
  const hosts = new NodesFollowed(settings, client, {
    seesForeign: true,
    reserve: undefined,
    gpuResource: 'nvidia.com/gpu',
  });
  const logs = new PodsLogs({
    ...{ clock, timers, log, limits: FOLLOW_LIMITS, logs: podLogsOf(api) },
    openLog: (taskId) => output.openLog(taskId),
    isSilent: (node) => hosts.isSilent(node),
    isAway: () => hosts.isAway,
  });
  const bodies = new PodBodies(podSettings({ dataId }), placeOfIn(hosts));
  const engine = await openKubernetesEngine(settings, { api, bodies, logs, hosts });
  const start = engine.start.bind(engine);
  engine.start = (orders) => start(orders.map(small));
  return engine;
};

/** An engine over the suite's cluster with an id of its own; at the test's end its pods are gone. */
export const openKubernetesWorld = async (t: TestContext): Promise<KubernetesWorld> => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-kubernetes-'));
  const dataId = randomBytes(8).toString('hex');
  const output = new OutputStore(folder, realClock, realTimers, silentLog, true);
  const client = newClient();
  await makeNamespace(client, NAMESPACE);
  const world: KubernetesWorld = {
    dataId,
    engine: await openEngine(dataId, output),
    reopen: async () => {
      await world.engine.close();
      world.engine = await openEngine(dataId, output);
    },
    tick: () => new Promise<void>((resolve) => setTimeout(resolve, 20)),
    output: (taskId) => textIn(output.pathOf(taskId)),
  };
  later(t, async () => {
    await world.engine.close();
    await removeAll(client, NAMESPACE, await podsIn(client, NAMESPACE, dataId));
    client.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  return world;
};

const textIn = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
