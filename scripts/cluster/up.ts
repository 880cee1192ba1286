import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KubeClient } from '../../src/engines/kubernetes/client/client.ts';
import { kubeconfigAccess } from '../../src/engines/kubernetes/client/kubeconfig-access.ts';
import { freePort } from '../../test/support/free-port.ts';
import { realClock, realTimers } from '../../test/support/process-world.ts';
import { writeCredentials } from './certificates.ts';
import { down } from './down.ts';
import { ctr, load, writeImages } from './images.ts';
import { lacks } from './needs.ts';
import { prepareNode } from './node.ts';
import { start } from './parts.ts';
import { at, KUBECONFIG } from './places.ts';
import { remember, remembered } from './processes.ts';
import { firstProcess, isAlive, openIn, openNode, openRoom } from './room.ts';
import { until } from './until.ts';

/** Where a node's programs write whatever they are told. */
const PLACES = [
  ...['/var/lib/kubelet', '/var/lib/cni', '/var/log/containers'],
  ...['/run/netns', '/run/containerd', '/opt/cni'],
];

const IS_UP = at('is-up');

/** Their parts are called by one digit. */
const MOST_NODES = 9;

/** Whoever starts one is not disturbed: there is one in a machine. */
const startedElsewhere = (): string | undefined => {
  const starter = remembered('starter');
  return starter === undefined ? undefined : `process ${starter} is starting one`;
};

export const isUp = (): boolean => existsSync(IS_UP) && firstProcess() !== undefined;

/** Starts a cluster of so many nodes, and waits until pods can run on all of them. One that is up stays as it is. */
export const up = async (count: number): Promise<void> => {
  if (isUp()) return;
  if (!Number.isInteger(count) || count < 1 || count > MOST_NODES)
    throw new Error(`a cluster has 1 to ${MOST_NODES} nodes, not ${count}`);
  const why = lacks() ?? startedElsewhere();
  if (why !== undefined) throw new Error(why);
  await down();
  const nodes = Array.from({ length: count }, (_, i) => i + 1);
  try {
    const images = await begin(nodes);
    for (const node of nodes) await until(`containerd of node ${node}`, () => ctr(node, 'version'));
    for (const image of images) load(image);
    await ready(nodes);
  } catch (error) {
    throw new Error([(error as Error).message, ...lastWords()].join('\n'));
  }
  writeFileSync(IS_UP, '');
};

/** Of all parts: whoever ends a cluster that does not come up removes the rest. */
const lastWords = (): string[] =>
  readdirSync(at('log')).map(
    (name) => `${name}: ${readFileSync(at('log', name), 'utf8').trimEnd().split('\n').at(-1)}`,
  );

/** All but what needs an API that answers. */
const begin = async (nodes: readonly number[]): Promise<string[]> => {
  mkdirSync(at(), { mode: 0o700 });
  for (const folder of ['pid', 'log', 'parameters', 'etcd']) mkdirSync(at(folder), { mode: 0o700 });
  remember('starter', process.pid);
  for (const place of PLACES) makePlace(place);
  openRoom();
  const port = await freePort();
  writeCredentials(nodes, port);
  for (const part of ['etcd', 'api']) start(part);
  openIn(`127.0.0.1:${port}`, '127.0.0.1:443');
  for (const node of nodes) {
    openNode(node, PLACES);
    prepareNode(node);
    start(`containerd${node}`);
  }
  return await writeImages();
};

const makePlace = (path: string): void => {
  if (existsSync(path)) return;
  makePlace(dirname(path));
  appendFileSync(at('made'), `${path}\n`);
  mkdirSync(path);
};

interface NodeLike {
  readonly spec: { readonly taints?: readonly unknown[] };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const isOpen = ({ spec, status }: NodeLike): boolean =>
  spec.taints === undefined && (status.conditions ?? []).some(isReady);

const isReady = ({ type, status }: { type: string; status: string }): boolean =>
  type === 'Ready' && status === 'True';

const ready = async (nodes: readonly number[]): Promise<void> => {
  const files = [{ path: KUBECONFIG, text: readFileSync(KUBECONFIG, 'utf8') }];
  const client = new KubeClient(kubeconfigAccess(files, { environment: {} }, realClock), realTimers);
  const get = (path: string) => client.call('GET', path);
  try {
    await until('the API', async () => (await client.stream('/readyz')).resume());
    for (const part of ['manager', 'scheduler', ...nodes.map((node) => `kubelet${node}`)]) start(part);
    for (const node of nodes)
      await until(`node ${node}`, async () => {
        // a kubelet ends where its containerd is not ready yet, and counts on being started again
        if (!isAlive(`kubelet${node}`)) start(`kubelet${node}`);
        if (!isOpen((await get(`/api/v1/nodes/node${node}`)) as NodeLike)) throw new Error('it is not open');
      });
    await until('accounts of services', () => get('/api/v1/namespaces/default/serviceaccounts/default'));
  } finally {
    client.close();
  }
};
