import type { Log } from '../lib/logger.ts';
import type { Caller } from './handlers.ts';

/** What tells one change from another; no member holds a secret, and documents are read from the policy. */
const TOLD = [
  'UserName',
  'NewUserName',
  'GroupName',
  'NewGroupName',
  'RoleName',
  'InstanceProfileName',
  'OpenIDConnectProviderArn',
  'Url',
  'ClientID',
  'PolicyName',
  'PolicyArn',
  'PermissionsBoundary',
  'VersionId',
  'AccessKeyId',
  'Status',
];
const READS = /^(?:Get|List)/;

/** An operator sees who changed what somebody may do. `input`: what IAM was asked, and has done. */
export const tellChange = (
  log: Log,
  action: string,
  input: unknown,
  { arn, accessKeyId }: Caller,
  requestId: string,
): void => {
  if (READS.test(action)) return;
  const given = input as Readonly<Record<string, unknown>>;
  const told = Object.fromEntries(TOLD.flatMap((name) => (name in given ? [[name, given[name]]] : [])));
  log.info({ requestId, by: arn, accessKeyId, action, ...told }, 'who may do what was changed');
};
