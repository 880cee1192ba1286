import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { PodBodies } from '../../../src/engines/kubernetes/bodies.ts';
import { KubeClient } from '../../../src/engines/kubernetes/client/client.ts';
import { kubeconfigAccess } from '../../../src/engines/kubernetes/client/kubeconfig-access.ts';
import type { KubernetesEngine } from '../../../src/engines/kubernetes/engine.ts';
import { openKubernetesEngine } from '../../../src/engines/kubernetes/open.ts';
import { PodsApi } from '../../../src/engines/kubernetes/pods-api.ts';
import { silentLog } from '../../../src/lib/logger.ts';
import type { EngineWorld } from '../../contract/engine-suite.ts';
import { later } from '../cli.ts';
import { podSettings } from '../pod-settings.ts';
import { realClock, realTimers } from '../process-world.ts';
import { type FakeCluster, startFakeCluster } from './cluster.ts';

export interface FakeWorld extends EngineWorld {
  engine: KubernetesEngine;
  readonly cluster: FakeCluster;
}

export const openFakeWorld = async (t: TestContext): Promise<FakeWorld> => {
  const cluster = await startFakeCluster();
  const dataId = randomBytes(8).toString('hex');
  const open = () => {
    const files = [{ path: '/config', text: cluster.api.kubeconfig() }];
    const client = new KubeClient(kubeconfigAccess(files, { environment: {} }, realClock), realTimers);
    const settings = {
      namespace: 'jobs',
      dataId,
      clock: realClock,
      timers: realTimers,
      chance: Math.random,
      log: silentLog,
    };
    return openKubernetesEngine(settings, {
      api: new PodsApi(client, 'jobs', dataId),
      bodies: new PodBodies(podSettings({ dataId }), (host) => host),
      logs: { follow: () => {}, finish: async () => {}, write: () => {}, close: async () => {} },
      hosts: {
        list: async () => {},
        follow: () => {},
        views: () => [],
        nameOf: (x) => x,
        isSilent: () => false,
        closeFor: () => {},
        close: () => {},
      },
    });
  };
  const world: FakeWorld = {
    cluster,
    engine: await open(),
    reopen: async () => {
      await world.engine.close();
      world.engine = await open();
    },
    tick: () => new Promise<void>((resolve) => setTimeout(resolve, 10)),
    output: () => undefined,
  };
  later(t, async () => {
    await world.engine.close();
    await cluster.close();
  });
  return world;
};
