import type { Resources } from './container.ts';
import type { ComputeResources } from './environment-rules.ts';
import { type HostFree, type HostView, sizeOfAll, takes } from './host.ts';
import { freeText } from './host-text.ts';
import { offersOf } from './instance-offers.ts';
import { type EksConfiguration, eksFault } from './pods/eks-environment.ts';
import { describeResources, vcpus } from './resource-text.ts';
import { LEAST_SPOT_PRICE, neverWins } from './spot-price.ts';

/** What an environment is set up with. */
export interface Setup {
  readonly serviceRole: string | null;
  readonly resources: ComputeResources | null;
  /** Of one whose jobs are pods, and where the engine makes some. */
  readonly eks?: EksConfiguration | undefined;
  readonly podNamespace?: string | undefined;
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
export const setupFault = (setup: Setup, requestId: string): string | undefined =>
  roleFault(setup, requestId) ?? eksFault(setup.eks, setup.podNamespace);

const roleFault = ({ serviceRole, resources }: Setup, requestId: string): string | undefined => {
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

/** What a VALID environment has of what it is to have. */
export interface Health {
  readonly resources: ComputeResources | null;
  /** Null for UNMANAGED. */
  readonly maxVcpus: number | null;
  readonly desiredVcpus: number;
  /** Thousandths of a vCPU of its instances. */
  readonly running: number;
  readonly hosts: readonly HostView[];
  /** Types with GPUs are carved without them: the engine has none to give. */
  readonly hasNoGpus: boolean;
  /** Its minimum, while it has less. */
  readonly lacks?: {
    readonly minVcpus: number;
    readonly free: readonly HostFree[];
    /** What Spot capacity costs now, in percent of on-demand; undefined while no plan has found it. */
    readonly spotPrice: number | undefined;
  };
}

/**
 * What a VALID environment says of itself: that its bid can never win, none of its types can be carved from the
 * pool or is within its maximum, or what it wants and the pool has not, or has given to others.
 */
export const healthText = (health: Health): string => {
  const { resources, maxVcpus, desiredVcpus, running, hosts, hasNoGpus, lacks } = health;
  const bid = bidOf(resources);
  if (neverWins(bid)) {
    return `its bid of ${bid}% can never win: Spot capacity costs ${LEAST_SPOT_PRICE}% of on-demand at the least`;
  }
  const offers = resources?.instanceTypes ? sizesOf(resources.instanceTypes, hasNoGpus) : [];
  const carved = offers.filter((size) => hosts.some((host) => isWithin(takes(size, host), host.size)));
  const concernsGpus = offers.some(({ gpus }) => gpus > 0);
  if (offers.length > 0 && carved.length === 0) {
    return noneFits(hosts, concernsGpus);
  }
  const least = Math.min(...carved.map(({ milliVcpus }) => milliVcpus));
  if (offers.length > 0 && maxVcpus !== null && least > mostOf(resources, maxVcpus)) {
    return `its maxvCpus is ${maxVcpus}, the smallest instance type of it that fits ${hosts.length > 1 ? 'a host' : 'the pool'} has ${vcpus(least)}`;
  }
  const wants = desiredVcpus * 1000;
  const has = sizeOfAll(hosts).milliVcpus;
  if (wants > has && wants > running)
    return `wants ${vcpus(wants)}, ${hosts.length > 1 ? `the ${hosts.length} hosts have` : 'the pool has'} ${has / 1000}`;
  const why = lacks && whyLess(resources, lacks, carved);
  return lacks && why ? `wants ${vcpus(lacks.minVcpus * 1000)}, has ${running / 1000}: ${why}` : HEALTHY;
};

/** Rule E-150. */
export const mayPassMaximum = ({ type, allocationStrategy = 'BEST_FIT' }: ComputeResources): boolean =>
  type === 'SPOT' || allocationStrategy !== 'BEST_FIT';

/** The vCPUs, in thousandths, that the first instance of an environment may have. */
const mostOf = (resources: ComputeResources | null, maxVcpus: number): number =>
  resources !== null && mayPassMaximum(resources) && maxVcpus > 0 ? Infinity : maxVcpus * 1000;

/** Percent of on-demand. */
const bidOf = (resources: ComputeResources | null): number =>
  resources?.type === 'SPOT' ? (resources.bidPercentage ?? 100) : Infinity;

const sizesOf = (instanceTypes: readonly string[], hasNoGpus: boolean): Resources[] =>
  offersOf(instanceTypes).map(({ size }) => (hasNoGpus ? { ...size, gpus: 0 } : size));

/** Undefined where nothing bars what is lacking: it is launched within a moment. */
const whyLess = (
  resources: ComputeResources | null,
  { free, spotPrice }: Health['lacks'] & object,
  carved: readonly Resources[],
): string | undefined => {
  const bid = bidOf(resources);
  if (spotPrice !== undefined && spotPrice >= bid)
    return `Spot capacity costs ${spotPrice}% of on-demand and its bid is ${bid}%`;
  const isRoomy = carved.some((size) =>
    free.some(({ host, free: left }) => host.open && isWithin(takes(size, host), left)),
  );
  const gpus = sizeOfAll(free.map(({ host }) => host)).gpus > 0;
  return isRoomy ? undefined : freeText(free, gpus);
};

const noneFits = (hosts: readonly HostView[], gpus: boolean): string => {
  if (hosts.length === 0) return 'no instance type of it fits a host: there is none';
  const largest = hosts.reduce((a, b) => (b.size.memoryMiB > a.size.memoryMiB ? b : a));
  const size = describeResources(largest.size, gpus);
  return hosts.length > 1
    ? `no instance type of it fits a host: ${largest.name}, the largest of ${hosts.length}, has ${size}`
    : `no instance type of it fits the pool, which has ${size}`;
};

const isWithin = (a: Resources, b: Resources): boolean =>
  a.milliVcpus <= b.milliVcpus && a.memoryMiB <= b.memoryMiB && a.gpus <= b.gpus;
