export { describeLogGroups } from './describe-log-groups.ts';
export { describeLogStreams } from './describe-log-streams.ts';
export { filterLogEvents } from './filter-log-events.ts';
export { getLogEvents } from './get-log-events.ts';
