import type { Account } from './arn.ts';

/** Rule E-031: the role of environments that were given none. */
export const serviceLinkedRole = (a: Account): string =>
  `arn:${a.partition}:iam::${a.account}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch`;

/** Rules S-028, S-029, E-033: a bare name has no path, `/path/name` keeps its own, an ARN stays. */
export const roleArn = (a: Account, given: string): string =>
  given.startsWith('arn:') ? given : `arn:${a.partition}:iam::${a.account}:role/${given.replace(/^\//, '')}`;
