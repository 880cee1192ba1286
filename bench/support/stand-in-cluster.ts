/**
 * A cluster that costs next to nothing, so that what is left is the server's own: the tests' API server in a process of its own, with pods as
 * large as a real 1.34 sends them. Nodes that are made are ready, and renew their status every five minutes. A pod of the image
 * `null` ends as soon as it runs, any other runs on. `node bench/support/stand-in-cluster.ts KUBECONFIG MILLISECONDS`: writes how it is
 * reached; how long a pod waits for a node, and then until it runs, on average.
 */
import { renameSync, writeFileSync } from 'node:fs';
import type { Given } from '../../test/support/kubernetes/collection.ts';
import { FakeKubelets } from '../../test/support/kubernetes/kubelet.ts';
import { type FakeObject, stampOf } from '../../test/support/kubernetes/objects.ts';
import { FakeApi } from '../../test/support/kubernetes/server.ts';

process.stdin.on('end', () => process.exit()).resume();

const [file = '', mean = '0'] = process.argv.slice(2);
const HEARTBEAT_MILLISECONDS = 300_000;
const BOOKMARK_MILLISECONDS = 60_000;

/** Who set which field, as an API server notes it. */
const fieldsOf = (value: unknown): object => {
  if (typeof value !== 'object' || value === null) return {};
  const named = (one: unknown, at: string) =>
    Array.isArray(value) ? `k:${JSON.stringify({ name: (one as { name?: string }).name ?? at })}` : `f:${at}`;
  return Object.fromEntries(Object.entries(value).map(([at, one]) => [named(one, at), fieldsOf(one)]));
};

const managed = (manager: string, value: object) => ({
  ...{ manager, operation: 'Update', apiVersion: 'v1', time: stampOf(Date.now()), fieldsType: 'FieldsV1' },
  fieldsV1: fieldsOf(value),
});

type Spec = { containers: { image: string; args?: string[] }[] };

const CONTAINER = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  securityContext: {},
};
const POD = { dnsPolicy: 'ClusterFirst', serviceAccountName: 'default', schedulerName: 'default-scheduler' };

/** With what a real one adds; members in its order, `managedFields` the last of `metadata`. */
const asReal = ({ metadata, spec, ...others }: Given): Given => {
  const { containers, ...more } = spec as Spec;
  const whole = containers.map((one) => ({ ...CONTAINER, ...one }));
  const later = { deletionTimestamp: undefined, deletionGracePeriodSeconds: undefined };
  const managedFields = [managed('node', { metadata, spec })];
  return {
    ...others,
    metadata: { ...later, ...metadata, managedFields } as unknown as Given['metadata'],
    spec: { ...POD, ...more, containers: whole },
  };
};

const CONDITIONS = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];

/** What a kubelet says besides. */
const tellAll = ({ metadata, status, spec }: FakeObject): void => {
  const at = { status: 'True', lastProbeTime: null, lastTransitionTime: stampOf(Date.now()) };
  const types = status.phase === 'Pending' ? ['PodScheduled'] : CONDITIONS;
  if (spec.nodeName !== undefined) status.conditions = types.map((type) => ({ type, ...at }));
  const [ours] = (metadata as unknown as { managedFields: object[] }).managedFields;
  if (status.phase !== 'Pending')
    Object.assign(metadata, { managedFields: [ours, managed('kubelet', { status })] });
};

const api = new FakeApi();
const { pods, nodes } = api;
const [create, change] = [pods.create.bind(pods), pods.change.bind(pods)];
pods.create = (given) => create(asReal(given));
pods.change = (name, edit) =>
  change(name, (pod) => {
    edit(pod);
    tellAll(pod);
  });
api.admit = (given) => {
  for (const container of (given.spec as Spec).containers)
    container.args = container.image === 'null' ? ['true'] : ['sh', '-c', 'sleep'];
  return undefined;
};
const kubelets = new FakeKubelets(api);
const around = { get: () => Math.random() * 2 * Number(mean) };
Object.defineProperties(kubelets.pace, { bind: around, start: around });

const renew = (name: string): void => {
  const at = { lastHeartbeatTime: stampOf(Date.now()) };
  nodes.change(name, ({ status }) => (status.conditions = [{ type: 'Ready', status: 'True', ...at }]));
};
api.history.listen(({ type, object: { kind, metadata } }) => {
  if (kind !== 'Node' || type !== 'ADDED') return;
  setImmediate(renew, metadata.name);
  setTimeout(
    () => setInterval(renew, HEARTBEAT_MILLISECONDS, metadata.name),
    Math.random() * HEARTBEAT_MILLISECONDS,
  );
});
setInterval(() => {
  // whoever watches has all until the last of these
  api.history.forgotten = api.history.changes.at(-1)?.version ?? api.history.forgotten;
  api.history.changes.length = 0;
  api.asked.length = 0;
  api.bookmark();
}, BOOKMARK_MILLISECONDS);

await api.start();
writeFileSync(`${file}.new`, api.kubeconfig());
renameSync(`${file}.new`, file);
