/**
 * Null pods through Longshore beside a script that creates, watches, frees and deletes pods on the raw API, on one cluster,
 * as many in flight. Rounds alternate; medians and their ratio are printed, and the CPU time that the server takes for a job, submit
 * and store included.
 *
 *   node bench/kubernetes.ts --kubeconfig FILE [--namespace default] [--jobs 600] [--at 200] [--rounds 3]
 *
 * Needs kwok, or `npm run cluster -- start fakes`, which plays the nodes that this makes (annotation `kwok.x-k8s.io/node: fake`) and is told to end pods of the image `null`
 * at once. Each asks for more vCPUs than any other node has, so none goes elsewhere.
 */
import { parseArgs } from 'node:util';
import { Follower } from '../src/engines/kubernetes/client/follower.ts';
import type { Pod } from '../src/engines/kubernetes/objects.ts';
import { podOf } from '../src/engines/kubernetes/parse.ts';
import { count } from '../test/support/flags.ts';
import { realClock, realTimers } from '../test/support/process-world.ts';
import { runArray } from './support/array.ts';
import { clusterOf, makeNodes, openCluster, removeNodes, setUpPods, VCPUS } from './support/kubernetes.ts';
import { cpuMicroseconds } from './support/process.ts';
import { compare, median } from './support/rounds.ts';
import { type BenchServer, sleep, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    'stand-in': { type: 'boolean', default: false },
    namespace: { type: 'string', default: 'default' },
    jobs: { type: 'string', default: '600' },
    at: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
  },
});
const { namespace } = values;
const kubeconfig = await clusterOf(values.kubeconfig, { isStandIn: values['stand-in'], milliseconds: 1500 });
const [jobs, at, rounds] = [
  count('jobs', values.jobs),
  count('at', values.at),
  count('rounds', values.rounds),
];

const client = openCluster(kubeconfig);

const PODS = `/api/v1/namespaces/${namespace}/pods`;
const MERGE = 'application/merge-patch+json';

const body = (name: string, run: string) => ({
  metadata: { name, labels: { 'longshore.dev/data': run }, finalizers: ['longshore.dev/result'] },
  spec: {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    nodeSelector: { bench: 'longshore' },
    containers: [
      {
        name: 'default',
        image: 'null',
        resources: { requests: { cpu: String(VCPUS), memory: '32Mi' }, limits: { memory: '32Mi' } },
      },
    ],
  },
});

let runs = 0;

/** So many lanes, each pod after pod; a second's pods. */
const raw = async (): Promise<number> => {
  const run = `raw${process.pid}x${++runs}`;
  const waiting = new Map<string, { ended: () => void; gone: () => void }>();
  const follower = new Follower<Pod>(
    { client, clock: realClock, timers: realTimers, chance: Math.random },
    {
      ...{ path: PODS, selectors: { labelSelector: `longshore.dev/data=${run}` }, read: podOf },
      listed: () => {},
      there: ({ name, phase }) => phase === 'Succeeded' && waiting.get(name)?.ended(),
      gone: ({ name }) => waiting.get(name)?.gone(),
    },
  );
  await follower.list();
  void follower.run();
  let left = jobs;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const name = `${run}-${left}`;
      const [ended, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      waiting.set(name, { ended: ended.resolve, gone: gone.resolve });
      await client.call('POST', PODS, { body: body(name, run) });
      await ended.promise;
      const off = { metadata: { finalizers: null } };
      await client.call('PATCH', `${PODS}/${name}`, { body: off, contentType: MERGE });
      await client.call('DELETE', `${PODS}/${name}`, { body: { gracePeriodSeconds: 0 } });
      await gone.promise;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: at }, lane));
  const rate = jobs / ((performance.now() - began) / 1000);
  follower.close();
  return rate;
};

const open = async (): Promise<BenchServer> => {
  const cluster = ['--engine', 'kubernetes', '--kubeconfig', kubeconfig, '--namespace', namespace];
  const server = await startBenchServer([...cluster, '--refuse', 'all']);
  await setUpPods(server, 'null');
  return server;
};

const spent: number[] = [];

/** Jobs a second from the submit to the last pod's removal. */
const longshore = async (server: BenchServer): Promise<number> => {
  const pid = server.process.pid!;
  const [before, began] = [cpuMicroseconds(pid), performance.now()];
  await runArray(server, jobs, 600_000);
  const query = { labelSelector: 'longshore.dev/data', limit: 1 };
  while (((await client.call('GET', PODS, { query })) as { items: unknown[] }).items.length > 0)
    await sleep(20);
  const rate = jobs / ((performance.now() - began) / 1000);
  spent.push((cpuMicroseconds(pid) - before) / 1000 / jobs);
  return rate;
};

await makeNodes(client, at, 20);
const server = await open();
try {
  await runArray(server, at, 600_000);
  console.log(`\n## ${jobs} null pods on fake nodes, ${at} in flight\n`);
  await compare({
    ours: { name: 'Longshore', run: () => longshore(server) },
    theirs: { name: 'raw API', run: raw },
    rounds,
    unit: 'pods/s',
    asked: { atLeast: 0.95 },
  });
  console.log(`the server's own CPU time a job: ${median(spent).toFixed(1)} ms, asked at most 4`);
} finally {
  await server.stop();
  await removeNodes(client);
  client.close();
}
