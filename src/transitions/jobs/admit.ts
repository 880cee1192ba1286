import { DEPENDENCY_REASON } from '../../domain/stop-kinds.ts';
import { admitJobs, submittedJobs } from '../../store/job-moves.ts';
import { isDoomed, jobBySeq } from '../../store/job-rows.ts';
import type { Tx } from '../../store/store.ts';
import type { Endings } from './endings.ts';
import { STEP } from './step.ts';

/**
 * Looks at what was submitted, oldest first: to PENDING, RUNNABLE, or FAILED for a dependency that had failed before
 * (J-245). Resolves to whether there may be more.
 */
export const admitStep = async (tx: Tx, at: number, endings: Endings): Promise<boolean> => {
  const submitted = await submittedJobs(tx, STEP);
  const fit = submitted.filter((job) => !isDoomed(job));
  for (const { seq } of submitted.filter(isDoomed)) {
    await endings.withdraw((await jobBySeq(tx, seq))!, at, DEPENDENCY_REASON);
  }
  if (fit.length > 0) await admitJobs(tx, fit);
  return submitted.length === STEP;
};
