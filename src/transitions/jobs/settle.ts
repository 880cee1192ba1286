import { DEPENDENCY_REASON } from '../../domain/stop-kinds.ts';
import {
  deleteEdgesOn,
  deleteSettled,
  firstSettled,
  meetDependency,
  moveSettled,
  PAIRWISE,
  SEQUENTIAL,
  WHOLE,
  waitersOn,
} from '../../store/dependencies.ts';
import { type FoundJob, jobBySeq } from '../../store/job-rows.ts';
import type { SettledRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import type { Endings } from './endings.ts';

/** How many rows one step may touch: what bounds how long everybody else waits. */
export const STEP = 1000;

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

const workOn = async (work: Work, s: SettledRow): Promise<void> => {
  const job = await jobBySeq(work.tx, s.job);
  if (!job) await deleteSettled(work.tx, s.seq);
  else if (s.phase === 0 && job.parent > 0) await tellChildren(work, s, job);
  else if (s.phase < 2) await tellWhole(work, s, job);
  else await close(work, s, job);
};

/** How many dependents one look may take; one at least, or nothing would move. */
const pageOf = (work: Work, ok: boolean): number =>
  Math.max(1, Math.floor(work.left / (ok ? 1 : COST_OF_FAILURE)));

/** A child's end concerns the child of the same index of each array paired with its own, and the next child. */
const tellChildren = async (work: Work, s: SettledRow, job: FoundJob): Promise<void> => {
  const { tx } = work;
  const limit = pageOf(work, s.ok === 1);
  const paired = await waitersOn(tx, job.parent, PAIRWISE, s.cursor_dependent, s.before_seq, limit);
  const children = paired.map((waiter) => waiter.dependent + 1 + job.idx);
  if (s.cursor_dependent === 0 && job.idx + 1 < job.parent_size) {
    const next = await waitersOn(tx, job.parent, SEQUENTIAL, 0, s.before_seq, 1);
    if (next.length > 0) children.push(job.seq + 1);
  }
  await tell(work, s.ok === 1, children);
  if (paired.length === limit) {
    await moveSettled(tx, s.seq, { phase: 0, dependent: paired.at(-1)!.dependent, child: 0 });
  } else if (job.watched === 0) await deleteSettled(tx, s.seq);
  else await moveSettled(tx, s.seq, { phase: 1, dependent: 0, child: 0 });
};

/**
 * Everybody who waits for the job as a whole: plain jobs many at a time, an array's children in slices.
 * `cursor_dependent` is the array being told while `cursor_child` is above 0: how many children are done.
 */
const tellWhole = async (work: Work, s: SettledRow, job: FoundJob): Promise<void> => {
  const { tx } = work;
  const ok = s.ok === 1;
  const limit = pageOf(work, ok);
  const after = s.cursor_dependent - (s.cursor_child > 0 ? 1 : 0);
  const waiters = await waitersOn(tx, job.seq, WHOLE, after, s.before_seq, limit);
  const array = waiters.findIndex((waiter) => waiter.size > 0);
  const plain = array < 0 ? waiters : waiters.slice(0, array);
  await tell(
    work,
    ok,
    plain.map((waiter) => waiter.dependent),
  );
  if (array === 0) return tellArray(work, s, waiters[0]!);
  if (array > 0 || waiters.length === limit)
    return void (await moveSettled(tx, s.seq, { phase: 1, dependent: plain.at(-1)!.dependent, child: 0 }));
  await close(work, s, job);
};

const tellArray = async (
  work: Work,
  s: SettledRow,
  { dependent, size }: { dependent: number; size: number },
) => {
  const ok = s.ok === 1;
  const from = s.cursor_dependent === dependent ? s.cursor_child : 0;
  const count = Math.min(pageOf(work, ok), size - from);
  await tell(
    work,
    ok,
    Array.from({ length: count }, (_, i) => dependent + 1 + from + i),
  );
  const child = from + count < size ? from + count : 0;
  await moveSettled(work.tx, s.seq, { phase: 1, dependent, child });
};

/** The edges of an end that was told go in steps too: a job may have a hundred thousand dependents. */
const close = async (work: Work, s: SettledRow, job: FoundJob): Promise<void> => {
  if (job.watched > 0) {
    const limit = Math.max(1, work.left);
    const gone = await deleteEdgesOn(work.tx, job.seq, s.before_seq, limit);
    work.left -= gone;
    if (gone === limit) return void (await moveSettled(work.tx, s.seq, { phase: 2, dependent: 0, child: 0 }));
  }
  await deleteSettled(work.tx, s.seq);
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
    if (job && job.state < 2) await work.endings.withdraw(job, work.at, DEPENDENCY_REASON);
  }
};
