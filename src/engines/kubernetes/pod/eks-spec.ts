import type { PodProperties } from '../../../domain/pods/pod.ts';
import type { StartOrder } from '../../engine.ts';
import { ANNOTATION } from '../names.ts';
import { eksContainers } from './eks-containers.ts';
import { placingOf } from './placing.ts';
import type { PodParts, PodSettings } from './settings.ts';

/**
 * The specification of a job that says its pod itself: what it says goes through, but that ours are the restart policy, the place
 * and the time that its node may be silent (K-164).
 */
export const eksSpecOf = (
  pod: PodProperties,
  order: StartOrder,
  settings: PodSettings,
  parts: PodParts,
): Record<string, unknown> => {
  const { hostNetwork = true, serviceAccountName: account, imagePullSecrets, volumes } = pod;
  return {
    restartPolicy: 'Never',
    enableServiceLinks: false,
    automountServiceAccountToken: account !== undefined,
    ...(account !== undefined && { serviceAccountName: account }),
    ...(settings.priorityClass !== undefined && { priorityClassName: settings.priorityClass }),
    hostNetwork,
    dnsPolicy: pod.dnsPolicy ?? (hostNetwork ? 'ClusterFirstWithHostNet' : 'ClusterFirst'),
    ...(pod.shareProcessNamespace !== undefined && { shareProcessNamespace: pod.shareProcessNamespace }),
    ...(imagePullSecrets.length > 0 && { imagePullSecrets }),
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    ...placingOf(order.container, settings, parts),
    ...(volumes.length > 0 && { volumes }),
    ...eksContainers(pod, order, settings, parts),
  };
};

/** Rule T-370: those of the service, and the job's own below them. */
export const eksLabels = (
  { metadata }: PodProperties,
  { environmentUuid }: StartOrder,
  { jobLabel, nodeUid }: { readonly jobLabel: string; readonly nodeUid: string | undefined },
): Record<string, string> => ({
  ...foreign(metadata?.labels),
  'batch.amazonaws.com/job-id': jobLabel,
  ...(environmentUuid !== undefined && { 'batch.amazonaws.com/compute-environment-uuid': environmentUuid }),
  ...(nodeUid !== undefined && { 'batch.amazonaws.com/node-uid': nodeUid }),
});

/** Which containers are the job's, whatever webhooks put beside them, is said in the pod itself. */
export const eksAnnotations = (
  { metadata, containers, initContainers }: PodProperties,
  nameOf: (container: { readonly name?: string }) => string,
): Record<string, string> => ({
  ...foreign(metadata?.annotations),
  [ANNOTATION.containers]: containers.map(nameOf).join(),
  [ANNOTATION.initContainers]: initContainers.map(nameOf).join(),
});

/** Names of our own mean what we mean by them. */
const foreign = (pairs: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(pairs).filter(([key]) => !key.startsWith('longshore.dev/')));
