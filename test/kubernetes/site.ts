import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Batch } from '@aws-sdk/client-batch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { later, tempFolder } from '../support/cli.ts';
import { freePort } from '../support/free-port.ts';
import { CLUSTER_SCRIPT, clusterScript, newClient, podsIn, removeAll } from './cluster.ts';
import { waitFor } from './waiting.ts';

/* A server within the cluster, put there by deploy/kubernetes as the page says. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const kubectl = (...args: string[]): string => clusterScript('kubectl', ...args);

/** The server's own pod, as it is now. */
export interface ServerPod {
  readonly uid: string;
  readonly node: string;
  readonly restarts: number;
  readonly isReady: boolean;
}

/** Undefined while there is none that is bound. */
export const serverPod = (): ServerPod | undefined => {
  const found = kubectl('-n', 'longshore', 'get', 'pod', 'longshore-0', '--ignore-not-found', '-o', 'json');
  if (found.trim() === '') return undefined;
  const { metadata, spec, status } = JSON.parse(found);
  if (spec.nodeName === undefined) return undefined;
  const [container] = status.containerStatuses ?? [];
  const isReady = (container?.ready ?? false) && metadata.deletionTimestamp === undefined;
  return { uid: metadata.uid, node: spec.nodeName, restarts: container?.restartCount ?? 0, isReady };
};

export const readyPod = (what: string, is: (pod: ServerPod) => boolean): Promise<ServerPod> =>
  waitFor(what, () => {
    const pod = serverPod();
    return pod?.isReady && is(pod) ? pod : undefined;
  });

/** Puts the server there; what it made is gone with the test. Resolves when it is ready. */
export const openSite = async (t: TestContext): Promise<void> => {
  assert.equal(
    kubectl('get', 'namespace', 'longshore', 'jobs', '--ignore-not-found'),
    '',
    'is there already',
  );
  const folder = tempFolder(t);
  const image = join(folder, 'image.tar');
  execFileSync(process.execPath, [join(ROOT, 'scripts/image.ts'), image], { stdio: 'ignore' });
  clusterScript('load', image);
  later(t, clear);
  writeSite(folder);
  kubectl('apply', '-k', folder);
  await readyPod('the server is ready', () => true);
};

/** The manifests as they are, over a disk of both nodes, which are this machine. */
const writeSite = (folder: string): void => {
  const volume = join(folder, 'volume');
  mkdirSync(volume);
  const claim = '/spec/volumeClaimTemplates/0/spec/storageClassName';
  const patch = JSON.stringify([{ op: 'add', path: claim, value: 'longshore-test' }]);
  const nodes = { key: 'kubernetes.io/hostname', operator: 'In', values: ['node1', 'node2'] };
  const [kustomization, persistent] = [
    {
      resources: [relative(folder, join(ROOT, 'deploy/kubernetes')), 'volume.yaml'],
      patches: [{ target: { kind: 'StatefulSet', name: 'longshore' }, patch }],
    },
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'longshore-test' } },
      spec: {
        capacity: { storage: '10Gi' },
        accessModes: ['ReadWriteOncePod'],
        storageClassName: 'longshore-test',
        local: { path: volume },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [nodes] }] } },
      },
    },
  ];
  writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
  writeFileSync(join(folder, 'volume.yaml'), JSON.stringify(persistent));
};

const clear = async (): Promise<void> => {
  kubectl(
    '-n',
    'longshore',
    'delete',
    'statefulset',
    'longshore',
    '--ignore-not-found',
    '--cascade=foreground',
  );
  const client = newClient();
  await removeAll(client, 'jobs', await podsIn(client, 'jobs'));
  client.close();
  const roles = ['clusterrole', 'clusterrolebinding'].flatMap((kind) =>
    ['longshore', 'longshore-foreign-pods'].map((name) => `${kind}/${name}`),
  );
  kubectl('delete', '--ignore-not-found', 'namespace/longshore', 'namespace/jobs', ...roles);
  kubectl('delete', '--ignore-not-found', 'persistentvolume/longshore-test');
};

/** Clients of the server that is there now, by `kubectl port-forward`: another pod wants others. */
export const clientsThere = async (t: TestContext) => {
  const port = await freePort();
  const args = ['kubectl', '-n', 'longshore', 'port-forward', 'service/longshore', `${port}:8585`];
  // a group of its own: the script's kubectl ends with it
  const forward = spawn(CLUSTER_SCRIPT!, args, { detached: true, stdio: 'ignore' });
  later(t, () => process.kill(-forward.pid!, 'SIGKILL'));
  const endpoint = `http://127.0.0.1:${port}`;
  await waitFor('the way in', () =>
    fetch(`${endpoint}/readyz`).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    ),
  );
  const said = kubectl('-n', 'longshore', 'exec', 'longshore-0', '--', 'longshore', 'env');
  const read = (name: string): string => new RegExp(`${name}='(.*)'`).exec(said)![1]!;
  const credentials = {
    accessKeyId: read('AWS_ACCESS_KEY_ID'),
    secretAccessKey: read('AWS_SECRET_ACCESS_KEY'),
  };
  const settings = { endpoint, region: read('AWS_REGION'), credentials, maxAttempts: 10 };
  const [batch, logs] = [new Batch(settings), new CloudWatchLogs(settings)];
  later(t, () => {
    batch.destroy();
    logs.destroy();
  });
  return { batch, logs };
};
