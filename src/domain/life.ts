import type { JobState } from './job-state.ts';
import { CHILD_FAILED_REASON, type StopKind } from './stop.ts';

/**
 * What can happen to a job. The states and the paths between them are those of rules J-130 to J-146; an event
 * that is late, doubled or out of place changes nothing.
 */
export type LifeEvent =
  | { readonly kind: 'admitted'; readonly waits: boolean }
  | { readonly kind: 'dependencies-met' }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'placed' }
  | { readonly kind: 'recalled' }
  | { readonly kind: 'started' }
  | { readonly kind: 'attempt-succeeded' }
  | { readonly kind: 'attempt-failed'; readonly again: boolean };

/**
 * The state that follows, or undefined when the event does not concern a job in this state.
 * `withdrawn` is an end before STARTING: cancelled, terminated, its queue deleted, a dependency failed.
 */
export const nextState = (state: JobState, event: LifeEvent): JobState | undefined => {
  switch (state) {
    case 'SUBMITTED':
      if (event.kind === 'admitted') return event.waits ? 'PENDING' : 'RUNNABLE';
      return event.kind === 'withdrawn' ? 'FAILED' : undefined;
    case 'PENDING':
      if (event.kind === 'dependencies-met') return 'RUNNABLE';
      return event.kind === 'withdrawn' ? 'FAILED' : undefined;
    case 'RUNNABLE':
      if (event.kind === 'placed') return 'STARTING';
      return event.kind === 'withdrawn' ? 'FAILED' : undefined;
    case 'STARTING':
      if (event.kind === 'started') return 'RUNNING';
      if (event.kind === 'recalled') return 'RUNNABLE';
      return afterAttempt(event);
    case 'RUNNING':
      return afterAttempt(event);
    case 'SUCCEEDED':
    case 'FAILED':
      return undefined;
  }
};

const afterAttempt = (event: LifeEvent): JobState | undefined => {
  if (event.kind === 'attempt-succeeded') return 'SUCCEEDED';
  if (event.kind === 'attempt-failed') return event.again ? 'RUNNABLE' : 'FAILED';
  return undefined;
};

/**
 * An array's parent has no task: it waits in PENDING and ends with its last child (J-217 to J-220). It shows the
 * caller's reason when it was stopped (J-227), and its own tags' (J-115), but not its queue's deletion (J-174).
 */
export const parentEnd = (
  failedChildren: number,
  stop: { readonly kind: StopKind; readonly reason: string },
): { readonly state: 'SUCCEEDED' | 'FAILED'; readonly statusReason: string | null } => {
  if (failedChildren === 0) return { state: 'SUCCEEDED', statusReason: null };
  const told = stop.kind === 'cancel' || stop.kind === 'terminate' || stop.kind === 'tags';
  return { state: 'FAILED', statusReason: told ? stop.reason : CHILD_FAILED_REASON };
};
