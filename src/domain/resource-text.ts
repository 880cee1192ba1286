import type { Resources } from './container.ts';

export const vcpus = (milli: number): string => {
  const n = milli / 1000;
  return `${n} vCPU${n === 1 ? '' : 's'}`;
};

export const memory = (mib: number): string =>
  mib >= 1024 && mib % 512 === 0 ? `${mib / 1024} GiB` : `${mib} MiB`;

export const gpus = (n: number): string => `${n} GPU${n === 1 ? '' : 's'}`;

/** "16 vCPUs, 32 GiB and 1 GPU". `concernsGpus`: that there is none is told too. */
export const describeResources = (r: Resources, concernsGpus = false): string => {
  const parts = [vcpus(r.milliVcpus), memory(r.memoryMiB)];
  if (r.gpus > 0 || concernsGpus) parts.push(gpus(r.gpus));
  return listed(parts);
};

/** "a, b and c". */
export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
