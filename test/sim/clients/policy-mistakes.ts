import { type Any, LONG, type Mistake, many, NULL, set, TYPE, without, wrong } from './mistake.ts';
import { tagged } from './tag-mistakes.ts';

/** Nothing but the name, and what is wrong. */
const fair = (policy: unknown) => (input: Any) => {
  const { quotaSharePolicy: _, ...rest } = input;
  return { ...rest, fairsharePolicy: policy };
};
const entries = (...shareDistribution: unknown[]) => fair({ shareDistribution });

const policy: readonly Mistake[] = [
  wrong(/^Share decay seconds/, fair({ shareDecaySeconds: 604_801 })),
  wrong(/^Compute reservation/, fair({ computeReservation: 100 })),
  wrong(/^ShareDistribution size/, entries(...many(501, (at) => ({ shareIdentifier: `s${at}` })))),
  wrong(/^ShareIdentifier name/, entries({ shareIdentifier: 'a b' })),
  wrong(/^Weight factor/, entries({ shareIdentifier: 'a', weightFactor: 1000 })),
  wrong(/^Cannot have two or more identical/, entries({ shareIdentifier: 'a' }, { shareIdentifier: 'a' })),
  wrong(/matches another share identifier/, entries({ shareIdentifier: 'a1' }, { shareIdentifier: 'a*' })),
  wrong(/^Idle resource assignment/, (input) => {
    const { fairsharePolicy: _, ...rest } = input;
    return { ...rest, quotaSharePolicy: { idleResourceAssignmentStrategy: 'LIFO' } };
  }),
  wrong(/^A scheduling policy can have either/, (input) => ({
    ...input,
    fairsharePolicy: {},
    quotaSharePolicy: { idleResourceAssignmentStrategy: 'FIFO' },
  })),
  wrong(TYPE, set('fairsharePolicy', 'x', { shareDistribution: 'x' })),
];

const noArn = wrong(/^Only scheduling policy Arn/, set('arn', 'p0', 'arn:aws:batch:x:y:job-queue/q0'));

export const POLICY_MISTAKES: Readonly<Record<string, readonly Mistake[]>> = {
  CreateSchedulingPolicy: [
    ...policy,
    ...tagged,
    wrong(/^Scheduling policy name/, set('name', '', 'a b', LONG)),
    wrong(NULL, without('name')),
  ],
  UpdateSchedulingPolicy: [...policy, noArn, wrong(NULL, without('arn'))],
  DeleteSchedulingPolicy: [noArn, wrong(NULL, without('arn'))],
  DescribeSchedulingPolicies: [
    wrong(/^Only scheduling policy Arn/, set('arns', ['p0'])),
    wrong(
      /^Maximum number of scheduling policies/,
      set(
        'arns',
        many(101, (at) => `p${at}`),
      ),
    ),
    wrong(NULL, without('arns')),
  ],
  ListSchedulingPolicies: [
    wrong(/^maxResults must/, set('maxResults', 0, 101)),
    wrong(/^Invalid nextToken/, set('nextToken', 'junk')),
  ],
};

/** Of a queue. */
export const wrongPolicy = wrong(
  /^Only scheduling policy Arn/,
  set('schedulingPolicyArn', 'p0', 'arn:aws:x'),
);

/** Of a submission. */
export const wrongSharing: readonly Mistake[] = [
  wrong(/^Scheduling priority must be/, set('schedulingPriorityOverride', -1, 10_000)),
  wrong(/^ShareIdentifier name/, set('shareIdentifier', 'a b', 'a*b')),
];
