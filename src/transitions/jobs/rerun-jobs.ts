import { asksOf } from '../../domain/consumables.ts';
import { resourcesOf } from '../../domain/container.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import type { Service } from '../../service/service.ts';
import { deleteBlockedHeads } from '../../store/blocked-heads.ts';
import type { FoundJob } from '../../store/job-rows.ts';
import { resetNodes } from '../../store/node-rows.ts';
import { reopenParent, rerunRows, setSpec } from '../../store/rerun-rows.ts';
import { deleteSpecOfChildren, deleteUnusedSpec } from '../../store/retention-rows.ts';
import type { JobRow } from '../../store/schema.ts';
import { changeOfSpec, shapeOf } from '../../store/spec-rows.ts';
import type { Tx } from '../../store/store.ts';
import { reviveDemands } from '../../store/token-rows.ts';
import { type Dependent, waitAgain } from './rerun-dependents.ts';

/** Jobs of one spec that are to be of another. */
export interface ChangedSpec {
  readonly seqs: readonly number[];
  readonly from: number;
  readonly to: JobSpec;
}

/** What is to run again with a job. */
export interface Again {
  /** The job itself, or its parent; undefined for a plain job. */
  readonly array: JobRow | undefined;
  /** The job, or children of it. */
  readonly seqs: readonly number[];
  readonly changes: readonly ChangedSpec[];
  readonly dependents: readonly Dependent[];
}

/**
 * FAILED jobs go back in line under the ids they have, each for one more attempt; what stopped them is forgotten. With children
 * their array waits again; of a multi-node job all nodes go; dependents wait for what goes.
 */
export const rerun = async (
  service: Service,
  tx: Tx,
  job: FoundJob,
  { array, seqs, changes, dependents }: Again,
): Promise<void> => {
  for (const change of changes) await changeSpec(service, tx, job.share, array, change);
  const jobs = await rerunRows(tx, job.queue, seqs);
  // what they waited for before they ended counts no more
  await deleteBlockedHeads(tx, seqs);
  if (jobs > 0 && array) await reopenParent(tx, array.seq, jobs);
  if (!array) tx.own(job.submitter, jobs);
  if (jobs > 0 && job.nodes > 0) await resetNodes(tx, job.seq);
  await waitAgain(tx, dependents);
  const owners = [
    ...seqs,
    ...(array ? [array.seq] : []),
    ...dependents.flatMap((one) => [one.job.seq, one.job.parent]),
  ];
  await reviveDemands(tx, owners);
  tx.onCommit(service.wake);
};

/** The spec that they had goes with the last that has it. A child's may be its array's, or that of some children alone. */
const changeSpec = async (
  service: Service,
  tx: Tx,
  share: number,
  array: JobRow | undefined,
  { seqs, from, to }: ChangedSpec,
): Promise<void> => {
  const spec = await changeOfSpec(tx, from, JSON.stringify(to));
  const group = service.order.groupOf({ priority: to.schedulingPriority ?? 0, share });
  const asks = { resources: resourcesOf(to.container), group, tokens: asksOf(to) };
  await setSpec(tx, seqs, spec, await shapeOf(tx, asks));
  if (!array) {
    if (await deleteUnusedSpec(tx, from)) service.catalog.made.forget(tx);
  } else if (from !== array.spec) {
    await deleteSpecOfChildren(tx, from, array.seq + 1, array.seq + array.size);
  }
};
