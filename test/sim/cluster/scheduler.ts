import { TOMBSTONE_GATE } from '../../../src/engines/kubernetes/names.ts';
import { quantityOf } from '../../../src/engines/kubernetes/quantity.ts';
import type { FakeObject } from '../../support/kubernetes/objects.ts';
import type { Random } from '../random.ts';
import type { Time } from '../time.ts';
import type { ClusterApi } from './api.ts';

interface Asks {
  readonly cpu: number;
  readonly memory: number;
  readonly gpus: number;
}

export interface SchedulerParts {
  readonly api: ClusterApi;
  readonly time: Time;
  readonly chance: () => Random;
  readonly bindsAfter: (pod: FakeObject) => number;
}

/** The cluster's scheduler: binds a pod to the node that it is pinned to, once there is room. */
export class Scheduler {
  private readonly parts: SchedulerParts;
  private readonly pending = new Set<string>();

  constructor(parts: SchedulerParts) {
    this.parts = parts;
  }

  /** A pod is there, or has changed. */
  look(pod: FakeObject): void {
    const { uid } = pod.metadata;
    if (!isWaiting(pod) || this.pending.has(uid)) return;
    this.pending.add(uid);
    this.later(uid, this.parts.bindsAfter(pod));
  }

  private later(uid: string, milliseconds: number): void {
    this.parts.time.beside(milliseconds, () => {
      const pod = this.parts.api.podOf(uid);
      if (!pod || !isWaiting(pod)) this.pending.delete(uid);
      else this.attempt(pod);
    });
  }

  private attempt(pod: FakeObject): void {
    const { api, chance } = this.parts;
    const { name, uid } = pod.metadata;
    const pin = pinOf(pod);
    const node = pin === undefined ? undefined : api.nodes.find(pin);
    const why = node ? this.whyNot(pod, node) : undefined;
    if (node && why === undefined) {
      this.pending.delete(uid);
      api.pods.change(name, ({ spec }) => (spec.nodeName = pin));
      return;
    }
    const all = api.nodes.all().length;
    const others = why === undefined ? all : all - 1;
    const said = [
      ...(why === undefined ? [] : [`1 ${why}`]),
      ...(others > 0 ? [`${others} node(s) didn't satisfy plugin(s) [NodeAffinity]`] : []),
    ];
    this.complain(pod, `0/${all} nodes are available: ${said.join(', ')}.`);
    this.later(uid, chance().int(1000, 5000));
  }

  private complain(pod: FakeObject, message: string): void {
    const { api } = this.parts;
    const [before] = (pod.status.conditions ?? []) as { message?: string }[];
    if (before?.message === message) return;
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    api.pods.change(pod.metadata.name, ({ status }) => (status.conditions = [condition]));
  }

  private whyNot(pod: FakeObject, node: FakeObject): string | undefined {
    if (node.spec.unschedulable === true) return 'node(s) were unschedulable';
    if (((node.spec.taints ?? []) as unknown[]).length > 0) return 'node(s) had untolerated taint {x: }';
    return this.fullOf(pod, node);
  }

  private fullOf(pod: FakeObject, node: FakeObject): string | undefined {
    const there = this.parts.api.pods.all().filter((one) => isOn(one, node.metadata.name));
    const allocatable = node.status.allocatable as Record<string, string>;
    if (there.length >= Number(allocatable.pods)) return 'Too many pods';
    const [asks, has] = [asksOf(pod), resourcesIn(allocatable)];
    for (const what of ['cpu', 'memory', 'gpus'] as const) {
      const used = there.reduce((sum, one) => sum + asksOf(one)[what], 0);
      if (used + asks[what] > has[what] + A_LITTLE) return `Insufficient ${what}`;
    }
    return undefined;
  }
}

const A_LITTLE = 1e-6;

const isWaiting = ({ spec, metadata }: FakeObject): boolean =>
  spec.nodeName === undefined &&
  metadata.deletionTimestamp === undefined &&
  !JSON.stringify(spec.schedulingGates ?? []).includes(TOMBSTONE_GATE);

/** One that has not ended takes its node's room. */
export const isOn = ({ spec, status }: FakeObject, node: string): boolean =>
  spec.nodeName === node && status.phase !== 'Succeeded' && status.phase !== 'Failed';

export const pinOf = ({ spec }: FakeObject): string | undefined =>
  /"metadata.name","operator":"In","values":\["([^"]+)"\]/.exec(JSON.stringify(spec.affinity ?? {}))?.[1];

const resourcesIn = (resources: Readonly<Record<string, string>> = {}): Asks => ({
  cpu: quantityOf(resources.cpu),
  memory: quantityOf(resources.memory),
  gpus: quantityOf(resources['nvidia.com/gpu']),
});

export const asksOf = ({ spec }: FakeObject): Asks => {
  const [container] = spec.containers as { resources?: Record<string, Record<string, string>> }[];
  const { requests, limits } = container?.resources ?? {};
  return { ...resourcesIn(requests), gpus: resourcesIn(limits).gpus };
};
