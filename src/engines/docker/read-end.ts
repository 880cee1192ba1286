import type { Clock, Timers } from '../../lib/clock.ts';
import type { DaemonApi } from './api.ts';
import { DaemonRefusal } from './client.ts';
import { isFault, type LogFile, LogKeeper, noteRest } from './log-keeper.ts';
import { hasBegun, type Inspected } from './outcome.ts';
import type { Task } from './task.ts';

/** So often a log that the daemon refuses to give, or stalls in, is asked for before the task ends without the rest of it. */
const TRIES = 5;
const AGAIN_MILLISECONDS = 500;

export interface EndReader {
  readonly api: DaemonApi;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly openLog: (taskId: string) => LogFile;
  isClosed(): boolean;
}

/**
 * Keeps the log of a container that has ended to its end, and gives its state: `gone` when there is no such container,
 * undefined when the server lets go. Asks until the daemon answers.
 */
export const readEnd = async (reader: EndReader, task: Task): Promise<Inspected | 'gone' | undefined> => {
  const { api, clock, timers, openLog } = reader;
  for (let faults = 0; !reader.isClosed(); ) {
    const look = api.inspect(task.container!);
    // both are waited for: a read that goes on beside the next one would keep its lines twice
    const [looked, read] = await Promise.allSettled([look, readOf(reader, task, look)]);
    if (looked.status === 'fulfilled') {
      if (read.status === 'rejected' && isFault(read.reason)) faults++;
      const isLeft = read.status === 'rejected' && faults >= TRIES;
      if (isLeft) noteRest(openLog(task.id), read.reason, clock.wall());
      if (isLeft || read.status === 'fulfilled') return looked.value;
    } else if (looked.reason instanceof DaemonRefusal && looked.reason.status === 404) {
      return 'gone';
    }
    await new Promise<void>((resolve) => void timers.after(AGAIN_MILLISECONDS, resolve));
  }
  return undefined;
};

/** One whose start is not answered yet may have failed in it: then there is no log, and what asks for it gets an error. */
const readOf = async (reader: EndReader, task: Task, look: Promise<Inspected>): Promise<void> => {
  if (task.stage.kind === 'starting' && !hasBegun(await look)) return;
  await readLog(reader, task);
};

const readLog = async ({ api, openLog }: EndReader, task: Task): Promise<void> => {
  if (task.log === 'none') return;
  await new LogKeeper(api, task.container!, openLog(task.id), task.log).finish();
};
