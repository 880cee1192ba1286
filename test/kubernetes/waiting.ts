import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, JobDetail } from '@aws-sdk/client-batch';
import { describe } from '../support/asked.ts';

const PATIENCE_MILLISECONDS = 240_000;

/** Waits until `look` gives something. */
export const waitFor = async <T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> => {
  const end = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert.ok(Date.now() < end, `waited in vain: ${what}`);
    await sleep(200);
  }
};

/** The job, once it is over. */
export const ended = (batch: Batch, jobId: string): Promise<JobDetail> =>
  waitFor(`${jobId} ends`, async () => {
    const job = await describe(batch, jobId);
    return job.status === 'SUCCEEDED' || job.status === 'FAILED' ? job : undefined;
  });

export const noneLeft = (pods: () => Promise<readonly unknown[]>): Promise<unknown> =>
  waitFor('no pod is left', async () => (await pods()).length === 0 || undefined);
