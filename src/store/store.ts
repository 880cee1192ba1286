import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

export type SqlValue = string | number | null;

/** For `?` marks in their order, or for `:name` marks by their names. */
export type SqlParams = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/**
 * The handle of one transaction: one caller's work in the store. Typed queries go through `db`; the few hot statements are SQL text
 * with marks, prepared once. Inside a transaction only this handle exists.
 */
export interface Tx {
  readonly db: Kysely<Database>;
  all<Row>(sql: string, params?: SqlParams): Promise<Row[]>;
  /** Resolves to the number of rows changed. */
  run(sql: string, params?: SqlParams): Promise<number>;
  /** Inserts one row; resolves to its key, which the database gave it. */
  insert(sql: string, params?: SqlParams): Promise<number>;
  /** So many jobs of a queue more are in a state, or fewer: see `queue-counts.ts`. */
  count(queue: number, state: number, jobs: number): void;
  /** What that comes to in this group, this transaction included: the rows do not have it yet. */
  counted(queue: number, state: number): number;
  /** So many jobs of a submitter more have not finished, or fewer: see `unfinished.ts`. And what that comes to in this group, by submitter. */
  own(submitter: number, jobs: number): void;
  owned(): ReadonlyMap<number, number>;
  /** A line for the audit, without a line feed: durable with this transaction and not without it; one row for all of a group. */
  record(line: string): void;
  /**
   * Runs after this transaction's writes are durable, before its caller is answered; never when they failed. Of one that
   * only reads, at its end.
   */
  onCommit(fn: () => void): void;
  /**
   * The same object for all transactions of a group: what is remembered of rows that are not durable yet goes by it, and is
   * gone with it (see `CommittedCache`). Undefined where one may be undone alone: then nothing is remembered of such rows.
   */
  readonly group: object | undefined;
}

/**
 * The only truth. Transactions run strictly one after another. Those that write and arrive together are a group with one
 * commit and one sync to disk; each is answered after that, and one that throws is undone alone.
 */
export interface Store {
  /** A transaction that only reads: it sees everything that was answered, nothing that was not. */
  read<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * A transaction that may write. Decide before the first write: a refusal is returned, never rolled back. `fn` changes
   * nothing but the store: when a neighbour of its group throws, all are undone and run again, and when the commit is lost
   * the numbers of its rows are given out again. What it is to change besides goes into `onCommit`.
   * Rejects with `StoreFailed` when the group could not be made durable (full disk, I/O error).
   */
  write<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The transaction of a whole group was lost: nothing of it is stored, each caller is answered 5xx. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
}

/** The data folder was written by a newer Longshore. */
export class StoreTooNew extends Error {
  override readonly name = 'StoreTooNew';
}
