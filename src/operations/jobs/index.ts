export { cancelJob } from './cancel.ts';
export { describeJobs } from './describe.ts';
export { listJobs } from './list.ts';
export { submitJob } from './submit.ts';
export { terminateJob } from './terminate.ts';
