export { getArrayGroups } from './array-groups.ts';
export { explainJob } from './explain-job.ts';
export { getOverview } from './overview.ts';
export { searchJobs } from './search-jobs.ts';
