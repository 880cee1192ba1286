import { parseJobId } from '../../domain/job-id.ts';
import { stateOf } from '../../domain/job-state.ts';
import { type FoundJob, findJob, jobBySeq } from '../../store/job-rows.ts';
import type { JobRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';

interface DependsOn {
  readonly jobId?: string;
  readonly type?: string;
}

/**
 * Whether all that a job depends on has SUCCEEDED. One that has had an attempt had it all then; of the others each
 * dependency is looked at: of a paired array its twin, of its own the child before it. What is not kept any more counts as not.
 */
export const hasAllItWaitsFor = async (
  tx: Tx,
  job: Pick<JobRow, 'seq' | 'idx' | 'attempt'>,
  array: FoundJob | undefined,
): Promise<boolean> => {
  if (job.attempt > 0) return true;
  const own = array ?? (await jobBySeq(tx, job.seq))!;
  for (const dependency of JSON.parse(own.depends_on ?? '[]') as DependsOn[]) {
    const target = await targetOf(tx, job, dependency);
    if (target !== 'none' && (!target || stateOf(target.state) !== 'SUCCEEDED')) return false;
  }
  return true;
};

const targetOf = async (
  tx: Tx,
  { seq, idx }: Pick<JobRow, 'seq' | 'idx'>,
  { jobId, type }: DependsOn,
): Promise<FoundJob | undefined | 'none'> => {
  if (!jobId) return idx > 0 ? jobBySeq(tx, seq - 1) : 'none';
  const id = parseJobId(jobId);
  const target = id && (await findJob(tx, id));
  const isPaired = type === 'N_TO_N' && idx >= 0 && target !== undefined && target.size > 0;
  return isPaired ? jobBySeq(tx, target.seq + 1 + idx) : target;
};
