export { checkAccess } from '../access/check-access.ts';
export { listLimits, setLimits } from '../access/limits.ts';
export { getArrayGroups } from './array-groups.ts';
export { explainJob } from './explain-job.ts';
export { getOverview } from './overview.ts';
export { retryJobs } from './retry-jobs.ts';
export { searchJobs } from './search-jobs.ts';
export { stopJobs } from './stop-jobs.ts';
