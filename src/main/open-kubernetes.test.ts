import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { later, tempFolder } from '../../test/support/cli.ts';
import { type FakeCluster, startFakeCluster } from '../../test/support/kubernetes/cluster.ts';
import { realClock, realTimers } from '../../test/support/process-world.ts';
import { silentLog } from '../lib/logger.ts';
import { UsageError } from './config.ts';
import { chooseEngine } from './engine-choice.ts';
import { kubernetesConfig } from './kubernetes-config.ts';

/** `serve` of a folder whose jobs ran so, over a cluster that lacks these rights. */
const open = async (
  t: TestContext,
  { cluster, ran, flags = {} }: { cluster?: FakeCluster; ran?: string; flags?: object },
) => {
  const dataDir = tempFolder(t);
  const kubeconfig = join(dataDir, 'kubeconfig');
  if (cluster) writeFileSync(kubeconfig, cluster.api.kubeconfig());
  const options = { pull: 'absent', ...(cluster && { kubeconfig }), ...flags };
  const kubernetes = ran === undefined && kubernetesConfig('kubernetes', options, { HOME: dataDir });
  const config = {
    ...{ dataDir, host: '127.0.0.1', port: 0, region: 'us-east-1', account: '012345678910', path: '/bin' },
    ...(kubernetes && { engine: 'kubernetes' as const, kubernetes }),
  };
  const hosts = { known: [], keep: () => {}, keepSingle: () => {} };
  const parts = { hosts, folderKey: 'k', clock: realClock, timers: realTimers, log: silentLog };
  const chosen = await chooseEngine({ config, ran, ...parts });
  later(t, async () => {
    await chosen.engine.close();
    await chosen.output.close();
  });
  return chosen;
};

const clusterOf = async (t: TestContext, ...denied: string[]): Promise<FakeCluster> => {
  const cluster = await startFakeCluster();
  later(t, () => cluster.close());
  for (const right of denied) cluster.api.denied.add(right);
  return cluster;
};

const said = (words: RegExp) => (error: Error) => error instanceof UsageError && words.test(error.message);

test('a cluster is its nodes, and the first lines say where pods are made and what jobs may do', async (t) => {
  const { about, capacity, engine } = await open(t, { cluster: await clusterOf(t) });
  assert.deepEqual([about.name, about.detail.split(' by ')[0]], ['kubernetes', '2 of 2 nodes']);
  assert.match(
    about.notes.join('\n'),
    /pods in namespace jobs\n.*be privileged, mount any folder of their node/,
  );
  assert.equal(capacity.milliVcpus, 128_000);
  assert.deepEqual(
    engine.hosts!().map(({ name }) => name),
    ['node1', 'node2'],
  );
});

test('K-104 K-095: a right that is missing is said at once, by verb, resource and namespace', async (t) => {
  const cluster = await clusterOf(t, 'create pods', 'watch nodes');
  await assert.rejects(
    open(t, { cluster }),
    said(/does not let this server create pods in namespace jobs, watch nodes of the whole cluster/),
  );
});

test('K-104: a namespace that is not there is said at once, where that may be asked', async (t) => {
  const cluster = await clusterOf(t);
  cluster.api.lacksNamespace = true;
  await assert.rejects(open(t, { cluster }), said(/does not start: the cluster has no namespace jobs/));
  cluster.api.denied.add('get namespaces');
  await open(t, { cluster });
});

test('K-104 K-078: a server that is busy is waited for, with what it is asked first and with its lists', async (t) => {
  const cluster = await clusterOf(t);
  const refused = new Map<string, number>();
  cluster.api.vice = ({ path }) => {
    const times = (refused.get(path) ?? 0) + 1;
    refused.set(path, times);
    return times === 1 ? { kind: 'refuse', status: 503, retryAfter: 0 } : undefined;
  };
  await open(t, { cluster });
  assert.deepEqual(
    [...refused.keys()].map((path) =>
      path
        .split('/')
        .at(-1)!
        .replace(/^longshore-.*/, 'its lease'),
    ),
    ['selfsubjectaccessreviews', 'jobs', 'its lease', 'leases', 'nodes', 'pods', 'pods'],
  );
});

test('K-161: Secrets are asked for with --secrets alone', async (t) => {
  const cluster = await clusterOf(t, 'create secrets');
  await open(t, { cluster });
});

test('K-138: without the right to see others’ pods that is said, and each node is less what is reserved', async (t) => {
  const cluster = await clusterOf(t, 'list pods everywhere');
  const { about, engine } = await open(t, { cluster, flags: { nodeReserve: 'vcpus=1,memory=2GiB' } });
  assert.match(
    about.notes.join('\n'),
    /others use of the nodes is not seen, .*: 1 vCPU and 2 GiB of each are left/,
  );
  assert.deepEqual(engine.hosts!()[0]!.foreign, { milliVcpus: 1000, memoryMiB: 2048, gpus: 0 });
});

test('K-138: where others’ pods are seen nothing is reserved, and that is said to who asked for it', async (t) => {
  const { about, engine } = await open(t, { cluster: await clusterOf(t), flags: { nodeReserve: 'vcpus=1' } });
  assert.match(about.notes.join('\n'), /--node-reserve says nothing here/);
  assert.deepEqual(engine.hosts!()[0]!.foreign, { milliVcpus: 0, memoryMiB: 0, gpus: 0 });
  const usual = await open(t, { cluster: await clusterOf(t) });
  assert.doesNotMatch(usual.about.notes.join('\n'), /node-reserve/);
});

test('K-104: without a kubeconfig, or with one of nobody, serve does not start and says why', async (t) => {
  await assert.rejects(open(t, {}), said(/the kubernetes engine does not start: there is no kubeconfig/));
  const cluster = await startFakeCluster();
  const text = cluster.api.kubeconfig();
  await cluster.close();
  const kubeconfig = join(tempFolder(t), 'kubeconfig');
  writeFileSync(kubeconfig, text);
  await assert.rejects(open(t, { flags: { kubeconfig } }), said(/does not start: .*ECONNREFUSED/));
});

test('a folder whose jobs ran in a cluster does not go on as anything else unasked', async (t) => {
  await assert.rejects(open(t, { ran: 'kubernetes' }), said(/ran in a cluster: say --engine kubernetes/));
});

const leaseOf = ({ api }: FakeCluster) => api.leases.all()[0];

test('K-079: a lease says who has the data folder; the right to it missing is one line and no failure', async (t) => {
  const cluster = await clusterOf(t);
  const { about } = await open(t, { cluster });
  const [host, pid, start] = String(leaseOf(cluster)?.spec.holderIdentity).split('/');
  assert.deepEqual([host, pid], [hostname(), `${process.pid}`]);
  assert.match(start!, /^[0-9a-f]{8}$/);
  assert.doesNotMatch(about.notes.join('\n'), /second server/);
  const other = await clusterOf(t, 'update leases');
  const { about: told } = await open(t, { cluster: other });
  assert.equal(leaseOf(other), undefined);
  assert.match(
    told.notes.join('\n'),
    /a second server of this data folder on another host is not noticed, for this server may not update leases in namespace jobs$/m,
  );
});

test('K-147: what an autoscaler adds is told, and none of what there is', async (t) => {
  const grow = ['name=cpu,vcpus=16,memory=60GiB,max=20,label=pool=cpu'];
  const { about, capacity, engine } = await open(t, { cluster: await clusterOf(t), flags: { grow } });
  assert.match(
    about.notes.join('\n'),
    /add up to 20 nodes of group cpu, each with 16 vCPUs and 60 GiB for jobs/,
  );
  assert.deepEqual([about.detail.split(' by ')[0], capacity.milliVcpus], ['2 of 2 nodes', 128_000]);
  assert.equal(engine.hosts!().length, 22);
});
