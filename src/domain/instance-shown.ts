import type { Resources } from './container.ts';
import type { HostView } from './host.ts';
import { HOST, type Instance } from './instance.ts';
import { expandInstanceTypes, type InstanceType } from './instance-types.ts';

/** Types that the machine itself may be told as, without and with GPUs; t2 for machines of one vCPU. */
const PLAIN = ['c5', 'm5', 'r5', 't2'];
const WITH_GPUS = ['g4dn'];

/**
 * An instance's type as clients are told it: of a host itself its own where that is known, else the largest that it could be, since SDKs know only the
 * names of their own list and give nothing for another.
 */
export const shownType = (
  { type, size }: Pick<Instance, 'type' | 'size'>,
  host?: Pick<HostView, 'type'>,
): string => (type === HOST ? (host?.type ?? likeType(size)) : type);

/** Where its host is not in a zone that is known, in the first of the region. */
export const shownZone = (region: string, host: Pick<HostView, 'zone'> | undefined): string =>
  host?.zone ?? `${region}a`;

const likeType = (size: Resources): string => {
  const types = size.gpus > 0 ? [...typesOf(WITH_GPUS), ...typesOf(PLAIN)] : typesOf(PLAIN);
  const fitting = types.filter((type) => fits(type, size));
  const best = fitting.reduce<InstanceType | undefined>(
    (found, type) => (found && !isLarger(type, found) ? found : type),
    undefined,
  );
  return best?.name ?? 't2.nano';
};

const typesOf = (families: readonly string[]): readonly InstanceType[] => {
  const expanded = expandInstanceTypes(families);
  return expanded.kind === 'types' ? expanded.types : [];
};

const fits = ({ vcpus, memoryMiB, gpus }: InstanceType, size: Resources): boolean =>
  vcpus * 1000 <= size.milliVcpus && memoryMiB <= size.memoryMiB && gpus <= size.gpus;

/** By GPUs, then vCPUs, then memory. */
const isLarger = (a: InstanceType, b: InstanceType): boolean =>
  (a.gpus - b.gpus || a.vcpus - b.vcpus || a.memoryMiB - b.memoryMiB) > 0;
