import type { FakeObject } from '../../support/kubernetes/objects.ts';
import { stampOf } from '../../support/kubernetes/objects.ts';
import type { Random } from '../random.ts';
import type { Time } from '../time.ts';
import type { Cluster } from './cluster.ts';
import type { ClusterFault } from './fault-names.ts';
import { isOn } from './scheduler.ts';

/** Does one bad thing to a cluster; what it was, undefined when there was nothing to do it to. */
export const strikeCluster = (
  fault: ClusterFault,
  r: Random,
  cluster: Cluster,
  time: Time,
): string | undefined => {
  const { api, kubelets, controllers } = cluster;
  switch (fault) {
    case 'api away': {
      const milliseconds = r.skewed(100, 90_000);
      cluster.awayUntil = time.now + milliseconds;
      api.cut(() => true, false);
      return `for ${milliseconds} ms`;
    }
    case 'watches cut':
      return `${api.cut(() => r.chance(0.6), false)} of them`;
    case 'watches deaf':
      return `${api.cut(() => r.chance(0.6), true)} of them`;
    case 'versions forgotten':
      api.forget();
      return '';
    case 'quota':
      api.quota = api.quota === undefined ? 'exceeded quota: few' : undefined;
      time.beside(r.skewed(1000, 120_000), () => (api.quota = undefined));
      return api.quota ?? 'none any more';
    case 'node silent':
      return onNode(r, nodesOf(cluster, false), (name) => controllers.silence(name));
    case 'node back': {
      const gone = [...controllers.away.keys()];
      if (gone.length > 0 && r.chance(0.5)) return onNode(r, gone, (name) => void controllers.restore(name));
      return onNode(r, nodesOf(cluster, true), (name) => controllers.wake(name));
    }
    case 'node gone':
      return api.nodes.all().length < 2
        ? undefined
        : onNode(r, [...nodesOf(cluster, false), ...nodesOf(cluster, true)], (name) =>
            controllers.remove(name),
          );
    case 'node restarts':
      return onNode(r, nodesOf(cluster, false), (name) => void kubelets.restart(name));
    case 'node cordoned':
      return onNode(r, nodesOf(cluster, false), (name) =>
        api.nodes.change(name, ({ spec }) => (spec.unschedulable = spec.unschedulable !== true)),
      );
    case 'nodes used':
      return onNode(r, nodesOf(cluster, false), (name) => use(cluster, r, name));
    default:
      return onPod(fault, r, cluster);
  }
};

const nodesOf = ({ api, kubelets }: Cluster, areSilent: boolean): string[] =>
  api.nodes
    .all()
    .map(({ metadata }) => metadata.name)
    .filter((name) => kubelets.silent.has(name) === areSilent);

const onNode = (r: Random, names: readonly string[], act: (name: string) => unknown): string | undefined => {
  if (names.length === 0) return undefined;
  const name = r.pick(names);
  act(name);
  return name;
};

/** Others' pods come, and go. */
const use = (cluster: Cluster, r: Random, nodeName: string): void => {
  const { api } = cluster;
  const there = cluster.foreign().filter(({ spec }) => spec.nodeName === nodeName);
  if (there.length > 0 && r.chance(0.6)) {
    api.pods.vanish(r.pick(there).metadata.name);
    return;
  }
  const requests = { cpu: r.pick(['500m', '1', '2']), memory: r.pick(['64Mi', '2Gi']) };
  api.pods.create({
    metadata: { name: `other-${api.history.version}` },
    spec: { nodeName, containers: [{ name: 'x', image: 'x', resources: { requests } }] },
    status: { phase: 'Running' },
  });
};

type PodFault = Extract<ClusterFault, `pod ${string}`>;

const onPod = (fault: PodFault, r: Random, cluster: Cluster): string | undefined => {
  const { api, controllers } = cluster;
  const some =
    fault === 'pod torn out' || fault === 'pod deleted' ? cluster.ours() : cluster.ours().filter(isBound);
  if (some.length === 0) return undefined;
  const pod = r.pick(some);
  const { name, uid } = pod.metadata;
  const tale = cluster.taleOf(uid);
  switch (fault) {
    case 'pod torn out':
      tale.isTornOut = true;
      api.pods.vanish(name);
      return name;
    case 'pod deleted':
      // nothing holds a mere name: what it kept out may come after all
      if (tale.isTombstone) tale.isTornOut = true;
      tale.deletedByOthersAt ??= Date.parse(stampOf(api.history.wall()));
      api.pods.delete(name, r.chance(0.5) ? { gracePeriodSeconds: 0 } : {});
      return name;
    case 'pod evicted':
      return controllers.takeAway(uid, 'EvictionByEvictionAPI', 'Eviction API: evicting') ? name : undefined;
    case 'pod preempted':
      return controllers.takeAway(uid, 'PreemptionByScheduler', 'preempted') ? name : undefined;
  }
};

const isBound = (pod: FakeObject): boolean => isOn(pod, String(pod.spec.nodeName));
