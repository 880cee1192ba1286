import { definitionArn, nameFrom } from '../../domain/arn.ts';
import { parseJobId } from '../../domain/job-id.ts';
import { JOB_STATES, type JobState, stateCode } from '../../domain/job-state.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { taggedCode } from '../../domain/tags.ts';
import type { Service } from '../../service/service.ts';
import { findJob, type SeqOrder } from '../../store/job-rows.ts';
import {
  childrenSource,
  type JobCondition,
  jobsWithPrefix,
  placedChildren,
  queuesSource,
  type Source,
  taggedSource,
  withJobs,
} from '../../store/job-search.ts';
import type { SqlValue, Tx } from '../../store/store.ts';
import { submittersNamed } from '../../store/submitters.ts';

/** Wall milliseconds; `to` is not within. */
export interface TimeWindow {
  readonly from?: number;
  readonly to?: number;
}

/** Which jobs: those for which all that is given holds. */
export interface JobFilter {
  /** The beginning of an id. */
  readonly id?: string;
  /** Names or ARNs; all when absent. */
  readonly queues?: readonly string[];
  /** Children of this array instead of plain jobs and arrays. */
  readonly arrayJobId?: string;
  readonly states?: readonly JobState[];
  /** `x*`: those that begin so; capitals count as small. */
  readonly name?: string;
  /** A name, `NAME:REV`, an ARN, or `x*`. */
  readonly definition?: string;
  /** An ARN, a unique id, or a name: a user's, `ROLE/SESSION` or `root`. */
  readonly submittedBy?: string;
  /** `KEY` or `KEY=VALUE`. */
  readonly tag?: string;
  /** What their reason begins with. */
  readonly reason?: string;
  readonly exitCode?: number;
  readonly created?: TimeWindow;
  readonly ended?: TimeWindow;
}

const codesOf = (filter: JobFilter): number[] =>
  (filter.states?.length ? filter.states : JOB_STATES).map(stateCode);

/** Where the jobs are looked for. Children are found by their array, by index, or while they have room. */
export const sourceOf = async (
  service: Service,
  tx: Tx,
  filter: JobFilter,
  order: SeqOrder = 'newest',
): Promise<Source | Refusal> => {
  const states = codesOf(filter);
  if (filter.id !== undefined) {
    const found = await jobsWithPrefix(tx, filter.id.toLowerCase(), 100);
    return async (after) => (after === undefined ? found : []);
  }
  if (filter.arrayJobId !== undefined) {
    const id = parseJobId(filter.arrayJobId);
    const array = id && (await findJob(tx, id));
    if (!array?.size) return refuse(`Job ${filter.arrayJobId} not found or is not an array job.`);
    return childrenSource(tx, array.seq, states);
  }
  const queues = await queuesOf(service, tx, filter.queues);
  if (isRefusal(queues)) return queues;
  const { key, value } = tagOf(filter);
  const whole =
    value === undefined ? queuesSource(tx, queues, states, order) : taggedSource(tx, key, value, order);
  if (!filter.states?.some((state) => state === 'STARTING' || state === 'RUNNING')) return whole;
  return withJobs(whole, await placedChildren(tx, states), order);
};

const queuesOf = async (
  service: Service,
  tx: Tx,
  given: readonly string[] | undefined,
): Promise<number[] | Refusal> => {
  if (!given?.length) return (await service.catalog.allQueues(tx)).map(({ seq }) => seq);
  const seqs = [];
  for (const text of new Set(given)) {
    const name = nameFrom(service.account, 'job-queue', text);
    const queue = name === undefined ? undefined : await service.catalog.queue(tx, name);
    if (!queue) return refuse(`JobQueue ${text} not found.`);
    seqs.push(queue.seq);
  }
  return seqs;
};

/** What holds of each job that is found. */
export const conditionOf = async (service: Service, tx: Tx, filter: JobFilter): Promise<JobCondition> => {
  // jobs that are found by their tag are of any queue
  const queues =
    filter.queues?.length || filter.tag !== undefined
      ? await queuesOf(service, tx, filter.queues)
      : undefined;
  const parts: [string, SqlValue[]][] = [
    ...(filter.states?.length || filter.id !== undefined ? [within('j.state', codesOf(filter))] : []),
    ...(queues && !isRefusal(queues) ? [within('j.queue', queues)] : []),
    ...(filter.name === undefined
      ? []
      : [begins('lower(coalesce(j.name, p.name))', filter.name.toLowerCase())]),
    ...(filter.definition === undefined ? [] : [definition(service, filter.definition)]),
    ...(filter.submittedBy === undefined
      ? []
      : [within('coalesce(p.submitter, j.submitter)', await submittersNamed(tx, filter.submittedBy))]),
    ...(filter.tag === undefined ? [] : [tag(filter)]),
    ...(filter.reason === undefined ? [] : [reason(filter.reason)]),
    ...(filter.exitCode === undefined ? [] : [ended(['j.exit_code = ?', [filter.exitCode]])]),
    ...window('j.created_at', filter.created),
    ...(filter.ended ? [ended(['1', []]), ...window('j.stopped_at', filter.ended)] : []),
  ];
  return {
    where: parts.map(([where]) => `(${where})`).join(' AND ') || '1',
    params: parts.flatMap(([, params]) => params),
  };
};

type Part = [string, SqlValue[]];

const within = (column: string, values: readonly number[]): Part => [
  `${column} IN (SELECT value FROM json_each(?))`,
  [JSON.stringify(values)],
];

const begins = (column: string, text: string): Part =>
  text.endsWith('*')
    ? [`substr(${column}, 1, ?) = ?`, [text.length - 1, text.slice(0, -1)]]
    : [`${column} = ?`, [text]];

const definition = (service: Service, given: string): Part => {
  const name = given.startsWith('arn:') ? (nameFrom(service.account, 'job-definition', given) ?? '') : given;
  const [, base, revision] = /^(.+):(\d+)$/.exec(name) ?? [];
  if (!base) return begins("json_extract(s.doc, '$.definitionName')", name);
  return [
    "json_extract(s.doc, '$.jobDefinition') = ?",
    [definitionArn(service.account, base, Number(revision))],
  ];
};

const tagOf = ({ tag = '' }: JobFilter): { readonly key: string; readonly value: string | undefined } => {
  const at = tag.indexOf('=');
  return at < 0 ? { key: tag, value: undefined } : { key: tag.slice(0, at), value: tag.slice(at + 1) };
};

/** A child's are its parent's. */
const tag = (filter: JobFilter): Part => {
  const { key, value } = tagOf(filter);
  return [
    `EXISTS (SELECT 1 FROM tags t WHERE t.kind = ? AND t.owner = iif(j.parent > 0, j.parent, j.seq)
      AND t.key = ? ${value === undefined ? '' : 'AND t.value = ?'})`,
    [taggedCode('job'), key, ...(value === undefined ? [] : [value])],
  ];
};

/** Of the job, or of its container. */
const reason = (text: string): Part => {
  const of = (column: string) => `substr(coalesce(${column}, ''), 1, ?) = ?`;
  const params = [text.length, text];
  return [`${of('j.status_reason')} OR ${of('j.container_reason')}`, [...params, ...params]];
};

const FINAL = `j.state >= ${stateCode('SUCCEEDED')}`;
const ended = ([where, params]: Part): Part => [`${FINAL} AND ${where}`, params];

const window = (column: string, given: TimeWindow | undefined): Part[] => [
  ...(given?.from === undefined ? [] : [[`${column} >= ?`, [given.from]] as Part]),
  ...(given?.to === undefined ? [] : [[`${column} < ?`, [given.to]] as Part]),
];
