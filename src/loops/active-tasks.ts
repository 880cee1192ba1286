import { STOP_GRACE_SECONDS } from '../domain/stop-grace.ts';
import { reachesTasks, stopOf } from '../domain/stop-kinds.ts';
import { taskStateOf } from '../domain/task-state.ts';
import { isSet } from '../store/schema.ts';
import type { ActiveTask } from '../store/task-rows.ts';
import { STALE_MILLISECONDS } from './paces.ts';

/** Those that wait for another's room, by jobs. One may have begun though the end of that other is not heard of yet. */
export const inLines = (behind: Iterable<ActiveTask>): ActiveTask[] =>
  [...behind].filter((task) => taskStateOf(task.state) === 'intended').sort((a, b) => a.job - b.job);

/** Tasks that have stood in a line for too long, the last of a line first: what they stand behind is slow. `now`: wall milliseconds. */
export const staleIn = (waiting: readonly ActiveTask[], now: number): string[] => {
  const byId = new Map(waiting.map((task) => [task.id, task]));
  const behind = ({ after }: ActiveTask): number => {
    const before = after === null ? undefined : byId.get(after);
    return before ? behind(before) + 1 : 0;
  };
  return waiting
    .filter((task) => Math.abs(now - task.created_at) > STALE_MILLISECONDS)
    .toSorted((a, b) => behind(b) - behind(a))
    .map((task) => task.id);
};

/** Whether it was told to stop, or its instance is gone. */
export const isToStop = (task: ActiveTask): boolean =>
  reachesTasks(stopOf(task.stop_kind)) || isSet(task.lost);

/**
 * Tasks that are to stop, by their ids: with what grace, in seconds. `late`: those whose time limit is over. One whose
 * instance is gone gets none: the warning was its grace.
 */
export const stopsOf = (
  toStop: Iterable<ActiveTask>,
  late: readonly string[],
): ReadonlyMap<string, number> => {
  const told = [...toStop];
  const lost = told.filter((task) => isSet(task.lost));
  return new Map([
    ...[...told.map(({ id }) => id), ...late].map((id) => [id, STOP_GRACE_SECONDS] as const),
    ...lost.map(({ id }) => [id, 0] as const),
  ]);
};
