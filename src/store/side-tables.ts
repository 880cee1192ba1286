/* Tables beside those of `schema.ts`, which says what holds of all. */

/** The first RUNNABLE job of its shape in a queue that acts on long waits (`jobStateTimeLimitActions`). */
export interface BlockedHeadRow {
  job: number;
  queue: number;
  /** The service's reason code that it waits by. */
  reason: string;
  since_at: number;
  since_steady: number;
  since_boot: string;
}

/** So many jobs of a queue are in a state: see `queue-counts.ts`. */
export interface QueueCountRow {
  queue: number;
  state: number;
  n: number;
}

/** A tag of a resource. */
export interface TagRow {
  /** What the resource is: place in `TAGGED_KINDS`. */
  kind: number;
  /** Its `seq`. */
  owner: number;
  key: string;
  value: string;
}
