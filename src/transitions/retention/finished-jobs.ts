import { containerLogId } from '../../domain/log-stream.ts';
import type { Service } from '../../service/service.ts';
import { forgetClockTurns } from '../../store/clock-turns.ts';
import { containerPlaces } from '../../store/container-streams.ts';
import {
  deleteJobsBetween,
  deleteRemoval,
  deleteSpecOfChildren,
  deleteTasks,
  deleteUnusedSpec,
  dueJobs,
  hideJobs,
  moveRemoval,
  removals,
  tasksBetween,
} from '../../store/retention-rows.ts';
import type { RemovalRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { STEP } from '../jobs/step.ts';

/** A job that is hidden has at most 20 edges, its own row and the note of it. */
const HIDDEN_AT_ONCE = Math.floor(STEP / 24);

/** Hides some of the finished jobs that were kept long enough (J-147). */
export const hideStep = async (service: Service, age: number, keepMilliseconds: number): Promise<void> =>
  service.store.write(async (tx) => {
    const due = await dueJobs(tx, age - keepMilliseconds, HIDDEN_AT_ONCE);
    if (due.length > 0) await hideJobs(tx, due);
  });

/** What one step removes. */
interface Slice {
  readonly tasks: readonly string[];
  /** Of theirs, by which their output is kept. */
  readonly logs: readonly string[];
  /** Jobs `first` to `upTo` of each. */
  readonly parts: readonly { readonly removal: RemovalRow; readonly upTo: number }[];
}

/**
 * Removes some of what is hidden: output first, for the rows tell where it is, so that a crash between repeats it and
 * forgets none. Resolves to whether there was something to do.
 */
export const removeStep = async (service: Service): Promise<boolean> => {
  const slice = await service.store.read(takeSlice);
  if (slice.tasks.length === 0 && slice.parts.length === 0) return false;
  for (const log of slice.logs) service.output.remove(log);
  await service.store.write((tx) => removeSlice(service, tx, slice));
  return true;
};

const takeSlice = async (tx: Tx): Promise<Slice> => {
  const tasks: string[] = [];
  const parts: { removal: RemovalRow; upTo: number }[] = [];
  let left = STEP / 2;
  for (const removal of await removals(tx, HIDDEN_AT_ONCE)) {
    const found = await tasksBetween(tx, removal.first, removal.last, left);
    tasks.push(...found);
    left -= found.length;
    if (left <= 0) break;
    const upTo = Math.min(removal.last, removal.first + left - 1);
    parts.push({ removal, upTo });
    left -= upTo - removal.first + 1;
    if (left <= 0) break;
  }
  const others = await containerPlaces(tx, tasks);
  return { tasks, parts, logs: [...tasks, ...others.map(({ task, place }) => containerLogId(task, place))] };
};

const removeSlice = async (service: Service, tx: Tx, { tasks, parts }: Slice): Promise<void> => {
  if (tasks.length > 0) await deleteTasks(tx, tasks);
  for (const { removal, upTo } of parts) {
    // children that were run again otherwise have specs of their own
    for (const spec of await deleteJobsBetween(tx, removal.first, upTo))
      if (spec !== removal.spec) await deleteSpecOfChildren(tx, spec, upTo + 1, removal.last);
    if (upTo < removal.last) {
      await moveRemoval(tx, removal.seq, upTo + 1);
      continue;
    }
    await deleteRemoval(tx, removal.seq);
    if (await deleteUnusedSpec(tx, removal.spec)) service.catalog.made.forget(tx);
  }
  await forgetClockTurns(tx);
};
