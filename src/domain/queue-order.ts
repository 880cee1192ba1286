import { ShareChoice, type SharesView } from './fair-share/choice.ts';
import { byRank, type Choice } from './group-choice.ts';

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
  /** How the heads of a queue's groups are chosen from. `shares`: of a queue with a fair-share policy. */
  choiceOf(shares: SharesView | undefined): Choice;
}

/** Rule E-136: in the order of submission. */
export const inOrderOfSubmission: QueueOrder = {
  groupOf: () => 0,
  rankOf: ({ seq }) => seq,
  choiceOf: () => byRank,
};

const HIGHEST_PRIORITY = 9999;
/** More than there will be jobs. */
const JOBS = 2 ** 39;

/**
 * The order that the house has: of a queue with a policy by its shares, within each by priority, then in the order of
 * submission (T-116, E-147); of another in the order of submission, whatever the priority (T-093).
 */
export const byShares: QueueOrder = {
  groupOf: ({ share }) => share,
  rankOf: ({ seq, priority, share }) => (share === 0 ? seq : (HIGHEST_PRIORITY - priority) * JOBS + seq),
  choiceOf: (shares) => (shares ? new ShareChoice(shares) : byRank),
};
