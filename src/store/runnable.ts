import type { Tx } from './store.ts';

/*
 * The scheduler's reads. None costs more for a queue of a million jobs than for one of a thousand: all hop along the
 * index jobs_runnable (queue, shape, seq), from kind to kind, and past the children of an array that was stopped, which
 * lie side by side. What is left of such an array is one hop, however large it is.
 */

/** Above each seq. */
const END = '9007199254740991';

/** Where to go on behind the job `j`: behind the whole of its array when that was stopped. */
const past = (otherwise: string): string =>
  `coalesce((SELECT p.seq + p.size FROM jobs p WHERE p.seq = j.parent AND p.stop_kind > 0), ${otherwise})`;

const nextOfKind = (at: string): string => `(
  SELECT min(n.seq) FROM jobs n
  WHERE n.queue = ${at}.queue AND n.shape = ${at}.shape AND n.state = 2 AND n.seq > ${at}.past)`;

/* From kind to kind, and past stopped arrays: those of a queue with an id above `after`. */
const walkFrom = (after: '0' | '?'): string => `
  walk (queue, shape, past, seq) AS (
    SELECT ?, ${after}, ${END}, 0
    UNION ALL
    SELECT w.queue, j.shape, ${past(END)}, j.seq
    FROM walk w CROSS JOIN jobs j ON j.seq = coalesce(${nextOfKind('w')}, (
      SELECT n.seq FROM jobs n WHERE n.queue = w.queue AND n.shape > w.shape AND n.state = 2
      ORDER BY n.shape, n.seq LIMIT 1)))`;

const WALK = walkFrom('0');

const IS_FIRST = `past = ${END} AND seq > 0`;

/*
 * `firsts`: the first RUNNABLE job of each kind in a queue, which is bound to the first `?`. Kind 0, the nodes of
 * multi-node jobs, is not in line.
 */
const FIRSTS = `${WALK},
  firsts (queue, shape, seq) AS MATERIALIZED (SELECT queue, shape, seq FROM walk WHERE ${IS_FIRST})`;

/** How many steps it takes to find them. */
export const KIND_STEPS = `WITH RECURSIVE ${FIRSTS} SELECT count(*) AS n FROM walk`;

const COLUMNS = `
  h.id, h.milli_vcpus, h.memory_mib, h.gpus, h.node_groups, f.seq AS first,
  EXISTS (SELECT 1 FROM jobs n WHERE n.queue = f.queue AND n.shape = f.shape AND n.state = 2 AND n.seq > f.seq)
    AS has_more`;

export const KINDS = `
  WITH RECURSIVE ${FIRSTS},
  oldest (shape) AS (SELECT shape FROM firsts ORDER BY seq LIMIT ?),
  turn (shape) AS (
    SELECT shape FROM firsts WHERE shape NOT IN oldest ORDER BY shape <= ?, shape LIMIT ?)
  SELECT ${COLUMNS}, f.shape IN turn AS in_turn, (SELECT count(*) FROM firsts) AS kinds
  FROM firsts f CROSS JOIN shapes h ON h.id = f.shape
  WHERE f.shape IN oldest OR f.shape IN turn OR f.seq = ?
  ORDER BY f.seq`;

/* The first job of each of the named kinds: a search for each, and past stopped arrays. */
export const NAMED_KINDS = `
  WITH RECURSIVE named (queue, shape, past, seq) AS (
    SELECT ?, value, 0, 0 FROM json_each(?)
    UNION ALL
    SELECT w.queue, w.shape, ${past(END)}, j.seq FROM named w CROSS JOIN jobs j ON j.seq = ${nextOfKind('w')})
  SELECT ${COLUMNS} FROM named f CROSS JOIN shapes h ON h.id = f.shape WHERE ${IS_FIRST} ORDER BY f.seq`;

/* The walk ends with the last that is asked for. */
export const NEXT_KINDS = `
  WITH RECURSIVE ${walkFrom('?')},
  others (queue, shape, seq) AS (
    SELECT queue, shape, seq FROM walk
    WHERE ${IS_FIRST} AND shape NOT IN (SELECT value FROM json_each(?)) LIMIT ?)
  SELECT ${COLUMNS} FROM others f CROSS JOIN shapes h ON h.id = f.shape`;

/** One kind of a queue's RUNNABLE jobs. */
export interface Kind {
  /** Its shape's. */
  readonly id: number;
  readonly milli_vcpus: number;
  readonly memory_mib: number;
  readonly gpus: number;
  /** See `ShapeRow`. */
  readonly node_groups: string;
  /** The seq of its first job. */
  readonly first: number;
  /** 1: there are others behind that one. */
  readonly has_more: number;
}

export interface WaitingKind extends Kind {
  /** 1: one of those that are not the oldest. */
  readonly in_turn: number;
  /** How many kinds wait in the queue. */
  readonly kinds: number;
}

/** Which of a queue's kinds are read. */
export interface KindsWanted {
  /** So many, by their first job. */
  readonly oldest: number;
  /** So many of the others, those with an id above `after` first, then from the beginning. */
  readonly inTurn: number;
  readonly after: number;
  /** The kind whose first job this is, too; 0 for none. */
  readonly reserved: number;
}

/** Kinds of a queue's RUNNABLE jobs, in the order of the first of each. */
export const waitingKinds = (
  tx: Tx,
  queue: number,
  { oldest, inTurn, after, reserved }: KindsWanted,
): Promise<WaitingKind[]> => tx.all<WaitingKind>(KINDS, [queue, oldest, after, inTurn, reserved]);

/** Those of the kinds with these ids that wait, in the order of the first of each. */
export const namedKinds = (tx: Tx, queue: number, ids: readonly number[]): Promise<Kind[]> =>
  tx.all<Kind>(NAMED_KINDS, [queue, JSON.stringify(ids)]);

/** The `limit` kinds with the next ids above `after`, but for those in `except`. */
export const nextKinds = (
  tx: Tx,
  queue: number,
  after: number,
  except: readonly number[],
  limit: number,
): Promise<Kind[]> => tx.all<Kind>(NEXT_KINDS, [queue, after, JSON.stringify(except), limit]);

/** Stops after so many kinds, however many there are. */
const SOME_KINDS = `
  WITH RECURSIVE ${WALK} SELECT count(*) AS n FROM (SELECT 1 FROM walk WHERE ${IS_FIRST} LIMIT ?)`;

/** How many kinds of a queue's RUNNABLE jobs there are, counted no further than `limit`. */
export const countKinds = async (tx: Tx, queue: number, limit: number): Promise<number> =>
  (await tx.all<{ n: number }>(SOME_KINDS, [queue, limit]))[0]!.n;

const alive = `NOT EXISTS (SELECT 1 FROM jobs p WHERE p.seq = j.parent AND p.stop_kind > 0)`;

const HEAD_WALK = `
  WITH RECURSIVE walk (queue, shape, past, seq, alive) AS (
    SELECT ?, ?, 0, 0, 0
    UNION ALL
    SELECT w.queue, w.shape, ${past('j.seq')}, j.seq, ${alive}
    FROM walk w CROSS JOIN jobs j ON j.seq = ${nextOfKind('w')})`;

/** How many steps it takes to find all of a kind. */
export const HEAD_STEPS = `${HEAD_WALK} SELECT count(*) AS n FROM walk`;

export const HEADS = `${HEAD_WALK} SELECT seq FROM walk WHERE alive LIMIT ?`;

/** The first `limit` RUNNABLE jobs of a kind, in the order of submission. */
export const headsOf = (tx: Tx, queue: number, shape: number, limit: number): Promise<{ seq: number }[]> =>
  tx.all<{ seq: number }>(HEADS, [queue, shape, limit]);

/* What is left of a stopped array is what its sweep has not come to: the count goes on behind it. */
export const WAITING = `
  WITH stopped (first, last) AS (
    SELECT p.seq, p.seq + p.size FROM sweeps w CROSS JOIN jobs p ON p.seq = w.target WHERE w.kind = 'array'),
  gaps (low, high) AS (
    SELECT 0, coalesce((SELECT min(first) FROM stopped), ${END})
    UNION ALL
    SELECT last, lead(first, 1, ${END}) OVER (ORDER BY first) FROM stopped)
  SELECT count(*) AS n FROM (
    SELECT 1 FROM gaps b CROSS JOIN jobs n
    WHERE n.queue = ? AND n.shape = ? AND n.state = 2 AND n.seq > b.low AND n.seq < b.high LIMIT ?)`;

/** How many of a kind wait, counted no further than `limit`. */
export const countWaiting = async (tx: Tx, queue: number, shape: number, limit: number): Promise<number> =>
  (await tx.all<{ n: number }>(WAITING, [queue, shape, limit]))[0]!.n;

/* The ORDER BY makes of the walk a merge: of all kinds' next jobs the oldest is the next row. */
export const LINE = `
  WITH RECURSIVE ${FIRSTS},
  line (queue, shape, seq, past, alive) AS (
    SELECT queue, shape, seq, seq, 1 FROM firsts
    UNION ALL
    SELECT l.queue, l.shape, j.seq, ${past('j.seq')}, ${alive}
    FROM line l CROSS JOIN jobs j ON j.seq = ${nextOfKind('l')}
    ORDER BY 3)
  SELECT seq FROM line WHERE alive LIMIT ?`;

/** The first `limit` RUNNABLE jobs of a queue, in the order of submission. */
export const firstInLine = async (tx: Tx, queue: number, limit: number): Promise<number[]> =>
  (await tx.all<{ seq: number }>(LINE, [queue, limit])).map(({ seq }) => seq);
