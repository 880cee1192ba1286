import { taggedSeq } from '../../domain/job-seq.ts';
import { JOB_STATES, stateOf } from '../../domain/job-state.ts';
import { isRefusal, refuse } from '../../domain/refusal.ts';
import type { Tags } from '../../domain/tags.ts';
import { openToken, sealToken } from '../../lib/page-token.ts';
import type { Operation, Service } from '../../service/service.ts';
import { type FoundJob, jobBySeq } from '../../store/job-rows.ts';
import { searchJobs as search } from '../../store/job-search.ts';
import { Stops } from '../../store/stops-in-force.ts';
import type { Tx } from '../../store/store.ts';
import { tagsOfAll } from '../../store/tag-rows.ts';
import { type Looks, waitFacts } from '../../why/facts.ts';
import { QueuePositions } from '../../why/position.ts';
import { waitText } from '../../why/words.ts';
import { compact, jobSummary } from '../jobs/detail.ts';
import { scheduledTimes } from '../jobs/scheduled-at.ts';
import { shownSubmitter } from '../jobs/submitter.ts';
import { conditionOf, type JobFilter, sourceOf } from './job-filter.ts';
import { childCounts, jobTimes } from './job-line.ts';

export interface SearchInput extends JobFilter {
  readonly order?: 'NEWEST' | 'OLDEST';
  readonly limit?: number;
  readonly nextToken?: string;
}

const MOST = 200;

/**
 * Jobs of all queues, newest or oldest first (children of an array by index): summaries as of ListJobs with `queue`, `attempt`, `tags`,
 * `waited` and `ran` in milliseconds, and of arrays `children` by state. A call looks at 10,000 jobs at most: `looked` says
 * at how many it did, `lookedTo` when the last of them was created, `nextToken` goes on behind it.
 */
export const searchJobs: Operation<SearchInput> = async (service, input) => {
  const { limit = 100, nextToken, order = 'NEWEST', ...filter } = input;
  if (limit < 1 || limit > MOST) return refuse(`limit must be between 1 and ${MOST}.`);
  const binding = ['SearchJobs', filter, order];
  const after = nextToken ? openToken(service.tokenKey, binding, nextToken) : undefined;
  if (nextToken && typeof after !== 'number') return refuse('Invalid nextToken.');
  return service.store.read(async (tx) => {
    const source = await sourceOf(service, tx, filter, order === 'OLDEST' ? 'oldest' : 'newest');
    if (isRefusal(source)) return source;
    const condition = await conditionOf(service, tx, filter);
    const found = await search(tx, source, condition, after as number | undefined, limit);
    const last = found.lookedTo === undefined ? undefined : await jobBySeq(tx, found.lookedTo);
    return compact({
      jobs: await lines(service, tx, found.rows, filter),
      looked: found.looked,
      lookedTo: last?.created_at,
      nextToken:
        found.lookedTo === undefined ? undefined : sealToken(service.tokenKey, binding, found.lookedTo),
      at: service.clock.wall(),
    });
  });
};

/** As they read: what a stop is about to end has ended, and is no longer what was asked for. */
const lines = async (
  service: Service,
  tx: Tx,
  rows: readonly FoundJob[],
  { states = JOB_STATES }: JobFilter,
): Promise<unknown[]> => {
  const looks = { positions: new QueuePositions(tx, service), stops: new Stops(tx) };
  const tags = await tagsOfAll(tx, 'job', rows.map(taggedSeq));
  const scheduled = await scheduledTimes(tx, rows);
  const shown = [];
  for (const row of rows) {
    const job = await looks.stops.read(row);
    const isAsked = states.length === 0 || states.includes(stateOf(job.state));
    const more = { tags: tags.get(taggedSeq(job))!, scheduledAt: scheduled.get(job.seq) };
    if (isAsked) shown.push(await line(service, tx, looks, job, more));
  }
  return shown;
};

const line = async (
  service: Service,
  tx: Tx,
  looks: Looks,
  job: FoundJob,
  more: { readonly tags: Tags; readonly scheduledAt: number | undefined },
): Promise<unknown> => {
  const spec = await service.specs.of(tx, job.spec);
  const why = await waitFacts(tx, service, looks, job);
  const facts = {
    spec,
    waitReason: why && waitText(why),
    scheduledAt: more.scheduledAt,
    shareIdentifier: await service.names.shareName(tx, job.share),
  };
  return compact({
    ...jobSummary(service.account, job, facts),
    queue: await service.names.queueName(tx, job.queue),
    attempt: job.attempt,
    attempts: spec.retryStrategy.attempts,
    ...jobTimes(job, service.clock.wall()),
    tags: more.tags,
    submittedBy: await shownSubmitter(service, tx, job),
    children: job.size > 0 ? await childCounts(tx, job) : undefined,
  });
};
