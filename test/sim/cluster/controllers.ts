import type { FakeObject } from '../../support/kubernetes/objects.ts';
import { stampOf } from '../../support/kubernetes/objects.ts';
import type { Random } from '../random.ts';
import type { Time } from '../time.ts';
import type { ClusterApi } from './api.ts';
import type { Kubelets } from './kubelets.ts';
import { isOn } from './scheduler.ts';
import type { Tale } from './tales.ts';

export interface ControllerParts {
  readonly api: ClusterApi;
  readonly time: Time;
  readonly wall: () => number;
  readonly chance: () => Random;
  readonly kubelets: Kubelets;
  readonly taleOf: (uid: string) => Tale | undefined;
}

const TAINTS = ['NoSchedule', 'NoExecute'].map((effect) => ({
  key: 'node.kubernetes.io/unreachable',
  effect,
}));

interface Toleration {
  readonly key: string;
  readonly tolerationSeconds?: number;
}

/** What the cluster does by itself: gives up silent nodes, and pods whose node is gone. */
export class Controllers {
  private readonly parts: ControllerParts;
  /** Nodes that are gone, as they come back. */
  readonly away = new Map<string, FakeObject>();
  private readonly timers = new Map<string, Set<() => void>>();

  constructor(parts: ControllerParts) {
    this.parts = parts;
  }

  silence(node: string): void {
    this.parts.kubelets.silent.add(node);
    this.later(node, this.parts.chance().int(20_000, 50_000), () => this.taint(node));
  }

  /** A silent node is heard again. */
  wake(node: string): void {
    for (const callOff of this.timers.get(node) ?? []) callOff();
    this.timers.delete(node);
    this.parts.api.nodes.change(node, (object) => {
      object.status.conditions = [{ type: 'Ready', status: 'True' }];
      object.spec.taints = [];
    });
    this.parts.kubelets.wake(node);
  }

  /** It is no more, and nobody of the cluster. */
  remove(node: string): void {
    const { api, kubelets, chance } = this.parts;
    for (const callOff of this.timers.get(node) ?? []) callOff();
    this.timers.delete(node);
    this.away.set(node, structuredClone(api.nodes.get(node)));
    api.nodes.delete(node, {});
    kubelets.die(node);
    this.parts.time.beside(chance().int(20_000, 60_000), () => this.collect(node));
  }

  /** Another machine of that name, once nothing is left of the former. */
  restore(node: string): boolean {
    const { api, kubelets } = this.parts;
    const former = this.away.get(node)!;
    if (api.pods.all().some((pod) => isOn(pod, node))) return false;
    this.away.delete(node);
    const { name, labels } = former.metadata;
    const status = { ...former.status, conditions: [{ type: 'Ready', status: 'True' }] };
    api.nodes.create({ metadata: { name, labels }, status });
    kubelets.wake(node);
    return true;
  }

  private taint(node: string): void {
    const { api } = this.parts;
    api.nodes.change(node, (object) => {
      object.status.conditions = [{ type: 'Ready', status: 'Unknown' }];
      object.spec.taints = TAINTS;
    });
    for (const pod of api.pods.all().filter((one) => isOn(one, node))) {
      const tolerations = (pod.spec.tolerations ?? []) as Toleration[];
      const seconds = tolerations.find(({ key }) => key === TAINTS[0]!.key)?.tolerationSeconds;
      if (seconds === undefined) continue;
      this.later(node, seconds * 1000, () =>
        this.takeAway(
          pod.metadata.uid,
          'DeletionByTaintManager',
          'Taint manager: deleting due to NoExecute taint',
        ),
      );
    }
  }

  /** As an eviction or a preemption does, too. False where it is over or gone. */
  takeAway(uid: string, reason: string, message: string): boolean {
    const { api } = this.parts;
    const pod = api.podOf(uid);
    if (!pod || !isOn(pod, String(pod.spec.nodeName)) || pod.metadata.deletionTimestamp !== undefined)
      return false;
    this.disrupt(pod, reason, message);
    api.pods.delete(pod.metadata.name, {});
    return true;
  }

  /** Pods of a node that is gone. */
  private collect(node: string): void {
    const { api } = this.parts;
    for (const pod of api.pods.all().filter((one) => isOn(one, node))) {
      this.disrupt(pod, 'DeletionByPodGC', 'PodGC: node no longer exists');
      api.pods.change(pod.metadata.name, ({ status }) => (status.phase = 'Failed'));
      if (api.podOf(pod.metadata.uid)) api.pods.delete(pod.metadata.name, { gracePeriodSeconds: 0 });
    }
  }

  private disrupt(pod: FakeObject, reason: string, message: string): void {
    const tale = this.parts.taleOf(pod.metadata.uid);
    if (tale) tale.disruption = reason;
    const lastTransitionTime = stampOf(this.parts.wall());
    const condition = { type: 'DisruptionTarget', status: 'True', reason, message, lastTransitionTime };
    this.parts.api.pods.change(pod.metadata.name, ({ status }) => {
      status.conditions = [...((status.conditions ?? []) as object[]), condition];
    });
  }

  private later(node: string, milliseconds: number, act: () => void): void {
    const known = this.timers.get(node) ?? new Set();
    this.timers.set(node, known.add(this.parts.time.beside(milliseconds, act)));
  }
}
