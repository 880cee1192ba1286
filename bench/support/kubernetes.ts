import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeClient } from '../../src/engines/kubernetes/client/client.ts';
import { kubeconfigAccess } from '../../src/engines/kubernetes/client/kubeconfig-access.ts';
import { realClock, realTimers } from '../../test/support/process-world.ts';
import { type BenchServer, sleep } from './server.ts';

/** Beyond what any real node has: none of the pods that ask it goes to another node. */
export const VCPUS = 500;
const LABEL = { bench: 'longshore' };

/** A cluster with kwok, which plays nodes that exist in its API alone. */
export const openCluster = (kubeconfig: string): KubeClient => {
  const files = [{ path: kubeconfig, text: readFileSync(kubeconfig, 'utf8') }];
  return new KubeClient(kubeconfigAccess(files, { environment: process.env }, realClock), realTimers);
};

/** A cluster that costs next to nothing, in a process of its own; `milliseconds`: see `stand-in-cluster.ts`. */
const startStandIn = async (milliseconds: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-stand-in-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const program = ['bench/support/stand-in-cluster.ts', kubeconfig, String(milliseconds)];
  // it ends with its input, however this one ends
  const child = spawn(process.execPath, program, { stdio: ['pipe', 'inherit', 'inherit'] });
  child.unref();
  (child.stdin as Socket).unref();
  const end = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', end);
  while (!existsSync(kubeconfig)) {
    if (child.exitCode !== null) throw new Error(`the stand-in ended with ${child.exitCode}`);
    await sleep(20);
  }
  return kubeconfig;
};

/** The kubeconfig of the cluster that a bench is told to use: a file's, or of the stand-in with that pace. */
export const clusterOf = (
  file: string | undefined,
  { isStandIn, milliseconds }: { readonly isStandIn: boolean; readonly milliseconds: number },
): Promise<string> => {
  if (file === undefined && !isStandIn) throw new Error('tell a cluster: --kubeconfig FILE, or --stand-in');
  return file === undefined ? startStandIn(milliseconds) : Promise.resolve(file);
};

/** Nodes for so many pods, `slots` on each. */
export const makeNodes = async (client: KubeClient, pods: number, slots: number): Promise<void> => {
  for (let n = 1; n <= Math.ceil(pods / slots); n++) {
    const metadata = {
      name: `bench${n}`,
      labels: LABEL,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
    };
    const allocatable = { cpu: String(slots * VCPUS), memory: '64Gi', pods: '110' };
    await client.call('POST', '/api/v1/nodes', { body: { metadata, status: { allocatable } } });
  }
  await sleep(3000);
};

export const removeNodes = async (client: KubeClient): Promise<void> => {
  const query = { labelSelector: 'bench=longshore' };
  const { items } = (await client.call('GET', '/api/v1/nodes', { query })) as {
    items: { metadata: { name: string } }[];
  };
  for (const { metadata } of items) await client.call('DELETE', `/api/v1/nodes/${metadata.name}`);
};

/** An environment of all nodes, a queue `q` and a definition `d` of an image, whose pods go to those nodes alone. */
export const setUpPods = async ({ batch }: BenchServer, image: string): Promise<void> => {
  await batch.createComputeEnvironment({ computeEnvironmentName: 'e', type: 'UNMANAGED', serviceRole: 'r' });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'e' }];
  await batch.createJobQueue({ jobQueueName: 'q', priority: 1, computeEnvironmentOrder });
  await batch.registerJobDefinition({
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: {
      ...{ image, vcpus: VCPUS, memory: 32, command: ['true'] },
      // a node that exists in the API alone has no logs
      logConfiguration: { logDriver: 'none' as 'awslogs' },
    },
  });
};
