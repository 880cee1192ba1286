import type { Resources } from '../domain/container.ts';

export const NOTHING: Resources = { milliVcpus: 0, memoryMiB: 0, gpus: 0 };
export const BOUNDLESS: Resources = { milliVcpus: Infinity, memoryMiB: Infinity, gpus: Infinity };

export const plus = (a: Resources, b: Resources): Resources => ({
  milliVcpus: a.milliVcpus + b.milliVcpus,
  memoryMiB: a.memoryMiB + b.memoryMiB,
  gpus: a.gpus + b.gpus,
});

export const isNothing = (a: Resources): boolean => a.milliVcpus === 0 && a.memoryMiB === 0 && a.gpus === 0;

export const minus = (a: Resources, b: Resources): Resources => ({
  milliVcpus: a.milliVcpus - b.milliVcpus,
  memoryMiB: a.memoryMiB - b.memoryMiB,
  gpus: a.gpus - b.gpus,
});

/** Each at least 0. */
export const positive = (a: Resources): Resources => ({
  milliVcpus: Math.max(0, a.milliVcpus),
  memoryMiB: Math.max(0, a.memoryMiB),
  gpus: Math.max(0, a.gpus),
});

/** Rule E-160: all of them. What is reserved may exceed what is there, which bars only who asks for that. */
export const fits = (asks: Resources, free: Resources): boolean =>
  (asks.milliVcpus === 0 || asks.milliVcpus <= free.milliVcpus) &&
  (asks.memoryMiB === 0 || asks.memoryMiB <= free.memoryMiB) &&
  (asks.gpus === 0 || asks.gpus <= free.gpus);

/** No more of anything. */
export const isWithin = (less: Resources, more: Resources): boolean =>
  less.milliVcpus <= more.milliVcpus && less.memoryMiB <= more.memoryMiB && less.gpus <= more.gpus;

/** How much of what is needed there is, by what there is least of. */
export const shareOf = (needs: Resources, has: Resources): number =>
  Math.min(
    needs.milliVcpus === 0 ? Infinity : has.milliVcpus / needs.milliVcpus,
    needs.memoryMiB === 0 ? Infinity : has.memoryMiB / needs.memoryMiB,
    needs.gpus === 0 ? Infinity : has.gpus / needs.gpus,
  );

export const sum = (amounts: Iterable<Resources>): Resources => {
  let total = NOTHING;
  for (const amount of amounts) total = plus(total, amount);
  return total;
};

export const times = (a: Resources, count: number): Resources => ({
  milliVcpus: a.milliVcpus * count,
  memoryMiB: a.memoryMiB * count,
  gpus: a.gpus * count,
});
