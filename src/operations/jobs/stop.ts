import { parseJobId } from '../../domain/job-id.ts';
import { stateOf } from '../../domain/job-state.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { overrules, reachesTasks, type StopKind, stopCode, stopOf } from '../../domain/stop.ts';
import type { Clock } from '../../lib/clock.ts';
import { type FoundJob, findJob, jobBySeq, setStop } from '../../store/jobs.ts';
import { stopNodes } from '../../store/nodes.ts';
import type { Tx } from '../../store/store.ts';
import { insertSweep, stopRunning } from '../../store/sweeps.ts';
import type { Operation, Service } from '../service.ts';
import { Endings } from './end.ts';
import { Stops } from './in-force.ts';

export interface StopInput {
  readonly jobId: string;
  readonly reason: string;
}

/** Rule J-261, in characters. */
const LONGEST_REASON = 1024;

/** Rules J-261, J-267: both may be missing, for this answers it. */
const checkStop = ({ jobId, reason }: Partial<StopInput>): Refusal | undefined => {
  if (!jobId) return refuse('jobId is required and must not be empty: the id of the job');
  if (!reason) return refuse('reason is required and must not be empty: why the job is to end');
  return reason.length > LONGEST_REASON
    ? refuse(`reason has at most ${LONGEST_REASON} characters, got ${reason.length}`)
    : undefined;
};

/** CancelJob, p. 3: ends what has not reached STARTING; the rest goes on. */
export const cancelJob: Operation<StopInput> = (service, input) => stop(service, input, 'cancel');

/** TerminateJob, p. 58: ends a job in any state but the final ones. */
export const terminateJob: Operation<StopInput> = (service, input) => stop(service, input, 'terminate');

const stop = async (
  service: Service,
  input: StopInput,
  kind: 'cancel' | 'terminate',
): Promise<unknown | Refusal> => {
  const wrong = checkStop(input);
  if (wrong) return wrong;
  const id = parseJobId(input.jobId);
  const outcome = await service.store.write(async (tx) => {
    const job = id && (await findJob(tx, id));
    if (!job) return refuse(`Job ${input.jobId} not found`);
    if (job.role > 0)
      return refuse(`Job ${input.jobId} is a node: a multi-node job is stopped by its own id`);
    const stop = { kind, reason: input.reason, at: service.clock.wall() };
    await stopJob(tx, service.clock, await caughtUp(tx, service.clock, job), stop);
    tx.onCommit(service.wake);
    return {};
  });
  if (!isRefusal(outcome))
    service.log.info({ jobId: input.jobId, reason: input.reason, kind }, 'a stop was asked for');
  return outcome;
};

/** What is in force on all jobs of its queue or array comes to a job first, or a later stop would be before it. */
const caughtUp = async (tx: Tx, clock: Clock, job: FoundJob): Promise<FoundJob> => {
  const stops = new Stops(tx);
  const stop = job.parent > 0 ? await stops.over(job) : await stops.overQueue(job.queue);
  if (!stop) return job;
  await stopJob(tx, clock, job, { kind: stopOf(stop.stop_kind), reason: stop.reason, at: stop.at });
  return (await jobBySeq(tx, job.seq))!;
};

/** A stop as somebody asked for it. */
interface AskedStop {
  readonly kind: StopKind;
  readonly reason: string;
  /** Wall milliseconds when. */
  readonly at: number;
}

/**
 * Puts a stop into force (rules J-251 to J-268). A waiting job ends in this turn; of an array the parent's row
 * is in force at once, on what runs too, and the children that wait follow in steps; a task is told to stop by the loops,
 * after the commit.
 */
export const stopJob = async (tx: Tx, clock: Clock, job: FoundJob, stop: AskedStop): Promise<void> => {
  const { kind, reason } = stop;
  switch (stateOf(job.state)) {
    case 'SUCCEEDED':
    case 'FAILED':
      return;
    case 'STARTING':
    case 'RUNNING':
      if (!reachesTasks(kind)) return;
      if ((await markStop(tx, job, kind, reason)) && job.nodes > 0)
        await stopNodes(tx, job.seq, kind, reason, false);
      return;
    case 'SUBMITTED':
    case 'PENDING':
    case 'RUNNABLE':
      if (job.size > 0) await stopArray(tx, job, stop);
      else await endWaiting(tx, clock, job, stop);
  }
};

const endWaiting = async (
  tx: Tx,
  clock: Clock,
  job: FoundJob,
  { kind, reason, at }: AskedStop,
): Promise<void> => {
  await setStop(tx, job.seq, stopCode(kind), reason);
  const endings = new Endings(tx, clock);
  await endings.withdraw(job, at, reason);
  await endings.finish();
};

const stopArray = async (tx: Tx, job: FoundJob, { kind, reason, at }: AskedStop): Promise<void> => {
  // here and now: a later stop of one child is later than this (J-176)
  if (reachesTasks(kind)) await stopRunning(tx, job.seq, kind, reason);
  if (!(await markStop(tx, job, kind, reason))) return;
  await insertSweep(tx, 'array', job.seq, { stop_kind: stopCode(kind), reason, at });
};

/** Resolves to whether the stop is news. */
const markStop = async (tx: Tx, job: FoundJob, kind: StopKind, reason: string): Promise<boolean> => {
  const earlier = stopOf(job.stop_kind);
  if (!overrules(kind, earlier) || (kind === earlier && reason === job.stop_reason)) return false;
  await setStop(tx, job.seq, stopCode(kind), reason);
  return true;
};
