import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { KubeClient } from '../../src/engines/kubernetes/client/client.ts';
import { kubeconfigAccess } from '../../src/engines/kubernetes/client/kubeconfig-access.ts';
import { realClock, realTimers } from '../support/process-world.ts';
import { waitFor } from './waiting.ts';

/** Of the cluster that `npm run test:kubernetes` has found or started. */
export const KUBECONFIG = process.env.LONGSHORE_TEST_KUBECONFIG ?? '/nowhere';

/** An image of it with a shell and the usual commands. */
export const IMAGE = process.env.LONGSHORE_TEST_IMAGE ?? 'docker.io/local/busybox:1';

export const newClient = (): KubeClient => {
  const files = [{ path: KUBECONFIG, text: readFileSync(KUBECONFIG, 'utf8') }];
  return new KubeClient(kubeconfigAccess(files, { environment: process.env }, realClock), realTimers);
};

/** Starts clusters, ends parts of them, and brings images to their nodes. */
export const CLUSTER_SCRIPT = process.env.LONGSHORE_CLUSTER;

/** Parts of a cluster that it starts are not the run's, and are not ended with it: they know nothing of its folder. */
const clusterEnvironment = (): NodeJS.ProcessEnv => {
  const { TMPDIR: _, ...env } = process.env;
  return env;
};

/** What the script is told: `signal kubelet1 STOP`. */
export const clusterScript = (...args: string[]): string =>
  execFileSync(CLUSTER_SCRIPT ?? 'false', args, { encoding: 'utf8', env: clusterEnvironment() });

interface PodLike {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

/** Our pods in a namespace; of one data folder when that is named. */
export const podsIn = async (client: KubeClient, namespace: string, dataId?: string): Promise<PodLike[]> => {
  const labelSelector = dataId === undefined ? 'longshore.dev/data' : `longshore.dev/data=${dataId}`;
  const list = await client.call('GET', `/api/v1/namespaces/${namespace}/pods`, { query: { labelSelector } });
  return (list as { items: PodLike[] }).items;
};

/** Whatever holds them. */
export const removeAll = async (
  client: KubeClient,
  namespace: string,
  pods: readonly PodLike[],
): Promise<void> => {
  for (const { metadata } of pods) {
    const path = `/api/v1/namespaces/${namespace}/pods/${metadata.name}`;
    const contentType = 'application/merge-patch+json';
    await client
      .call('PATCH', path, { body: { metadata: { finalizers: null } }, contentType })
      .catch(() => {});
    await client.call('DELETE', path, { body: { gracePeriodSeconds: 0 } }).catch(() => {});
  }
};

/** Makes it unless it is there; in one that is new no pod can be before its account is. */
export const makeNamespace = async (client: KubeClient, name: string): Promise<void> => {
  await client
    .call('POST', '/api/v1/namespaces', { body: { metadata: { name } } })
    .catch((error: { status?: number }) => {
      if (error.status !== 409) throw error;
    });
  const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
  await waitFor(`${name} has an account`, () =>
    client.call('GET', account).then(
      () => true,
      () => undefined,
    ),
  );
};
