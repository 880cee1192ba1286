import type { ContainerSpec } from '../../../domain/container.ts';
import type { StartOrder } from '../../engine.ts';
import { referenceOf, registryKey } from '../../reference.ts';
import type { Login, Needed } from '../../secrets.ts';
import { LABEL, podName } from '../names.ts';
import type { Pod } from '../objects.ts';
import type { SecretKey } from './environment.ts';

/** `valueFrom: k8s:NAME/KEY` is a Secret of the cluster itself. */
export const inCluster = (valueFrom: string): SecretKey | undefined => {
  const [, name, key] = /^k8s:([^/]+)\/(.+)$/.exec(valueFrom) ?? [];
  return name === undefined || key === undefined ? undefined : { name, key };
};

/** Of a container what is had of the operator's file: without secrets of the cluster. */
export const withoutClusterSecrets = (container: ContainerSpec): ContainerSpec => ({
  ...container,
  secrets: container.secrets.filter(({ valueFrom }) => inCluster(valueFrom) === undefined),
});

/** Where each secret's value is, by its variable. A key of a Secret has fewer characters than a variable's name may have: they are counted. */
export const secretKeysOf = ({ container, taskId }: StartOrder, dataId: string): Map<string, SecretKey> => {
  const name = podName(dataId, taskId);
  return new Map(
    container.secrets.map(({ name: variable, valueFrom }, at) => [
      variable,
      inCluster(valueFrom) ?? { name, key: keyAt(at) },
    ]),
  );
};

const keyAt = (at: number): string => `secret-${at}`;

export const pullSecretName = (podName: string): string => `${podName}-pull`;

/** What its create is sent. */
export interface SecretBody {
  readonly metadata: { readonly name: string };
}

/**
 * Bodies of the Secrets that a pod needs and that are made before it (K-118); `needed` is what the operator's file has for
 * it. None where it needs none.
 */
export const secretBodies = (order: StartOrder, dataId: string, needed: Needed): SecretBody[] => {
  const { taskId, container } = order;
  const values = container.secrets.flatMap(({ name, valueFrom }, at) =>
    inCluster(valueFrom) ? [] : [[keyAt(at), base64(needed.variables[name] ?? '')] as const],
  );
  const body = (name: string, type: string, data: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, labels: { [LABEL.data]: dataId, [LABEL.task]: taskId } },
    type,
    data,
  });
  return [
    ...(values.length > 0 ? [body(podName(dataId, taskId), 'Opaque', Object.fromEntries(values))] : []),
    ...(needed.registry
      ? [
          body(
            pullSecretName(podName(dataId, taskId)),
            PULL_TYPE,
            pullData(container.image ?? '', needed.registry),
          ),
        ]
      : []),
  ];
};

const PULL_TYPE = 'kubernetes.io/dockerconfigjson';

const pullData = (image: string, { username, password }: Login): object => {
  const auth = base64(`${username}:${password}`);
  const auths = { [registryKey(referenceOf(image).registry)]: { username, password, auth } };
  return { '.dockerconfigjson': base64(JSON.stringify({ auths })) };
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A merge patch: the Secret goes with its pod. */
export const ownedBy = ({ name, uid }: Pod): object => ({
  metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }] },
});
