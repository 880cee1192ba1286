import type { Why } from './wait-reasons.ts';

/** An order's way through its launch: what the launcher asks of the task, and tells it. */
export interface Ticket {
  /** Whether the order is recalled, or the server lets go: then nothing more is begun. */
  isVoid(): boolean;
  /** The daemon will not make the container, for a fault of its own: whether the order is to be recalled, and to be tried until then. */
  isLeft(why: string): boolean;
  /** The start is sent now: from here on the task cannot be recalled. */
  starting(container: string): void;
  /** Numbers of the GPUs that are its own from now on. */
  gpus(count: number): readonly number[];
  /** The job waits for as long as `act` goes on. */
  whileWaiting<T>(why: Why, act: () => Promise<T>): Promise<T>;
}
