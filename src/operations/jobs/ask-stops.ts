import { nameFrom } from '../../domain/arn.ts';
import { parseJobId } from '../../domain/job-id.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import type { Caller, Service } from '../../service/service.ts';
import type { Tx } from '../../store/store.ts';
import { bareId, type ClientsStop, checkReason, noteStop, putStop } from './ask-stop.ts';

export interface StopsInput {
  readonly jobs?: readonly string[];
  readonly reason?: string;
}

/** What became of one id. `nobody`: no job has it (T-023), or a service job would (T-032); what was asked for is so. */
type Outcome = Asked &
  (
    | { readonly kind: 'stopped' | 'nobody' }
    | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  );

/** Rules T-019, T-020. */
const MOST = 50;

const checkStops = ({ jobs = [], reason }: StopsInput): Refusal | undefined =>
  jobs.length < 1 || jobs.length > MOST
    ? refuse(`Number of jobs must be between 1 and ${MOST}.`)
    : checkReason(reason);

/**
 * Stops many jobs, each as the operation on one does; answers `{successful, errors}`, with 200 whatever became of each
 * (T-018 to T-033). They are in force together: one transaction, which is lost or kept whole.
 */
export const askStops = async (
  service: Service,
  input: StopsInput,
  kind: ClientsStop['kind'],
  { refusals }: Caller,
): Promise<unknown | Refusal> => {
  const wrong = checkStops(input);
  if (wrong) return wrong;
  const stop = { kind, reason: input.reason! };
  const asked = eachOnce(service, input.jobs!);
  const outcomes = await service.store.write(async (tx) => {
    const all: Outcome[] = [];
    for (const job of asked) {
      const refused = refusals?.get(job.given);
      all.push(refused ? failed(job, refused) : await stopOne(service, tx, job, stop));
    }
    return all;
  });
  for (const { kind, bare } of outcomes) if (kind === 'stopped') noteStop(service, bare, stop);
  return {
    successful: outcomes.filter(({ kind }) => kind !== 'failed').map(({ given }) => given),
    errors: outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [errorOf(outcome)] : [])),
  };
};

/** An id as it was sent, and without what an ARN has around it. */
interface Asked {
  readonly given: string;
  readonly bare: string;
}

/** Rule T-030. */
const eachOnce = (service: Service, jobs: readonly string[]): readonly Asked[] => {
  const asked = new Map<string, Asked>();
  for (const given of jobs) {
    const bare = bareId(service, given);
    if (!asked.has(bare)) asked.set(bare, { given, bare });
  }
  return [...asked.values()];
};

const stopOne = async (service: Service, tx: Tx, asked: Asked, stop: ClientsStop): Promise<Outcome> => {
  const { given, bare } = asked;
  const id = parseJobId(bare);
  if (!id && isServiceJob(service, given)) return { ...asked, kind: 'nobody' };
  if (!id)
    return { ...asked, kind: 'failed', code: 'ValidationException', message: `Job ${given} not found` };
  const found = await putStop(service, tx, id, given, stop);
  if (isRefusal(found)) return failed(asked, found);
  return { ...asked, kind: found ? 'stopped' : 'nobody' };
};

const failed = (asked: Asked, { type, message }: Refusal): Outcome => ({
  ...asked,
  kind: 'failed',
  code: type,
  message,
});

const isServiceJob = ({ account }: Service, given: string): boolean =>
  parseJobId(nameFrom(account, 'service-job', given) ?? '') !== undefined;

const errorOf = ({ given: job, code, message }: Extract<Outcome, { kind: 'failed' }>) => ({
  job,
  code,
  message,
});
