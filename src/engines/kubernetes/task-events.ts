import type { TaskReport } from '../engine.ts';
import type { Pod } from './objects.ts';
import type { Standing } from './status/facts.ts';

/** What happens to a task. */
export type TaskEvent =
  /** It was ordered again. */
  | { readonly kind: 'order' }
  | { readonly kind: 'recall' }
  /** Whoever asks for it back gets it: its pod is gone unbound, or a gated one has its name. */
  | { readonly kind: 'recalled' }
  | { readonly kind: 'stop'; readonly graceSeconds: number }
  /** Whom it stood behind has left its room. */
  | { readonly kind: 'freed' }
  /** A create is sent now. */
  | { readonly kind: 'sending' }
  /** All that was sent was answered with a no: nothing lies with the API server. */
  | { readonly kind: 'unsent' }
  /** It never ran. `said` is the whole reason, for its log, where the report's is cut. */
  | { readonly kind: 'failed'; readonly report: TaskReport; readonly said?: string }
  /** `host`: the id of the one that it has come to, where it was placed on one to come. */
  | {
      readonly kind: 'seen';
      readonly pod: Pod;
      readonly standing: Standing;
      readonly host?: string | undefined;
    }
  /** Its pod is not in the cluster any more, or can never come, though nobody asked for it back. `at`: wall milliseconds. */
  | { readonly kind: 'gone'; readonly at: number }
  /** Its log is kept to the end. */
  | { readonly kind: 'kept' };

/** What is to be done then. */
export type Effect =
  | { readonly kind: 'create' }
  /** Into its log. */
  | { readonly kind: 'write'; readonly reason: string }
  /** Report what it is now. */
  | { readonly kind: 'say' }
  | { readonly kind: 'follow'; readonly pod: Pod }
  | { readonly kind: 'keep-log'; readonly pod: Pod }
  | { readonly kind: 'stop-pod'; readonly pod: Pod; readonly graceSeconds: number }
  /** Of one that will never run. */
  | { readonly kind: 'delete-pod'; readonly pod: Pod }
  /** Its room goes to who stands behind it: it has ended, or will not run. */
  | { readonly kind: 'leave-room' }
  | { readonly kind: 'leave-line' };
