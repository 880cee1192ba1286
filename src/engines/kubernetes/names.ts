/** Labels of a pod: whose it is, and what of its order a later server must know. Rule K-003. */
export const LABEL = {
  /** The data folder's id: whoever has another does not look at the pod. */
  data: 'longshore.dev/data',
  task: 'longshore.dev/task',
  job: 'longshore.dev/job',
  attempt: 'longshore.dev/attempt',
  /** What the pods of one attempt's nodes share. */
  nodes: 'longshore.dev/nodes',
} as const;

/** A label's value has no colon and no number sign, which parts of arrays and nodes have. */
export const jobLabelOf = (jobId: string): string => jobId.replace(/[:#]/, '.');

export const ANNOTATION = {
  /** Ours took it away, before its DELETE; the value is the reason that is told of it if it never began (K-166). */
  stopped: 'longshore.dev/stopped',
  /** Of a pod that a job said itself: its containers' names, and those of its init containers, with commas between. */
  containers: 'longshore.dev/containers',
  initContainers: 'longshore.dev/init-containers',
  /** `none` where the job's log driver keeps nothing. */
  log: 'longshore.dev/log',
  /** The host to come that it was placed on: it is pinned to none. */
  growth: 'longshore.dev/growth',
} as const;

/** It keeps an ended pod until its end is stored (K-009). */
export const FINALIZER = 'longshore.dev/result';

/** The scheduling gate of a tombstone: a pod that has the name of a task and can never start (K-018). */
export const TOMBSTONE_GATE = 'longshore.dev/recalled';

/** The taint of nodes that are there for jobs alone. */
export const BATCH_NODE = 'batch.amazonaws.com/batch-node';

/** The name of our own container, beside which webhooks may put others. */
export const CONTAINER = 'default';

/** Rule K-002. `dataId`: 16, `taskId`: 32 hexadecimal digits. */
export const podName = (dataId: string, taskId: string): string => `longshore-${dataId}-${taskId}`;

export const taskIdIn = (podName: string): string | undefined =>
  /^longshore-[0-9a-f]{16}-([0-9a-f]{32})$/.exec(podName)?.[1];

/** Whether a Secret of this name may be one that a server made for a task (K-118), this server or another of the namespace. */
export const isSecretOfTask = (name: string): boolean => /^longshore-[0-9a-f]{16}-/.test(name);

/** Why a job cannot have such a Secret. */
export const secretOfTaskText = (name: string): string =>
  `${name} is a Secret that a server made for a task, and no job’s to name`;

/** The id of a host to come: the same after a restart, and for every server, for tasks are written down with it. */
export const hostToCome = (group: string, place: number): string => `grow:${group}:${place}`;

/** The name of the group whose host to come has this id. */
export const groupNameIn = (hostId: string | undefined): string | undefined =>
  /^grow:(.+):\d+$/.exec(hostId ?? '')?.[1];
