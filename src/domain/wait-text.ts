import type { Resources } from './container.ts';

/*
 * The sentences of `statusReason` while a job waits (issue: "it always says why"). Where the service has a code of
 * its own it stands in front, so that tools which read it work: rules E-172, E-173, E-176.
 */

const vcpus = (milli: number): string => {
  const n = milli / 1000;
  return `${n} vCPU${n === 1 ? '' : 's'}`;
};
const memory = (mib: number): string => (mib >= 1024 && mib % 512 === 0 ? `${mib / 1024} GiB` : `${mib} MiB`);

/** "16 vCPUs, 32 GiB and 1 GPU". */
export const describeResources = (r: Resources): string => {
  const parts = [vcpus(r.milliVcpus), memory(r.memoryMiB)];
  if (r.gpus > 0) parts.push(`${r.gpus} GPU${r.gpus === 1 ? '' : 's'}`);
  const last = parts.pop();
  return `${parts.join(', ')} and ${last}`;
};

export const waitingForRoom = (asks: Resources, free: Resources, total: Resources): string =>
  `needs ${describeResources(asks)}; the host has ${describeResources(free)} free of ${describeResources(total)}`;

export const behindHead = (asks: Resources): string =>
  `needs ${describeResources(asks)}; an older or higher-priority job waits for room first`;

export const atLimit = (asks: Resources, environment: string, used: number, max: number): string =>
  `needs ${describeResources(asks)}; environment ${environment} uses ${used / 1000} of at most ${vcpus(max)}`;

export const environmentsDisabled = (names: readonly string[]): string =>
  `no environment takes jobs now: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} DISABLED`;

export const environmentsInvalid = (names: readonly string[]): string =>
  `ACTION_REQUIRED - CE(s) associated with the job queue are invalid. (${names.join(', ')})`;

export const beyondMaximum = (asks: Resources, environment: string, max: number): string =>
  'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet the CPU ' +
  `requirement of the job. It needs ${vcpus(asks.milliVcpus)}, environment ${environment} has at most ${vcpus(max)}.`;

export const beyondHost = (asks: Resources, total: Resources): string =>
  'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement (vCPU/memory/GPU) is higher than that ' +
  `can be met by the CE(s) attached to the job queue. It needs ${describeResources(asks)}, the host has ` +
  `${describeResources(total)}.`;

/** "2nd in queue q"; beyond a thousand nobody counts. */
export const placeInLine = (ahead: number, queue: string): string =>
  ahead > 1000 ? `more than 1,000 ahead in queue ${queue}` : `${ordinal(ahead + 1)} in queue ${queue}`;

const ordinal = (n: number): string => {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  const suffix = teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
};
