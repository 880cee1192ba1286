/** What of a submission may say which group its job is of: part of the spec that equal submissions share. */
export interface Sharing {
  /** Its scheduling priority, 0 to 9999; 0 without one. */
  readonly priority: number;
  /** The seq of its share; 0 in a queue that is not shared. */
  readonly share: number;
}

/** A job as it is submitted. */
export interface Submitted extends Sharing {
  /** Its row's: later jobs have higher ones. */
  readonly seq: number;
  /** How many children or nodes it has, whose rows follow its own; 0 for most. */
  readonly parts: number;
}

/** The first waiting job of a group of its queue's jobs. */
export interface GroupHead {
  readonly group: number;
  readonly seq: number;
  readonly rank: number;
}

/**
 * Which of a queue's jobs goes first, all there is to it, and all that another order has to provide: a job's group and how
 * it stands within it are stored when it is submitted, and the groups' heads are chosen from each time. The head of each
 * group is known to every turn, however many shapes wait; a turn reads them all, so that there may be some 500 in a queue.
 * Pure. Why it is cut so: docs/decisions/queue-order.md.
 */
export interface QueueOrder {
  /** The group of its queue's jobs that it is of, kept for good: 0 of each job of a queue, or from 1 on of each. */
  groupOf(job: Sharing): number;
  /**
   * By which the waiting jobs of a group stand, the lowest first: a positive integer, kept for good. Its children or nodes
   * stand right behind it, in the order of their indexes: no other job of its queue has one of the `parts` numbers that follow,
   * and the last of them is below 2^53 - 1.
   */
  rankOf(job: Submitted): number;
  /**
   * The one of the heads, at least one and one of each group, that goes first. Asked for each job that starts, and for
   * positions as if all started one after the other: it compares, and nothing more.
   */
  firstOf(heads: readonly GroupHead[]): GroupHead;
}

/** Rule E-136: in the order of submission. The first job of each share is known to every turn. */
export const inOrderOfSubmission: QueueOrder = {
  groupOf: ({ share }) => share,
  rankOf: ({ seq }) => seq,
  firstOf: (heads) => heads.reduce((first, head) => (head.rank < first.rank ? head : first)),
};
