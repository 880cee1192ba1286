import { insertEdge } from '../../store/dependencies.ts';
import { resetNodes } from '../../store/node-rows.ts';
import { reopenParent, waitAgainRows } from '../../store/rerun-rows.ts';
import type { JobRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';

/** A job that failed for another before it began, and what it waits for from now on: one at least. */
export interface Dependent {
  readonly job: JobRow;
  readonly awaits: readonly { readonly kind: 0 | 1 | 2; readonly owner: number }[];
}

/** They are PENDING again, their arrays with them, and are told when what they wait for ends. */
export const waitAgain = async (tx: Tx, dependents: readonly Dependent[]): Promise<void> => {
  const alike = new Map<string, { queue: number; unmet: number; seqs: number[] }>();
  const arrays = new Map<number, number>();
  const edges = new Set<string>();
  for (const { job, awaits } of dependents) {
    const unmet = awaits.length;
    const key = `${job.queue} ${unmet}`;
    const group = alike.get(key) ?? { queue: job.queue, unmet, seqs: [] };
    alike.set(key, group);
    group.seqs.push(job.seq);
    if (job.parent === 0) tx.own(job.submitter, 1);
    else arrays.set(job.parent, (arrays.get(job.parent) ?? 0) + 1);
    for (const { kind, owner } of awaits) {
      const waiter = job.parent > 0 ? job.parent : job.seq;
      if (edges.has(`${owner} ${waiter} ${kind}`)) continue;
      edges.add(`${owner} ${waiter} ${kind}`);
      await insertEdge(tx, owner, waiter, kind);
    }
  }
  for (const { queue, unmet, seqs } of alike.values()) await waitAgainRows(tx, queue, unmet, seqs);
  for (const { job } of dependents) if (job.nodes > 0) await resetNodes(tx, job.seq);
  for (const [array, children] of arrays) await reopenParent(tx, array, children);
};
