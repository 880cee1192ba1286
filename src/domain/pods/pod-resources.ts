import type { ContainerSpec, Resources } from '../container.ts';
import type { PodContainer, PodProperties } from './pod.ts';

export const GPU = 'nvidia.com/gpu';

export const POD_RESOURCES: readonly string[] = ['cpu', 'memory', GPU];

/** What a container asks for and may have of a resource: what is on one side alone holds for both (T-354). */
export const askedOf = (
  { resources = {} }: Pick<PodContainer, 'resources'>,
  type: string,
): { readonly request: string; readonly limit: string } | undefined => {
  const limit = resources.limits?.[type] ?? resources.requests?.[type];
  const request = resources.requests?.[type] ?? limit;
  return request === undefined || limit === undefined ? undefined : { request, limit };
};

/** Of checked properties. What its containers request together; init containers run one at a time, before them (T-372). */
const podResources = ({ containers, initContainers }: PodProperties): Resources => {
  const sum = (type: string) => containers.reduce((total, one) => total + requestOf(one, type), 0);
  const most = (type: string) =>
    Math.max(sum(type), ...initContainers.map((container) => requestOf(container, type)));
  return { milliVcpus: Math.round(most('cpu') * 1000), memoryMiB: most('memory'), gpus: most(GPU) };
};

const requestOf = (container: PodContainer, type: string): number =>
  Number.parseFloat(askedOf(container, type)?.request ?? '0');

/**
 * What stands for a pod where one container is expected: it asks for what the pod asks for, and has the pod in
 * `podProperties`.
 */
export const standInOf = (pod: PodProperties): ContainerSpec => {
  const { milliVcpus, memoryMiB, gpus } = podResources(pod);
  const image = pod.containers[0]?.image;
  return {
    ...(image !== undefined && { image }),
    command: [],
    environment: [],
    resourceRequirements: [
      { type: 'VCPU', value: String(milliVcpus / 1000) },
      { type: 'MEMORY', value: String(memoryMiB) },
      ...(gpus > 0 ? [{ type: 'GPU', value: String(gpus) }] : []),
    ],
    volumes: [],
    mountPoints: [],
    ulimits: [],
    secrets: [],
    podProperties: pod,
  };
};
