import { jobIdOf, parseJobId } from '../../domain/job-id.ts';
import { isFinal, type JobState, stateOf } from '../../domain/job-state.ts';
import { isNode } from '../../domain/node-roles.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { stopOf } from '../../domain/stop-kinds.ts';
import type { Operation } from '../../service/service.ts';
import { type FoundJob, findJob, jobBySeq } from '../../store/job-rows.ts';
import { nodesAreLive } from '../../store/node-rows.ts';
import { queueIsGoing } from '../../store/queue-rows.ts';
import { type AskedChild, childrenToRerun } from '../../store/rerun-rows.ts';
import type { Tx } from '../../store/store.ts';
import { rerun } from '../../transitions/jobs/rerun-jobs.ts';
import { hasAllItWaitsFor } from './rerun-dependencies.ts';

export interface RetryInput {
  readonly jobId: string;
  readonly states?: readonly JobState[];
  /** Of an array: only children that ended with one of these. */
  readonly exitCodes?: readonly number[];
  /** Of an array: these children; each must be FAILED. */
  readonly indices?: readonly number[];
}

/**
 * Runs FAILED jobs again under the same ids, with one more attempt each: a job, a multi-node job whole, a child, or children of
 * an array, which waits for them again. Answers how many `jobs` go, and how many FAILED children are `left` because what they wait for
 * has not SUCCEEDED. Attempts may exceed the retry strategy's then. `cancelled` and `terminated` are forgotten.
 */
export const retryJobs: Operation<RetryInput> = async (service, input) => {
  if (input.states?.some((state) => state !== 'FAILED'))
    return refuse('states takes FAILED alone: what SUCCEEDED or still runs is not run again');
  const outcome = await service.store.write(async (tx) => {
    const id = parseJobId(input.jobId);
    const job = id && (await findJob(tx, id));
    if (!job) return refuse(`Job ${input.jobId} not found`);
    const barred = await barredBy(tx, job);
    if (barred) return barred;
    const chosen = job.size > 0 ? await chooseChildren(tx, job, input) : await chooseJob(tx, job, input);
    if (isRefusal(chosen)) return chosen;
    return { jobs: await rerun(service, tx, job, chosen.seqs), left: chosen.left };
  });
  if (!isRefusal(outcome))
    service.log.info({ jobId: input.jobId, jobs: outcome.jobs }, 'jobs were asked to run again');
  return outcome;
};

/** What is about to stop it would stop it again. */
const barredBy = async (tx: Tx, job: FoundJob): Promise<Refusal | undefined> => {
  const id = jobIdOf(job);
  if (isNode(job)) return refuse(`Job ${id} is a node: a multi-node job runs again whole, by its own id`);
  if (await queueIsGoing(tx, job.queue)) return refuse(`Job ${id} was in a queue that is deleted`);
  const array = job.parent > 0 ? (await jobBySeq(tx, job.parent))! : job;
  if (array.size > 0 && stopOf(array.stop_kind) !== 'none' && !isFinal(stateOf(array.state)))
    return refuse(`Job ${jobIdOf(array)} is being stopped: wait until it has ended`);
  return undefined;
};

interface Chosen {
  readonly seqs: readonly number[];
  readonly left: number;
}

const chooseJob = async (tx: Tx, job: FoundJob, input: RetryInput): Promise<Chosen | Refusal> => {
  const id = jobIdOf(job);
  if (input.indices || input.exitCodes)
    return refuse(`Job ${id} is not an array job: indices and exitCodes choose children`);
  const state = stateOf(job.state);
  if (state !== 'FAILED') return refuse(`Job ${id} is ${state}: only FAILED jobs run again`);
  if (job.nodes > 0 && (await nodesAreLive(tx, job.seq, job.nodes)))
    return refuse(`Job ${id} has nodes that have not ended yet: ask again in a moment`);
  const parent = job.parent > 0 ? await jobBySeq(tx, job.parent) : undefined;
  if (!(await hasAllItWaitsFor(tx, job, parent)))
    return refuse(`Job ${id} waits for jobs that have not SUCCEEDED: run those again first`);
  return { seqs: [job.seq], left: 0 };
};

const chooseChildren = async (tx: Tx, array: FoundJob, input: RetryInput): Promise<Chosen | Refusal> => {
  const children = await childrenToRerun(tx, array.seq, array.size);
  const asked = input.indices ? named(array, children, input.indices) : children.filter(isFailed);
  if (isRefusal(asked)) return asked;
  const fit = asked.filter(
    ({ exit_code }) => !input.exitCodes || (exit_code !== null && input.exitCodes.includes(exit_code)),
  );
  const seqs = [];
  for (const child of fit) if (await hasAllItWaitsFor(tx, child, array)) seqs.push(child.seq);
  if (seqs.length > 0) return { seqs, left: fit.length - seqs.length };
  const why = fit.length > 0 ? ': what they wait for has not SUCCEEDED' : '';
  return refuse(`Job ${array.id} has no FAILED child to run again${why}`);
};

const isFailed = ({ state }: AskedChild): boolean => stateOf(state) === 'FAILED';

const named = (
  array: FoundJob,
  children: readonly AskedChild[],
  indices: readonly number[],
): AskedChild[] | Refusal => {
  const chosen = [];
  for (const index of new Set(indices)) {
    const child = children[index];
    if (!child) return refuse(`Job ${array.id}:${index} not found`);
    if (!isFailed(child))
      return refuse(`Job ${array.id}:${index} is ${stateOf(child.state)}: only FAILED jobs run again`);
    chosen.push(child);
  }
  return chosen;
};
