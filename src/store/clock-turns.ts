import type { Tx } from './store.ts';

/*
 * Jobs stand in the order of their submission, which is that of their times of creation as long as the wall clock is not set
 * back. Where it was, the first job behind is noted: between two such turns a time is found by halving, without an index
 * that every submission would pay for.
 */

/** When the last job of each group of transactions was made: read once, and gone with the group. */
const last = new WeakMap<object, number>();

const BEFORE = 'SELECT created_at FROM jobs WHERE seq < ? ORDER BY seq DESC LIMIT 1';
const TURN = 'INSERT INTO clock_turns (seq) VALUES (?)';

/** A job is about to be inserted. */
export const noteClockTurn = async (tx: Tx, seq: number, createdAt: number): Promise<void> => {
  const known = tx.group && last.get(tx.group);
  const before = known ?? (await tx.all<{ created_at: number }>(BEFORE, [seq]))[0]?.created_at ?? 0;
  if (createdAt < before) await tx.run(TURN, [seq]);
  if (tx.group) last.set(tx.group, createdAt);
};

const PASSED = 'DELETE FROM clock_turns WHERE seq <= coalesce((SELECT min(seq) FROM jobs), 9007199254740991)';

/** Forgets turns that no job stands before any more. */
export const forgetClockTurns = (tx: Tx): Promise<number> => tx.run(PASSED);

/** Seqs of jobs, from the first to before the second. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const TURNS = 'SELECT seq FROM clock_turns WHERE seq < ? ORDER BY seq DESC LIMIT ?';
/** So many turns are read together: there are few at all. */
const AT_ONCE = 100;

/**
 * Where jobs made after one moment and before another are, below the seq `below`, the newest stretch first. In a stretch are
 * no others.
 */
export async function* stretchesMade(
  tx: Tx,
  after: number,
  until: number,
  below: number,
): AsyncGenerator<Stretch> {
  let to = below;
  for (;;) {
    const turns = await tx.all<{ seq: number }>(TURNS, [to, AT_ONCE]);
    for (const { seq } of turns) {
      yield await made(tx, { from: seq, to }, after, until);
      to = seq;
    }
    if (turns.length < AT_ONCE) break;
  }
  yield await made(tx, { from: 0, to }, after, until);
}

const made = async (tx: Tx, within: Stretch, after: number, until: number): Promise<Stretch> => ({
  from: await firstMadeAt(tx, within, after + 1),
  to: await firstMadeAt(tx, within, until),
});

const NEXT = 'SELECT seq, created_at FROM jobs WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT 1';
const NEWEST = 'SELECT seq FROM jobs WHERE seq < ? ORDER BY seq DESC LIMIT 1';

/** Of a stretch without turns the seq of the first job that was made at that time or later, or where it ends. */
const firstMadeAt = async (tx: Tx, { from, to }: Stretch, at: number): Promise<number> => {
  const [newest] = await tx.all<{ seq: number }>(NEWEST, [to]);
  let low = from;
  let high = newest ? newest.seq + 1 : from;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [job] = await tx.all<{ seq: number; created_at: number }>(NEXT, [middle, high]);
    if (!job || job.created_at >= at) high = middle;
    else low = job.seq + 1;
  }
  return low;
};
