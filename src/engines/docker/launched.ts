import { DaemonRefusal } from './answers.ts';
import { hasBegun, type Inspected, outcomeOf } from './outcome.ts';

/** What the launch of a task has come to. */
export type Launched =
  /** It was started, by us or before: what it is now is to be looked at. */
  | { readonly kind: 'begun'; readonly container: string }
  /** Its start failed within the daemon, which keeps why. */
  | { readonly kind: 'unstarted'; readonly inspected: Inspected }
  /** It never ran; with a container when one is left to be removed. */
  | { readonly kind: 'failed'; readonly reason: string; readonly container?: string }
  /** Its ticket was void; with a container when one is left to be removed. */
  | { readonly kind: 'void'; readonly container?: string };

/** How often the daemon may answer 5xx to the same thing, or have no image that was pulled, before that is taken for its answer. */
export const FAULTS = 3;

/** To be tried again, and what the job waits for meanwhile. */
export interface Again {
  readonly kind: 'again';
  readonly why: string;
}

export const again = (what: string): Again => ({
  kind: 'again',
  why: `waits for the Docker daemon: ${what}`,
});

export const failed = (reason: string, container?: string): Launched => ({
  kind: 'failed',
  reason,
  ...(container !== undefined && { container }),
});

/** In the words of the service's own agent. */
export const said = (error: unknown): string =>
  error instanceof DaemonRefusal ? `Error response from daemon: ${error.message}` : (error as Error).message;

/** Here only whether it began counts, not how it ended. */
const NO_BOOT = { id: '', beganAt: Number.POSITIVE_INFINITY };

export const isMade = (found: Inspected): boolean => outcomeOf(found, NO_BOOT).kind === 'created';

/** Of a container that is not `isMade`. */
export const launchedOf = (found: Inspected): Launched =>
  hasBegun(found) ? { kind: 'begun', container: found.Id } : { kind: 'unstarted', inspected: found };
