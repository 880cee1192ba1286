import type { TaskReport } from '../engine.ts';
import type { LogKeeper } from './log-keeper.ts';
import type { Outcome } from './outcome.ts';

/** What happens to a task. `at` and `startedAt` are wall milliseconds. */
export type TaskEvent =
  /** It was ordered again. */
  | { readonly kind: 'order' }
  | { readonly kind: 'recall' }
  | { readonly kind: 'stop'; readonly graceSeconds: number }
  /** Whom it stood behind has left its room. */
  | { readonly kind: 'freed' }
  /** Its start is sent now. */
  | { readonly kind: 'starting'; readonly container: string }
  | { readonly kind: 'begun'; readonly container: string }
  /** It never ran. `said` is the whole reason, for its log, where the report's is cut. */
  | {
      readonly kind: 'failed';
      readonly report: TaskReport;
      readonly said?: string;
      readonly container?: string;
    }
  /** It is known to run. */
  | { readonly kind: 'runs'; readonly startedAt: number }
  /** The daemon tells that its container has ended. */
  | { readonly kind: 'died' }
  /** It is found to be over or gone. While its start is under way that is the launcher's to judge: it removes containers itself. */
  | { readonly kind: 'ended' }
  /** What it is, asked for when it had ended. */
  | { readonly kind: 'seen'; readonly outcome: Outcome }
  /** Somebody else removed its container. */
  | { readonly kind: 'gone'; readonly at: number }
  | { readonly kind: 'follows'; readonly keeper: LogKeeper }
  /** Its log is followed no longer, though it goes on. */
  | { readonly kind: 'broke' }
  /** The time has come to ask when it began; to follow its log; to tell its stop again. */
  | { readonly kind: 'look-due' }
  | { readonly kind: 'log-due' }
  | { readonly kind: 'stop-due' };

/** What is to be done then. */
export type Effect =
  | { readonly kind: 'launch' }
  /** Into its log. */
  | { readonly kind: 'write'; readonly reason: string }
  /** Report what it is now. */
  | { readonly kind: 'say' }
  | { readonly kind: 'later'; readonly milliseconds: number; readonly event: TaskEvent }
  | { readonly kind: 'look'; readonly container: string }
  | { readonly kind: 'follow'; readonly container: string }
  | { readonly kind: 'read-end'; readonly container: string; readonly keeper: LogKeeper | undefined }
  | { readonly kind: 'tell-stop'; readonly container: string; readonly graceSeconds: number }
  | { readonly kind: 'remove'; readonly container: string }
  /** Its room goes to who stands behind it: it has ended, or will not run. */
  | { readonly kind: 'leave-room' }
  | { readonly kind: 'leave-line' };
