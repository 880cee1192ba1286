import type { Refusal } from '../../domain/refusal.ts';
import type { Service } from '../../service/service.ts';
import { countedOwners } from '../../store/job-owners.ts';
import { countUnfinished } from '../../store/queue-counts.ts';
import { queueLimit } from '../../store/queue-rows.ts';
import type { JobRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { tooMany, tooManyOf } from './submitter.ts';

/**
 * Why jobs may not run again, children each: those who submitted them, or their queues, would have more that have not finished than
 * they may (rule A-226). Whoever asks, they count as theirs.
 */
export const tooManyAgain = async (
  service: Pick<Service, 'submitters' | 'unfinished'>,
  tx: Tx,
  jobs: readonly JobRow[],
): Promise<Refusal | undefined> => {
  const seqs = jobs.map(({ seq }) => seq);
  for (const { jobs: more, ...owner } of await countedOwners(tx, seqs)) {
    const refused = await tooManyOf(service, tx, owner, more);
    if (refused) return refused;
  }
  for (const queue of new Set(jobs.map((job) => job.queue))) {
    const refused = await tooManyIn(tx, queue, jobs.filter((job) => job.queue === queue).length);
    if (refused) return refused;
  }
  return undefined;
};

const tooManyIn = async (tx: Tx, queue: number, more: number): Promise<Refusal | undefined> => {
  const { name, most } = await queueLimit(tx, queue);
  return most === null
    ? undefined
    : tooMany(`Job queue ${name}`, await countUnfinished(tx, queue), more, most);
};
