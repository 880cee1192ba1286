import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { Resources } from './domain/container.ts';
import type { Clock, Timers } from './lib/clock.ts';
import type { Ids } from './lib/ids.ts';

/* The real clock, timers, ids and host: the only place that asks the machine for them. */

const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // no boot id (macOS): the boot's own second tells boots apart as well
    return `boot-${Math.round((Date.now() - Number(process.hrtime.bigint() / 1_000_000n)) / 1000)}`;
  }
};

export const machineClock = (): Clock => ({
  wall: () => Date.now(),
  steady: () => Number(process.hrtime.bigint() / 1_000_000n),
  bootId: bootId(),
});

/** Timers that can all be called off: what still waits when a server is closed would keep its process alive. */
export const machineTimers = (): Timers & { cancelAll(): void } => {
  const waiting = new Set<NodeJS.Timeout>();
  const cancel = (timer: NodeJS.Timeout) => {
    clearTimeout(timer);
    waiting.delete(timer);
  };
  return {
    after: (delayMilliseconds, fn) => {
      const timer = setTimeout(() => {
        waiting.delete(timer);
        fn();
      }, delayMilliseconds);
      waiting.add(timer);
      return () => cancel(timer);
    },
    soon: (fn) => void setImmediate(fn),
    cancelAll: () => {
      for (const timer of waiting) cancel(timer);
    },
  };
};

/** Random bytes are fetched many at a time: a task's id is needed thousands of times a second. */
export const machineIds = (): Ids => {
  let pool = '';
  return {
    uuid: () => randomUUID(),
    hex: (length) => {
      if (pool.length < length) pool = randomBytes(4096).toString('hex');
      const taken = pool.slice(0, length);
      pool = pool.slice(length);
      return taken;
    },
  };
};

/** The machine's own vCPUs and memory. */
export const machineCapacity = (): Resources => ({
  milliVcpus: availableParallelism() * 1000,
  memoryMiB: Math.floor(totalmem() / 1_048_576),
  gpus: 0,
});
