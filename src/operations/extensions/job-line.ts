import { isFinal, isWaiting, stateOf } from '../../domain/job-state.ts';
import type { FoundJob } from '../../store/job-rows.ts';
import { placedByState } from '../../store/stop-sweeps.ts';
import type { Tx } from '../../store/store.ts';
import { shownOf } from '../jobs/shown-attempt.ts';

/** Milliseconds that a job waited for its attempt, and that this ran; until now where it goes on. */
export const jobTimes = (
  job: FoundJob,
  now: number,
): { readonly waited: number; readonly ran: number | undefined } => {
  const state = stateOf(job.state);
  const { startedAt, stoppedAt } = shownOf(job);
  const goesOn = isWaiting(state) && job.size === 0;
  const began = goesOn ? undefined : startedAt;
  const ended = isFinal(state) ? stoppedAt : undefined;
  return {
    waited: Math.max(0, (began ?? ended ?? now) - job.created_at),
    ran: began == null ? undefined : Math.max(0, (ended ?? now) - began),
  };
};

/** Of an array: what its row counts, and how many have room; nothing that grows with its size is read. */
export const childCounts = async (tx: Tx, { seq, size, live, failed }: FoundJob) => {
  const placed = await placedByState(tx, seq);
  const of = (state: string) => placed.find((row) => stateOf(row.state) === state)?.n ?? 0;
  const [starting, running] = [of('STARTING'), of('RUNNING')];
  return {
    waiting: live - starting - running,
    starting,
    running,
    succeeded: size - live - failed,
    failed,
  };
};
