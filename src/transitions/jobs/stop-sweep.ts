import type { Service } from '../../service/service.ts';
import { doomedChildren, waitingChildren } from '../../store/child-rows.ts';
import { type FoundJob, jobBySeq } from '../../store/job-rows.ts';
import { endQueue } from '../../store/queue-rows.ts';
import type { SweepRow } from '../../store/schema.ts';
import {
  deleteSweep,
  firstArraySweep,
  queueIsBusy,
  queueSweeps,
  type StopInForce,
  unstoppedOfQueue,
} from '../../store/stop-sweeps.ts';
import { Stops } from '../../store/stops-in-force.ts';
import type { Tx } from '../../store/store.ts';
import type { Endings } from './endings.ts';
import { STEP } from './step.ts';
import { stopJob } from './stop.ts';

/**
 * Carries a change that touches many jobs on by one step of at most `STEP` rows. Resolves to whether there is more
 * to do at once; a deleted queue's jobs that still run are waited for.
 */
export const sweepStep = async (service: Service, tx: Tx, endings: Endings): Promise<boolean> => {
  const array = await firstArraySweep(tx);
  if (array?.kind === 'array') return sweepArray(tx, array, endings);
  if (array) return sweepDoomed(tx, array, service.clock.wall(), endings);
  let more = false;
  for (const queue of await queueSweeps(tx)) more = (await sweepQueue(service, tx, queue)) || more;
  return more;
};

/** What waits of an array; what ran was told with the stop itself. */
const sweepArray = async (tx: Tx, sweep: SweepRow, endings: Endings): Promise<boolean> => {
  const parent = (await jobBySeq(tx, sweep.target)) as FoundJob;
  const waiting = await waitingChildren(tx, parent.seq, STEP);
  await markStops(tx, waiting, sweep);
  await endings.failChildren(parent, waiting, sweep);
  if (waiting.length < STEP) await deleteSweep(tx, sweep.seq);
  return true;
};

const markStops = async (tx: Tx, jobs: readonly number[], stop: StopInForce): Promise<void> => {
  if (jobs.length === 0) return;
  await tx.run(
    'UPDATE jobs SET stop_kind = ?, stop_reason = ? WHERE seq IN (SELECT value FROM json_each(?))',
    [stop.stop_kind, stop.reason, JSON.stringify(jobs)],
  );
};

/** When the whole array was stopped meanwhile its children read as ended by that already. */
const sweepDoomed = async (tx: Tx, sweep: SweepRow, at: number, endings: Endings): Promise<boolean> => {
  const parent = (await jobBySeq(tx, sweep.target)) as FoundJob;
  const doomed = await doomedChildren(tx, parent.seq, STEP);
  const stop = await new Stops(tx).overParts(parent);
  if (stop) await markStops(tx, doomed, stop);
  await endings.failChildren(parent, doomed, stop ?? { at, reason: sweep.reason });
  if (doomed.length < STEP) await deleteSweep(tx, sweep.seq);
  return true;
};

/** Rules J-174, E-127: queued jobs fail, running ones are stopped; the queue goes with its last job. */
const sweepQueue = async (service: Service, tx: Tx, sweep: SweepRow): Promise<boolean> => {
  const jobs = await unstoppedOfQueue(tx, sweep.target, STEP);
  for (const { seq } of jobs) {
    const job = (await jobBySeq(tx, seq)) as FoundJob;
    await stopJob(tx, service, job, { kind: 'queue', reason: sweep.reason, at: sweep.at });
  }
  if (jobs.length > 0) return true;
  if (await queueIsBusy(tx, sweep.target)) return false;
  await endQueue(tx, sweep.target);
  await deleteSweep(tx, sweep.seq);
  service.catalog.forget(tx);
  return true;
};
