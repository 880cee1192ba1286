export { describeJobs } from './describe.ts';
export { listJobs } from './list.ts';
export { cancelJob, terminateJob } from './stop.ts';
export { submitJob } from './submit.ts';
