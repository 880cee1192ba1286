import type { AttemptEnding } from '../../domain/attempt-end.ts';
import { windowOf } from '../../domain/fair-share/window.ts';
import type { Service } from '../../service/service.ts';
import type { TaskRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { setPlacedAge, sharedBehind } from '../../store/task-rows.ts';
import { useNow } from './use-now.ts';

/** Before a task is over or recalled: from when on the one behind it in its line has its room (T-107). */
export const handOnRoom = async (
  service: Pick<Service, 'clock' | 'shareUses'>,
  tx: Tx,
  task: TaskRow,
): Promise<void> => {
  const next = await sharedBehind(tx, task);
  if (next !== undefined) await setPlacedAge(tx, next, await useNow(service, tx));
};

/**
 * Before a task's end is written: what its share has had of it (T-107, T-126), and who has its room now. A queue that is being
 * deleted starts nothing: nobody asks for what its shares used.
 */
export const noteUse = async (
  service: Service,
  tx: Tx,
  task: TaskRow,
  queue: number,
  ending: AttemptEnding,
): Promise<void> => {
  const queues = await service.catalog.allQueues(tx);
  if (!queues.some(({ policy }) => policy)) return;
  await handOnRoom(service, tx, task);
  if (task.placed_age === null) return;
  const now = await useNow(service, tx);
  const policy = queues.find(({ seq }) => seq === queue)?.policy;
  if (!policy) return;
  const from = Math.min(now, Math.max(task.placed_age, now - longest(task, ending)));
  const span = { milliVcpus: task.milli_vcpus, from, to: now };
  await service.shareUses.add(tx, task.share, span, windowOf(policy));
};

/** How long it may have had its room: one that stands in a line yet has it since it began, if it did. */
const longest = ({ after }: TaskRow, { startedAt, stoppedAt }: AttemptEnding): number => {
  if (after === null) return Number.POSITIVE_INFINITY;
  return startedAt === null ? 0 : Math.max(0, stoppedAt - startedAt);
};
