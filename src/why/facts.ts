import type { HostView } from '../domain/host.ts';
import { childId, jobIdOf } from '../domain/job-id.ts';
import { isWaiting, type JobState, stateCode, stateOf } from '../domain/job-state.ts';
import { isNode } from '../domain/node-roles.ts';
import { MOST_DEPENDENCIES } from '../domain/submit-limits.ts';
import { listChildren } from '../store/child-rows.ts';
import { SEQUENTIAL, waitsFor } from '../store/dependencies.ts';
import { jobBySeq, type ShownJob } from '../store/job-rows.ts';
import type { Stops } from '../store/stops-in-force.ts';
import type { Tx } from '../store/store.ts';
import { hostOfIntended, standsBehind } from '../store/task-rows.ts';
import type { Finding, LastPlan } from './last-plan.ts';
import type { QueuePositions } from './position.ts';
import { type ShareFacts, shareFacts } from './share-facts.ts';
import { type Shortage, shortagesOf } from './shortage.ts';

/** Why a job waits. */
export type WaitFacts =
  /** An array's parent, for its children. */
  | {
      readonly kind: 'array';
      readonly ended: number;
      readonly size: number;
      readonly failed: number;
      readonly child: WaitingJob | undefined;
    }
  /** For so many jobs that it depends on. */
  | { readonly kind: 'dependencies'; readonly jobs: number; readonly first: OpenDependency | undefined }
  /** A node whose job has its room. */
  | { readonly kind: 'node' }
  /** For room: so many of its queue are before it, and what a plan found. */
  | {
      readonly kind: 'queue';
      readonly queue: string;
      readonly ahead: number;
      readonly found: Finding;
      /** In a queue that is shared. */
      readonly share?: ShareFacts;
      /** Where it is short of tokens alone. */
      readonly shortages?: readonly Shortage[];
    }
  /** It was placed, and the engine waits for something. */
  | { readonly kind: 'engine'; readonly reason: string }
  /** It was placed behind this job, whose room it takes. */
  | { readonly kind: 'line'; readonly behind: string };

/** Another job that is waited for, and why it waits itself. */
export interface WaitingJob {
  readonly id: string;
  readonly state: JobState;
  readonly why: WaitFacts | undefined;
}

export type OpenDependency =
  | { readonly kind: 'job'; readonly job: WaitingJob }
  /** The child before it in its array; `child`: the one that all of them wait for. */
  | { readonly kind: 'comes-first'; readonly id: string; readonly child: WaitingJob | undefined };

/** What knows more of jobs than their rows say. */
export interface WaitSources {
  readonly lastPlan: Pick<LastPlan, 'of' | 'shares'>;
  readonly engine: { waitReason?(taskOrJob: string): string | undefined };
  readonly capacity: { readonly hosts: readonly HostView[] };
  readonly names: { queueName(tx: Tx, seq: number): Promise<string> };
}

/** What is read once for all jobs that one request shows. */
export interface Looks {
  readonly positions: QueuePositions;
  readonly stops: Stops;
}

/** Of what a job waits for the reason is read too, and of what that waits for: so far, and the rest by asking for it. */
const DEEPEST = 3;

/**
 * Why a job waits, put together on read from its own row (what it waits for), its shape's reason in the last
 * plan, and its position; of one that was placed, what the engine says. Undefined for a job that does not wait.
 * `job`: as it reads (see `Stops`).
 */
export const waitFacts = async (
  tx: Tx,
  sources: WaitSources,
  looks: Looks,
  job: ShownJob,
  depth = DEEPEST,
): Promise<WaitFacts | undefined> => {
  const asking = { tx, sources, looks, depth };
  switch (stateOf(job.state)) {
    case 'PENDING':
      return job.size > 0 ? arrayFacts(asking, job) : dependencyFacts(asking, job);
    case 'RUNNABLE':
      return isNode(job) ? { kind: 'node' } : queueFacts(asking, job);
    case 'STARTING':
      return startFacts(asking, job);
    case 'SUBMITTED':
    case 'RUNNING':
    case 'SUCCEEDED':
    case 'FAILED':
      return undefined;
  }
};

interface Asking {
  readonly tx: Tx;
  readonly sources: WaitSources;
  readonly looks: Looks;
  /** How many more jobs down the chain may be told of. */
  readonly depth: number;
}

const queueFacts = async ({ tx, sources, looks }: Asking, job: ShownJob): Promise<WaitFacts> => {
  const queue = await sources.names.queueName(tx, job.queue);
  const found = sources.lastPlan.of(job.queue, job.shape);
  const ahead = await looks.positions.ahead(job);
  const lacks = found.reason?.lacks;
  const short = lacks && { shortages: await shortagesOf(tx, lacks) };
  if (job.share === 0) return { kind: 'queue', queue, ahead, found, ...short };
  const first = await looks.positions.first(job.queue);
  const share = shareFacts(sources.lastPlan.shares.get(job.queue), job.share, first?.group);
  return { kind: 'queue', queue, ahead, found, ...(share && { share }), ...short };
};

const startFacts = async ({ tx, sources }: Asking, job: ShownJob): Promise<WaitFacts | undefined> => {
  const reason = sources.engine.waitReason?.(isNode(job) ? job.parent_id! : jobIdOf(job));
  if (reason !== undefined) return { kind: 'engine', reason };
  const silent = await closedHostOf(tx, sources.capacity.hosts, job);
  if (silent) return { kind: 'engine', reason: `on host ${silent.name}: ${silent.why}` };
  const seq = await standsBehind(tx, job.seq);
  const behind = seq === undefined ? undefined : await jobBySeq(tx, seq);
  return behind && { kind: 'line', behind: jobIdOf(behind) };
};

/** Where it was placed on a host that says why it takes no tasks, and that holds up those which it has. */
const closedHostOf = async (
  tx: Tx,
  hosts: readonly HostView[],
  { seq, nodes }: ShownJob,
): Promise<HostView | undefined> => {
  const closed = hosts.filter(({ why, isAvoided }) => why !== undefined && !isAvoided);
  if (closed.length === 0) return undefined;
  const id = await hostOfIntended(tx, seq, nodes);
  return closed.find((host) => host.id === id);
};

const arrayFacts = async (asking: Asking, job: ShownJob): Promise<WaitFacts> => {
  const { size, live, failed } = job;
  return { kind: 'array', ended: size - live, size, failed, child: await waitingChild(asking, job.seq) };
};

/**
 * The first child in line, else the first that waits for others, else the first placed one that waits all the same; undefined
 * when none waits, or all are stopped.
 */
const waitingChild = async (
  asking: Asking,
  parent: number,
  but?: number,
): Promise<WaitingJob | undefined> => {
  if (asking.depth === 0) return undefined;
  for (const state of ['RUNNABLE', 'PENDING', 'STARTING'] as const) {
    const [child] = await listChildren(asking.tx, parent, [stateCode(state)], 0, 1);
    if (!child) continue;
    if (child.seq === but) return undefined;
    const waiting = await waitingJob(asking, child);
    return isWaiting(waiting.state) || waiting.why ? waiting : undefined;
  }
  return undefined;
};

const waitingJob = async ({ tx, sources, looks, depth }: Asking, row: ShownJob): Promise<WaitingJob> => {
  const job = await looks.stops.read(row);
  const why = depth > 0 ? await waitFacts(tx, sources, looks, job, depth - 1) : undefined;
  return { id: jobIdOf(job), state: stateOf(job.state), why };
};

/** A child's dependencies are its parent's, one by one or as a whole. */
const dependencyFacts = async (asking: Asking, job: ShownJob): Promise<WaitFacts> => {
  const { tx } = asking;
  const open = await waitsFor(tx, job.parent > 0 ? job.parent : job.seq, job.idx, MOST_DEPENDENCIES);
  // one that is waited for as a whole and as a twin is one job
  const jobs = new Set(open.map(({ seq }) => seq)).size || job.unmet;
  const [first] = open;
  if (!first) return { kind: 'dependencies', jobs, first: undefined };
  const other = (await jobBySeq(tx, first.seq))!;
  return { kind: 'dependencies', jobs, first: await openDependency(asking, job, other, first.kind) };
};

const openDependency = async (
  asking: Asking,
  job: ShownJob,
  other: ShownJob,
  kind: number,
): Promise<OpenDependency> => {
  if (kind !== SEQUENTIAL) return { kind: 'job', job: await waitingJob(asking, other) };
  // the one before waits for the one before it: what all of them wait for is told instead
  const child = await waitingChild(asking, job.parent, job.seq);
  return { kind: 'comes-first', id: childId(other.parent_id!, other.idx), child };
};
