import { DEPENDENCY_REASON } from '../../domain/stop.ts';
import {
  deleteEdgesOn,
  deleteSettled,
  edgesOn,
  firstSettled,
  meetDependency,
  moveSettled,
  PAIRWISE,
  SEQUENTIAL,
  WHOLE,
} from '../../store/dependencies.ts';
import { type FoundJob, jobBySeq } from '../../store/jobs.ts';
import type { EdgeRow, SettledRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { type Endings, neverRan } from './end.ts';

/** How many rows one step may touch: what bounds how long everybody else waits. */
export const STEP = 1000;

/**
 * Works on the oldest end that somebody waits for, at most `STEP` rows of it, its cursor in the same turn: a crash
 * repeats nothing. Resolves to whether there is more to do.
 */
export const settleStep = async (tx: Tx, at: number, endings: Endings): Promise<boolean> => {
  const settled = await firstSettled(tx);
  if (!settled) return false;
  const job = await jobBySeq(tx, settled.job);
  if (!job) {
    await deleteSettled(tx, settled.seq);
    return true;
  }
  await tellChildren(tx, at, settled, job, endings);
  await tellWhole(tx, at, settled, job, endings);
  return true;
};

/** A child's end concerns the child of the same index of each array paired with its own, and the next child. */
const tellChildren = async (
  tx: Tx,
  at: number,
  s: SettledRow,
  job: FoundJob,
  endings: Endings,
): Promise<void> => {
  if (job.parent === 0 || s.cursor_dependent > 0) return;
  const paired = await edgesOn(tx, job.parent, PAIRWISE, 0, s.before_seq, STEP);
  const next = await edgesOn(tx, job.parent, SEQUENTIAL, 0, s.before_seq, 1);
  const children = paired.map((edge) => edge.dependent + 1 + job.idx);
  if (next.length > 0 && job.idx + 1 < job.parent_size) children.push(job.seq + 1);
  await tell(tx, at, s.ok === 1, children, endings);
};

/** Everybody who waits for the job as a whole: plain jobs many at a time, an array's children in slices. */
const tellWhole = async (
  tx: Tx,
  at: number,
  s: SettledRow,
  job: FoundJob,
  endings: Endings,
): Promise<void> => {
  const edges = await edgesOn(
    tx,
    job.seq,
    WHOLE,
    s.cursor_dependent - (s.cursor_child > 0 ? 1 : 0),
    s.before_seq,
    STEP,
  );
  const plain: number[] = [];
  for (const edge of edges) {
    const dependent = (await jobBySeq(tx, edge.dependent))!;
    if (dependent.size === 0) {
      plain.push(dependent.seq);
      continue;
    }
    await tell(tx, at, s.ok === 1, plain, endings);
    await tellArray(tx, at, s, edge, dependent, endings);
    return;
  }
  await tell(tx, at, s.ok === 1, plain, endings);
  if (edges.length === STEP) await moveSettled(tx, s.seq, edges.at(-1)!.dependent, 0);
  else await close(tx, s, job);
};

/** `cursor_dependent` is the array being told while `cursor_child` is above 0: how many children are done. */
const tellArray = async (
  tx: Tx,
  at: number,
  s: SettledRow,
  edge: EdgeRow,
  array: FoundJob,
  endings: Endings,
): Promise<void> => {
  const from = s.cursor_dependent === edge.dependent ? s.cursor_child : 0;
  const count = Math.min(STEP, array.size - from);
  const children = Array.from({ length: count }, (_, i) => array.seq + 1 + from + i);
  await tell(tx, at, s.ok === 1, children, endings);
  await moveSettled(tx, s.seq, edge.dependent, from + count < array.size ? from + count : 0);
};

const close = async (tx: Tx, s: SettledRow, job: FoundJob): Promise<void> => {
  if (job.watched > 0) await deleteEdgesOn(tx, job.seq, s.before_seq);
  await deleteSettled(tx, s.seq);
};

/** One dependency of each is met, or has failed: then the dependent fails too (J-245, J-246). */
const tell = async (
  tx: Tx,
  at: number,
  ok: boolean,
  jobs: readonly number[],
  endings: Endings,
): Promise<void> => {
  if (jobs.length === 0) return;
  if (ok) {
    await meetDependency(tx, jobs);
    return;
  }
  for (const seq of jobs) {
    const job = await jobBySeq(tx, seq);
    if (job && job.state < 2) await endings.end(job, neverRan(at, DEPENDENCY_REASON));
  }
};
