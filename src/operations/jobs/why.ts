import { childId } from '../../domain/job-id.ts';
import { isWaiting, stateCode, stateOf } from '../../domain/job-state.ts';
import { placeInLine } from '../../domain/wait-text.ts';
import { SEQUENTIAL, waitsFor } from '../../store/dependencies.ts';
import { type FoundJob, jobBySeq, listChildren } from '../../store/jobs.ts';
import type { Tx } from '../../store/store.ts';
import type { Reasons } from '../reasons.ts';
import type { Service } from '../service.ts';
import type { Stops } from './in-force.ts';
import type { Lines } from './line.ts';
import { MOST_DEPENDENCIES } from './submit-rules.ts';

/** What is read once for all jobs that one request shows. */
export interface Looks {
  readonly lines: Lines;
  readonly stops: Stops;
}

/** Of what a job waits for the reason is told too, and of what that waits for: so far, and the rest by asking for it. */
const DEEPEST = 3;

/**
 * Why a job waits, put together on read from its own row (what it waits for), its shape's reason in the last
 * plan, and its place in line; of one that was placed, what the engine says. Undefined for a job that does not wait.
 * `job`: as it reads (see `Stops`).
 */
export const whyItWaits = async (
  tx: Tx,
  service: Waiting,
  looks: Looks,
  job: FoundJob,
  depth = DEEPEST,
): Promise<string | undefined> => {
  const blocked = { tx, service, looks, depth };
  switch (stateOf(job.state)) {
    case 'PENDING':
      return job.size > 0 ? arrayWaits(blocked, job) : await dependenciesWait(blocked, job);
    case 'RUNNABLE':
      if (job.role > 0) return 'starts with its job, the main node first';
      return runnableWaits(service.reasons, looks.lines, job, await service.places.queueName(tx, job.queue));
    case 'STARTING':
      return service.engine.waitReason?.(job.role > 0 ? job.parent_id! : idOf(job));
    case 'SUBMITTED':
    case 'RUNNING':
    case 'SUCCEEDED':
    case 'FAILED':
      return undefined;
  }
};

type Waiting = Pick<Service, 'reasons' | 'engine' | 'places'>;

interface Blocked {
  readonly tx: Tx;
  readonly service: Waiting;
  readonly looks: Looks;
  /** How many more jobs down the chain may be told of. */
  readonly depth: number;
}

const arrayWaits = async (blocked: Blocked, job: FoundJob): Promise<string> => {
  const failed = job.failed > 0 ? `, ${job.failed} of them FAILED` : '';
  const child = await waitingChild(blocked, job.seq);
  return `${job.size - job.live} of ${job.size} children have ended${failed}${child && `; ${child}`}`;
};

/** The first child in line, else the first that waits for others, and why; '' when none waits, or all are stopped. */
const waitingChild = async (blocked: Blocked, parent: number, but?: number): Promise<string> => {
  if (blocked.depth === 0) return '';
  for (const state of ['RUNNABLE', 'PENDING'] as const) {
    const [child] = await listChildren(blocked.tx, parent, [stateCode(state)], 0, 1);
    if (!child) continue;
    const isOther = child.seq !== but && isWaiting(stateOf((await blocked.looks.stops.read(child)).state));
    return isOther ? isAndWhy(blocked, child) : '';
  }
  return '';
};

/** Of a job that is no node. */
const idOf = (job: FoundJob): string => job.id ?? childId(job.parent_id!, job.idx);

/** "ID is RUNNABLE: 2nd in queue q; needs …". */
const isAndWhy = async ({ tx, service, looks, depth }: Blocked, row: FoundJob): Promise<string> => {
  const job = await looks.stops.read(row);
  const id = idOf(job);
  const why = depth > 0 ? await whyItWaits(tx, service, looks, job, depth - 1) : undefined;
  return `${id} is ${stateOf(job.state)}${why === undefined ? '' : `: ${why}`}`;
};

/** A child's dependencies are its parent's, one by one or as a whole. */
const dependenciesWait = async (blocked: Blocked, job: FoundJob): Promise<string> => {
  const { tx } = blocked;
  const open = await waitsFor(tx, job.parent > 0 ? job.parent : job.seq, job.idx, MOST_DEPENDENCIES);
  // one that is waited for as a whole and as a twin is one job
  const jobs = new Set(open.map(({ seq }) => seq)).size || job.unmet;
  const count = `waits for ${jobs} job${jobs === 1 ? '' : 's'} to succeed`;
  const [first] = open;
  if (!first) return count;
  const other = (await jobBySeq(tx, first.seq))!;
  if (first.kind !== SEQUENTIAL) return `${count}: ${await isAndWhy(blocked, other)}`;
  // the one before waits for the one before it: what all of them wait for is told instead
  const child = await waitingChild(blocked, job.parent, job.seq);
  return `${count}: ${childId(other.parent_id!, other.idx)} comes first${child && `; ${child}`}`;
};

/** The service's own reason first, then what can never be, or the place in line; then the numbers. */
const runnableWaits = async (
  reasons: Reasons,
  lines: Lines,
  job: FoundJob,
  queueName: string,
): Promise<string> => {
  const told = reasons.of(job.queue, job.shape);
  const code = told?.service ? `${told.service.code} - ${told.service.sentence} ` : '';
  if (told?.never) return `${code}${told.details}`;
  const place = placeInLine(await lines.ahead(job.queue, job.seq), queueName);
  return told ? `${code}${place}; ${told.details}` : place;
};
