import { stateOf } from '../../domain/job-state.ts';
import { overrules, reachesTasks, type StopKind, stopCode, stopOf } from '../../domain/stop-kinds.ts';
import type { Surroundings } from '../../service/service.ts';
import { type FoundJob, jobBySeq, setStop } from '../../store/job-rows.ts';
import { stopNodes } from '../../store/node-rows.ts';
import { insertSweep, stopRunning } from '../../store/stop-sweeps.ts';
import { Stops } from '../../store/stops-in-force.ts';
import type { Tx } from '../../store/store.ts';
import { Endings } from './endings.ts';

/** What is in force on all jobs of its queue or array comes to a job first, or a later stop would be before it. */
export const caughtUp = async (tx: Tx, service: Surroundings, job: FoundJob): Promise<FoundJob> => {
  const stops = new Stops(tx);
  const stop = job.parent > 0 ? await stops.over(job) : await stops.overQueue(job.queue);
  if (!stop) return job;
  await stopJob(tx, service, job, { kind: stopOf(stop.stop_kind), reason: stop.reason, at: stop.at });
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
 * Puts a stop into force (rules J-251 to J-268). A waiting job ends at once; of an array the parent's row
 * is in force at once, on what runs too, and the children that wait follow in steps; a task is told to stop by the loops,
 * after the commit.
 */
export const stopJob = async (
  tx: Tx,
  service: Surroundings,
  job: FoundJob,
  stop: AskedStop,
): Promise<void> => {
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
      else await endWaiting(tx, service, job, stop);
  }
};

const endWaiting = async (
  tx: Tx,
  service: Surroundings,
  job: FoundJob,
  { kind, reason, at }: AskedStop,
): Promise<void> => {
  await setStop(tx, job.seq, stopCode(kind), reason);
  const endings = new Endings(tx, service);
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
