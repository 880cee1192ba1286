import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/logger.ts';
import type { LogFile } from './log-file.ts';

export interface Writer {
  /** Where a task's output is kept. */
  readonly openLog: (taskId: string) => LogFile;
  readonly clock: Clock;
  readonly log: Log;
}

/** A job that never ran has its reason as its log; of what an earlier server wrote of it only the rest is added. */
export const writeReason = ({ openLog, clock, log }: Writer, taskId: string, reason: string): void => {
  try {
    const file = openLog(taskId);
    const bytes = Buffer.from(`${reason}\n`).subarray(file.size);
    if (bytes.length > 0) file.append([{ bytes, time: clock.wall() }], undefined);
  } catch (error) {
    log.error({ task: taskId, error: (error as Error).message }, 'a log was not written');
  }
};
