import { childId } from '../../domain/job-id.ts';
import { stateOf } from '../../domain/job-state.ts';
import { placeInLine } from '../../domain/wait-text.ts';
import { SEQUENTIAL, type WaitedFor, waitsFor } from '../../store/dependencies.ts';
import { type FoundJob, jobBySeq } from '../../store/jobs.ts';
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

/**
 * Why a job waits, put together on read from its own row (what it waits for), its shape's reason in the last
 * plan, and its place in line; of one that was placed, what the engine says. Undefined for a job that does not wait.
 * `job`: as it reads (see `Stops`).
 */
export const whyItWaits = async (
  tx: Tx,
  { reasons, engine }: Pick<Service, 'reasons' | 'engine'>,
  { lines, stops }: Looks,
  job: FoundJob,
  queueName: string,
): Promise<string | undefined> => {
  switch (stateOf(job.state)) {
    case 'PENDING':
      return job.size > 0 ? arrayWaits(job) : await dependenciesWait(tx, stops, job);
    case 'RUNNABLE':
      if (job.role > 0) return 'starts with its job, the main node first';
      return runnableWaits(reasons, lines, job, queueName);
    case 'STARTING':
      return engine.waitReason?.(job.parent_id ?? job.id!);
    case 'SUBMITTED':
    case 'RUNNING':
    case 'SUCCEEDED':
    case 'FAILED':
      return undefined;
  }
};

const arrayWaits = (job: FoundJob): string =>
  `${job.size - job.live} of ${job.size} children have ended${job.failed > 0 ? `, ${job.failed} of them FAILED` : ''}`;

/** A child's dependencies are its parent's, one by one or as a whole. */
const dependenciesWait = async (tx: Tx, stops: Stops, job: FoundJob): Promise<string> => {
  const open = await waitsFor(tx, job.parent > 0 ? job.parent : job.seq, job.idx, MOST_DEPENDENCIES);
  // one that is waited for as a whole and as a twin is one job
  const jobs = new Set(open.map(idOf)).size || job.unmet;
  const count = `waits for ${jobs} job${jobs === 1 ? '' : 's'} to succeed`;
  const [first] = open;
  if (!first) return count;
  const id = idOf(first);
  if (first.kind === SEQUENTIAL) return `${count}: ${id} comes first`;
  const { state } = await stops.read((await jobBySeq(tx, first.seq))!);
  return `${count}: ${id} is ${stateOf(state)}`;
};

const idOf = ({ id, idx }: WaitedFor): string => (idx >= 0 ? childId(id, idx) : id);

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
