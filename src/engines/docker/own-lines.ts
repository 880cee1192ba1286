import type { DockerEngineSettings } from './settings.ts';
import type { Task } from './task.ts';

/**
 * Writes what a log begins with, the service's own lines, and `more` behind them; of those that an earlier server wrote only
 * the rest is added.
 */
export const writeOwn = (
  { openLog, clock, log }: Pick<DockerEngineSettings, 'openLog' | 'clock' | 'log'>,
  task: Task,
  more: readonly string[],
): void => {
  const lines = [...(task.order?.preamble ?? []), ...more];
  if (lines.length === 0 || !task.order) return;
  try {
    const file = openLog(task.id);
    const bytes = Buffer.from(`${lines.join('\n')}\n`).subarray(file.size);
    if (bytes.length > 0) file.append([{ bytes, time: clock.wall() }], undefined);
  } catch (error) {
    log.error({ task: task.id, error: (error as Error).message }, 'a log was not written');
  }
};
