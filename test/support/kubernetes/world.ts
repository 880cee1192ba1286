import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { StartOrder } from '../../../src/engines/engine.ts';
import { PodBodies, type PodBodiesSettings, placeOfIn } from '../../../src/engines/kubernetes/bodies.ts';
import { KubeClient } from '../../../src/engines/kubernetes/client/client.ts';
import { kubeconfigAccess } from '../../../src/engines/kubernetes/client/kubeconfig-access.ts';
import type { KubernetesEngine } from '../../../src/engines/kubernetes/engine.ts';
import type { TaskLogs } from '../../../src/engines/kubernetes/given.ts';
import type { GrowthGroup } from '../../../src/engines/kubernetes/nodes/growth.ts';
import { NodesFollowed } from '../../../src/engines/kubernetes/nodes-followed.ts';
import { openKubernetesEngine } from '../../../src/engines/kubernetes/open.ts';
import { PodsApi } from '../../../src/engines/kubernetes/pods-api.ts';
import { silentLog } from '../../../src/lib/logger.ts';
import { COMMANDS, type EngineWorld, until } from '../../contract/engine-suite.ts';
import { later } from '../cli.ts';
import { containerOf, orderOf } from '../orders.ts';
import { podSettings } from '../pod-settings.ts';
import { type FakeCluster, startFakeCluster } from './cluster.ts';
import type { FakeObject } from './objects.ts';
import { passing } from './passing-time.ts';
import type { Asked, Vice } from './server.ts';

export interface FakeWorld extends EngineWorld {
  engine: KubernetesEngine;
  readonly cluster: FakeCluster;
  readonly nameOf: (taskId: string) => string;
  /** The pod of a task. */
  readonly podOf: (taskId: string) => FakeObject | undefined;
  /** Lets time go on for the engine alone: what waits so long is due. */
  readonly pass: (milliseconds: number) => void;
  /** How many timers the engine has. */
  readonly waiting: () => number;
  /** Resolves when it is so; fails when that takes too long. */
  readonly sees: (what: string, look: () => boolean) => Promise<unknown>;
}

const NO_LOGS: TaskLogs = {
  follow: () => {},
  catchUp: async () => {},
  finish: async () => {},
  drop: async () => {},
  write: () => {},
  close: async () => {},
};

/** An engine over a cluster of its own in this process; both end with the test. */
export const openFakeWorld = async (
  t: TestContext,
  { growth = [], ...more }: Partial<PodBodiesSettings> & { readonly growth?: readonly GrowthGroup[] } = {},
): Promise<FakeWorld> => {
  const cluster = await startFakeCluster();
  const dataId = randomBytes(8).toString('hex');
  const { clock, timers, pass, waiting, end } = passing();
  const open = () => {
    const files = [{ path: '/config', text: cluster.api.kubeconfig() }];
    const client = new KubeClient(kubeconfigAccess(files, { environment: {} }, clock), timers);
    const settings = { namespace: 'jobs', dataId, clock, timers, chance: () => 0, log: silentLog };
    const seen = { seesForeign: true, reserve: undefined, gpuResource: 'nvidia.com/gpu', growth };
    const hosts = new NodesFollowed(settings, client, seen);
    const bodies = new PodBodies({ ...podSettings({ dataId }), ...more }, placeOfIn(hosts));
    return openKubernetesEngine(settings, {
      api: new PodsApi(client, 'jobs', dataId),
      bodies,
      logs: NO_LOGS,
      hosts,
    });
  };
  const nameOf = (taskId: string) => `longshore-${dataId}-${taskId}`;
  const world: FakeWorld = {
    cluster,
    engine: await open(),
    reopen: async () => {
      await world.engine.close();
      world.engine = await open();
    },
    tick: () => new Promise<void>((resolve) => setTimeout(resolve, 10)),
    output: () => undefined,
    nameOf,
    podOf: (taskId) => cluster.api.pods.find(nameOf(taskId)),
    pass,
    waiting,
    sees: (what, look) => until(world, what, () => look() || undefined),
  };
  later(t, async () => {
    await world.engine.close();
    await cluster.close();
    end();
  });
  return world;
};

/** Runs until it is stopped, and heeds TERM. */
export const sleeper = (more: object = {}): StartOrder =>
  orderOf(COMMANDS.sleep, {
    container: containerOf(COMMANDS.sleep, { linuxParameters: { initProcessEnabled: true } }),
    ...more,
  });

export const isCreate = ({ method, path }: Asked): boolean => method === 'POST' && path.endsWith('/pods');

/** The first so many creates go wrong like this. */
export const createsGoWrong = ({ cluster }: FakeWorld, vice: Vice, times = 1): void => {
  let left = times;
  cluster.api.vice = (asked) => (isCreate(asked) && left-- > 0 ? vice : undefined);
};
