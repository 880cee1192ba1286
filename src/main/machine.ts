import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { Resources } from '../domain/container.ts';
import type { Clock, Timers } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../lib/logger.ts';

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

/**
 * Timers that can all be called off: what still waits when a server is closed would keep its process alive. What throws in
 * one is logged and ends nothing else: whoever it was for looks again by itself.
 */
export const machineTimers = (log: Log): Timers & { cancelAll(): void } => {
  const run = (fn: () => void): void => {
    try {
      fn();
    } catch (error) {
      log.error({ error: String((error as Error).stack ?? error) }, 'what was due failed');
    }
  };
  const waiting = new Set<NodeJS.Timeout>();
  const cancel = (timer: NodeJS.Timeout) => {
    clearTimeout(timer);
    waiting.delete(timer);
  };
  return {
    after: (delayMilliseconds, fn) => {
      const timer = setTimeout(() => {
        waiting.delete(timer);
        run(fn);
      }, delayMilliseconds);
      waiting.add(timer);
      return () => cancel(timer);
    },
    soon: (fn) => void setImmediate(run, fn),
    cancelAll: () => {
      for (const timer of waiting) cancel(timer);
    },
  };
};

/** 0 to 1, another each time: for pauses, so that not all come back at once. */
export const machineChance = (): number => randomBytes(4).readUInt32LE() / 2 ** 32;

/**
 * Random bytes are fetched many at a time: ids are needed thousands of times a second. A UUID begins with the time, so
 * that rows that are made together stand together in an index; 74 bits of it are random.
 */
export const machineIds = (): Ids => {
  let pool = '';
  let at = 0;
  const hex = (length: number): string => {
    if (at + length > pool.length) {
      pool = randomBytes(4096).toString('hex');
      at = 0;
    }
    at += length;
    return pool.slice(at - length, at);
  };
  let beginning = '';
  let madeAt = -1;
  const uuid = (): string => {
    const now = Date.now();
    if (now !== madeAt) {
      const time = now.toString(16).padStart(12, '0');
      beginning = `${time.slice(0, 8)}-${time.slice(8)}-4`;
      madeAt = now;
    }
    const random = hex(19);
    const variant = '89ab'[Number.parseInt(random.slice(0, 1), 16) & 3];
    return `${beginning}${random.slice(1, 4)}-${variant}${random.slice(4, 7)}-${random.slice(7)}`;
  };
  return { uuid, hex };
};

/** The machine's own vCPUs and memory. */
export const machineCapacity = (): Resources => ({
  milliVcpus: availableParallelism() * 1000,
  memoryMiB: Math.floor(totalmem() / 1_048_576),
  gpus: 0,
});
