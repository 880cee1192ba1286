import { nameFrom } from '../../domain/arn.ts';
import { parseJobId } from '../../domain/job-id.ts';
import { type JobState, stateCode } from '../../domain/job-state.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { openToken, sealToken } from '../../lib/page-token.ts';
import { type FoundJob, findJob, listChildren, listJobsOf } from '../../store/jobs.ts';
import { specById } from '../../store/specs.ts';
import type { Tx } from '../../store/store.ts';
import type { Operation, Service } from '../service.ts';
import { jobSummary } from './detail.ts';
import { Lines } from './line.ts';
import { type Filter, type Filtered, listFiltered, readFilter } from './list-filters.ts';
import { whyItWaits } from './why.ts';

export interface ListInput {
  readonly jobQueue?: string;
  readonly arrayJobId?: string;
  readonly multiNodeJobId?: string;
  readonly jobStatus?: JobState;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly filters?: readonly { readonly name?: string; readonly values?: readonly string[] }[];
}

/** What a page is read by: jobs of a queue newest first, children of an array and nodes of a job by index. */
type Selector =
  | { readonly kind: 'queue'; readonly seq: number; readonly filter: Filter | undefined }
  | { readonly kind: 'parts'; readonly seq: number; readonly waiting: boolean };

/**
 * ListJobs, p. 44 (rules J-274 to J-288). Pages go by `seq`, so a job is shown once however it changes. With a filter a
 * page looks at so many jobs and no more: it may be short, or empty, and have a token all the same.
 */
export const listJobs: Operation<ListInput> = async (service, input) => {
  const size = input.maxResults ?? 100;
  if (size < 1 || size > 1000) return refuse('maxResults must be between 1 and 1000.');
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
    const selector = await select(service, tx, input);
    if (isRefusal(selector)) return selector;
    const state = stateCode(input.jobStatus ?? 'RUNNING');
    const { rows, lookedTo } = await page(tx, selector, state, after as number | undefined, size + 1);
    const shown = rows.slice(0, size);
    const jobSummaryList = await summaries(service, tx, shown);
    const last = rows.length > size ? shown.at(-1)!.seq : lookedTo;
    if (last === undefined) return { jobSummaryList };
    return { jobSummaryList, nextToken: sealToken(service.tokenKey, binding, last) };
  });
};

const select = async (service: Service, tx: Tx, input: ListInput): Promise<Selector | Refusal> => {
  const given = [input.jobQueue, input.arrayJobId, input.multiNodeJobId].filter(
    (v) => v !== undefined && v !== '',
  );
  if (given.length !== 1) {
    return refuse(
      `exactly one of jobQueue, arrayJobId and multiNodeJobId must be given, not ${given.length}`,
    );
  }
  if (input.filters?.length && !input.jobQueue) return refuse('filters go with jobQueue only');
  if (input.jobQueue) return selectQueue(service, tx, input, input.jobQueue);
  const asked = input.arrayJobId ?? input.multiNodeJobId!;
  const id = parseJobId(asked);
  const job = id && (await findJob(tx, id));
  const parts = input.arrayJobId ? job?.size : job?.nodes;
  const kind = input.arrayJobId ? 'an array' : 'a multi-node';
  if (!job || !parts) return refuse(`Job ${asked} not found or is not ${kind} job.`);
  // nodes are there from RUNNABLE on (J-300)
  return { kind: 'parts', seq: job.seq, waiting: job.nodes > 0 && job.state < 2 };
};

const selectQueue = async (
  service: Service,
  tx: Tx,
  input: ListInput,
  given: string,
): Promise<Selector | Refusal> => {
  const name = nameFrom(service.account, 'job-queue', given);
  const queue = name === undefined ? undefined : await service.catalog.queue(tx, name);
  if (!queue) return refuse(`JobQueue ${given} not found.`);
  const filter = readFilter(service.account, input.filters ?? []);
  if (isRefusal(filter)) return filter;
  return { kind: 'queue', seq: queue.seq, filter };
};

const page = async (
  tx: Tx,
  selector: Selector,
  state: number,
  after: number | undefined,
  limit: number,
): Promise<Filtered> => {
  const before = after ?? Number.MAX_SAFE_INTEGER;
  if (selector.kind === 'queue' && selector.filter)
    return listFiltered(tx, selector.seq, selector.filter, before, limit);
  return { rows: await pageOfState(tx, selector, state, after, limit), lookedTo: undefined };
};

/** By an index that has nothing else: as many rows are read as are shown. */
const pageOfState = async (
  tx: Tx,
  selector: Selector,
  state: number,
  after: number | undefined,
  limit: number,
): Promise<readonly FoundJob[]> => {
  if (selector.kind === 'queue')
    return listJobsOf(tx, selector.seq, state, after ?? Number.MAX_SAFE_INTEGER, limit);
  return selector.waiting ? [] : listChildren(tx, selector.seq, state, after ?? 0, limit);
};

const summaries = async (service: Service, tx: Tx, rows: readonly FoundJob[]): Promise<unknown[]> => {
  const definitions = new Map<number, string>();
  const lines = new Lines(tx);
  const answers = [];
  for (const job of rows) {
    if (!definitions.has(job.spec)) definitions.set(job.spec, (await specById(tx, job.spec)).jobDefinition);
    const queueName = await service.places.queueName(tx, job.queue);
    const why = await whyItWaits(tx, service, lines, job, queueName);
    answers.push(jobSummary(service.account, job, definitions.get(job.spec)!, why));
  }
  return answers;
};
