import type { TestContext } from 'node:test';
import { clientsOf } from '../support/asked.ts';
import { later, startServe, tempFolder } from '../support/cli.ts';
import { KUBECONFIG, makeNamespace, newClient, podsIn, removeAll } from './cluster.ts';

/** Flags of a server whose pods are in this namespace of the suite's cluster. */
export const clusterFlags = (namespace: string, kubeconfig = KUBECONFIG): string[] => [
  ...['--engine', 'kubernetes', '--kubeconfig', kubeconfig, '--namespace', namespace],
  ...['--pull', 'absent'],
];

/** A namespace of the test's own, whose pods are gone with it. */
export const openNamespace = async (t: TestContext, namespace: string) => {
  const client = newClient();
  await makeNamespace(client, namespace);
  later(t, async () => {
    await removeAll(client, namespace, await podsIn(client, namespace));
    client.close();
  });
  return { client, pods: () => podsIn(client, namespace) };
};

/** Servers over the suite's cluster and one folder, whose pods are in a namespace of their own: they are gone with the test. */
export const lab = async (t: TestContext, namespace: string, kubeconfig = KUBECONFIG) => {
  const opened = await openNamespace(t, namespace);
  const dataDir = `${tempFolder(t)}/data`;
  const serve = async (...more: string[]) => {
    const flags = [...clusterFlags(namespace, kubeconfig), ...more];
    const server = await startServe(t, flags, { dataDir, lifeMilliseconds: 900_000 });
    return { server, ...clientsOf(t, server.url, dataDir, 10) };
  };
  return { serve, ...opened };
};
