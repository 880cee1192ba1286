/**
 * Time as a value: nothing below `main` asks the machine for it.
 * `wall` is what people are shown and signatures are checked against, and may jump either way.
 * `steady` only ever grows while `bootId` stays the same; deadlines and back-off go by it.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, an integer. */
  wall(): number;
  /** Milliseconds on the machine's monotonic clock, an integer. */
  steady(): number;
  /** Names the boot that `steady` counts from. */
  readonly bootId: string;
}

/** The only way to wait below `main`. */
export interface Timers {
  /** Calls `fn` once, after at least `delayMilliseconds`; returns what cancels it. */
  after(delayMilliseconds: number, fn: () => void): () => void;
  /** Calls `fn` after the requests that are being read now have been heard: a group commit's turn. */
  soon(fn: () => void): void;
}
