import type { Service } from '../../service/service.ts';
import type { FoundJob } from '../../store/job-rows.ts';
import { resetNodes } from '../../store/node-rows.ts';
import { reopenParent, rerunRows } from '../../store/rerun-rows.ts';
import type { Tx } from '../../store/store.ts';

/**
 * FAILED jobs go back in line under the ids they have, each for one more attempt; what stopped them is forgotten. `children`:
 * seqs of those of an array that go, with which the array waits again; of a multi-node job all nodes go. Resolves to how many.
 */
export const rerun = async (
  service: Service,
  tx: Tx,
  job: FoundJob,
  children: readonly number[],
): Promise<number> => {
  const array = job.size > 0 ? job.seq : job.parent;
  const jobs = await rerunRows(tx, job.queue, job.size > 0 ? children : [job.seq]);
  if (jobs > 0 && array > 0) await reopenParent(tx, array, jobs);
  if (jobs > 0 && job.nodes > 0) await resetNodes(tx, job.seq);
  tx.onCommit(service.wake);
  return jobs;
};
