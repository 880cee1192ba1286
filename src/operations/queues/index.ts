export { createJobQueue } from './create.ts';
export { deleteJobQueue } from './delete.ts';
export { describeJobQueues } from './describe.ts';
export { getJobQueueSnapshot } from './snapshot.ts';
export { updateJobQueue } from './update.ts';
