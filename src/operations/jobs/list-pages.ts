import { isWaiting, stateCode, stateOf } from '../../domain/job-state.ts';
import { listChildren } from '../../store/child-rows.ts';
import { EVERY_STATE, type JobCondition } from '../../store/job-filters.ts';
import { type FoundJob, listJobsOf, listJobsOfShare } from '../../store/job-rows.ts';
import type { StopInForce } from '../../store/stop-sweeps.ts';
import type { Tx } from '../../store/store.ts';
import { type Filtered, listFiltered, lookThrough } from './list-filtered.ts';
import type { Filter } from './list-filters.ts';

/**
 * What a page is read by: jobs of a queue newest first, children of an array and nodes of a job by index. `stop`: the one
 * that is in force on all of them that have not begun.
 */
export type Selector =
  | {
      readonly kind: 'queue';
      readonly seq: number;
      readonly filter: Filter | undefined;
      readonly stop: StopInForce | undefined;
    }
  /** Of a share, in one state. `seq`: 0 where there is none of that name. */
  | {
      readonly kind: 'share';
      readonly queue: number;
      readonly seq: number;
      readonly stop: StopInForce | undefined;
    }
  | {
      readonly kind: 'parts';
      readonly seq: number;
      readonly waiting: boolean;
      readonly stop: StopInForce | undefined;
    };

const FAILED = stateCode('FAILED');
const RUNNABLE = stateCode('RUNNABLE');
/** The states of the rows that read as FAILED while a stop is in force. */
const ENDING = EVERY_STATE.filter((code) => code === FAILED || isWaiting(stateOf(code)));

/** At most `limit` jobs that read as being in `state`, or that a filter lets through, beyond `after`. */
export const pageOf = async (
  tx: Tx,
  selector: Selector,
  state: number,
  after: number | undefined,
  limit: number,
): Promise<Filtered> => {
  if (selector.kind === 'parts') return whole(await parts(tx, selector, state, after ?? 0, limit));
  const { stop } = selector;
  const before = after ?? Number.MAX_SAFE_INTEGER;
  if (selector.kind === 'share') {
    const { queue, seq: share } = selector;
    if (stop && ENDING.includes(state))
      return ofEndingQueue(tx, queue, state, before, limit, { where: 'j.job_group = ?', params: [share] });
    return whole(await listJobsOfShare(tx, queue, share, state, before, limit));
  }
  const { seq, filter } = selector;
  if (filter) return listFiltered(tx, seq, filter, before, limit);
  if (stop && ENDING.includes(state)) return ofEndingQueue(tx, seq, state, before, limit);
  return whole(await listJobsOf(tx, seq, state, before, limit));
};

/** By an index that has nothing else: as many rows are read as are shown. */
const whole = (rows: readonly FoundJob[]): Filtered => ({ rows, lookedTo: undefined });

const parts = async (
  tx: Tx,
  { seq, waiting, stop }: Extract<Selector, { kind: 'parts' }>,
  state: number,
  after: number,
  limit: number,
): Promise<readonly FoundJob[]> => {
  if (waiting || (stop && isWaiting(stateOf(state)))) return [];
  return listChildren(tx, seq, stop && state === FAILED ? ENDING : [state], after, limit);
};

/** Of what has not begun in a queue that is being deleted only arrays still wait, for their children. */
const ofEndingQueue = async (
  tx: Tx,
  queue: number,
  state: number,
  before: number,
  limit: number,
  only: JobCondition = { where: 'true', params: [] },
): Promise<Filtered> => {
  // a parent is never in line
  if (state === RUNNABLE) return whole([]);
  if (state !== FAILED)
    return lookThrough(tx, queue, [state], { ...only, where: `j.size > 0 AND ${only.where}` }, before, limit);
  const ended = { where: `(j.size = 0 OR j.state = ?) AND ${only.where}`, params: [FAILED, ...only.params] };
  return lookThrough(tx, queue, ENDING, ended, before, limit);
};
