import { type Account, definitionNameArn, logGroupArn } from '../../domain/arn.ts';
import { roleArn } from '../../domain/roles.ts';
import { BATCH_TABLE } from './batch-table.ts';
import { ANY, arnOf } from './resources.ts';

const OWN = [
  [/Queue|SubmitJob|SubmitServiceJob/, 'job-queue'],
  [/ComputeEnvironment/, 'compute-environment'],
] as const;

/**
 * The ARN that `batch:SubmitJob` and its like are about when a person names a thing: by an ARN, or by the name or id of what the
 * action is about first. `*` where the action is about nothing.
 */
export const resourceNamed = (account: Account, action: string, given: string): string => {
  if (given === ANY || given.startsWith('arn:')) return given;
  const [service = '', operation = ''] = action.split(':');
  switch (service.toLowerCase()) {
    case 'batch':
      return ofBatch(account, operation, given);
    case 'logs':
      return `${logGroupArn(account, '/aws/batch/job')}:log-stream:${given}`;
    case 'iam':
      return operation.toLowerCase() === 'passrole'
        ? roleArn(account, given)
        : ofIam(account, operation, given);
    default:
      return ANY;
  }
};

const ofBatch = (account: Account, operation: string, given: string): string => {
  const name = Object.keys(BATCH_TABLE).find((one) => one.toLowerCase() === operation.toLowerCase()) ?? '';
  const entry = BATCH_TABLE[name];
  if (/JobDefinition$/.test(name)) return definitionNameArn(account, given);
  const kind =
    entry && 'resource' in entry ? entry.resource : OWN.find(([pattern]) => pattern.test(name))?.[1];
  return kind === undefined ? ANY : arnOf(account, kind, given);
};

const ofIam = ({ partition, account }: Account, operation: string, given: string): string => {
  const [kind] = /User|AccessKey|Group|Role|Policy/i.exec(operation) ?? [];
  const named = kind === undefined ? undefined : (kind === 'AccessKey' ? 'user' : kind).toLowerCase();
  return named === undefined ? ANY : `arn:${partition}:iam::${account}:${named}/${given}`;
};
