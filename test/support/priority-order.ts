import { inOrderOfSubmission, type QueueOrder } from '../../src/domain/queue-order.ts';

const HIGHEST = 9999;
/** More than there will be jobs. */
const JOBS = 2 ** 39;

/** Another order than the house's own: the highest scheduling priority first, and of equals the last that came. */
export const priorityThenLast: QueueOrder = {
  rankOf: ({ seq, parts, priority }) => (HIGHEST - priority) * JOBS + (JOBS - 1 - seq - parts),
  firstOf: inOrderOfSubmission.firstOf,
};
