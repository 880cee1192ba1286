/*
 * The checker's own books: what the service must hold, kept by what was asked and answered and by the reference alone.
 * Nothing here knows the service's code.
 */

import type { Rule } from './rules.ts';

export const STATES = [
  'SUBMITTED',
  'PENDING',
  'RUNNABLE',
  'STARTING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
] as const;
export type State = (typeof STATES)[number];
export const SUBMITTED = 0;
export const PENDING = 1;
export const RUNNABLE = 2;
export const STARTING = 3;
export const RUNNING = 4;
export const SUCCEEDED = 5;
export const FAILED = 6;

/** A rule of the service that was seen broken. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly rule: Rule;
  constructor(rule: Rule, text: string) {
    super(`${rule}: ${text}`);
    this.rule = rule;
  }
}

export const must = (holds: boolean, rule: Rule, text: () => string): void => {
  if (!holds) throw new Violation(rule, text());
};

/** The wire's own shapes: read member by member, as a client would. */
// biome-ignore lint/suspicious/noExplicitAny: what a member holds is what is looked at
export type Wire = any;

/** By key. Others take the place of all of them. */
export type Tags = Readonly<Record<string, string>>;

export interface Environment {
  readonly name: string;
  tags: Tags;
  readonly kind: 'EC2' | 'FARGATE' | 'UNMANAGED';
  seq: number;
  cluster: string;
  state: string;
  status: string;
  max: number | undefined;
  desired: number;
  /** Its instances can be replaced, so that more than its numbers can be changed. */
  readonly renewable: boolean;
  /** A launch may pass its maximum by one instance. */
  readonly mayPass: boolean;
  /** On demand, on instances of its own: what a multi-node job needs. */
  readonly takesNodes: boolean;
}

export interface Policy {
  readonly name: string;
  tags: Tags;
  /** `fairsharePolicy` or `quotaSharePolicy`, as it is shown. */
  doc: Wire;
}

/** In the time that really passes, by the machine's clock, and of which boot. */
export interface Moment {
  readonly at: number;
  readonly wall: number;
  readonly boot: string;
}

export interface Consumable {
  readonly name: string;
  readonly type: string;
  tags: Tags;
  /** Less what was spent. */
  total: number;
  readonly createdAt: number;
  /** Those that had a token, by it. */
  readonly updates: Map<string, Moment & { readonly payload: string }>;
  /** It is deleted: one that is made anew is another. */
  gone: boolean;
}

/** So many tokens of a resource. */
export interface Ask {
  readonly consumable: Consumable;
  readonly quantity: number;
}

export interface Queue {
  readonly name: string;
  tags: Tags;
  seq: number;
  state: string;
  status: string;
  priority: number;
  policy: Policy | undefined;
  order: readonly { readonly order: number; readonly environment: string }[];
  /** How long its first jobs may wait, and for what reason. */
  limits: readonly { readonly reason: string; readonly maxTimeSeconds: number }[];
  /** Plain jobs and parents that are not final. */
  open: number;
  /** It is being deleted: what has not begun is over. */
  halted: Halt | undefined;
}

/** A stop of many jobs: from its answer on those that have not begun are FAILED, whenever their rows follow. */
export interface Halt {
  readonly reason: string;
  readonly at: number;
}

export interface Definition {
  readonly name: string;
  readonly revision: number;
  active: boolean;
  tags: Tags;
  readonly sent: Wire;
}

export interface Strategy {
  readonly attempts: number;
  readonly rules: readonly {
    readonly action: string;
    readonly onStatusReason?: string;
    readonly onReason?: string;
    readonly onExitCode?: string;
  }[];
}

export interface Spec {
  readonly definition: string;
  /** Every member, as the reference makes it at submit. */
  readonly container: Wire;
  readonly milliVcpus: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  readonly strategy: Strategy;
  /** Seconds; undefined for none. */
  readonly timeout: number | undefined;
  /** Members that a description of the job has as they are. */
  readonly shown: Wire;
}

/** What a multi-node job is: its nodes by index. */
export interface Nodes {
  readonly main: number;
  readonly specs: readonly Spec[];
  /** Of each node the place of its range. */
  readonly ranges: readonly number[];
  /** `nodeProperties` as a description has them. */
  readonly shown: Wire;
}

/** A place to run that a job got. `attempt`: unknown of one that was taken back before anybody looked. */
export interface Placed {
  readonly task: string;
  readonly attempt: number | undefined;
  readonly at: number;
  /** The same by the shares' clock. */
  readonly age: number;
}

/** What a job is in a multi-node job. */
export type Role = 'none' | 'main' | 'other';

/** What a job waits for: the whole of another, its own pair in an array, or the child before it. */
export type Dependency =
  | { readonly kind: 'whole'; readonly job: Job }
  | { readonly kind: 'pairs'; readonly job: Job }
  | { readonly kind: 'sequential' };

/** One attempt of a job that is over. */
export interface Attempt {
  readonly task: string;
  readonly exitCode: number | undefined;
  readonly reason: string | undefined;
  readonly statusReason: string;
  readonly startedAt: number | undefined;
  readonly stoppedAt: number;
  /** 32 hex digits; undefined for a slice. */
  readonly containerInstance: string | undefined;
}

export interface Job {
  readonly id: string;
  readonly name: string;
  readonly seq: number;
  readonly queue: Queue;
  readonly size: number;
  /** Of a multi-node job: how many nodes it has; 0 otherwise. */
  readonly nodes: number;
  readonly role: Role;
  readonly parent: Job | undefined;
  readonly index: number;
  /** Of an array or a multi-node job. */
  readonly children: Job[];
  spec: Spec;
  /** Of a queue with a policy: whose it is. */
  share: string | undefined;
  /** Of an array what each child asks for, of a multi-node job what all of it does. */
  asks: readonly Ask[];
  /** It has its tokens; `took`: with the attempt under way. */
  holds: boolean;
  took: boolean;
  /** Resources whose total was set since it took its tokens. */
  readonly setSince: Set<Consumable>;
  /** Within its share; 0 elsewhere. */
  priority: number;
  /** Of a multi-node job. */
  nodesShown: Wire;
  dependencies: readonly Dependency[];
  /** Of an array's child or a node: its parent's are shown. */
  tags: Tags;
  /** When it got each of its places to run, by the clock; one that is taken back counts no more. */
  placed: readonly Placed[];
  /** The request as it was, for `dependsOn`. */
  sentDependsOn: readonly unknown[];
  state: number;
  /** Reasons that it may end for because somebody asked. */
  readonly stops: string[];
  /** Somebody terminated it: it never runs again. */
  barred: boolean;
  cancelled: boolean;
  terminated: boolean;
  /** What the last terminate said that reached it: the reason of its end. Of what waited: see `halted`. */
  told: string | undefined;
  /** What its row said when it FAILED; undefined when that has changed again before anybody looked. */
  failedFor: string | undefined;
  /** Attempts that are over. */
  over: number;
  /** The same, one by one; of a multi-node job those of its nodes are theirs. */
  readonly attempts: Attempt[];
  /** Wall milliseconds, as clients are shown them. */
  readonly createdAt: number;
  startedAt: number | undefined;
  stoppedAt: number | undefined;
  /** Since when it is RUNNABLE, in the time that really passes, the boot then, and its place in the history. */
  since: { readonly at: number; readonly boot: string; readonly serial: number };
  /** Its live task; empty when there is none. */
  task: string;
  lastTask: string;
  /** Of an array: its first stop, or its queue's. */
  halted: Halt | undefined;
  /** It was in line again after it had been STARTING. */
  returned: boolean;
  /** It has been FAILED, and may have been run again since. */
  hasFailed: boolean;
  /** Its row has changed again since what is being read: it says nothing of that. */
  passing: boolean;
  /** Somebody asked for it again, and it has not started since. */
  again: boolean;
  /** Its task was recalled in this turn: the attempt did not count. */
  recalled: boolean;
  /** Of a multi-node job: a node other than the main one lost its host in this attempt. */
  broken: boolean;
  /** Of a parent: children by state. */
  readonly summary: number[];
  /** Place in the history of its last change of state. */
  changed: number;
  gone: boolean;
  /** When it ended, in the time that really passes, and the state before. */
  ended: number;
  endedFrom: number;
}

/** What tasks are placed on. */
export interface Instance {
  readonly id: string;
  /** 32 hex digits. */
  readonly containerInstance: string;
  readonly environment: number;
  readonly type: string;
  /** 0 running, 1 draining, 2 terminated. */
  state: number;
}

export interface Task {
  readonly id: string;
  readonly job: Job;
  /** What the job was when it was placed: it may run again otherwise. */
  readonly spec: Spec;
  readonly attempt: number;
  readonly environment: number;
  readonly instance: string;
  readonly milliVcpus: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  state: number;
  /** Since when it has its room, by the shares' clock, or stands in a line. */
  from: number;
  /** It stands behind another, whose room it takes. */
  waits: boolean;
  /** It has its room and may not start yet. */
  held: boolean;
  /** Every task that it ever stood behind; empty text: it had room of its own. */
  readonly behind: Set<string>;
}

export const isFinal = (state: number): boolean => state >= SUCCEEDED;

/** The stop of its array or queue that ends a job in `state`; undefined when it has begun, and for a parent. */
export const haltOf = (job: Job, state = job.state): Halt | undefined => {
  if (job.size > 0 || state >= STARTING) return undefined;
  if (job.role !== 'none') return haltOf(job.parent!);
  return job.parent?.halted ?? job.queue.halted;
};

/** The state that clients are shown. */
export const shownState = (job: Job): number => {
  if (haltOf(job)) return FAILED;
  // a node waits as its job does, until that has its room
  return job.role !== 'none' && job.parent!.state < STARTING ? job.parent!.state : job.state;
};

/** Children by the state that clients are shown. */
export const shownSummary = (parent: Job): readonly number[] => {
  if (!(parent.halted ?? parent.queue.halted)) return parent.summary;
  const waiting = parent.summary.slice(0, STARTING).reduce((sum, n) => sum + n, 0);
  return parent.summary.map((n, state) => (state < STARTING ? 0 : state === FAILED ? n + waiting : n));
};

/** Whether everything that a job waits for has SUCCEEDED. */
export const isMet = (job: Job): boolean => unmetOf(job) === 0;

/** How many of its dependencies have not SUCCEEDED. */
export const unmetOf = (job: Job): number =>
  targetsOf(job).filter((target) => target.state !== SUCCEEDED).length;

export const hasFailedTarget = (job: Job): boolean =>
  targetsOf(job).some((target) => target.state === FAILED);

/** Now, or before it was run again: who heard of that has failed for it. */
export const hadFailedTarget = (job: Job): boolean => targetsOf(job).some((target) => target.hasFailed);

/** The jobs that one waits for. An array's parent waits for its children alone. */
export const targetsOf = (job: Job): Job[] => {
  if (job.size > 0 || job.role !== 'none') return [];
  const { parent, index } = job;
  // one that is waited for in two ways counts twice
  const whole = new Set<Job>();
  const paired = new Set<Job>();
  for (const dependency of (parent ?? job).dependencies) {
    if (dependency.kind === 'whole') whole.add(dependency.job);
    else if (dependency.kind === 'pairs') paired.add(dependency.job.children[index]!);
    else if (index > 0) paired.add(parent!.children[index - 1]!);
  }
  return [...whole, ...paired];
};
