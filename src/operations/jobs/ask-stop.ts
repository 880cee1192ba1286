import { nameFrom } from '../../domain/arn.ts';
import { type JobId, parseJobId } from '../../domain/job-id.ts';
import { isNode } from '../../domain/node-roles.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import type { Service } from '../../service/service.ts';
import { findJob } from '../../store/job-rows.ts';
import type { Tx } from '../../store/store.ts';
import { caughtUp, stopJob } from '../../transitions/jobs/stop.ts';

export interface StopInput {
  readonly jobId: string;
  readonly reason: string;
}

/** A stop as a client asks for it. */
export interface ClientsStop {
  readonly kind: 'cancel' | 'terminate';
  readonly reason: string;
}

/** Rule J-261, in characters. */
const LONGEST_REASON = 1024;

/** Rules J-261, J-267, T-020, T-021: it may be missing, for this answers it. */
export const checkReason = (reason: string | undefined): Refusal | undefined => {
  if (!reason) return refuse('reason is required and must not be empty: why the job is to end');
  return reason.length > LONGEST_REASON
    ? refuse(`reason has at most ${LONGEST_REASON} characters, got ${reason.length}`)
    : undefined;
};

/** The id in what names a job, which may be its ARN (T-031). */
export const bareId = ({ account }: Service, given: string): string =>
  nameFrom(account, 'job', given) ?? given;

/**
 * Puts a stop into force. Resolves to whether there is such a job; one that is over does not change. Refuses a node. `given`
 * is the id as it was sent.
 */
export const putStop = async (
  service: Service,
  tx: Tx,
  id: JobId,
  given: string,
  stop: ClientsStop,
): Promise<boolean | Refusal> => {
  const job = await findJob(tx, id);
  if (!job) return false;
  if (isNode(job)) return refuse(`Job ${given} is a node: a multi-node job is stopped by its own id`);
  await stopJob(tx, service, await caughtUp(tx, service, job), { ...stop, at: service.clock.wall() });
  tx.onCommit(service.wake);
  return true;
};

export const noteStop = ({ log }: Service, jobId: string, { kind, reason }: ClientsStop): void =>
  log.info({ jobId, reason, kind }, 'a stop was asked for');

/**
 * Stops one job; answers `{}`, also of an id that no job has (T-410): the job may have ended and gone, which is what was
 * asked for.
 */
export const askStop = async (
  service: Service,
  { jobId, reason }: StopInput,
  kind: ClientsStop['kind'],
): Promise<unknown | Refusal> => {
  const wrong = jobId
    ? checkReason(reason)
    : refuse('jobId is required and must not be empty: the id of the job');
  if (wrong) return wrong;
  const bare = bareId(service, jobId);
  const id = parseJobId(bare);
  if (!id) return refuse(`Job ${jobId} not found`);
  const stop = { kind, reason };
  const found = await service.store.write((tx) => putStop(service, tx, id, jobId, stop));
  if (isRefusal(found)) return found;
  if (found) noteStop(service, bare, stop);
  return {};
};
