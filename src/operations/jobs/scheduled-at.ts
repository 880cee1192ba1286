import { childSeq } from '../../domain/job-seq.ts';
import { isNode } from '../../domain/node-roles.ts';
import type { ShownJob } from '../../store/job-rows.ts';
import type { Tx } from '../../store/store.ts';
import { placedAt } from '../../store/task-rows.ts';

/** Whose task tells when a job was placed: the nodes of a job are placed together. */
const placedSeq = ({ seq, nodes }: ShownJob): number => (nodes > 0 ? childSeq(seq, 0) : seq);

/** Nodes have their place before they count an attempt. */
export const mayHaveAttempts = (job: ShownJob): boolean => job.attempt > 0 || job.nodes > 0 || isNode(job);

/** When each of these jobs last went from RUNNABLE to STARTING, in wall milliseconds by its seq (T-150). */
export const scheduledTimes = async (
  tx: Tx,
  jobs: readonly ShownJob[],
): Promise<ReadonlyMap<number, number>> => {
  // most lists are of jobs that wait: nothing is read for them
  const tried = jobs.filter(mayHaveAttempts);
  const placed = await placedAt(tx, tried.map(placedSeq));
  return new Map(
    tried.flatMap((job) => {
      const at = placed.get(placedSeq(job));
      return at === undefined ? [] : [[job.seq, at] as const];
    }),
  );
};
