import type { Timers } from '../../lib/clock.ts';
import { openCgroups } from './cgroup-limits.ts';
import type { RootOwner } from './cgroup-root.ts';
import type { MemoryKeeper, MemoryMode } from './memory-limits.ts';

const V1 = '/sys/fs/cgroup/memory';
const V2 = '/sys/fs/cgroup';

/** Takes the best that this machine lets us have. */
export const openMemory = (owner: RootOwner, wanted: MemoryMode | undefined): MemoryKeeper => {
  const may = (mode: MemoryMode) => wanted === undefined || wanted === mode;
  return (
    (may('cgroup2') ? openCgroups(V2, owner, 'cgroup2') : undefined) ??
    (may('cgroup1') ? openCgroups(V1, owner, 'cgroup1') : undefined) ??
    WATCHED
  );
};

/** Nothing to keep: see `watched-limits`. */
const WATCHED: MemoryKeeper = {
  mode: 'watched',
  root: undefined,
  open: () => undefined,
  adopt: () => {},
  members: () => [],
  close: () => {},
  sweep: () => {},
  end: () => true,
};

const LEAVE_MILLISECONDS = 10;
const LEAVE_TRIES = 200;

/** The engine closes. When it is idle the last task's shim may still be about to leave its group: that is waited for. */
export const leaveRooms = async (memory: MemoryKeeper, isIdle: boolean, timers: Timers): Promise<void> => {
  for (let tries = 0; !memory.end(isIdle) && isIdle && tries < LEAVE_TRIES; tries++)
    await new Promise<void>((done) => timers.after(LEAVE_MILLISECONDS, done));
};
