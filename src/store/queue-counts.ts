import { isFinal, JOB_STATES, stateCode } from '../domain/job-state.ts';
import type { JobRow } from './schema.ts';
import type { QueueCountRow } from './side-tables.ts';
import type { Tx } from './store.ts';

/*
 * How many jobs of each queue are in each state, for whoever asks often: plain jobs, multi-node jobs as one, and children;
 * no parents and no nodes. Whoever changes a job's state says so here; the sums of a group of transactions are written once,
 * with its commit. (Triggers would make the insert of 10,000 children slower by half: docs/decisions/queue-counts.md.)
 */

const RUNNABLE = stateCode('RUNNABLE');

/** What tells whether a row is counted. */
export type Counted = Pick<JobRow, 'queue' | 'state' | 'size' | 'role'>;

const counts = ({ size, role }: Pick<JobRow, 'size' | 'role'>): boolean => size === 0 && role === 0;

/** A job went from the state that was read, in this transaction, to another. */
export const countMove = (tx: Tx, job: Counted, to: number): void => {
  if (!counts(job)) return;
  tx.count(job.queue, job.state, -1);
  tx.count(job.queue, to, 1);
};

/** `jobs` rows of a queue have come in this state, or gone when it is negative. */
export const countRows = (tx: Tx, row: Counted, jobs: number): void => {
  if (counts(row)) tx.count(row.queue, row.state, jobs);
};

/** Many jobs of one queue went from the states given, so many from each. */
export const countMoves = (tx: Tx, queue: number, from: ReadonlyMap<number, number>, to: number): void => {
  for (const [state, jobs] of from) {
    tx.count(queue, state, -jobs);
    tx.count(queue, to, jobs);
  }
};

/** What is to be added to the rows, by queue and state. */
export class CountChanges {
  private readonly changes = new Map<number, number[]>();
  private readonly earlier: CountChanges | undefined;

  /** `earlier`: what others of the group have changed, where it is kept apart. */
  constructor(earlier?: CountChanges) {
    this.earlier = earlier;
  }

  add(queue: number, state: number, jobs: number): void {
    let states = this.changes.get(queue);
    if (!states) {
      states = [0, 0, 0, 0, 0, 0, 0];
      this.changes.set(queue, states);
    }
    states[state]! += jobs;
  }

  of(queue: number, state: number): number {
    return (this.changes.get(queue)?.[state] ?? 0) + (this.earlier?.of(queue, state) ?? 0);
  }

  addAll(other: CountChanges): void {
    for (const { queue, state, n } of other.rows()) this.add(queue, state, n);
  }

  /** Those that change something. */
  rows(): QueueCountRow[] {
    return [...this.changes].flatMap(([queue, states]) =>
      states.flatMap((n, state) => (n === 0 ? [] : [{ queue, state, n }])),
    );
  }
}

/** Parameters: queue, state, by how many. */
export const CHANGE_COUNT = `
  INSERT INTO queue_counts (queue, state, n) VALUES (?, ?, ?)
  ON CONFLICT (queue, state) DO UPDATE SET n = n + excluded.n`;

/** Of all queues, or of one: as many rows as it has states. */
export const queueCounts = (tx: Tx, queue?: number): Promise<QueueCountRow[]> =>
  queue === undefined
    ? tx.all<QueueCountRow>('SELECT queue, state, n FROM queue_counts WHERE n <> 0')
    : tx.all<QueueCountRow>('SELECT queue, state, n FROM queue_counts WHERE queue = ? AND n <> 0', [queue]);

const UNFINISHED = JOB_STATES.filter((state) => !isFinal(state)).map(stateCode);

/** How many jobs of a queue have not finished, those of this transaction's group among them. */
export const countUnfinished = async (tx: Tx, queue: number): Promise<number> => {
  const rows = await queueCounts(tx, queue);
  return UNFINISHED.reduce(
    (sum, state) => sum + (rows.find((row) => row.state === state)?.n ?? 0) + tx.counted(queue, state),
    0,
  );
};

const WAITING = `
  SELECT n FROM queue_counts
  WHERE queue = ? AND state = ${RUNNABLE} AND NOT EXISTS (SELECT 1 FROM sweeps WHERE kind = 'array')`;

/** How many jobs of a queue are RUNNABLE; undefined while arrays are being stopped, some of whose children are so in their rows alone. */
export const countRunnable = async (tx: Tx, queue: number): Promise<number | undefined> => {
  const [row] = await tx.all<{ n: number }>(WAITING, [queue]);
  return row && row.n + tx.counted(queue, RUNNABLE);
};
