import {
  type PodContainer,
  type PodProperties,
  type PodVariable,
  podContainerName,
} from '../../../domain/pods/pod.ts';
import { askedOf, GPU, POD_RESOURCES } from '../../../domain/pods/pod-resources.ts';
import type { StartOrder } from '../../engine.ts';
import { referenceOf } from '../../reference.ts';
import { serviceVariables } from './environment.ts';
import type { PodParts, PodSettings } from './settings.ts';

/** `containers` and `initContainers` of a job's own pod. The cluster expands `$(NAME)` in what they say (T-368). */
export const eksContainers = (
  { containers, initContainers }: PodProperties,
  order: StartOrder,
  settings: PodSettings,
  parts: PodParts,
): object => {
  const service = eksVariables(order, parts);
  const bodyOf = (container: PodContainer) => containerBody(container, settings, service);
  return {
    containers: containers.map(bodyOf),
    ...(initContainers.length > 0 && { initContainers: initContainers.map(bodyOf) }),
  };
};

/** Rules T-370, J-127. What it runs on is not ECS. */
const eksVariables = (order: StartOrder, parts: PodParts): readonly PodVariable[] => [
  ...serviceVariables(order, parts).filter(({ name }) => name !== 'AWS_EXECUTION_ENV'),
  ...(order.host === undefined ? [] : [{ name: 'AWS_BATCH_JOB_KUBERNETES_NODE_UID', value: order.host }]),
];

const containerBody = (
  container: PodContainer,
  settings: PodSettings,
  service: readonly PodVariable[],
): object => {
  const { image = '', imagePullPolicy, command, args, volumeMounts, securityContext } = container;
  return {
    name: podContainerName(container),
    image,
    imagePullPolicy: imagePullPolicy ?? pullPolicyOf(image),
    ...(command.length > 0 && { command }),
    ...(args.length > 0 && { args }),
    // what is said first may be named in what follows
    env: [...service, ...container.env.map(({ name, value = '' }) => ({ name, value }))],
    resources: resourcesBody(container, settings),
    ...(volumeMounts.length > 0 && { volumeMounts }),
    ...(securityContext && { securityContext }),
  };
};

/** Rule T-369. */
const pullPolicyOf = (image: string): string =>
  referenceOf(image).tag === 'latest' ? 'Always' : 'IfNotPresent';

/** Rule T-354. A cluster may offer its GPUs by another name than the service has. */
const resourcesBody = (container: PodContainer, { gpuResource }: PodSettings): object => {
  const [requests, limits]: Record<string, string>[] = [{}, {}];
  for (const type of POD_RESOURCES) {
    const asked = askedOf(container, type);
    if (!asked) continue;
    const name = type === GPU ? gpuResource : type;
    requests![name] = asked.request;
    limits![name] = asked.limit;
  }
  return { requests, limits };
};
