import type { Resources } from '../domain/container.ts';
import { type HostView, takes } from '../domain/host.ts';
import { type Offer, suitFor } from '../domain/instance-offers.ts';
import { fits, isNothing, minus } from './amounts.ts';

/** Whether one of these hosts is as large, less what others have of it: memory is real. */
export const fitsHost = (size: Resources, hosts: Iterable<HostSize>): boolean => {
  for (const host of hosts) if (isAsLarge(host, size)) return true;
  return false;
};

/** Whether a host is, less what others have of it. */
export const isAsLarge = (host: HostSize, size: Resources): boolean =>
  fits(takes(size, host), isNothing(host.foreign) ? host.size : minus(host.size, host.foreign));

/** Types that hold what is asked and can be carved from a host at all. */
export const typesFor = (offers: readonly Offer[], asks: Resources, hosts: Iterable<HostSize>): Offer[] =>
  offers.filter((offer) => fits(asks, offer.size) && fitsHost(offer.size, hosts));

type HostSize = Pick<HostView, 'size' | 'foreign' | 'cpuIsWeight'>;

/**
 * Types in the order they are to be launched for `waiting` tasks that ask the same (rules E-151 to E-153, E-163): those
 * with no more vCPUs than the largest host first, for an ordered strategy what stands first in its list (T-396), those
 * without GPUs nobody asked for, of a bundle the family that suits, the fewest vCPUs for all of them together, the lowest price; then the smallest, by name at last.
 */
export const ranked = (
  offers: readonly Offer[],
  asks: Resources,
  waiting: number,
  hosts: Iterable<HostSize>,
): Offer[] => {
  const suit = suitFor(asks);
  let largest = 0;
  for (const { size } of hosts) largest = Math.max(largest, size.milliVcpus);
  return typesFor(offers, asks, hosts)
    .map((offer) => {
      const instances = Math.ceil(Math.max(1, waiting) / tasksOn(offer.size, asks));
      const key = [
        offer.size.milliVcpus > largest ? 1 : 0,
        offer.preference ?? 0,
        asks.gpus === 0 && offer.size.gpus > 0 ? 1 : 0,
        offer.suits !== undefined && offer.suits !== suit ? 1 : 0,
        instances * offer.size.milliVcpus,
        offer.price * instances,
        offer.size.milliVcpus,
        offer.size.memoryMiB,
      ];
      return { offer, key };
    })
    .sort((a, b) => byKey(a.key, b.key) || (a.offer.type < b.offer.type ? -1 : 1))
    .map(({ offer }) => offer);
};

/** How many such tasks one instance holds; at least one. */
const tasksOn = (size: Resources, asks: Resources): number =>
  Math.max(
    1,
    Math.floor(
      Math.min(
        asks.milliVcpus > 0 ? size.milliVcpus / asks.milliVcpus : Infinity,
        asks.memoryMiB > 0 ? size.memoryMiB / asks.memoryMiB : Infinity,
        asks.gpus > 0 ? size.gpus / asks.gpus : Infinity,
        1_000_000,
      ),
    ),
  );

const byKey = (a: readonly number[], b: readonly number[]): number => {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return 0;
};
