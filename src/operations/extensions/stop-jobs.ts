import { jobIdOf } from '../../domain/job-id.ts';
import { isFinal, isWaiting, JOB_STATES, stateOf } from '../../domain/job-state.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { openToken, sealToken } from '../../lib/page-token.ts';
import type { Caller, Operation, Service } from '../../service/service.ts';
import type { FoundJob } from '../../store/job-rows.ts';
import { searchJobs } from '../../store/job-search.ts';
import { Stops } from '../../store/stops-in-force.ts';
import type { Tx } from '../../store/store.ts';
import { STEP } from '../../transitions/jobs/step.ts';
import { caughtUp, stopJob } from '../../transitions/jobs/stop.ts';
import { checkReason } from '../jobs/ask-stop.ts';
import { compact } from '../jobs/detail.ts';
import { conditionOf, type JobFilter, sourceOf } from './job-filter.ts';

export interface StopManyInput extends JobFilter {
  readonly kind?: 'CANCEL' | 'TERMINATE';
  readonly reason: string;
  /** How many the caller means to stop, as an earlier call with `dryRun` had it. */
  readonly expected?: number;
  readonly dryRun?: boolean;
  readonly nextToken?: string;
}

/** The filter of a call, and what each page of it must have been asked for. */
interface Asked {
  readonly filter: JobFilter;
  readonly binding: readonly unknown[];
  readonly after: number | undefined;
}

/** As many more or fewer than expected as may have come and gone since. */
const TOLERANCE = 0.05;

/**
 * Stops jobs that wait or run, chosen as by searchjobs, the newest first: 1,000 of them a call at most, all in one commit.
 * Answers how many `matched` and were `stopped`, and a `nextToken` where there may be more. An array is stopped whole by its one row
 * and counts as one. `dryRun` stops nothing; with `expected` nothing is stopped either where the number has moved by more than 5 %.
 */
export const stopJobs: Operation<StopManyInput> = async (service, input, caller) => {
  const asked = read(service, input);
  if (isRefusal(asked)) return asked;
  const { kind = 'TERMINATE', reason, dryRun = false } = input;
  const within = async (tx: Tx) => {
    const found = await chosen(service, tx, asked, caller);
    if (isRefusal(found)) return found;
    const { jobs, nextToken } = found;
    const moved = dryRun ? undefined : movedFrom(input.expected, jobs.length);
    if (moved) return moved;
    const stop = {
      kind: kind === 'CANCEL' ? 'cancel' : 'terminate',
      reason,
      at: service.clock.wall(),
    } as const;
    for (const job of dryRun ? [] : jobs) await stopJob(tx, service, await caughtUp(tx, service, job), stop);
    if (!dryRun) tx.onCommit(service.wake);
    return compact({ matched: jobs.length, stopped: dryRun ? 0 : jobs.length, nextToken });
  };
  // what changes nothing has no record
  const outcome = await (dryRun ? service.store.read(within) : service.store.write(within));
  if (!isRefusal(outcome) && !dryRun)
    service.log.info(
      { jobs: outcome.stopped, reason, kind },
      'a stop of all jobs that a filter finds was asked for',
    );
  return outcome;
};

const read = (service: Service, input: StopManyInput): Asked | Refusal => {
  const { kind = 'TERMINATE', reason, expected, dryRun, nextToken, ...given } = input;
  const wrong = checkReason(reason);
  if (wrong) return wrong;
  if (Object.keys(given).length === 0)
    return refuse('what is to be stopped must be told: queues, states, name or another member of the filter');
  const stoppable = JOB_STATES.filter(kind === 'CANCEL' ? isWaiting : (state) => !isFinal(state));
  const beyond = given.states?.find((state) => !stoppable.includes(state));
  if (beyond)
    return refuse(
      `states: ${kind === 'CANCEL' ? 'a CANCEL' : 'a stop'} does not reach jobs that are ${beyond}`,
    );
  const filter = { ...given, states: given.states?.length ? given.states : stoppable };
  const binding = ['StopJobs', kind, filter];
  const after = nextToken ? openToken(service.tokenKey, binding, nextToken) : undefined;
  if (nextToken && typeof after !== 'number') return refuse('Invalid nextToken.');
  return { filter, binding, after: after as number | undefined };
};

const chosen = async (
  service: Service,
  tx: Tx,
  { filter, binding, after }: Asked,
  { mayStop }: Caller,
): Promise<{ jobs: FoundJob[]; nextToken: string | undefined } | Refusal> => {
  const source = await sourceOf(service, tx, filter);
  if (isRefusal(source)) return source;
  const condition = await conditionOf(service, tx, filter);
  const { rows, lookedTo } = await searchJobs(tx, source, condition, after, STEP);
  const stops = new Stops(tx);
  const living = [];
  for (const row of rows) if (!isFinal(stateOf((await stops.read(row)).state))) living.push(row);
  const allowed = [];
  for (const job of living) if (!mayStop || (await mayStop(tx, jobIdOf(job)))) allowed.push(job);
  const arrays = new Set(allowed.map(({ seq }) => seq));
  return {
    // with an array its children are stopped
    jobs: allowed.filter(({ parent }) => !arrays.has(parent)),
    nextToken: lookedTo === undefined ? undefined : sealToken(service.tokenKey, binding, lookedTo),
  };
};

const movedFrom = (expected: number | undefined, found: number): Refusal | undefined =>
  expected === undefined || Math.abs(found - expected) <= expected * TOLERANCE
    ? undefined
    : refuse(
        `${found} jobs match now, not ${expected}: nothing was stopped; ask again with expected ${found}`,
      );
