/**
 * Plays the kubelets of nodes that exist in the API alone: those with the annotation of kwok, which does the same. `npm run cluster -- start
 * fakes` runs it within the cluster. A pod there runs at once; with the image `null` it ends at once, too, else when it is deleted, with 143.
 */
import { readFileSync } from 'node:fs';
import { KubeClient } from '../../src/engines/kubernetes/client/client.ts';
import { Follower } from '../../src/engines/kubernetes/client/follower.ts';
import { kubeconfigAccess } from '../../src/engines/kubernetes/client/kubeconfig-access.ts';
import { realClock, realTimers } from '../../test/support/process-world.ts';
import { INSIDE_KUBECONFIG } from './places.ts';

/** So often a node says that it lives. */
const LEASE_MILLISECONDS = 10_000;
const CONTENT_TYPE = 'application/merge-patch+json';

interface Fake {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { name: string; image: string }[];
  };
  readonly status: { readonly phase: string; readonly startTime?: string };
}

const files = [{ path: INSIDE_KUBECONFIG, text: readFileSync(INSIDE_KUBECONFIG, 'utf8') }];
const access = kubeconfigAccess(files, { environment: {} }, realClock);
const client = new KubeClient(access, realTimers);
const nodes = new Set<string>();

/** What is gone meanwhile needs nothing. */
const ask = async (method: string, path: string, body: unknown): Promise<void> => {
  const contentType = method === 'PATCH' ? CONTENT_TYPE : undefined;
  await client
    .call(method, path, { body, isUnread: true, ...(contentType && { contentType }) })
    .catch((error: Error) => console.error(`${method} ${path}: ${error.message}`));
};

const now = (): string => new Date().toISOString();

const live = async (name: string): Promise<void> => {
  const condition = { type: 'Ready', status: 'True', lastHeartbeatTime: now() };
  await ask('PATCH', `/api/v1/nodes/${name}/status`, { status: { conditions: [condition] } });
};

const isOurs = ({ metadata }: Fake): boolean => metadata.annotations?.['kwok.x-k8s.io/node'] === 'fake';

const nodeThere = (node: Fake): void => {
  const { name } = node.metadata;
  if (!isOurs(node) || nodes.has(name)) return;
  nodes.add(name);
  void live(name);
};

const play = async (pod: Fake): Promise<void> => {
  const { metadata, spec, status } = pod;
  if (!nodes.has(spec.nodeName ?? '')) return;
  const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
  const { phase, startTime = now() } = status;
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const say = (next: string, state: object) =>
    ask('PATCH', `${path}/status`, {
      status: { phase: next, startTime, containerStatuses: [of(pod, state)] },
    });
  const ended = (reason: string, exitCode: number) => ({
    terminated: { exitCode, reason, startedAt: startTime, finishedAt: now() },
  });
  if (metadata.deletionTimestamp !== undefined)
    return isOver ? ask('DELETE', path, { gracePeriodSeconds: 0 }) : say('Failed', ended('Error', 143));
  if (phase === 'Pending') return say('Running', { running: { startedAt: startTime } });
  if (phase === 'Running' && spec.containers[0]!.image === 'null')
    return say('Succeeded', ended('Completed', 0));
};

const of = ({ spec }: Fake, state: object) => {
  const { name, image } = spec.containers[0]!;
  return { name, image, imageID: '', ready: 'running' in state, restartCount: 0, state };
};

const follow = async (
  path: string,
  there: (item: Fake) => void,
  gone: (item: Fake) => void = () => {},
): Promise<void> => {
  const settings = { client, clock: realClock, timers: realTimers, chance: Math.random };
  const read = (item: unknown) => item as Fake;
  const follower = new Follower<Fake>(settings, {
    ...{ path, selectors: {}, read, there, gone },
    listed: (items) => items.forEach(there),
  });
  await follower.list();
  void follower.run();
};

await follow('/api/v1/nodes', nodeThere, ({ metadata }) => nodes.delete(metadata.name));
await follow('/api/v1/pods', (pod) => void play(pod));
setInterval(() => {
  for (const name of nodes) void live(name);
}, LEASE_MILLISECONDS);
