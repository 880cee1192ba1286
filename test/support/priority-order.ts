import { byRank, type Choice } from '../../src/domain/group-choice.ts';
import { inOrderOfSubmission, type QueueOrder } from '../../src/domain/queue-order.ts';

const HIGHEST = 9999;
/** More than there will be jobs. */
const JOBS = 2 ** 39;

/** Another order than the house's own: the highest scheduling priority first, and of equals the last that came. */
export const priorityThenLast: QueueOrder = {
  ...inOrderOfSubmission,
  rankOf: ({ seq, parts, priority }) => (HIGHEST - priority) * JOBS + (JOBS - 1 - seq - parts),
};

const highestGroup: Choice = {
  ...byRank,
  scoreOf: ({ group }) => -group,
  copy: () => highestGroup,
};

/** And one of groups: a group for each scheduling priority, the highest first, within each as they came. */
export const groupsByPriority: QueueOrder = {
  ...inOrderOfSubmission,
  groupOf: ({ priority }) => priority + 1,
  choiceOf: () => highestGroup,
};
