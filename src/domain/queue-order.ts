/** A job as it is submitted. */
export interface Submitted {
  /** Its row's: later jobs have higher ones. */
  readonly seq: number;
  /** How many children or nodes it has, whose rows follow its own; 0 for most. */
  readonly parts: number;
  /** Its definition's scheduling priority, 0 to 9999; 0 without one. */
  readonly priority: number;
}

/** The first waiting job of a group of its queue's jobs. */
export interface GroupHead {
  readonly group: number;
  readonly seq: number;
  readonly rank: number;
}

/**
 * Which of a queue's jobs goes first, all there is to it: how a job stands within its group is stored with it, and the
 * groups' heads are chosen from each time. All jobs of a queue are one group today. Pure.
 */
export interface QueueOrder {
  /**
   * By which the waiting jobs of a group stand, the lowest first: a positive integer, kept for good. Its children or nodes
   * stand right behind it, in the order of their indexes: no other job of its queue has one of the `parts` numbers that follow,
   * and the last of them is below 2^53 - 1.
   */
  rankOf(job: Submitted): number;
  /** The one of the heads, at least one and one of each group, that goes first. */
  firstOf(heads: readonly GroupHead[]): GroupHead;
}

/** Rule E-136: in the order of submission. */
export const inOrderOfSubmission: QueueOrder = {
  rankOf: ({ seq }) => seq,
  firstOf: (heads) => heads.reduce((first, head) => (head.rank < first.rank ? head : first)),
};
