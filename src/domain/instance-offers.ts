import type { Resources } from './container.ts';
import { expandInstanceTypes, type InstanceType, isBundle, memoryForJobs } from './instance-types.ts';

/** A type that an environment may launch, as the scheduler weighs it. */
export interface Offer {
  /** `c5.large`. */
  readonly type: string;
  /** What jobs may have of it: its vCPUs, what is left of its memory (E-165), its GPUs. */
  readonly size: Resources;
  /** Dollars an hour as they were in us-east-1, near enough: only the order counts. */
  readonly price: number;
  /** Of a bundle, such as `optimal`, the family is taken that suits a job's memory per vCPU (E-153). */
  readonly suits?: 'C' | 'M' | 'R';
  /** The lower, the sooner: where its name stands in the list, for a strategy that goes by that (T-396). */
  readonly preference?: number;
}

/** Rule E-152: dollars an hour and vCPU. */
const PRICES: Readonly<Record<string, number>> = {
  c4: 0.05,
  c5: 0.0425,
  c5a: 0.0385,
  c6g: 0.034,
  c6i: 0.0425,
  c7i: 0.04465,
  m4: 0.05,
  m5: 0.048,
  m6g: 0.0385,
  m6i: 0.048,
  r4: 0.0665,
  r5: 0.063,
  r6i: 0.063,
  t2: 0.0116,
  t3: 0.0208,
  p2: 0.225,
  p3: 0.3825,
  g4dn: 0.1315,
  g5: 0.2515,
  x1: 0.1042,
  i3: 0.078,
};

/** Families without a known price stand with their like. */
const pricePerVcpu = ({ family, gpus, architecture }: InstanceType): number => {
  const known = PRICES[family];
  if (known !== undefined) return known;
  if (gpus > 0) return 0.25;
  const like = { c: 0.0425, m: 0.048, r: 0.063, t: 0.0208 }[family[0]!] ?? 0.08;
  return architecture === 'arm64' ? like * 0.8 : like;
};

const SUITS: Readonly<Record<string, 'C' | 'M' | 'R'>> = { c: 'C', m: 'M', r: 'R' };

/**
 * What `instanceTypes` allows; names are known to be right, for they were checked when they came in. `isOrdered`: the
 * strategy prefers what stands first in the list.
 */
export const offersOf = (instanceTypes: readonly string[], isOrdered = false): readonly Offer[] => {
  const expanded = expandInstanceTypes(instanceTypes);
  if (expanded.kind === 'unknown') return [];
  const byRatio = instanceTypes.some(isBundle);
  return expanded.types.map((type) => {
    const suits = byRatio ? SUITS[type.family[0]!] : undefined;
    return {
      type: type.name,
      size: {
        milliVcpus: type.vcpus * 1000,
        memoryMiB: memoryForJobs(type.memoryMiB),
        gpus: type.gpus,
      },
      price: pricePerVcpu(type) * type.vcpus,
      ...(suits && { suits }),
      ...(isOrdered && { preference: preferenceOf(type, instanceTypes) }),
    };
  });
};

/** T-396: a type named by itself has its own, wherever its family stands. */
const preferenceOf = ({ name, family }: InstanceType, instanceTypes: readonly string[]): number => {
  const own = instanceTypes.indexOf(name);
  return own >= 0 ? own : instanceTypes.indexOf(family);
};

/** Rule E-153: by MiB per vCPU of the job. */
export const suitFor = (asks: Resources): 'C' | 'M' | 'R' => {
  const ratio = (asks.memoryMiB * 1000) / Math.max(1, asks.milliVcpus);
  return ratio <= 1920 ? 'C' : ratio <= 4096 ? 'M' : 'R';
};
