import { elapsedSince } from '../../domain/deadline.ts';
import { stateOf } from '../../domain/job-state.ts';
import { stopOf } from '../../domain/stop-kinds.ts';
import type { Service } from '../../service/service.ts';
import { blockedHeads, deleteBlockedHeads, insertBlockedHead } from '../../store/blocked-heads.ts';
import { type FoundJob, jobBySeq } from '../../store/job-rows.ts';
import type { BlockedHeadRow } from '../../store/side-tables.ts';
import type { Tx } from '../../store/store.ts';
import type { Endings } from './endings.ts';

/** The head of a queue, or the first of a shape that can never run, with the service's reason code that it waits by. */
export interface Blocked {
  readonly queue: number;
  readonly job: number;
  readonly code: string;
}

/** Rule E-180. */
const canceled = (reason: string): string => `Canceled by JobStateTimeLimit action due to reason: ${reason}`;

/**
 * `jobStateTimeLimitActions` (rule E-180): a job that has been blocked for as long as its queue allows, all the while
 * for the reason the queue names, ends FAILED. By the steady clock, on after a restart. Bounded by the
 * queues that have such actions and by the shapes of the jobs in them. `unknown`: whether the plan did not know of its shape
 * (a queue may have too many): it goes on waiting as before. Resolves to whether one ended.
 */
export const actOnLongWaits = async (
  service: Service,
  tx: Tx,
  blocked: readonly Blocked[],
  endings: Endings,
  unknown: (job: FoundJob) => boolean,
): Promise<boolean> => {
  const queues = (await service.catalog.allQueues(tx)).filter((queue) => queue.timeLimits.length > 0);
  if (queues.length === 0) return false;
  const before = new Map((await blockedHeads(tx)).map((row) => [row.job, row]));
  let ended = false;
  for (const { queue, job, code } of blocked) {
    const limit = queues
      .find((q) => q.seq === queue)
      ?.timeLimits.find((candidate) => candidate.reason === code);
    if (!limit) continue;
    const known = before.get(job);
    if (known?.reason !== code) {
      await insertBlockedHead(tx, rowOf(service, queue, job, code));
      before.delete(job);
      continue;
    }
    if (!isOver(service, known, limit.maxTimeSeconds * 1000)) {
      before.delete(job);
      continue;
    }
    await endings.withdraw((await jobBySeq(tx, job))!, service.clock.wall(), canceled(code));
    ended = true;
  }
  for (const seq of before.keys()) {
    const job = await jobBySeq(tx, seq);
    if (!job || !isInLine(job) || !unknown(job)) await deleteBlockedHeads(tx, [seq]);
  }
  return ended;
};

const isInLine = (job: FoundJob): boolean =>
  stateOf(job.state) === 'RUNNABLE' && stopOf(job.parent_stop_kind) === 'none';

const rowOf = ({ clock }: Service, queue: number, job: number, reason: string): BlockedHeadRow => ({
  job,
  queue,
  reason,
  since_at: clock.wall(),
  since_steady: clock.steady(),
  since_boot: clock.bootId,
});

const isOver = ({ clock }: Service, row: BlockedHeadRow, milliseconds: number): boolean =>
  elapsedSince(
    clock,
    { wall: row.since_at, steady: row.since_steady, bootId: row.since_boot },
    milliseconds,
  ) >= milliseconds;
