import type { PodProperties } from '../../../domain/pods/pod.ts';
import { isBelow, isPath, mountsText } from '../../mounts.ts';
import { isSecretOfTask, secretOfTaskText } from '../names.ts';
import type { PodSettings } from './settings.ts';

export type PodLimits = Pick<PodSettings, 'permissions' | 'namespace' | 'refusesHostNetwork'>;

/** Why a job's pod is not made here, in words that name the member; undefined where it is (K-118, K-120, T-371). */
export const podFault = (pod: PodProperties, limits: PodLimits): string | undefined =>
  elsewhere(pod, limits) ??
  secrets(pod, limits) ??
  privileged(pod, limits) ??
  network(pod, limits) ??
  folders(pod, limits);

type Fault = (pod: PodProperties, limits: PodLimits) => string | undefined;

const elsewhere: Fault = ({ metadata }, { namespace }) =>
  metadata?.namespace === undefined || namespace === undefined || metadata.namespace === namespace
    ? undefined
    : `metadata.namespace is ${metadata.namespace}, and this server makes pods in ${namespace} alone (serve --namespace)`;

const secrets: Fault = ({ volumes, imagePullSecrets }) => {
  const named = [
    ...volumes.map(({ secret }) => secret?.secretName),
    ...imagePullSecrets.map(({ name }) => name),
  ];
  const taken = named.find((name) => name !== undefined && isSecretOfTask(name));
  return taken === undefined ? undefined : secretOfTaskText(taken);
};

const privileged: Fault = ({ containers, initContainers }, { permissions }) =>
  !permissions.privileged &&
  [...containers, ...initContainers].some(({ securityContext }) => securityContext?.privileged === true)
    ? 'an operator can refuse privileged jobs (--refuse privileged)'
    : undefined;

const network: Fault = ({ hostNetwork = true }, { refusesHostNetwork = false }) =>
  hostNetwork && refusesHostNetwork
    ? 'hostNetwork is true where it is not said to be false, and an operator can refuse it (--refuse host-network)'
    : undefined;

const folders: Fault = ({ volumes }, { permissions }) => {
  const paths = volumes.flatMap(({ hostPath }) => (hostPath ? [hostPath.path] : []));
  if (!paths.every(isPath)) return 'hostPath.path must be an absolute path without a colon';
  const { mounts } = permissions;
  const isAllowed = (path = '') => mounts === undefined || mounts.some((folder) => isBelow(path, folder));
  return paths.every(isAllowed) ? undefined : mountsText(permissions);
};
