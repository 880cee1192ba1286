import { JOB_STATES, type JobState } from './job-state.ts';
import { CHILD_FAILED_REASON, type StopKind } from './stop-kinds.ts';

/** What can happen to a job. */
export const LIFE_EVENTS = [
  /** Looked at for the first time: nothing is in its way. */
  'admitted',
  /** Looked at for the first time: it waits for others, or is an array's parent. */
  'admitted-waiting',
  'dependencies-met',
  /** An end before STARTING: cancelled, terminated, its queue deleted, a dependency failed. */
  'withdrawn',
  'placed',
  /** Its task never began and was recalled. */
  'recalled',
  'started',
  'attempt-succeeded',
  'attempt-failed',
  /** The attempt failed, and another one follows. */
  'attempt-retried',
  /** An array's parent: its last child has ended, and all SUCCEEDED. */
  'children-succeeded',
  'children-failed',
  /** A node alone: its multi-node job's next attempt starts all nodes anew (J-297). */
  'job-retried',
  /** It had FAILED, and somebody asks to run it again. */
  'rerun',
  /** It had FAILED because another had, and waits for that again. */
  'rerun-waiting',
  /** The same of an array's children: it waits for them again. */
  'children-rerun',
] as const;
export type LifeEvent = (typeof LIFE_EVENTS)[number];

/** Where every job's life begins (J-130). */
export const FIRST_STATE: JobState = 'SUBMITTED';

/**
 * The state that follows, or undefined when the event does not concern a job in this state: one that is late, doubled or
 * out of place changes nothing. The states and the paths between them are those of rules J-130 to J-146, and of J-217 for
 * an array's parent. The store's statements are made from it (`src/store/moves.ts`):
 * docs/decisions/life-of-a-job.md.
 */
export const nextState = (state: JobState, event: LifeEvent): JobState | undefined => {
  switch (state) {
    case 'SUBMITTED':
      return among(event, { admitted: 'RUNNABLE', 'admitted-waiting': 'PENDING', withdrawn: 'FAILED' });
    case 'PENDING':
      return among(event, {
        'dependencies-met': 'RUNNABLE',
        withdrawn: 'FAILED',
        'children-succeeded': 'SUCCEEDED',
        'children-failed': 'FAILED',
      });
    case 'RUNNABLE':
      return among(event, { placed: 'STARTING', withdrawn: 'FAILED', 'job-retried': 'RUNNABLE' });
    case 'STARTING':
      return among(event, { recalled: 'RUNNABLE', started: 'RUNNING', ...AFTER_ATTEMPT });
    case 'RUNNING':
      return among(event, AFTER_ATTEMPT);
    case 'SUCCEEDED':
      return among(event, { 'job-retried': 'RUNNABLE' });
    case 'FAILED':
      return among(event, { 'job-retried': 'RUNNABLE', rerun: 'RUNNABLE', ...WAITS_AGAIN });
  }
};

type Paths = Readonly<Partial<Record<LifeEvent, JobState>>>;

const WAITS_AGAIN: Paths = { 'rerun-waiting': 'PENDING', 'children-rerun': 'PENDING' };

/** A task's start and its end may come as one report: then its job is never seen RUNNING. */
const AFTER_ATTEMPT: Paths = {
  'attempt-succeeded': 'SUCCEEDED',
  'attempt-failed': 'FAILED',
  'attempt-retried': 'RUNNABLE',
};

const among = (event: LifeEvent, paths: Paths): JobState | undefined => paths[event];

/** The states that an event concerns, and the one that follows: the same for each of them. */
export interface Move {
  readonly from: readonly JobState[];
  readonly to: JobState;
}

/** What an event comes to, for statements that move many jobs at once. */
export const moveOf = (event: LifeEvent): Move => {
  const from = JOB_STATES.filter((state) => nextState(state, event) !== undefined);
  return { from, to: nextState(from[0]!, event)! };
};

/**
 * An array's parent has no task: it waits in PENDING and ends with its last child (J-217 to J-220). It shows the
 * caller's reason when it was stopped (J-227), and its own submission's (J-115, T-408), but not its queue's deletion (J-174).
 */
export const parentEnd = (
  failedChildren: number,
  stop: { readonly kind: StopKind; readonly reason: string },
): { readonly event: 'children-succeeded' | 'children-failed'; readonly statusReason: string | null } => {
  if (failedChildren === 0) return { event: 'children-succeeded', statusReason: null };
  const told = stop.kind === 'cancel' || stop.kind === 'terminate' || stop.kind === 'submission';
  return { event: 'children-failed', statusReason: told ? stop.reason : CHILD_FAILED_REASON };
};
