import { parseJobId } from '../../domain/job-id.ts';
import { isFinal, stateOf } from '../../domain/job-state.ts';
import { isNode } from '../../domain/node-roles.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { DOOMED, type FoundJob, findJob } from '../../store/job-rows.ts';
import type { Tx } from '../../store/store.ts';
import type { DependsOn } from './submit-rules.ts';

/**
 * What a new job waits for. Targets are seqs of jobs; those that have SUCCEEDED are not among them, those that have FAILED are:
 * they may run again.
 */
export interface Dependencies {
  readonly whole: readonly number[];
  readonly pairwise: readonly number[];
  /** Those of `pairwise` some of whose children are over, which makes each child's case its own. */
  readonly begun: readonly number[];
  readonly sequential: boolean;
  /** How many of `whole` are unmet; `DOOMED` when one of them has FAILED. */
  readonly unmet: number;
}

type Wait = { readonly kind: 'sequential' } | { readonly kind: 'pairwise' | 'whole'; readonly job: FoundJob };

/** Reads `dependsOn` of SubmitJob (rules J-229 to J-249). `size`: of the new array; 0 for a plain job. */
export const resolveDependencies = async (
  tx: Tx,
  dependsOn: readonly DependsOn[],
  size: number,
): Promise<Dependencies | Refusal> => {
  const whole = new Map<number, FoundJob>();
  const pairwise = new Map<number, FoundJob>();
  let sequential = false;
  for (const [at, entry] of dependsOn.entries()) {
    const wait = await readEntry(tx, entry, at, size);
    if (isRefusal(wait)) return wait;
    if (wait.kind === 'sequential') sequential = true;
    else if (wait.kind === 'pairwise') pairwise.set(wait.job.seq, wait.job);
    else whole.set(wait.job.seq, wait.job);
  }
  const left = [...whole.values()].filter((job) => stateOf(job.state) !== 'SUCCEEDED');
  const failed = left.some((job) => isFinal(stateOf(job.state)));
  return {
    whole: left.map((job) => job.seq),
    pairwise: [...pairwise.keys()],
    begun: failed ? [] : [...pairwise.values()].filter((job) => job.live < job.size).map((job) => job.seq),
    sequential,
    unmet: failed ? DOOMED : left.length,
  };
};

const readEntry = async (tx: Tx, entry: DependsOn, at: number, size: number): Promise<Wait | Refusal> => {
  if (entry.jobId === undefined || entry.jobId === '') {
    if (entry.type === 'SEQUENTIAL' && size > 0) return { kind: 'sequential' };
    return refuse(
      entry.type === undefined
        ? `dependsOn[${at}] must have a jobId or a type`
        : `dependsOn[${at}].jobId is required: type ${entry.type} without a jobId is for array jobs` +
            `${entry.type === 'N_TO_N' ? ' of type SEQUENTIAL' : ''} only`,
    );
  }
  const id = parseJobId(entry.jobId);
  const job = id && (await findJob(tx, id));
  // a multi-node job is waited for by its own id (J-250)
  if (!job || isNode(job)) return refuse(`Job ${entry.jobId} not found.`);
  if (entry.type !== 'N_TO_N') return { kind: 'whole', job };
  if (size > 0 && job.size === size) return { kind: 'pairwise', job };
  return refuse(
    `dependsOn[${at}].type N_TO_N needs two array jobs of one size: this job has ` +
      `${size > 0 ? `size ${size}` : 'no size'}, ${entry.jobId} has ${job.size > 0 ? `size ${job.size}` : 'no size'}`,
  );
};
