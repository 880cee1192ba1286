import { type ContainerSpec, resourcesOf } from '../../../domain/container.ts';
import type { StartOrder } from '../../engine.ts';
import { CONTAINER } from '../names.ts';
import { type EnvVar, literal, workdirOf } from './environment.ts';
import type { PodSettings } from './settings.ts';
import { userOf } from './support.ts';

/** The one container of a pod. */
export const containerBody = (
  order: StartOrder,
  settings: PodSettings,
  env: readonly EnvVar[],
  volumeMounts: readonly object[],
): object => {
  const { container } = order;
  const workingDir = workdirOf(order);
  return {
    name: CONTAINER,
    image: container.image,
    imagePullPolicy: settings.pull,
    ...(container.command.length > 0 && { args: container.command.map(literal) }),
    ...(workingDir !== undefined && { workingDir }),
    ...(env.length > 0 && { env }),
    resources: resourcesBody(container, settings),
    ...(volumeMounts.length > 0 && { volumeMounts }),
    securityContext: securityOf(container),
  };
};

/** Rules K-108 to K-110. */
const resourcesBody = (container: ContainerSpec, { cpuLimit, gpuResource }: PodSettings): object => {
  const { milliVcpus, memoryMiB, gpus } = resourcesOf(container);
  const [cpu, memory] = [`${milliVcpus}m`, `${memoryMiB}Mi`];
  const { sizeInGiB } = (container.ephemeralStorage ?? {}) as { readonly sizeInGiB?: number };
  const disk = sizeInGiB === undefined ? {} : { 'ephemeral-storage': `${sizeInGiB}Gi` };
  return {
    requests: { cpu, memory, ...disk },
    limits: { ...(cpuLimit && { cpu }), memory, ...disk, ...(gpus > 0 && { [gpuResource]: String(gpus) }) },
  };
};

/**
 * A container that names a user who is not root has no more than the standard `restricted` of Pod Security allows, and may
 * run where that is enforced; what runs as its image says keeps the runtime's capabilities, as with Docker.
 */
const securityOf = (container: ContainerSpec): object => {
  const user = userOf(container.user ?? '');
  const isRestricted = user !== undefined && user.uid !== 0 && !container.privileged;
  return {
    ...(user && { runAsUser: user.uid, ...(user.gid !== undefined && { runAsGroup: user.gid }) }),
    ...(container.privileged && { privileged: true }),
    ...(container.readonlyRootFilesystem && { readOnlyRootFilesystem: true }),
    ...(isRestricted && {
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    }),
  };
};
