import { nameFrom } from '../../domain/arn.ts';
import { parseJobId } from '../../domain/job-id.ts';
import { isBeforeRunnable, type JobState, stateCode, stateOf } from '../../domain/job-state.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { openToken, sealToken } from '../../lib/page-token.ts';
import type { Operation, Service } from '../../service/service.ts';
import { type FoundJob, findJob } from '../../store/job-rows.ts';
import { shareNamed } from '../../store/share-rows.ts';
import { Stops } from '../../store/stops-in-force.ts';
import type { Tx } from '../../store/store.ts';
import { type Looks, waitFacts } from '../../why/facts.ts';
import { QueuePositions } from '../../why/position.ts';
import { waitText } from '../../why/words.ts';
import { jobSummary } from './detail.ts';
import { readFilter, readShare } from './list-filters.ts';
import { pageOf, type Selector } from './list-pages.ts';
import { scheduledTimes } from './scheduled-at.ts';

export interface ListInput {
  readonly jobQueue?: string;
  readonly arrayJobId?: string;
  readonly multiNodeJobId?: string;
  readonly jobStatus?: JobState;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly filters?: readonly { readonly name?: string; readonly values?: readonly string[] }[];
}

/** Rule T-388. */
const MOST_FILTERED = 100;

/**
 * ListJobs, p. 44 (rules J-274 to J-288). Pages go by `seq`, so a job is shown once however it changes. A page looks
 * at so many jobs and no more: where a filter is by no index it may be short, or empty, and have a token all the same.
 */
export const listJobs: Operation<ListInput> = async (service, input) => {
  const { maxResults = 100 } = input;
  if (maxResults < 1 || maxResults > 1000) return refuse('maxResults must be between 1 and 1000.');
  const size = input.filters?.length ? Math.min(maxResults, MOST_FILTERED) : maxResults;
  const binding = [
    'ListJobs',
    input.jobQueue,
    input.arrayJobId,
    input.multiNodeJobId,
    input.jobStatus,
    input.filters,
  ];
  const after = input.nextToken ? openToken(service.tokenKey, binding, input.nextToken) : undefined;
  if (input.nextToken && typeof after !== 'number') return refuse('Invalid nextToken.');
  return service.store.read(async (tx) => {
    const looks = { positions: new QueuePositions(tx, service), stops: new Stops(tx) };
    const selector = await select(service, tx, looks.stops, input);
    if (isRefusal(selector)) return selector;
    const state = stateCode(input.jobStatus ?? 'RUNNING');
    const { rows, lookedTo } = await pageOf(tx, selector, state, after as number | undefined, size + 1);
    const shown = rows.slice(0, size);
    const jobSummaryList = await summaries(service, tx, looks, shown);
    const last = rows.length > size ? shown.at(-1)!.seq : lookedTo;
    if (last === undefined) return { jobSummaryList };
    return { jobSummaryList, nextToken: sealToken(service.tokenKey, binding, last) };
  });
};

const select = async (
  service: Service,
  tx: Tx,
  stops: Stops,
  input: ListInput,
): Promise<Selector | Refusal> => {
  const given = [input.jobQueue, input.arrayJobId, input.multiNodeJobId].filter(
    (v) => v !== undefined && v !== '',
  );
  if (given.length !== 1) {
    return refuse(
      `exactly one of jobQueue, arrayJobId and multiNodeJobId must be given, not ${given.length}`,
    );
  }
  if (input.filters?.length && !input.jobQueue) return refuse('filters go with jobQueue only');
  if (input.jobQueue) return selectQueue(service, tx, stops, input);
  const asked = input.arrayJobId || input.multiNodeJobId!;
  const id = parseJobId(asked);
  const job = id && (await findJob(tx, id));
  const parts = input.arrayJobId ? job?.size : job?.nodes;
  const kind = input.arrayJobId ? 'an array' : 'a multi-node';
  if (!job || !parts) return refuse(`Job ${asked} not found or is not ${kind} job.`);
  // nodes are there from RUNNABLE on (J-300)
  const stop = await stops.overParts(job);
  return {
    kind: 'parts',
    seq: job.seq,
    waiting: job.nodes > 0 && isBeforeRunnable(stateOf(job.state)) && !stop,
    stop,
  };
};

const selectQueue = async (
  service: Service,
  tx: Tx,
  stops: Stops,
  input: ListInput,
): Promise<Selector | Refusal> => {
  const given = input.jobQueue!;
  const name = nameFrom(service.account, 'job-queue', given);
  const queue = name === undefined ? undefined : await service.catalog.queue(tx, name);
  if (!queue) return refuse(`JobQueue ${given} not found.`);
  const stop = await stops.overQueue(queue.seq);
  const asked = readShare(input.filters ?? []);
  if (isRefusal(asked)) return asked;
  if (asked !== undefined)
    return { kind: 'share', queue: queue.seq, seq: (await shareNamed(tx, queue.seq, asked)) ?? 0, stop };
  const filter = readFilter(service.account, input.filters ?? []);
  if (isRefusal(filter)) return filter;
  return { kind: 'queue', seq: queue.seq, filter, stop };
};

const summaries = async (
  service: Service,
  tx: Tx,
  looks: Looks,
  rows: readonly FoundJob[],
): Promise<unknown[]> => {
  const answers = [];
  const scheduled = await scheduledTimes(tx, rows);
  for (const row of rows) {
    const job = await looks.stops.read(row);
    const spec = await service.specs.of(tx, job.spec);
    const why = await waitFacts(tx, service, looks, job);
    const facts = {
      spec,
      waitReason: why && waitText(why),
      scheduledAt: scheduled.get(job.seq),
      shareIdentifier: await service.names.shareName(tx, job.share),
    };
    answers.push(jobSummary(service.account, job, facts));
  }
  return answers;
};
