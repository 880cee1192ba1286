import { isFinal, stateOf } from '../../domain/job-state.ts';
import type { ShownJob } from '../../store/job-rows.ts';

interface Shown {
  readonly startedAt?: number | null;
  readonly stoppedAt?: number | null;
  readonly exitCode?: number | null;
  readonly reason?: string | null;
}

/**
 * What a job shows of its attempt at the top: while it is in line again, or starts, nothing of the one before (J-153). An
 * array's parent has its first child's start from then on (J-221).
 */
export const shownOf = (job: ShownJob): Shown => {
  const state = stateOf(job.state);
  if (isFinal(state))
    return {
      startedAt: job.started_at,
      stoppedAt: job.stopped_at,
      exitCode: job.exit_code,
      reason: job.container_reason,
    };
  return state === 'RUNNING' || job.size > 0 ? { startedAt: job.started_at } : {};
};
