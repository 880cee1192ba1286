import { resourcesOf } from './container.ts';
import type { JobSpec } from './job-spec.ts';
import { type NodesSpec, nodeContainer, nodeGroups, sumOf } from './node-groups.ts';

/** `capacityUsage` as lists and snapshots have it; rule T-144. */
export interface CapacityUsage {
  /** `cpu` of pods. */
  readonly capacityUnit: 'VCPU' | 'cpu';
  readonly quantity: number;
}

export const usageOf = (milliVcpus: number, isPod = false): readonly CapacityUsage[] => [
  { capacityUnit: isPod ? 'cpu' : 'VCPU', quantity: milliVcpus / 1000 },
];

/** What a job asks for, whatever its state: of a multi-node job all nodes, `node` undefined, or one of them. Rule T-149. */
export const demandOf = (spec: JobSpec, node: number | undefined): readonly CapacityUsage[] => {
  const { nodes, container } = spec;
  const isPod = container.podProperties !== undefined;
  if (!nodes) return usageOf(resourcesOf(container).milliVcpus, isPod);
  const asked = node === undefined ? sumOver(nodes) : resourcesOf(nodeContainer(nodes, node)).milliVcpus;
  return usageOf(asked, isPod);
};

/** A job may have a thousand nodes, and a list hundreds of such jobs. */
const sums = new WeakMap<NodesSpec, number>();

const sumOver = (nodes: NodesSpec): number => {
  const sum = sums.get(nodes) ?? sumOf(nodeGroups(nodes)).milliVcpus;
  sums.set(nodes, sum);
  return sum;
};
