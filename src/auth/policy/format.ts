import { splitArn } from './arn-pattern.ts';

/* What actions and resources of a policy must look like: the service's texts. Rules. */

export const LEGACY = 'The policy failed legacy parsing';

const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov'];
const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

/** Why a text may not stand in Resource or NotResource; undefined where it may. */
export const wrongResource = (resource: string): string | undefined => {
  if (resource === '*') return undefined;
  if (!resource.includes(':')) return `Resource ${resource} must be in ARN format or "*".`;
  const [, partition = '', ...rest] = splitArn(resource);
  if (!PARTITIONS.includes(partition)) {
    const filledUp = [0, 1, 2, 3].map((n) => (rest.length > 1 || rest[n] ? (rest[n] ?? '*') : '*'));
    return `Partition "${partition}" is not valid for resource "arn:${partition}:${filledUp.join(':')}".`;
  }
  const [service, region, , path] = rest;
  if (service === undefined || /[*?]/.test(service))
    return 'Resource vendor must be fully qualified and cannot contain regexes.';
  const short = rest.length < 4 && resource.includes('::');
  if (service === '' || short) return LEGACY;
  if (service === 'iam' && region !== '')
    return `IAM resource ${resource} cannot contain region information.`;
  if (service === 's3' && region !== '' && !path?.startsWith('accesspoint/'))
    return `Resource ${resource} can not contain region information.`;
  if (service === 'iam' && path !== '*' && !IAM_PATHS.some((start) => path?.startsWith(start)))
    return `IAM resource path must either be "*" or start with ${IAM_PATHS.join(', ')}.`;
  return undefined;
};

/** Why a text may not stand in Action or NotAction; undefined where it may. */
export const wrongAction = (action: string): string | undefined => {
  const [vendor = '', ...rest] = action.split(':');
  if (action === '*') return undefined;
  if (rest.length === 0) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
  if (rest.length > 1) return 'Actions/Condition can contain only one colon.';
  return /[^A-Za-z0-9\-.]/.test(vendor) && vendor !== '*' ? `Vendor ${vendor} is not valid` : undefined;
};
