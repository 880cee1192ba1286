import type { Resources } from './container.ts';

/*
 * The sentences of `statusReason` while a job waits (it always says why). Where the service has a code of its own it
 * stands in front, so that tools which read it work: rules E-171 to E-176.
 */

/** A code of the service's own with its sentence, as jobs' `statusReason` and `jobStateTimeLimitActions` have it. */
export interface ServiceReason {
  readonly code: string;
  readonly sentence: string;
}

/** Rule E-172. */
export const BEYOND_MAXIMUM: ServiceReason = {
  code: 'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE',
  sentence: 'CE(s) associated with the job queue cannot meet the CPU requirement of the job.',
};

/** Rule E-173. */
export const BEYOND_TYPES: ServiceReason = {
  code: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
  sentence:
    'The job resource requirement (vCPU/memory/GPU) is higher than that can be met by the CE(s) attached to the job queue.',
};

/** Rule E-176. */
export const ALL_INVALID: ServiceReason = {
  code: 'ACTION_REQUIRED',
  sentence: 'CE(s) associated with the job queue are invalid.',
};

/** Rule E-171. */
export const noCapacity = (type: string): ServiceReason => ({
  code: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
  sentence: `Service cannot fulfill the capacity requested for instance type [${type}]`,
});

/** Told of a kind that the last plan did not know of. */
export const kindsInTurn = (kinds: number): string =>
  `jobs of ${kinds} kinds wait in its queue: the older ones are looked at each time, the others in turn`;

export const vcpus = (milli: number): string => {
  const n = milli / 1000;
  return `${n} vCPU${n === 1 ? '' : 's'}`;
};

export const memory = (mib: number): string =>
  mib >= 1024 && mib % 512 === 0 ? `${mib / 1024} GiB` : `${mib} MiB`;

export const gpus = (n: number): string => `${n} GPU${n === 1 ? '' : 's'}`;

/** "16 vCPUs, 32 GiB and 1 GPU". `concernsGpus`: that there is none is told too. */
export const describeResources = (r: Resources, concernsGpus = false): string => {
  const parts = [vcpus(r.milliVcpus), memory(r.memoryMiB)];
  if (r.gpus > 0 || concernsGpus) parts.push(gpus(r.gpus));
  return listed(parts);
};

/** "a, b and c". */
export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** "2nd in queue q"; beyond a thousand nobody counts. */
export const placeInLine = (ahead: number, queue: string): string =>
  ahead > 1000 ? `more than 1,000 ahead in queue ${queue}` : `${ordinal(ahead + 1)} in queue ${queue}`;

const ordinal = (n: number): string => {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  const suffix = teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
};
