import type { ComputeResources } from './environment-rules.ts';
import { HEALTHY } from './environment-setup.ts';
import type { HostView } from './host.ts';
import { expandInstanceTypes } from './instance-types.ts';

/* What environments may have where hosts are never cut in parts: nodes of a cluster (K-144, K-145). */

/** Hosts that a managed environment may have; undefined for all. */
export const hostsFor = (
  resources: ComputeResources,
  hosts: readonly HostView[],
): readonly HostView[] | undefined => {
  const isNamed = namedIn(resources);
  const isSpot = isOfSpot(resources);
  if (!isNamed && !isSpot) return undefined;
  return hosts.filter((host) => (!isSpot || host.isSpot) && (isNamed?.(host.type) ?? true));
};

/** What bars an environment as a whole; it goes by itself. */
export const faultOf = (
  resources: ComputeResources | null,
  hosts: readonly HostView[],
): string | undefined =>
  resources && isOfSpot(resources) && !hosts.some(({ isSpot }) => isSpot) ? NO_SPOT : undefined;

const NO_SPOT = 'no node is of Spot capacity';

const isOfSpot = ({ type }: ComputeResources): boolean => type === 'SPOT' || type === 'FARGATE_SPOT';

/**
 * Whether a host's type is one of those named; so is each host that has none of EC2's: in other clouds, and at home, the label says
 * nothing of those. Undefined where no types are named.
 */
const namedIn = ({
  instanceTypes,
}: ComputeResources): ((type: string | undefined) => boolean) | undefined => {
  if (!instanceTypes?.length) return undefined;
  const expanded = expandInstanceTypes(instanceTypes);
  const names = new Set(expanded.kind === 'types' ? expanded.types.map(({ name }) => name) : []);
  const families = new Set(instanceTypes);
  return (type) => !isOfEc2(type) || names.has(type) || families.has(type.slice(0, type.indexOf('.')));
};

const isOfEc2 = (type: string | undefined): type is string =>
  type !== undefined && /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(type);

/** What such an environment says of itself while it is VALID: only that no host is its own is worth telling. */
export const healthOfWhole = (resources: ComputeResources, hosts: readonly HostView[]): string => {
  const some = hostsFor(resources, hosts);
  return some?.length === 0 ? `no node is of its types: ${resources.instanceTypes?.join(', ')}` : HEALTHY;
};
