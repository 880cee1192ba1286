import { asksOf } from '../../domain/consumables.ts';
import { jobIdOf, parseJobId } from '../../domain/job-id.ts';
import { isFinal, type JobState, stateOf } from '../../domain/job-state.ts';
import { isNode } from '../../domain/node-roles.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { stopOf } from '../../domain/stop-kinds.ts';
import type { Operation, Service } from '../../service/service.ts';
import { AwaitedJobs } from '../../store/awaited-jobs.ts';
import { consumablesBySeq } from '../../store/consumable-rows.ts';
import { type FoundJob, findJob, jobBySeq } from '../../store/job-rows.ts';
import { nodesAreLive } from '../../store/node-rows.ts';
import { queueIsGoing } from '../../store/queue-rows.ts';
import type { JobRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { type Again, type ChangedSpec, rerun } from '../../transitions/jobs/rerun-jobs.ts';
import { tooManyAgain } from '../jobs/rerun-limits.ts';
import { changedSpec, type RerunChanges } from './rerun-changes.ts';
import { FailedDependents } from './rerun-dependents.ts';

export interface RetryInput {
  readonly jobId: string;
  readonly states?: readonly JobState[];
  /** Of an array: only children that ended with one of these. */
  readonly exitCodes?: readonly number[];
  /** Of an array: these children; each must be FAILED. */
  readonly indices?: readonly number[];
  /** Also those that FAILED because these had. */
  readonly withDependents?: boolean;
  readonly changes?: RerunChanges;
}

/**
 * Runs FAILED jobs again under the same ids, with one more attempt each: a job, a multi-node job whole, a child, or children of
 * an array, which waits for them again. Answers how many `jobs` go, how many FAILED children are `left` because what they wait for
 * has not SUCCEEDED, and how many `dependents` wait for them again. Attempts may exceed the retry strategy's then. `cancelled` and
 * `terminated` are forgotten.
 */
export const retryJobs: Operation<RetryInput> = async (service, input) => {
  if (input.states?.some((state) => state !== 'FAILED'))
    return refuse('states takes FAILED alone: what SUCCEEDED or still runs is not run again');
  const outcome = await service.store.write(async (tx) => {
    const decided = await decide(service, tx, input);
    if (isRefusal(decided)) return decided;
    const { job, chosen, again } = decided;
    const tooMany = await tooManyAgain(service, tx, [
      ...chosen.rows,
      ...again.dependents.map((one) => one.job),
    ]);
    if (tooMany) return tooMany;
    await rerun(service, tx, job, again);
    const { length: dependents } = again.dependents;
    const found = new Set(again.dependents.map((one) => one.job.seq));
    const left = chosen.left.filter(({ seq }) => !found.has(seq)).length;
    return { jobs: chosen.rows.length, left, ...(input.withDependents && { dependents }) };
  });
  if (!isRefusal(outcome))
    service.log.info({ jobId: input.jobId, jobs: outcome.jobs }, 'jobs were asked to run again');
  return outcome;
};

/** All that can be refused, but for limits, before the first row is written. */
export const decide = async (
  service: Service,
  tx: Tx,
  input: RetryInput,
): Promise<{ job: FoundJob; chosen: Chosen; again: Again } | Refusal> => {
  const id = parseJobId(input.jobId);
  const job = id && (await findJob(tx, id));
  if (!job) return refuse(`Job ${input.jobId} not found`);
  const barred = await barredBy(tx, job);
  if (barred) return barred;
  const rows = new AwaitedJobs(tx);
  const chosen =
    job.size > 0 ? await chooseChildren(rows, job, input) : await chooseJob(tx, rows, job, input);
  if (isRefusal(chosen)) return chosen;
  const changes = await changesOf(service, tx, chosen.rows, input.changes);
  if (isRefusal(changes)) return changes;
  const dependents = input.withDependents ? await new FailedDependents(tx, rows).of(chosen.rows) : [];
  if (isRefusal(dependents)) return dependents;
  const all = [...chosen.rows, ...dependents.map((one) => one.job)];
  const gone = await goneConsumable(service, tx, all);
  if (gone) return gone;
  const array = job.parent > 0 ? await rows.row(job.parent) : job.size > 0 ? job : undefined;
  return { job, chosen, again: { array, seqs: chosen.rows.map(({ seq }) => seq), changes, dependents } };
};

/** Each spec that jobs have, as it is to be. */
const changesOf = async (
  service: Service,
  tx: Tx,
  jobs: readonly JobRow[],
  changes: RerunChanges | undefined,
): Promise<ChangedSpec[] | Refusal> => {
  const changed = new Map<number, ChangedSpec & { seqs: number[] }>();
  for (const { seq, spec } of changes ? jobs : []) {
    const known = changed.get(spec);
    if (known) {
      known.seqs.push(seq);
      continue;
    }
    const to = changedSpec(await service.specs.of(tx, spec), changes!);
    if (isRefusal(to)) return to;
    changed.set(spec, { seqs: [seq], from: spec, to });
  }
  return [...changed.values()];
};

/** What one of them would wait for is deleted: it would wait for ever. */
const goneConsumable = async (
  { specs }: Service,
  tx: Tx,
  jobs: readonly JobRow[],
): Promise<Refusal | undefined> => {
  for (const spec of new Set(jobs.map((job) => job.spec))) {
    const asks = asksOf(await specs.of(tx, spec));
    if (asks.length === 0) continue;
    const seqs = asks.map(({ consumable }) => consumable);
    const there = new Set((await consumablesBySeq(tx, seqs)).map(({ seq }) => seq));
    const gone = asks.find(({ consumable }) => !there.has(consumable));
    if (gone) return refuse(`ConsumableResource ${gone.name} not found.`);
  }
  return undefined;
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
  readonly rows: readonly JobRow[];
  /** Children that wait for what has not SUCCEEDED. */
  readonly left: readonly JobRow[];
}

const chooseJob = async (
  tx: Tx,
  rows: AwaitedJobs,
  job: FoundJob,
  input: RetryInput,
): Promise<Chosen | Refusal> => {
  const id = jobIdOf(job);
  if (input.indices || input.exitCodes)
    return refuse(`Job ${id} is not an array job: indices and exitCodes choose children`);
  const state = stateOf(job.state);
  if (state !== 'FAILED') return refuse(`Job ${id} is ${state}: only FAILED jobs run again`);
  if (job.nodes > 0 && (await nodesAreLive(tx, job.seq, job.nodes)))
    return refuse(`Job ${id} has nodes that have not ended yet: ask again in a moment`);
  if (!(await rows.hasAllItWaitsFor(job)))
    return refuse(`Job ${id} waits for jobs that have not SUCCEEDED: run those again first`);
  return { rows: [job], left: [] };
};

const chooseChildren = async (
  rows: AwaitedJobs,
  array: FoundJob,
  input: RetryInput,
): Promise<Chosen | Refusal> => {
  const children = await rows.children(array);
  const asked = input.indices ? named(array, children, input.indices) : children.filter(isFailed);
  if (isRefusal(asked)) return asked;
  const fit = asked.filter(
    ({ exit_code }) => !input.exitCodes || (exit_code !== null && input.exitCodes.includes(exit_code)),
  );
  const chosen: { rows: JobRow[]; left: JobRow[] } = { rows: [], left: [] };
  for (const child of fit) ((await rows.hasAllItWaitsFor(child)) ? chosen.rows : chosen.left).push(child);
  if (chosen.rows.length > 0) return chosen;
  const why = fit.length > 0 ? ': what they wait for has not SUCCEEDED' : '';
  return refuse(`Job ${array.id} has no FAILED child to run again${why}`);
};

const isFailed = ({ state }: JobRow): boolean => stateOf(state) === 'FAILED';

const named = (
  array: FoundJob,
  children: readonly JobRow[],
  indices: readonly number[],
): JobRow[] | Refusal => {
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
