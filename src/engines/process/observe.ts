import { OUT_OF_MEMORY } from '../../domain/attempt-reason.ts';
import type { TaskReport } from '../engine.ts';
import type { LiveTask } from './live-tasks.ts';
import type { Identity } from './processes.ts';
import type { Found } from './records.ts';

/** A shim that takes longer than this to write a line is dead. */
export const CLAIM_MILLISECONDS = 10_000;

/** What is seen of a task. Times are of the wall clock, but for `since`. */
export type Sight =
  /** Never ordered, recalled, or being removed. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'waiting' }
  /** Its shim is there and has not told of the command. */
  | { readonly kind: 'starting'; readonly startedAt: number }
  /** Claimed, by a shim of which nothing is seen: an instant, or its death. `since`: the first such look, steady clock. */
  | { readonly kind: 'claimed'; readonly startedAt: number; readonly since: number }
  | { readonly kind: 'running'; readonly startedAt: number; readonly command: Identity }
  | { readonly kind: 'failed'; readonly stoppedAt: number; readonly reason: string }
  | {
      readonly kind: 'exited';
      readonly exitCode: number;
      readonly outOfMemory: boolean;
      readonly startedAt: number;
      readonly stoppedAt: number;
    }
  | { readonly kind: 'lost'; readonly startedAt?: number; readonly stoppedAt: number };

interface Now {
  readonly wall: number;
  readonly steady: number;
}

/** What a task's folder, and what is known of it, come to now. Pure. */
export const observe = (found: Found, task: LiveTask | undefined, now: Now): Sight => {
  if (task?.kind === 'removing') return { kind: 'nothing' };
  switch (found.kind) {
    case 'none':
    case 'recalled':
      return { kind: 'nothing' };
    case 'ordered':
      return { kind: 'waiting' };
    case 'failed':
      return found;
    case 'ended':
      return { ...found, kind: 'exited' };
    case 'claimed':
      return claimed(found.since, task, now);
    case 'begun': {
      const { startedAt, command } = found;
      if (found.isAlive)
        return command ? { kind: 'running', startedAt, command } : { kind: 'starting', startedAt };
      // between a shim's death and the command's line its child may still be about to begin
      if (found.isThisBoot && !command) return claimed(startedAt, task, now);
      return { kind: 'lost', startedAt, stoppedAt: now.wall };
    }
  }
};

/** Neither waiting nor running: nothing to say, until it is plain that its shim died there. */
const claimed = (startedAt: number, task: LiveTask | undefined, now: Now): Sight => {
  const since = task?.kind === 'claimed' ? task.since : now.steady;
  return now.steady - since < CLAIM_MILLISECONDS
    ? { kind: 'claimed', startedAt, since }
    : { kind: 'lost', stoppedAt: now.wall };
};

/** What is told of it. */
export const reportOf = (taskId: string, sight: Sight): TaskReport | undefined => {
  switch (sight.kind) {
    case 'nothing':
      return undefined;
    case 'starting':
    case 'claimed':
    case 'running':
      return { taskId, kind: 'running', startedAt: sight.startedAt };
    case 'waiting':
      return { taskId, kind: 'waiting' };
    case 'failed':
    case 'lost':
      return { taskId, ...sight };
    case 'exited': {
      const { outOfMemory, ...end } = sight;
      return { taskId, ...end, ...(outOfMemory && { reason: OUT_OF_MEMORY }) };
    }
  }
};
