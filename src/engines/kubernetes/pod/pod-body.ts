import { podContainerName } from '../../../domain/pods/pod.ts';
import type { StartOrder } from '../../engine.ts';
import type { LinuxParameters } from '../../linux-parameters.ts';
import { credentialsParameter } from '../../secrets.ts';
import { ANNOTATION, FINALIZER, jobLabelOf, LABEL, podName, TOMBSTONE_GATE } from '../names.ts';
import { containerBody } from './container-body.ts';
import { nodeUidOf } from './eks-containers.ts';
import { eksAnnotations, eksLabels, eksSpecOf } from './eks-spec.ts';
import { environmentOf } from './environment.ts';
import { placingOf } from './placing.ts';
import { pullSecretName, secretKeysOf } from './secret-bodies.ts';
import { GRACE_SECONDS, type PodParts, type PodSettings } from './settings.ts';
import { mountsOf } from './volumes.ts';

/** What a create is sent. */
export interface PodBody {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly finalizers: readonly string[];
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * The pod of a task (design: docs/kubernetes-members.md). Only of an order with nothing that `supportFor` refuses. The same
 * order and parts are the same body: a create may be sent again (K-006). Pure.
 */
export const podBody = (order: StartOrder, settings: PodSettings, parts: PodParts): PodBody => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: podName(settings.dataId, order.taskId),
    labels: labelsOf(order, settings.dataId, parts),
    annotations: {
      ...annotationsOf(order),
      ...(parts.growth && { [ANNOTATION.growth]: parts.growth.host }),
    },
    finalizers: [FINALIZER],
  },
  spec: podSpecOf(order, settings, parts),
});

/**
 * Takes the name of a task whose create has no answer: the late one is refused then, and what is created never starts (K-018).
 * The same pod but for the gate, so that it is refused only where that is, and so that it has its name whoever deletes it.
 */
export const tombstoneOf = ({ spec, ...body }: PodBody): PodBody => ({
  ...body,
  spec: { ...spec, schedulingGates: [{ name: TOMBSTONE_GATE }] },
});

const podSpecOf = (order: StartOrder, settings: PodSettings, parts: PodParts): Record<string, unknown> => {
  const { podProperties: pod } = order.container;
  return {
    terminationGracePeriodSeconds: GRACE_SECONDS,
    ...(pod ? eksSpecOf(pod, order, settings, parts) : specOf(order, settings, parts)),
  };
};

const specOf = (order: StartOrder, settings: PodSettings, parts: PodParts): Record<string, unknown> => {
  const { container } = order;
  const { volumes, volumeMounts } = mountsOf(container, settings.volumeClaims);
  const env = environmentOf(order, secretKeysOf(order, settings.dataId), parts);
  const { initProcessEnabled } = (container.linuxParameters ?? {}) as LinuxParameters;
  const account = settings.serviceAccounts.get(container.jobRoleArn ?? '');
  return {
    restartPolicy: 'Never',
    enableServiceLinks: false,
    automountServiceAccountToken: account !== undefined,
    ...(account !== undefined && { serviceAccountName: account }),
    ...(settings.priorityClass !== undefined && { priorityClassName: settings.priorityClass }),
    ...(settings.network === 'host' && { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
    ...(initProcessEnabled && { shareProcessNamespace: true }),
    ...(credentialsParameter(container) !== undefined && {
      imagePullSecrets: [{ name: pullSecretName(podName(settings.dataId, order.taskId)) }],
    }),
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    ...placingOf(container, settings, parts),
    ...(volumes.length > 0 && { volumes }),
    containers: [containerBody(order, settings, env, volumeMounts)],
  };
};

const labelsOf = (order: StartOrder, dataId: string, parts: PodParts): Record<string, string> => {
  const { podProperties: pod } = order.container;
  const own = ownLabelsOf(order, dataId);
  if (!pod) return own;
  const of = { jobLabel: own[LABEL.job]!, nodeUid: nodeUidOf(order, parts) };
  return { ...eksLabels(pod, order, of), ...own };
};

const ownLabelsOf = (
  { taskId, jobId, attempt, node }: StartOrder,
  dataId: string,
): Record<string, string> => ({
  [LABEL.data]: dataId,
  [LABEL.task]: taskId,
  [LABEL.job]: jobLabelOf(jobId),
  [LABEL.attempt]: String(attempt),
  ...(node && { [LABEL.nodes]: `${node.job}-${attempt}` }),
});

/** Rule K-073: autoscalers leave it where it is. */
const annotationsOf = ({
  container: { logConfiguration, podProperties: pod },
}: StartOrder): Record<string, string> => ({
  ...(pod && eksAnnotations(pod, podContainerName)),
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  'karpenter.sh/do-not-disrupt': 'true',
  ...(logConfiguration?.logDriver === 'none' && { [ANNOTATION.log]: 'none' }),
});
