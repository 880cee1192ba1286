import type { Resources } from './container.ts';
import type { ComputeResources } from './environment-rules.ts';
import { type Offer, offersOf } from './instance-offers.ts';
import { describeResources, vcpus } from './wait-text.ts';

/** What an environment is set up with. */
export interface Setup {
  readonly serviceRole: string | null;
  readonly resources: ComputeResources | null;
}

const isRole = (given: string): boolean =>
  !given.startsWith('arn:') || /^arn:[\w-]+:iam::\d*:role\/./.test(given);
const isProfile = (given: string): boolean =>
  isRole(given) || /^arn:[\w-]+:iam::\d*:instance-profile\/./.test(given);

/**
 * What is known to be wrong with a setup, in the words of the call that would fail (rules E-065 to E-068): an ARN that
 * is none of a role. Whether a role of the right form exists and may do its work can't be known here and is not asked
 * for. `requestId`: of the call that is told of.
 */
export const setupFault = ({ serviceRole, resources }: Setup, requestId: string): string | undefined => {
  if (serviceRole !== null && !isRole(serviceRole)) {
    return (
      'CLIENT_ERROR - Not authorized to perform sts:AssumeRole (Service: AWSSecurityTokenService; Status Code: 403; ' +
      `Error Code: AccessDenied; Request ID: ${requestId})`
    );
  }
  const fleet = resources?.spotIamFleetRole;
  if (fleet && !isRole(fleet)) {
    return (
      'CLIENT_ERROR - Parameter: SpotFleetRequestConfig.IamFleetRole is invalid. (Service: AmazonEC2; Status Code: 400; ' +
      `Error Code: InvalidSpotFleetRequestConfig; Request ID: ${requestId})  ` +
      'Parameter: SpotFleetRequestConfig.IamFleetRole is invalid'
    );
  }
  const profile = resources?.instanceRole;
  return profile && !isProfile(profile)
    ? `CLIENT_ERROR - Instance profile ${profile} does not exist`
    : undefined;
};

export const HEALTHY = 'ComputeEnvironment Healthy';

/**
 * What a VALID environment says of itself: what it wants and the pool has not, or that none of its types can be carved
 * from the pool. `running`: thousandths of a vCPU of its instances.
 */
export const healthText = (
  resources: ComputeResources | null,
  desiredVcpus: number,
  running: number,
  pool: Resources,
): string => {
  const offers = resources?.instanceTypes ? offersOf(resources.instanceTypes) : [];
  if (offers.length > 0 && !offers.some((offer) => isCarved(offer, pool))) {
    return `no instance type of it fits the pool, which has ${describeResources(pool)}`;
  }
  const wants = desiredVcpus * 1000;
  return wants > pool.milliVcpus && wants > running
    ? `wants ${vcpus(wants)}, the pool has ${pool.milliVcpus / 1000}`
    : HEALTHY;
};

const isCarved = ({ size }: Offer, pool: Resources): boolean =>
  size.memoryMiB <= pool.memoryMiB && size.gpus <= pool.gpus;
