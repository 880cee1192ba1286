import type { UseClock } from '../domain/fair-share/use-clock.ts';
import type { AgeMark } from '../domain/retention-age.ts';
import type { BlockedHeadRow, QueueCountRow, TagRow } from './side-tables.ts';

/**
 * The tables, as the queries see them. Booleans are 0 and 1, documents are JSON text, times are wall
 * milliseconds. The SQL that makes them is in `migrations.ts`.
 */
export interface Database {
  meta: MetaRow;
  environments: EnvironmentRow;
  queues: QueueRow;
  queue_environments: QueueEnvironmentRow;
  policies: PolicyRow;
  shares: ShareRow;
  share_uses: ShareUseRow;
  use_clock: UseClock;
  definition_names: { name: string; last_revision: number };
  definitions: DefinitionRow;
  shapes: ShapeRow;
  specs: SpecRow;
  consumables: ConsumableRow;
  consumable_updates: ConsumableUpdateRow;
  demands: DemandRow;
  holds: HoldRow;
  jobs: JobRow;
  edges: EdgeRow;
  settled: SettledRow;
  sweeps: SweepRow;
  ages: AgeMark;
  removals: RemovalRow;
  log_groups: { name: string; created_at: number };
  tasks: TaskRow;
  instances: InstanceRow;
  blocked_heads: BlockedHeadRow;
  queue_counts: QueueCountRow;
  tags: TagRow;
  /** The first jobs that were made earlier than the one before, by the wall clock: see `clock-turns.ts`. */
  clock_turns: { seq: number };
}

export interface MetaRow {
  key: string;
  value: string;
}

/** A stored boolean. */
export type Flag = 0 | 1;

export const isSet = (flag: Flag): boolean => flag === 1;

/** Deleted ones stay as rows (their jobs and tasks name them) with status DELETED; their name is free. */
export interface EnvironmentRow {
  seq: number;
  name: string;
  /** The environment's own id (`uuid` on the wire). */
  uuid: string;
  /** Its ECS cluster's name: `<name>_Batch_<uuid>`. */
  cluster: string;
  /** `MANAGED` or `UNMANAGED`. */
  type: string;
  state: string;
  status: string;
  status_reason: string | null;
  service_role: string | null;
  /** `computeResources` as it is echoed, without the three numbers below; null for UNMANAGED. */
  resources: string | null;
  min_vcpus: number | null;
  max_vcpus: number | null;
  desired_vcpus: number | null;
  /** `desiredvCpus` as a person sent it, until it has been launched for; for ever while the pool is smaller. */
  wished_vcpus: number | null;
  /** Whether it is only shown. */
  wish_over: Flag;
  /** Everything else that was sent and is echoed (`unmanagedvCpus`, `updatePolicy`, …). */
  extra: string;
}

export interface QueueRow {
  seq: number;
  name: string;
  state: string;
  status: string;
  status_reason: string | null;
  priority: number;
  /** The scheduling policy that it goes by; null of one in the order of submission. */
  policy: number | null;
  /** Everything else that was sent and is echoed (`jobStateTimeLimitActions`, …). */
  extra: string;
  /** How many of its jobs may be unfinished; null where nobody said. */
  most_jobs: number | null;
}

/** A scheduling policy; nothing stays of one that is deleted. */
export interface PolicyRow {
  seq: number;
  name: string;
  /** JSON of `PolicyDoc`. */
  doc: string;
}

/** Jobs of a queue with one `shareIdentifier`; their group is its seq. */
export interface ShareRow {
  seq: number;
  queue: number;
  name: string;
}

/** What the ended attempts of a share used from `start` on, for `width` milliseconds: see `Bucket`. */
export interface ShareUseRow {
  share: number;
  start: number;
  width: number;
  used: number;
  moment: number;
  ended_milli_vcpus: number;
  ended_used: number;
}

export interface QueueEnvironmentRow {
  queue: number;
  environment: number;
  /** The order value as it was sent. */
  ord: number;
}

export interface DefinitionRow {
  seq: number;
  name: string;
  revision: number;
  /** `ACTIVE` or `INACTIVE`. */
  status: string;
  /** The registered definition as it is echoed: JSON of the wire's `JobDefinition` less name, ARN, revision, status, tags. */
  doc: string;
}

/** What a job of a group asks for; many jobs ask for the same. */
export interface ShapeRow {
  id: number;
  milli_vcpus: number;
  memory_mib: number;
  gpus: number;
  /** Of a multi-node job, whose sums the other columns hold: JSON of `{asks, count}[]`; empty otherwise. */
  node_groups: string;
  /** The group of their queue's jobs that all of them are of: see `QueueOrder`. */
  job_group: number;
  /** What they ask of consumable resources: JSON of `Tokens[]` by their seqs; empty of none, and of jobs that hold theirs. */
  tokens: string;
}

/** A consumable resource; nothing stays of one that is deleted. */
export interface ConsumableRow {
  seq: number;
  name: string;
  replenishable: Flag;
  /** Less what was taken of one that is not replenished. */
  total: number;
  /** What jobs hold: the sum of `holds`; 0 of one that is not replenished. */
  in_use: number;
  /** Wall milliseconds. */
  created_at: number;
}

/** An update of a resource that had a `clientToken`. */
export interface ConsumableUpdateRow {
  consumable: number;
  token: string;
  /** What it asked for, as text. */
  payload: string;
  /** When: by the wall clock, and by the steady one of a boot, empty where it was noted by an earlier version. */
  at: number;
  steady: number;
  boot: string;
}

/** A plain job, a multi-node job, or each child of an array asks for so much of a resource. */
export interface DemandRow {
  consumable: number;
  job: number;
  quantity: number;
  /** It has not ended. */
  live: Flag;
}

/** A plain job, a child or a multi-node job holds so much of a resource: from STARTING on until it has ended. */
export interface HoldRow {
  job: number;
  consumable: number;
  quantity: number;
  /** The total was set since it was taken: what is not replenished is no part of it. */
  set_since: Flag;
}

/** What all children of an array share, and what equal submissions share. JSON of `JobSpec`. */
export interface SpecRow {
  id: number;
  doc: string;
  /** The seq of its definition. */
  definition: number;
  /** What submissions asked beside that, JSON for their records: no secret is in it. */
  asked: string;
}

/**
 * A job: plain, an array's parent, or an array's child. Older and younger is by `seq`, never by a time.
 * Child i of the parent with seq p has seq p + 1 + i.
 */
export interface JobRow {
  seq: number;
  /** By which it stands in its queue while it waits: see `QueueOrder`. Of child i, its parent's + 1 + i. */
  rank: number;
  /** Which of its queue's groups it is of, which its shape says too: see `QueueOrder`. 0 of a node. */
  job_group: number;
  /** UUID of a plain job or parent; null for a child, whose id is `<parent's id>:<idx>`. */
  id: string | null;
  /** Null for a child: its parent's. */
  name: string | null;
  /** 0, or the parent's seq. */
  parent: number;
  /** A child's index; -1 otherwise. */
  idx: number;
  /** An array parent's size; 0 otherwise. */
  size: number;
  queue: number;
  spec: number;
  shape: number;
  /** Place in `JOB_STATES`. */
  state: number;
  /** Dependencies not yet met. */
  unmet: number;
  /** Who waits for it, as bits: 1 its end, 2 its children one by one (N_TO_N), 4 its own children (SEQUENTIAL). */
  watched: number;
  /** The current or last attempt's number; 0 before the first. */
  attempt: number;
  created_at: number;
  /** With the three that follow: of the attempt that runs or was the last, also while the next is waited for. */
  started_at: number | null;
  stopped_at: number | null;
  exit_code: number | null;
  container_reason: string | null;
  status_reason: string | null;
  /** A stop that was asked for: place in `STOP_KINDS`; 0 when none. */
  stop_kind: number;
  stop_reason: string | null;
  /** Of a parent: children that are not final, children that FAILED. */
  live: number;
  failed: number;
  /** `dependsOn` as it was sent, JSON; null when there was none, and for a child (its parent's). */
  depends_on: string | null;
  /** How many nodes it has; 0 for all but multi-node jobs. */
  nodes: number;
  /** What it is in its multi-node job: see `domain/node-roles.ts`. */
  role: number;
  /** How old the store was when it ended (see `AgeMark`); null before. */
  ended_age: number | null;
  /** Whether it asks for tokens; 0 of a child, whose parent says so, and of a node. */
  consumes: Flag;
  /** The seq of who submitted it; 0 of a child or node, whose parent says so, and of a job of an earlier version. */
  submitter: number;
}

/** `dependent` (a job, or an array as a whole) waits for `target` in the way of `kind`. */
export interface EdgeRow {
  target: number;
  dependent: number;
  /** 0: for the whole of target. 1: N_TO_N, child by child. 2: SEQUENTIAL, each child for the one before. */
  kind: number;
}

/** A job that ended and that somebody waits for; worked off in steps by the dependencies loop. */
export interface SettledRow {
  seq: number;
  job: number;
  /** Whether it SUCCEEDED. */
  ok: Flag;
  /** Jobs with a seq from here on were submitted after the end and have counted it themselves. */
  before_seq: number;
  /** 0: dependents that wait child by child are told; 1: those that wait for the whole; 2: its edges go. */
  phase: number;
  /** How far the phase is: the last dependent done, and the last child of it. */
  cursor_dependent: number;
  cursor_child: number;
}

/** A change that touches many jobs: in force at once, its rows follow in steps. */
export interface SweepRow {
  seq: number;
  /**
   * `array` (stop all children of a parent), `doomed` (end those children that can never run) or `queue` (end all jobs of
   * a deleted queue).
   */
  kind: string;
  target: number;
  stop_kind: number;
  reason: string;
  /** Wall milliseconds when it was asked for: the `stoppedAt` of what had not begun. */
  at: number;
}

/** Jobs `first` to `last` are hidden and being removed; `spec` is theirs. */
export interface RemovalRow {
  seq: number;
  first: number;
  last: number;
  spec: number;
}

/** An attempt of a job that got a place to run. */
export interface TaskRow {
  id: string;
  /** The seq of its job's share; 0 without one. */
  share: number;
  /** Since when it has its room, by the shares' clock (see `UseClock`), in a line since when it was placed; null without a share. */
  placed_age: number | null;
  job: number;
  attempt: number;
  environment: number;
  /** Place in `TASK_STATES`. */
  state: number;
  milli_vcpus: number;
  memory_mib: number;
  gpus: number;
  log_stream: string;
  created_at: number;
  started_at: number | null;
  stopped_at: number | null;
  exit_code: number | null;
  reason: string | null;
  status_reason: string | null;
  /** When it began, for its time limit, by our own clocks: `started_at` may be another's. Null of an earlier version. */
  started_wall: number | null;
  /** The steady clock when it began, or when it was ordered, and the boot that counts from. */
  started_steady: number | null;
  started_boot: string | null;
  /** It takes the room of this task and may not run before that one has ended; null once it has. */
  after: string | null;
  /** Whether it has its room but may not start yet: a node before its job's main node runs. */
  held: Flag;
  /** The instance it runs on. */
  instance: string;
  /** Whether its instance was taken away: however it ends, its host was lost. */
  lost: Flag;
  /** Of a pod what it told of itself, JSON of `PodReport`; null until it ran, and of what is none. */
  pod: string | null;
}

/** Capacity of an environment: tasks are placed on instances. Rows of terminated ones stay, for jobs name them. */
export interface InstanceRow {
  /** `i-` and 17 hex digits. */
  id: string;
  /** The container instance's id: 32 hex digits. */
  container_instance: string;
  environment: number;
  /** The id of the host that it is on. */
  host: string;
  /** `c5.large`; `host`: the machine itself; `fargate`: a slice cut for one task. */
  type: string;
  /** What its tasks may have of it: the type's vCPUs, what is left of its memory (E-165), its GPUs. */
  milli_vcpus: number;
  memory_mib: number;
  gpus: number;
  /** Its place in running, draining, terminated: see `store/instance-rows.ts`. */
  state: number;
  /** Whether a task was placed on it. */
  ran: Flag;
  /** Why it drains, or was terminated: a `DrainReason` or a `RetireReason`. */
  reason: string | null;
  launched_at: number;
  stopped_at: number | null;
  /** Since when no task is on it, by both clocks; null while there is one. */
  idle_at: number | null;
  idle_steady: number | null;
  idle_boot: string | null;
  /** When its warning was given, by both clocks, and how long it is; null where it drains without a deadline. */
  drain_at: number | null;
  drain_steady: number | null;
  drain_boot: string | null;
  drain_milliseconds: number | null;
  /** The server's age (`AgeMark`) when it was terminated and had no task on record; else null. */
  unused_age: number | null;
}
