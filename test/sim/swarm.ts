import { CLUSTER_FAULTS, type ClusterFault } from './cluster/fault-names.ts';
import { VICES, type Vices } from './cluster/vices.ts';
import { Random } from './random.ts';

export type Fate = 'told' | 'lost' | 'doubled' | 'late' | 'reordered';
export const FAULTS = [
  'crash',
  'crash at a door',
  'reboot',
  'clock set',
  'clock jumps a year',
  'asleep',
  'full disk',
  'failed commit',
  'failed commit of many',
  'forgotten task',
  'hidden host',
  'host back',
  'engine away',
] as const;
/** Where there are several hosts. */
const HOST_FAULTS = ['host turns', 'host used'] as const;
export type Fault = (typeof FAULTS)[number] | (typeof HOST_FAULTS)[number] | ClusterFault;

/** What kind of cluster a world has. */
export interface ClusterSwarm {
  readonly nodes: number;
  /** What goes wrong between servers and the API. */
  readonly vices: Vices;
  /** Of what is told how much is on its way for a while. */
  readonly slowWatches: number;
  /** Seconds that pods stay on a silent node. */
  readonly hostLostAfter: number | 'never';
  /** How far the cluster's clock was ahead of the server's at first, in milliseconds. */
  readonly clockAhead: number;
}

/** What kind of world a seed makes: which faults there are, who asks for what and how often. */
export interface Swarm {
  readonly capacity: {
    readonly pool: { readonly milliVcpus: number; readonly memoryMiB: number; readonly gpus: number };
    readonly idleGraceSeconds: number;
    readonly spotWarningSeconds: number;
  };
  /** The machine, and so many less one of other hosts. */
  readonly hosts: number;
  /** Tasks are pods of a cluster, in place of processes of these. */
  readonly cluster: ClusterSwarm | undefined;
  /** Out of a hundred moves: requests, faults; time passes with the rest. */
  readonly requests: number;
  readonly faults: number;
  /** How often several requests come at once. */
  readonly bursts: number;
  readonly mistakes: number;
  /** So many names of each kind are in use. */
  readonly names: number;
  readonly arrays: number;
  /** Of definitions, how many are of multi-node jobs. */
  readonly nodes: number;
  /** Of queues, how many are made with a scheduling policy. */
  readonly shared: number;
  /** Of submissions, how many ask for tokens. */
  readonly tokens: number;
  readonly largest: number;
  readonly dependent: number;
  readonly slowEngine: number;
  /** How long finished jobs are kept; undefined: for ever. */
  readonly keepMilliseconds: number | undefined;
  readonly weights: Readonly<Record<string, number>>;
  readonly fault: Readonly<Record<Fault, number>>;
  readonly report: Readonly<Record<Fate, number>>;
  readonly task: {
    readonly slowStart: number;
    readonly failsToStart: number;
    readonly isTurnedAway: number;
    readonly fails: number;
    readonly isLost: number;
    readonly ignoresTerm: number;
    readonly long: number;
  };
}

/** Those that lead to something only at some times come more often. */
const MOST_OF: Partial<Record<Fault, number>> = {
  'hidden host': 4,
  'host back': 8,
  'forgotten task': 2,
  asleep: 2,
  crash: 2,
  'failed commit of many': 14,
  'full disk': 1.5,
  'clock jumps a year': 1.5,
};

const WEIGHTS = {
  submit: 30,
  cancel: 4,
  terminate: 5,
  rerun: 6,
  describeJobs: 6,
  listJobs: 8,
  register: 5,
  deregister: 1,
  describeDefinitions: 2,
  createQueue: 4,
  updateQueue: 3,
  deleteQueue: 1,
  describeQueues: 2,
  snapshot: 1.5,
  createEnvironment: 4.5,
  updateEnvironment: 4,
  deleteEnvironment: 1,
  describeEnvironments: 2,
  readLog: 4,
  filterLog: 1,
  describeStreams: 1,
  describeGroups: 0.3,
  describeTasks: 1.5,
  listTasks: 1,
  describeContainerInstances: 1,
  listContainerInstances: 0.7,
  describeClusters: 0.7,
  listClusters: 0.3,
  describeInstances: 0.7,
  cancelMany: 1.5,
  terminateMany: 1.5,
  tag: 4,
  untag: 2.5,
  listTags: 1.5,
  createPolicy: 1.5,
  updatePolicy: 1,
  deletePolicy: 0.6,
  describePolicies: 1,
  listPolicies: 0.5,
  createConsumable: 1.5,
  updateConsumable: 3,
  deleteConsumable: 0.7,
  describeConsumable: 1,
  listConsumables: 0.7,
  listConsumers: 1,
  grant: 3,
  revoke: 1,
  join: 1.5,
  changeRole: 1.5,
  assume: 1.5,
};

export const clusterOf = (seed: number): ClusterSwarm => {
  const r = new Random(seed, 'cluster');
  const some = (most: number) => (r.chance(0.3) ? 0 : r.unit() * most);
  return {
    nodes: r.int(1, 4),
    vices: {
      often: some(0.3),
      weights: Object.fromEntries(VICES.map((vice) => [vice, r.unit()])) as Vices['weights'],
    },
    slowWatches: some(0.3),
    hostLostAfter: r.pick([10, 60, 300, 'never']),
    clockAhead: r.pick([0, 0, -1500, 40_000]),
  };
};

const MOST_OF_CLUSTER: Partial<Record<ClusterFault, number>> = {
  'node back': 10,
  'pod evicted': 30,
  'pod preempted': 20,
  'node gone': 9,
  'watches deaf': 9,
};

/** Those of the machine are none of a cluster. */
export const NOT_OF_CLUSTERS = ['forgotten task', 'hidden host', 'host back', 'engine away'] as const;

export const clusterFaults = (seed: number, isThere: boolean): Record<ClusterFault, number> => {
  const r = new Random(seed, 'faults of the cluster');
  const weightOf = (name: ClusterFault) => (r.chance(0.3) ? 0 : (MOST_OF_CLUSTER[name] ?? 6) * r.unit());
  return {
    ...(Object.fromEntries(CLUSTER_FAULTS.map((name) => [name, isThere ? weightOf(name) : 0])) as Record<
      ClusterFault,
      number
    >),
    ...(isThere && Object.fromEntries(NOT_OF_CLUSTERS.map((name) => [name, 0]))),
  };
};

export const swarmOf = (seed: number): Swarm => {
  const r = new Random(seed, 'swarm');
  const some = (most: number) => (r.chance(0.3) ? 0 : r.unit() * most);
  const weights = Object.fromEntries(
    Object.entries(WEIGHTS).map(([name, weight]) => [name, weight * r.pick([0.3, 1, 1, 2])]),
  );
  const hosts = seed % 4 === 1 ? new Random(seed, 'hosts').int(2, 5) : 1;
  const cluster = seed % 4 === 2 ? clusterOf(seed) : undefined;
  const gpus = new Random(seed, 'gpus').pick([0, 0, 1, 2, 4]);
  // as many queues and environments as there may be, and more
  const crowded = seed % 20 === 3;
  // arrays that are told of a stop or an end in several steps
  const vast = seed % 50 === 11;
  if (crowded) Object.assign(weights, { createQueue: 45, createEnvironment: 45 });
  return {
    capacity: {
      pool: { milliVcpus: r.pick([2, 4, 8, 16]) * 1000, memoryMiB: r.pick([8192, 16_384, 65_536]), gpus },
      idleGraceSeconds: r.int(1, 30),
      spotWarningSeconds: r.int(1, 30),
    },
    hosts,
    cluster,
    requests: r.int(20, 60),
    faults: (r.chance(0.1) ? 0 : r.int(1, 6)) * (cluster ? 3 : 1),
    bursts: r.unit() * 0.5,
    mistakes: r.unit() * 0.4,
    names: crowded ? 100 : r.int(1, 6),
    arrays: vast ? 0.04 : r.unit() * 0.3,
    nodes: new Random(seed, 'nodes').chance(0.15) ? 0 : new Random(seed, 'nodes share').unit() * 0.7,
    shared: new Random(seed, 'shared').pick([0, 0.3, 0.6, 0.9]),
    tokens: new Random(seed, 'tokens').pick([0, 0.1, 0.3, 0.7]),
    largest: vast ? 2500 : r.chance(0.1) ? 300 : r.int(2, 12),
    dependent: r.unit() * 0.7,
    slowEngine: some(0.5),
    keepMilliseconds: r.pick([undefined, 86_400_000, 86_400_000, 7 * 86_400_000]),
    weights,
    fault: {
      ...(Object.fromEntries(FAULTS.map((name) => [name, some(MOST_OF[name] ?? 1)])) as Record<
        (typeof FAULTS)[number],
        number
      >),
      'host turns': hosts > 1 ? 1.5 : 0,
      'host used': hosts > 1 ? 1 : 0,
      ...clusterFaults(seed, cluster !== undefined),
    },
    report: { told: 1, lost: some(0.2), doubled: some(0.2), late: some(0.2), reordered: some(0.3) },
    task: {
      slowStart: some(0.5),
      failsToStart: some(0.2),
      isTurnedAway: new Random(seed, 'turned away').pick([0, 0, 0.1, 0.3]),
      fails: some(0.6),
      isLost: some(0.1),
      ignoresTerm: some(0.5),
      long: some(0.3),
    },
  };
};
