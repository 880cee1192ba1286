import { arnOf, type Ledger } from '../books/requests.ts';
import type { Random } from '../random.ts';
import type { Swarm } from '../swarm.ts';
import { known, type Make, nameOf } from './definitions.ts';
import { someTags } from './tags.ts';

/* Scheduling policies, and how jobs say whose share they are of. */

/** A few, some of which the entries of policies are prefixes of. */
const IDENTIFIERS = ['a', 'b', 'c-1', 'team1', 'team2', 'Team1', 'team*'];

/** No entry is within another. */
const DISTRIBUTIONS = [[], ['a', 'b'], ['team*', 'a'], ['team1', 'team2', 'Team*'], ['*']];

const policyOf = (r: Random) => ({
  ...(r.chance(0.5) && { shareDecaySeconds: r.pick([0, 600, 1200, 7200, 604_800]) }),
  ...(r.chance(0.5) && { computeReservation: r.pick([0, 10, 50, 99]) }),
  ...(r.chance(0.8) && {
    shareDistribution: r.pick(DISTRIBUTIONS).map((shareIdentifier) => ({
      shareIdentifier,
      ...(r.chance(0.8) && { weightFactor: r.pick([0.0001, 0.25, 1, 2, 999.9999]) }),
    })),
  }),
});

/** Of fair shares, most often; where nothing is said, too. */
const kindOf = (r: Random) => {
  if (r.chance(0.3)) return { quotaSharePolicy: { idleResourceAssignmentStrategy: 'FIFO' } };
  return r.chance(0.05) ? {} : { fairsharePolicy: policyOf(r) };
};

/** The ARN of one that is there, if there is any. */
export const policyArn = (r: Random, ledger: Ledger): string =>
  arnOf('scheduling-policy', known(r, ledger.policies, 'nobody'));

export const createPolicy: Make = (r, _ledger, swarm, id) => ({
  operation: 'CreateSchedulingPolicy',
  input: { name: nameOf(r, swarm, 'p'), ...kindOf(r), ...someTags(r, id) },
});

export const updatePolicy: Make = (r, ledger) => ({
  operation: 'UpdateSchedulingPolicy',
  input: { arn: policyArn(r, ledger), ...kindOf(r) },
});

export const deletePolicy: Make = (r, ledger) => ({
  operation: 'DeleteSchedulingPolicy',
  input: { arn: policyArn(r, ledger) },
});

export const describePolicies: Make = (r, ledger) => ({
  operation: 'DescribeSchedulingPolicies',
  input: { arns: Array.from({ length: r.int(1, 3) }, () => policyArn(r, ledger)) },
});

export const listPolicies: Make = (r) => ({
  operation: 'ListSchedulingPolicies',
  input: r.chance(0.5) ? {} : { maxResults: r.int(1, 3) },
});

/** What a queue is made with. */
export const followed = (r: Random, ledger: Ledger, swarm: Swarm) =>
  r.chance(swarm.shared) ? { schedulingPolicyArn: policyArn(r, ledger) } : {};

/** A priority of its own, or none; now and then what the queue has no use for, or lacks. */
export const sharing = (r: Random, isShared: boolean, hasPriority: boolean) => {
  const shares = r.chance(0.97) ? isShared : !isShared;
  if (!shares) return isShared || r.chance(0.99) ? {} : { schedulingPriorityOverride: 1 };
  const own = r.chance(hasPriority ? 0.3 : 0.97);
  return {
    shareIdentifier: r.pick(IDENTIFIERS),
    ...(own && { schedulingPriorityOverride: r.pick([0, 0, 1, 1, 5, 9999]) }),
  };
};
