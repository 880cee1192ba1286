import type { AttemptEnding } from '../../domain/attempt-end.ts';
import { jobIdOf } from '../../domain/job-id.ts';
import { moveOf } from '../../domain/job-life.ts';
import { isNode } from '../../domain/node-roles.ts';
import type { Log } from '../../lib/logger.ts';
import type { Surroundings } from '../../service/service.ts';
import type { JobEnd } from '../../store/job-moves.ts';
import type { FoundJob } from '../../store/job-rows.ts';
import type { Tx } from '../../store/store.ts';

/*
 * The lines of the activity log that tell of jobs, and the figures of the last hour, of jobs and children alone: each once it is
 * so, after the commit.
 */

type Named = Pick<FoundJob, 'id' | 'parent_id' | 'idx' | 'role' | 'name' | 'parent_name'>;

const who = (job: Named) => ({ jobId: jobIdOf(job), name: job.name ?? job.parent_name });

type Counted = Pick<FoundJob, 'queue' | 'size' | 'role'>;
const counts = (job: Counted): boolean => job.size === 0 && !isNode(job);

/** `startedAt`: wall milliseconds. */
export const tellStart = (
  tx: Tx,
  { log, lastHour }: Surroundings,
  job: Named & Counted & Pick<FoundJob, 'created_at'>,
  attempt: number,
  startedAt: number,
): void =>
  tx.onCommit(() => {
    log.info({ ...who(job), attempt }, 'a job started');
    const waited = attempt === 1 ? Math.max(0, startedAt - job.created_at) : undefined;
    if (counts(job)) lastHour.started(job.queue, waited);
  });

/** A multi-node job starts with its main node. */
export const tellStartOfNodes = (
  tx: Tx,
  service: Surroundings,
  main: FoundJob,
  attempt: number,
  startedAt: number,
): void => tellStart(tx, service, asParent(main), attempt, startedAt);

const asParent = ({ parent_id, parent_name, idx, queue, created_at }: FoundJob) => ({
  id: parent_id,
  name: parent_name,
  parent_id: null,
  parent_name: null,
  idx,
  role: 0,
  size: 0,
  queue,
  created_at,
});

/** An attempt that is followed by another. */
export const tellRetry = (
  tx: Tx,
  log: Log,
  job: Named,
  attempt: number,
  ending: Pick<AttemptEnding, 'exitCode' | 'reason'> & { readonly statusReason: string | null },
): void =>
  tx.onCommit(() => {
    const { exitCode, statusReason, reason } = ending;
    log.info(
      { ...who(job), attempt, ...known({ exitCode, statusReason, reason }) },
      'an attempt failed: the job runs again',
    );
  });

/** A task that could not begin, and whose attempt does not count. */
export const tellUnstarted = (tx: Tx, log: Log, job: Named, attempt: number, reason: string): void =>
  tx.onCommit(() => log.info({ ...who(job), attempt, reason }, 'a task did not start: its job waits again'));

export const tellEnd = (
  tx: Tx,
  { log, lastHour }: Surroundings,
  job: Named & Counted & Pick<FoundJob, 'attempt'>,
  end: JobEnd,
): void =>
  tx.onCommit(() => {
    const { exitCode, statusReason, containerReason: reason } = end;
    if (counts(job) && moveOf(end.event).to === 'FAILED')
      lastHour.failed(job.queue, { exitCode, reason, statusReason }, 1);
    const attempt = job.attempt || null;
    log.info(
      { ...who(job), status: moveOf(end.event).to, ...known({ attempt, exitCode, statusReason, reason }) },
      'a job ended',
    );
  });

/** Children of an array that had not begun: one line for all that end in a step. */
export const tellManyEnds = (
  tx: Tx,
  { log, lastHour }: Surroundings,
  array: Pick<FoundJob, 'id' | 'queue'>,
  children: number,
  statusReason: string,
): void =>
  tx.onCommit(() => {
    log.info({ jobId: array.id, children, status: 'FAILED', statusReason }, 'waiting children ended');
    lastHour.failed(array.queue, { exitCode: null, reason: null, statusReason }, children);
  });

/** What there is to say of it. */
const known = (fields: Readonly<Record<string, string | number | null>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
