import { jobArn, queueArn } from '../../domain/arn.ts';
import { asksOf, shownConsumables } from '../../domain/consumables.ts';
import { jobIdOf } from '../../domain/job-id.ts';
import { JOB_STATES, stateOf } from '../../domain/job-state.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { sealToken } from '../../lib/page-token.ts';
import type { Operation, Service } from '../../service/service.ts';
import type { NamePattern } from '../../store/consumable-rows.ts';
import { consumers } from '../../store/consumers.ts';
import type { FoundJob } from '../../store/job-rows.ts';
import { Stops } from '../../store/stops-in-force.ts';
import type { Tx } from '../../store/store.ts';
import { type Looks, waitFacts } from '../../why/facts.ts';
import { QueuePositions } from '../../why/position.ts';
import { waitText } from '../../why/words.ts';
import { compact } from '../jobs/detail.ts';
import { shownOf } from '../jobs/shown-attempt.ts';
import { readPage } from '../paging.ts';
import { type FilteredInput, patternOf } from './list.ts';
import { consumableOf, type NamedInput } from './named.ts';

export type ListJobsInput = NamedInput & FilteredInput;

/** How many jobs one page may look at: with a filter it may be short, or empty, and have a token all the same. */
const LOOKED_AT = 10_000;
const SLICE = 500;

/**
 * ListJobsByConsumableResource: jobs that ask for some of it, newest first: of an array itself and the children that have not
 * ended (rules T-169 to T-173).
 */
export const listJobsByConsumableResource: Operation<ListJobsInput> = async (service, input) => {
  const { consumableResource, filters = [] } = input;
  const binding = ['ListJobsByConsumableResource', consumableResource, filters];
  const page = readPage<number>(service, binding, input);
  if (isRefusal(page)) return page;
  const lets = readFilters(filters);
  if (isRefusal(lets)) return lets;
  return service.store.read(async (tx) => {
    const row = await consumableOf(service, tx, consumableResource);
    if (isRefusal(row)) return row;
    const looks = { positions: new QueuePositions(tx, service), stops: new Stops(tx) };
    const first = page.after ?? Number.MAX_SAFE_INTEGER;
    const { found, lookedTo } = await pageOf(tx, looks, row.seq, first, page.size + 1, lets);
    const shown = found.slice(0, page.size);
    const jobs = [];
    for (const job of shown) jobs.push(await entryOf(service, tx, looks, row.seq, job));
    const last = found.length > page.size ? shown.at(-1)!.seq : lookedTo;
    return last === undefined ? { jobs } : { jobs, nextToken: sealToken(service.tokenKey, binding, last) };
  });
};

type Lets = (job: FoundJob) => boolean;

/** Filters hold together, of the values of each one: T-169. One by the resource's name says nothing more (T-171). */
const readFilters = (filters: FilteredInput['filters'] & object): Lets | Refusal => {
  const all: Lets[] = [];
  for (const { name, values = [] } of filters) {
    if (name === 'CONSUMABLE_RESOURCE_NAME') continue;
    if (name !== 'JOB_STATUS' && name !== 'JOB_NAME')
      return refuse(`Filter name must be one of [JOB_STATUS, JOB_NAME], got '${name}'.`);
    const strange = values.find((value) => name === 'JOB_STATUS' && !JOB_STATES.some((s) => s === value));
    if (strange !== undefined)
      return refuse(`JOB_STATUS must be one of [${JOB_STATES.join(', ')}], got '${strange}'.`);
    const patterns = values.map(patternOf);
    all.push(
      name === 'JOB_STATUS'
        ? ({ state }) => values.includes(stateOf(state))
        : (job) => patterns.some((pattern) => isLike(job.name ?? job.parent_name ?? '', pattern)),
    );
  }
  return (job) => all.every((lets) => lets(job));
};

const isLike = (name: string, { text, isPrefix }: NamePattern): boolean => {
  const lower = name.toLowerCase();
  return isPrefix ? lower.startsWith(text) : lower === text;
};

/** At most `limit`, older than `before`. `lookedTo`: the oldest that was looked at; undefined where there is none beyond. */
const pageOf = async (
  tx: Tx,
  { stops }: Looks,
  consumable: number,
  before: number,
  limit: number,
  lets: Lets,
): Promise<{ found: FoundJob[]; lookedTo: number | undefined }> => {
  const found: FoundJob[] = [];
  let lookedTo = before;
  for (let looked = 0; looked < LOOKED_AT && found.length < limit; looked += SLICE) {
    const rows = await consumers(tx, consumable, lookedTo, SLICE);
    for (const row of rows) {
      const job = await stops.read(row);
      if (lets(job)) found.push(job);
    }
    if (rows.length < SLICE) return { found, lookedTo: undefined };
    lookedTo = rows.at(-1)!.seq;
  }
  return { found, lookedTo };
};

/** `ListJobsByConsumableResourceSummary` of today's model: `quantity` is what the job asks for, `createdAt` is the job's. */
const entryOf = async (
  service: Service,
  tx: Tx,
  looks: Looks,
  consumable: number,
  job: FoundJob,
): Promise<Record<string, unknown>> => {
  const { account, names, specs } = service;
  const spec = await specs.of(tx, job.spec);
  const asks = asksOf(spec);
  const why = await waitFacts(tx, service, looks, job);
  return compact({
    jobArn: jobArn(account, jobIdOf(job)),
    jobQueueArn: queueArn(account, await names.queueName(tx, job.queue)),
    jobName: job.name ?? job.parent_name,
    jobStatus: stateOf(job.state),
    jobDefinitionArn: spec.jobDefinition,
    quantity: asks.find((ask) => ask.consumable === consumable)?.quantity,
    createdAt: job.created_at,
    consumableResourceProperties: shownConsumables(account, asks),
    shareIdentifier: await names.shareName(tx, job.share),
    statusReason: why ? waitText(why) : job.status_reason,
    startedAt: shownOf(job).startedAt,
  });
};
