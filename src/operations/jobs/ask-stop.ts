import { parseJobId } from '../../domain/job-id.ts';
import { isNode } from '../../domain/node-roles.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import type { Service } from '../../service/service.ts';
import { findJob } from '../../store/job-rows.ts';
import { caughtUp, stopJob } from '../../transitions/jobs/stop.ts';

export interface StopInput {
  readonly jobId: string;
  readonly reason: string;
}

/** Rule J-261, in characters. */
const LONGEST_REASON = 1024;

/** Rules J-261, J-267: both may be missing, for this answers it. */
const checkStop = ({ jobId, reason }: Partial<StopInput>): Refusal | undefined => {
  if (!jobId) return refuse('jobId is required and must not be empty: the id of the job');
  return checkReason(reason);
};

export const checkReason = (reason: string | undefined): Refusal | undefined => {
  if (!reason) return refuse('reason is required and must not be empty: why the job is to end');
  return reason.length > LONGEST_REASON
    ? refuse(`reason has at most ${LONGEST_REASON} characters, got ${reason.length}`)
    : undefined;
};

/**
 * Puts a stop that a client asks for into force; answers `{}`, also of an id that no job has (T-410): the job may have
 * ended and gone, which is what was asked for.
 */
export const askStop = async (
  service: Service,
  input: StopInput,
  kind: 'cancel' | 'terminate',
): Promise<unknown | Refusal> => {
  const wrong = checkStop(input);
  if (wrong) return wrong;
  const id = parseJobId(input.jobId);
  if (!id) return refuse(`Job ${input.jobId} not found`);
  const outcome = await service.store.write(async (tx) => {
    const job = await findJob(tx, id);
    if (!job) return undefined;
    if (isNode(job)) return refuse(`Job ${input.jobId} is a node: a multi-node job is stopped by its own id`);
    const stop = { kind, reason: input.reason, at: service.clock.wall() };
    await stopJob(tx, service, await caughtUp(tx, service, job), stop);
    tx.onCommit(service.wake);
    return {};
  });
  if (isRefusal(outcome)) return outcome;
  if (outcome) service.log.info({ jobId: input.jobId, reason: input.reason, kind }, 'a stop was asked for');
  return {};
};
