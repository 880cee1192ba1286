import { STOP_GRACE_SECONDS } from '../domain/stop-grace.ts';
import { reachesTasks, stopOf } from '../domain/stop-kinds.ts';
import { taskStateOf } from '../domain/task-state.ts';
import { isSet } from '../store/schema.ts';
import type { ActiveTask } from '../store/task-rows.ts';
import { STALE_MILLISECONDS } from './paces.ts';

/** Those that wait for another's room. One may have begun though the end of that other is not heard of yet. */
export const inLines = (active: readonly ActiveTask[]): ActiveTask[] =>
  active.filter((task) => task.after !== null && taskStateOf(task.state) === 'intended');

/** Tasks that have stood in a line for too long, the last of a line first: its head is slow. `now`: wall milliseconds. */
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

/**
 * Tasks that are to stop, by their ids: with what grace, in seconds. `late`: those whose time limit is over. One whose
 * instance is gone gets none: the warning was its grace.
 */
export const stopsOf = (
  active: readonly ActiveTask[],
  late: readonly string[],
): ReadonlyMap<string, number> => {
  const told = active.filter((task) => reachesTasks(stopOf(task.stop_kind))).map((task) => task.id);
  const lost = active.filter((task) => isSet(task.lost)).map((task) => task.id);
  return new Map([
    ...[...told, ...late].map((id) => [id, STOP_GRACE_SECONDS] as const),
    ...lost.map((id) => [id, 0] as const),
  ]);
};
