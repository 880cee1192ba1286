import type { Engine, TaskReport } from '../../../src/engines/engine.ts';
import { NoAnswer } from '../../../src/engines/kubernetes/client/answers.ts';
import type { Call } from '../../../src/engines/kubernetes/client/client.ts';
import { LABEL } from '../../../src/engines/kubernetes/names.ts';
import type { FakeObject } from '../../support/kubernetes/objects.ts';
import type { ClusterClient } from '../cluster/client.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type ClusterSwarm, clusterFaults, clusterOf, type Swarm } from '../swarm.ts';
import type { Canary, Sabotage } from './sabotage.ts';

/* A cluster: what the engine asks of its API, and when. */

type Ask = (method: string, path: string, call: Call) => Promise<unknown>;

/** Each question that a server asks goes another way. */
const asking = (change: (ask: Ask, ...asked: Parameters<Ask>) => Promise<unknown>): Sabotage => ({
  cluster: (cluster) => {
    cluster.client = (client: ClusterClient) => {
      const ask = client.call.bind(client);
      client.call = (method, path, call = {}) => change(ask, method, path, call);
    };
  },
});

/** A world of a cluster, though its seed is of none. */
const inCluster = (more: Partial<ClusterSwarm> = {}) => ({
  swarm: (swarm: Swarm): Swarm => ({
    ...swarm,
    hosts: 1,
    cluster: { ...(swarm.cluster ?? clusterOf(swarm.requests)), ...more },
    faults: 8,
    fault: { ...swarm.fault, ...clusterFaults(swarm.requests, true) },
    weights: { ...swarm.weights, terminate: 20, cancel: 10 },
  }),
});

/** One whose servers die often, while they do something. */
const dying = () => {
  const { swarm } = inCluster();
  return {
    swarm: (before: Swarm): Swarm => {
      const made = swarm(before);
      return { ...made, faults: 20, fault: { ...made.fault, 'crash at a door': 60, 'failed commit': 5 } };
    },
  };
};

/** Creates mostly get no answer, and come late. */
const UNANSWERED = {
  vices: { often: 0.3, weights: { refused: 0.2, unheard: 0.5, unanswered: 1, late: 3, slow: 0.5 } },
};

const isPodCreate = (method: string, path: string): boolean => method === 'POST' && path.endsWith('/pods');

// biome-ignore lint/suspicious/noExplicitAny: a body is what its sender makes it
const bodyOf = ({ body }: Call): any => body;

const isTombstone = (call: Call): boolean => bodyOf(call).spec.schedulingGates !== undefined;

/** What was asked for and got no answer has another name the next time. */
const renaming = (): Sabotage => {
  const unanswered = new Map<string, number>();
  return asking(async (ask, method, path, call) => {
    if (!isPodCreate(method, path)) return ask(method, path, call);
    const { metadata } = bodyOf(call);
    const times = unanswered.get(metadata.name) ?? 0;
    const name = times === 0 ? metadata.name : `${metadata.name}-${times}`;
    const body = { ...bodyOf(call), metadata: { ...metadata, name } };
    return ask(method, path, { ...call, body }).catch((error: unknown) => {
      if (error instanceof NoAnswer) unanswered.set(metadata.name, times + 1);
      throw error;
    });
  });
};

const isEnd = ({ kind }: TaskReport): boolean => kind !== 'waiting' && kind !== 'running';

/** What is told of a task waits until no pod of it is there. */
const onceGone = ({ api }: Cluster, taskId: string, tell: () => void): void => {
  const isOf = ({ metadata }: FakeObject) => metadata.labels[LABEL.task] === taskId;
  if (!api.pods.all().some(isOf)) {
    tell();
    return;
  }
  const callOff = api.history.listen(({ type, object }) => {
    if (type !== 'DELETED' || !isOf(object)) return;
    callOff();
    tell();
  });
};

export const CLUSTER: readonly Canary[] = [
  {
    name: 'a recall deletes a pod whatever has become of it',
    rule: 'a task of a cluster runs once',
    also: ['no attempt has two tasks', 'what is told of a task is what its pod did'],
    sabotage: () => ({
      ...inCluster({ slowWatches: 0.8 }),
      ...asking((ask, method, path, call) => {
        if (method !== 'DELETE') return ask(method, path, call);
        const { resourceVersion: _, ...preconditions } = bodyOf(call).preconditions;
        return ask(method, path, { ...call, body: { ...bodyOf(call), preconditions } });
      }),
    }),
  },
  {
    name: 'a create without an answer is sent again under another name',
    rule: 'a task of a cluster runs once',
    also: ['the engine is quiet', 'what is told of a task is what its pod did'],
    sabotage: () => ({ ...inCluster(UNANSWERED), ...renaming() }),
  },
  {
    name: 'nothing takes the name of a task whose create may still come',
    rule: 'a task of a cluster runs once',
    also: ['what is told of a task is what its pod did', 'the engine is quiet'],
    sabotage: () => ({
      ...inCluster(UNANSWERED),
      ...asking(async (ask, method, path, call) =>
        isPodCreate(method, path) && isTombstone(call)
          ? { ...bodyOf(call), metadata: { ...bodyOf(call).metadata, uid: 'none' } }
          : ask(method, path, call),
      ),
    }),
  },
  {
    name: 'pods are let go before their ends are stored',
    rule: 'ends are true',
    also: [
      'what is told of a task is what its pod did',
      'a task of a cluster runs once',
      'times are true',
      'reasons are true',
      // a log that is read once more for a job that is gone, by a server that dies: nobody can tell of its pod any more
      'what is deleted goes',
    ],
    sabotage: () => ({
      ...dying(),
      cluster: (cluster) => {
        cluster.engine = (engine: Engine) => {
          const watch = engine.watch.bind(engine);
          engine.watch = (listener) =>
            watch((reports) => {
              void engine.forget(reports.filter(isEnd).map(({ taskId }) => taskId));
              for (const report of reports)
                onceGone(cluster, isEnd(report) ? report.taskId : '', () => listener([report]));
            });
          return engine;
        };
      },
    }),
  },
  {
    name: 'a pod that ended well is told as one that failed',
    rule: 'what is told of a task is what its pod did',
    sabotage: () => ({
      ...inCluster(),
      cluster: (cluster) => {
        cluster.client = (client: ClusterClient) => {
          const stream = client.stream.bind(client);
          client.stream = async (path, call) => {
            const made = await stream(path, call);
            const push = made.push.bind(made);
            made.push = (line) => push(line.replace('"exitCode":0', '"exitCode":3'));
            return made;
          };
        };
      },
    }),
  },
  {
    name: 'the finalizer stays on what is over',
    rule: 'the engine is quiet',
    sabotage: () => ({
      ...inCluster(),
      ...asking(async (ask, method, path, call) =>
        method === 'PATCH' && JSON.stringify(call.body).includes('$deleteFrom')
          ? {}
          : ask(method, path, call),
      ),
    }),
  },
];
