import type { DockerEngineSettings } from './settings.ts';
import type { Task } from './task.ts';

/** A job that never ran has its reason as its log; of what an earlier server wrote of it only the rest is added. */
export const writeReason = (
  { openLog, clock, log }: Pick<DockerEngineSettings, 'openLog' | 'clock' | 'log'>,
  task: Task,
  reason: string,
): void => {
  if (!task.order) return;
  try {
    const file = openLog(task.id);
    const bytes = Buffer.from(`${reason}\n`).subarray(file.size);
    if (bytes.length > 0) file.append([{ bytes, time: clock.wall() }], undefined);
  } catch (error) {
    log.error({ task: task.id, error: (error as Error).message }, 'a log was not written');
  }
};
