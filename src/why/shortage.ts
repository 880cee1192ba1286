import { jobIdOf } from '../domain/job-id.ts';
import type { TokenLack } from '../scheduler/snapshot.ts';
import { jobBySeq } from '../store/job-rows.ts';
import type { Tx } from '../store/store.ts';
import { holdersOf } from '../store/token-rows.ts';

/** A consumable resource of which a job waits for tokens. */
export interface Shortage {
  readonly name: string;
  readonly needs: number;
  /** Of them nobody holds so many. */
  readonly available: number;
  readonly total: number;
  /** There are enough, kept for a job that comes before, which needs so many. `jobId`: absent when it is gone by now. */
  readonly keptFor?: { readonly jobId?: string; readonly needs: number };
  /** Who holds most of it, of several the first. */
  readonly holders: readonly { readonly jobId: string; readonly quantity: number }[];
  /** Others hold some, too. */
  readonly moreHold: boolean;
}

const MOST_HOLDERS = 3;

/** What the last plan found that a job is short of, and who holds it now. */
export const shortagesOf = async (tx: Tx, lacks: readonly TokenLack[]): Promise<Shortage[]> => {
  const shortages: Shortage[] = [];
  for (const { consumable, name, needs, free, total, keptFor } of lacks) {
    const holds = await holdersOf(tx, consumable, MOST_HOLDERS + 1);
    const holders = [];
    for (const { job, quantity } of holds.slice(0, MOST_HOLDERS))
      holders.push({ jobId: jobIdOf((await jobBySeq(tx, job))!), quantity });
    const moreHold = holds.length > MOST_HOLDERS;
    const kept = keptFor && { keptFor: await claimantOf(tx, keptFor) };
    shortages.push({ name, needs, available: free, total, ...kept, holders, moreHold });
  }
  return shortages;
};

const claimantOf = async (
  tx: Tx,
  { job, needs }: NonNullable<TokenLack['keptFor']>,
): Promise<NonNullable<Shortage['keptFor']>> => {
  const row = await jobBySeq(tx, job);
  return { ...(row && { jobId: jobIdOf(row) }), needs };
};

/** "waits for consumable resource licences: needs 2, 1 of 10 available, held by ID (9)". Rule T-188. */
export const shortageText = (shortage: Shortage): string => {
  const { name, needs, available, total } = shortage;
  const numbers = `needs ${needs}, ${available} of ${total} available`;
  return `waits for consumable resource ${name}: ${[numbers, ...whyText(shortage)].join(', ')}`;
};

const whyText = ({ needs, total, keptFor, holders, moreHold }: Shortage): string[] => {
  if (needs > total) return ['until its total is raised'];
  if (keptFor)
    return [`kept for ${keptFor.jobId ?? 'a job'} that comes before it and needs ${keptFor.needs}`];
  if (holders.length === 0) return [];
  const some = holders.map(({ jobId, quantity }) => `${jobId} (${quantity})`).join(', ');
  return [`held by ${some}${moreHold ? ' and others' : ''}`];
};
