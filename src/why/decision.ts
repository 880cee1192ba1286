import type { EnvironmentVerdict, WaitReason } from '../scheduler/snapshot.ts';

/*
 * Which reason a job that waits is given, of what the last plan found: the service's own code where one fits (rules E-171
 * to E-176), and whether it can never run as things are.
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

/** It can never run as things are: said before its position. */
export const neverRuns = ({ verdicts, lacks }: WaitReason): boolean =>
  !lacks &&
  (verdicts.length === 0 || verdicts.every(({ kind }) => kind === 'invalid' || kind.startsWith('never-')));

/** The service's own reason, where one fits. */
export const serviceReason = (reason: WaitReason): ServiceReason | undefined =>
  neverRuns(reason) ? neverCode(reason) : capacityCode(reason);

/** They tell nothing of sizes. */
const OUT_OF_QUESTION: readonly EnvironmentVerdict['kind'][] = [
  'invalid',
  'never-nodes',
  'never-later',
  'never-bid',
];

const neverCode = ({ verdicts }: WaitReason): ServiceReason | undefined => {
  if (verdicts.length === 0) return undefined;
  if (verdicts.every(({ kind }) => kind === 'invalid')) return ALL_INVALID;
  // what it lacks is a repair, not size
  if (verdicts.some((verdict) => verdict.kind === 'invalid' && !verdict.never)) return undefined;
  const valid = verdicts.filter(({ kind }) => !OUT_OF_QUESTION.includes(kind));
  if (valid.length === 0) return undefined;
  return valid.every(({ kind }) => kind === 'never-maximum') ? BEYOND_MAXIMUM : BEYOND_TYPES;
};

/** Nothing of the queue's environments could hold it even when free, and the pool has no room for more. */
const capacityCode = ({ verdicts, kept }: WaitReason): ServiceReason | undefined => {
  if (kept) return undefined;
  const open = verdicts.filter(
    ({ kind }) => kind !== 'invalid' && kind !== 'disabled' && !kind.startsWith('never-'),
  );
  const [first] = open;
  if (first?.kind !== 'room' || first.type === undefined) return undefined;
  return open.every((v) => v.kind === 'room' && v.type !== undefined && v.busy === 0)
    ? noCapacity(first.type)
    : undefined;
};
