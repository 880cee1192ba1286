import { ApiRefusal } from './client/answers.ts';
import type { KubeClient } from './client/client.ts';

/** What a server asks of the API; `namespace` undefined: everywhere. */
export interface Right {
  readonly verb: string;
  /** `pods`, `pods/log`. */
  readonly resource: string;
  /** Of the API; undefined of the core. */
  readonly group?: string;
  readonly namespace?: string;
}

/** Without these no job runs. */
export const neededRights = (namespace: string, hasSecrets: boolean): readonly Right[] => [
  ...['create', 'get', 'list', 'watch', 'delete', 'patch'].map((verb) => ({
    verb,
    resource: 'pods',
    namespace,
  })),
  { verb: 'get', resource: 'pods/log', namespace },
  { verb: 'list', resource: 'events', namespace },
  ...['list', 'watch'].map((verb) => ({ verb, resource: 'nodes' })),
  ...(hasSecrets
    ? ['create', 'patch', 'delete'].map((verb) => ({ verb, resource: 'secrets', namespace }))
    : []),
];

/** With these it is known what others use of the nodes (K-138). */
export const FOREIGN_RIGHTS: readonly Right[] = ['list', 'watch'].map((verb) => ({ verb, resource: 'pods' }));

/** With these a second server on another host is told at its start (K-079). */
export const leaseRights = (namespace: string): readonly Right[] =>
  ['get', 'create', 'update'].map((verb) => ({
    ...{ verb, namespace },
    resource: 'leases',
    group: 'coordination.k8s.io',
  }));

/** Those that are missing. Rejects when the server does not answer. */
export const missingRights = async (
  client: KubeClient,
  rights: readonly Right[],
): Promise<readonly Right[]> => {
  const granted = await Promise.all(rights.map((right) => isGranted(client, right)));
  return rights.filter((_, at) => !granted[at]);
};

/** False too where that may not be asked: a right within a namespace is of one that is there. */
export const lacksNamespace = async (client: KubeClient, namespace: string): Promise<boolean> => {
  try {
    await client.call('GET', `/api/v1/namespaces/${namespace}`);
    return false;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 403) return false;
    if (error instanceof ApiRefusal && error.status === 404) return true;
    throw error;
  }
};

/** `create pods in namespace jobs`. */
export const rightText = ({ verb, resource, namespace }: Right): string =>
  `${verb} ${resource} ${namespace === undefined ? 'of the whole cluster' : `in namespace ${namespace}`}`;

const isGranted = async (client: KubeClient, right: Right): Promise<boolean> => {
  const { verb, resource, group, namespace } = right;
  const [name, subresource] = resource.split('/');
  const resourceAttributes = { verb, resource: name, ...(subresource && { subresource }), group, namespace };
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const review = (await client.call('POST', path, { body })) as {
    readonly status?: { readonly allowed?: unknown };
  };
  return review.status?.allowed === true;
};
