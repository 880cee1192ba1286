import {
  type Account,
  consumableArn,
  environmentArn,
  jobArn,
  nameFrom,
  policyArn,
  queueArn,
  serviceEnvironmentArn,
  serviceJobArn,
} from '../../domain/arn.ts';
import { parseJobId } from '../../domain/job-id.ts';
import type { ResourceKind } from './question.ts';

/** What is asked about where no name can be made out: an operation refuses that anyway (access by `*` alone tells so). */
export const ANY = '*';

const ARNS: Readonly<Record<Exclude<ResourceKind, 'arn'>, (a: Account, id: string) => string>> = {
  'compute-environment': environmentArn,
  'job-queue': queueArn,
  job: jobArn,
  'scheduling-policy': policyArn,
  'consumable-resource': consumableArn,
  'service-environment': serviceEnvironmentArn,
  'service-job': serviceJobArn,
};

/** The ARN of what a name, an id or an ARN of this account and region means; `*` where that can be nothing's. */
export const arnOf = (a: Account, kind: ResourceKind, given: string | undefined): string => {
  if (given === undefined) return ANY;
  if (kind === 'arn') return given.startsWith('arn:') ? given : ANY;
  const name = nameFrom(a, kind, given);
  const isJob = kind === 'job' || kind === 'service-job';
  if (name === undefined || name === '' || (isJob && !parseJobId(name))) return ANY;
  return ARNS[kind](a, name);
};
