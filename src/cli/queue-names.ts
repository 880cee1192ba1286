import type { Batch } from '@aws-sdk/client-batch';
import { UsageError } from '../main/config.ts';

/** So many queues are told of. */
const TOLD = 10;

/** Looks that these queues (names or ARNs) are there: one that is not is a slip, and is told with those that are. */
export const checkQueues = async (batch: Batch, given: readonly string[] = []): Promise<void> => {
  if (given.length === 0) return;
  const names = (await allQueues(batch)).sort();
  for (const text of given)
    if (!names.includes(text.slice(text.lastIndexOf('/') + 1)))
      throw new UsageError(`there is no queue ${text}: ${thereAre(names)}`);
};

const allQueues = async (batch: Batch): Promise<string[]> => {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await batch.describeJobQueues({ ...(nextToken && { nextToken }) });
    names.push(...(page.jobQueues ?? []).map(({ jobQueueName }) => jobQueueName!));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return names;
};

const thereAre = (names: readonly string[]): string => {
  if (names.length === 0) return 'there is none yet';
  const more = names.length > TOLD ? ', …' : '';
  return `there ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, TOLD).join(', ')}${more}`;
};
