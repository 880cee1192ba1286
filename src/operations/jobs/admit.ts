import { DEPENDENCY_REASON } from '../../domain/stop.ts';
import { admitJobs, doomedJobs, jobBySeq } from '../../store/jobs.ts';
import type { Tx } from '../../store/store.ts';
import { type Endings, neverRan } from './end.ts';
import { STEP } from './settle.ts';

/** Looks at what was submitted: to PENDING, RUNNABLE, or FAILED for a dependency that had failed before (J-245). */
export const admitStep = async (tx: Tx, at: number, endings: Endings): Promise<boolean> => {
  for (const seq of await doomedJobs(tx, STEP)) {
    const job = (await jobBySeq(tx, seq))!;
    await endings.end(job, neverRan(at, DEPENDENCY_REASON));
  }
  return (await admitJobs(tx, STEP)) === STEP;
};
