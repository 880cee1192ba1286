import { type Refusal, refuseWrapped } from '../../domain/refusal.ts';

export interface TimeLimitAction {
  readonly reason?: string;
  readonly state?: string;
  readonly maxTimeSeconds?: number;
  readonly action?: string;
}

const REASONS = [
  'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
  'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE',
  'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
];

/** Rule E-116. */
export const checkTimeLimits = (actions: readonly TimeLimitAction[] | undefined): Refusal | undefined => {
  for (const { reason = '', maxTimeSeconds = 0, action } of actions ?? []) {
    if (action !== 'CANCEL') return refuseWrapped('Invalid job action. Valid job actions: [CANCEL]');
    if (!REASONS.includes(reason)) {
      return refuseWrapped(
        `jobStateTimeLimitActions: reason must be one of ${REASONS.join(', ')}, got '${reason}'.`,
      );
    }
    if (maxTimeSeconds < 600 || maxTimeSeconds > 86_400) {
      return refuseWrapped(
        `jobStateTimeLimitActions: maxTimeSeconds must be between 600 and 86400, got ${maxTimeSeconds}.`,
      );
    }
  }
  const kinds = (actions ?? []).map(({ state, reason }) => `${state}/${reason}`);
  return new Set(kinds).size < kinds.length
    ? refuseWrapped('Duplicate job state limit actions are not allowed.')
    : undefined;
};

/** Rule E-113. */
export const checkPriority = (priority: number | undefined): Refusal | undefined =>
  priority !== undefined && priority < 0
    ? refuseWrapped(`priority must not be negative, got ${priority}.`)
    : undefined;
