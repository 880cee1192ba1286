import type { Clock, Timers } from '../../lib/clock.ts';
import { type LogFile, noteRest } from '../logs/log-file.ts';
import { DaemonRefusal } from './answers.ts';
import type { DaemonApi } from './api.ts';
import { isFault, LogKeeper } from './log-keeper.ts';
import { hasBegun, type Inspected } from './outcome.ts';
import type { Stage } from './stage.ts';
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
export const readEnd = async (
  reader: EndReader,
  task: Task,
  container: string,
): Promise<Inspected | 'gone' | undefined> => {
  const { api, clock, timers, openLog } = reader;
  for (let faults = 0; !reader.isClosed(); ) {
    const look = api.inspect(container);
    // both are waited for: a read that goes on beside the next one would keep its lines twice
    const [looked, read] = await Promise.allSettled([look, readLog(reader, task, container, look)]);
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

const readLog = async (
  { api, openLog }: EndReader,
  task: Task,
  container: string,
  look: Promise<Inspected>,
): Promise<void> => {
  if (isUnanswered(task.stage) && !hasBegun(await look)) return;
  if (task.log !== 'none') await new LogKeeper(api, container, openLog(task.id), task.log).finish();
};

/** One whose start is not answered yet may have failed in it: then there is no log, and what asks for it gets an error. */
const isUnanswered = (stage: Stage): boolean => stage.kind === 'ending' && stage.was.kind === 'starting';
