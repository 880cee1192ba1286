export { cancelJob, cancelJobs } from './cancel.ts';
export { describeJobs } from './describe.ts';
export { listJobs } from './list.ts';
export { submitJob } from './submit.ts';
export { terminateJob, terminateJobs } from './terminate.ts';
