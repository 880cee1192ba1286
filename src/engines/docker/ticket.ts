import type { Why } from './wait-reasons.ts';

/** How a launch goes on, told and asked on the way. */
export interface Gate {
  /** Whether the order is taken back, or the server lets go: then nothing more is begun. */
  isShut(): boolean;
  /** From here on the task cannot be taken back. */
  starting(container: string): void;
  /** Numbers of the GPUs that are its own from now on. */
  gpus(count: number): readonly number[];
  /** The job waits for as long as `act` goes on. */
  waits<T>(why: Why, act: () => Promise<T>): Promise<T>;
}
