import { childSeq } from '../../domain/job-seq.ts';
import { isBeforeRunnable, stateOf } from '../../domain/job-state.ts';
import { DEPENDENCY_REASON } from '../../domain/stop-kinds.ts';
import {
  deleteEdgesOn,
  deleteSettled,
  firstSettled,
  isWatched,
  meetDependency,
  moveSettled,
  PAIRWISE,
  placeOf,
  SEQUENTIAL,
  type SettledPlace,
  type Waiter,
  WHOLE,
  waitersOn,
} from '../../store/dependencies.ts';
import { type FoundJob, jobBySeq } from '../../store/job-rows.ts';
import { isSet, type SettledRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import type { Endings } from './endings.ts';
import { STEP } from './step.ts';

/** What an end costs of a step: its own row and its job's are read, moved and deleted. */
const COST_OF_END = 4;
/** A dependent that fails is ended one by one, and is an end of its own afterwards. */
const COST_OF_FAILURE = 4;

interface Work {
  readonly tx: Tx;
  readonly at: number;
  readonly endings: Endings;
  /** Rows this step may still touch. */
  left: number;
}

/**
 * Works on the ends that somebody waits for, oldest first, at most `STEP` rows of them, their cursors in the same
 * turn: a crash repeats nothing. A chain that fails at its head goes on within a step: each link's end is the next
 * one's work. Resolves to whether there is more to do.
 */
export const settleStep = async (tx: Tx, at: number, endings: Endings): Promise<boolean> => {
  const work: Work = { tx, at, endings, left: STEP };
  while (work.left > 0) {
    const settled = await firstSettled(tx);
    if (!settled) return false;
    work.left -= COST_OF_END;
    await workOn(work, settled);
  }
  return true;
};

/** A job's end that its dependents are owed. */
interface OwedEnd {
  readonly job: FoundJob;
  /** It SUCCEEDED. */
  readonly ok: boolean;
  /** Dependents from this seq on were submitted after it, and have counted it themselves. */
  readonly before: number;
}

/**
 * What a look comes to: how far the work is now; undefined when all is done. For example, an array's child that ended well
 * and that two arrays and a plain job wait for: `children` until both arrays' children of its index are told, `whole` until
 * the plain job is, then its edges go.
 */
type Next = SettledPlace | undefined;

const workOn = async (work: Work, row: SettledRow): Promise<void> => {
  const job = await jobBySeq(work.tx, row.job);
  const next =
    job && (await tellSome(work, { job, ok: isSet(row.ok), before: row.before_seq }, placeOf(row)));
  if (next) await moveSettled(work.tx, row.seq, next);
  else await deleteSettled(work.tx, row.seq);
};

const tellSome = (work: Work, end: OwedEnd, place: SettledPlace): Promise<Next> => {
  switch (place.kind) {
    case 'children':
      return end.job.parent > 0 ? tellChildren(work, end, place.after) : tellWhole(work, end, 0);
    case 'whole':
      return tellWhole(work, end, place.after);
    case 'array':
      return goOnWithArray(work, end, place);
    case 'edges':
      return close(work, end);
  }
};

/** How many dependents one look may take; one at least, or nothing would move. */
const pageOf = (work: Work, ok: boolean): number =>
  Math.max(1, Math.floor(work.left / (ok ? 1 : COST_OF_FAILURE)));

/** A child's end concerns the child of the same index of each array paired with its own, and the next child. */
const tellChildren = async (work: Work, { job, ok, before }: OwedEnd, after: number): Promise<Next> => {
  const { tx } = work;
  const limit = pageOf(work, ok);
  const paired = await waitersOn(tx, job.parent, PAIRWISE, after, before, limit);
  const children = paired.map((waiter) => childSeq(waiter.dependent, job.idx));
  if (after === 0 && job.idx + 1 < job.parent_size) {
    const next = await waitersOn(tx, job.parent, SEQUENTIAL, 0, before, 1);
    if (next.length > 0) children.push(childSeq(job.parent, job.idx + 1));
  }
  await tell(work, ok, children);
  if (paired.length === limit) return { kind: 'children', after: paired.at(-1)!.dependent };
  return !isWatched(job.watched) ? undefined : { kind: 'whole', after: 0 };
};

/** Everybody who waits for the job as a whole: plain jobs many at a time, an array's children in slices. */
const tellWhole = async (work: Work, end: OwedEnd, after: number): Promise<Next> => {
  const { job, ok, before } = end;
  const limit = pageOf(work, ok);
  const waiters = await waitersOn(work.tx, job.seq, WHOLE, after, before, limit);
  const array = waiters.findIndex((waiter) => waiter.size > 0);
  if (array === 0) return tellArray(work, ok, waiters[0]!, 0);
  const plain = (array < 0 ? waiters : waiters.slice(0, array)).map((waiter) => waiter.dependent);
  await tell(work, ok, plain);
  return array > 0 || waiters.length === limit ? { kind: 'whole', after: plain.at(-1)! } : close(work, end);
};

/** One that is gone meanwhile is owed nothing. */
const goOnWithArray = async (
  work: Work,
  { job, ok, before }: OwedEnd,
  { dependent, done }: Extract<SettledPlace, { kind: 'array' }>,
): Promise<Next> => {
  const [waiter] = await waitersOn(work.tx, job.seq, WHOLE, dependent - 1, before, 1);
  return waiter?.dependent === dependent && waiter.size > 0
    ? tellArray(work, ok, waiter, done)
    : { kind: 'whole', after: dependent };
};

/** The next of its children, `done` of which are told. */
const tellArray = async (
  work: Work,
  ok: boolean,
  { dependent, size }: Waiter,
  done: number,
): Promise<Next> => {
  const count = Math.min(pageOf(work, ok), size - done);
  await tell(
    work,
    ok,
    Array.from({ length: count }, (_, i) => childSeq(dependent, done + i)),
  );
  return done + count < size
    ? { kind: 'array', dependent, done: done + count }
    : { kind: 'whole', after: dependent };
};

/**
 * The edges of an end that was told go in steps too: a job may have a hundred thousand dependents. One that FAILED keeps
 * them: it may run again, and those that failed for it with it.
 */
const close = async (work: Work, { job, ok, before }: OwedEnd): Promise<Next> => {
  if (!ok || !isWatched(job.watched)) return undefined;
  const limit = Math.max(1, work.left);
  const gone = await deleteEdgesOn(work.tx, job.seq, before, limit);
  work.left -= gone;
  return gone === limit ? { kind: 'edges' } : undefined;
};

/** One dependency of each is met, or has failed: then the dependent fails too (J-245, J-246). */
const tell = async (work: Work, ok: boolean, jobs: readonly number[]): Promise<void> => {
  if (jobs.length === 0) return;
  work.left -= jobs.length * (ok ? 1 : COST_OF_FAILURE);
  if (ok) {
    await meetDependency(work.tx, jobs);
    return;
  }
  for (const seq of jobs) {
    const job = await jobBySeq(work.tx, seq);
    if (job && isBeforeRunnable(stateOf(job.state)))
      await work.endings.withdraw(job, work.at, DEPENDENCY_REASON);
  }
};
