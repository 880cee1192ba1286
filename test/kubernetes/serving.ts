import type { TestContext } from 'node:test';
import { clientsOf } from '../support/asked.ts';
import { later, startServe, tempFolder } from '../support/cli.ts';
import { KUBECONFIG, makeNamespace, newClient, podsIn, removeAll } from './cluster.ts';

/** Servers over the suite's cluster and one folder, whose pods are in a namespace of their own: they are gone with the test. */
export const lab = async (t: TestContext, namespace: string, kubeconfig = KUBECONFIG) => {
  const client = newClient();
  await makeNamespace(client, namespace);
  later(t, async () => {
    await removeAll(client, namespace, await podsIn(client, namespace));
    client.close();
  });
  const dataDir = `${tempFolder(t)}/data`;
  const serve = async (...more: string[]) => {
    const cluster = ['--kubeconfig', kubeconfig, '--namespace', namespace];
    const flags = ['--engine', 'kubernetes', ...cluster, '--pull', 'absent', ...more];
    const server = await startServe(t, flags, { dataDir, lifeMilliseconds: 900_000 });
    return { server, ...clientsOf(t, server.url, dataDir, 10) };
  };
  return { serve, client, pods: () => podsIn(client, namespace) };
};
