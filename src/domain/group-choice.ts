/** The first waiting job of a group of its queue's jobs. */
export interface GroupHead {
  readonly group: number;
  readonly seq: number;
  readonly rank: number;
  /** What it asks for, all its tasks together. */
  readonly milliVcpus: number;
}

/** What is kept of a queue's capacity, in thousandths of a vCPU. */
export interface Reserve {
  readonly keptMilliVcpus: number;
  readonly maxMilliVcpus: number;
}

/** Which of a queue's groups comes next, while a plan starts one job after the other. */
export interface Choice {
  /** The lowest goes first, of equals the older. What it says of a group changes only when a job of that starts. */
  scoreOf(head: GroupHead): number;
  /** A job of a group starts. */
  start(head: GroupHead): void;
  /** What stands against a job that there may be room for: capacity that is kept for others; undefined for most. */
  keptFrom(head: GroupHead): Reserve | undefined;
  /** To try what would come then. */
  copy(): Choice;
}

/** Of a queue whose order is in its jobs' ranks alone. */
export const byRank: Choice = {
  scoreOf: ({ rank }) => rank,
  start: () => {},
  keptFrom: () => undefined,
  copy: () => byRank,
};

/** Negative where `a` goes before `b`. */
export const compared = (choice: Choice, a: GroupHead, b: GroupHead): number =>
  choice.scoreOf(a) - choice.scoreOf(b) || a.seq - b.seq;

/** Where one belongs among others that stand with the first at the end: behind those that come later, by `compare`. */
export const placeOf = <T>(others: readonly T[], compare: (other: T) => number): number => {
  let low = 0;
  let high = others.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(others[middle]!) > 0) low = middle + 1;
    else high = middle;
  }
  return low;
};
