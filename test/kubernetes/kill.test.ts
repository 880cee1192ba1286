import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch } from '@aws-sdk/client-batch';
import { messages } from '../support/asked.ts';
import { childrenOf, createQueue, define, openFolder, submit } from './jobs.ts';
import { lab } from './serving.ts';

/* The nodes' folders are this machine's: what a job writes there says how often it ran. */

const KILLS = Number(process.env.LONGSHORE_TEST_KILLS ?? 10);
/** Children of the array that is submitted between two kills. */
const SIZE = 8;
/** A kill comes so soon at the most. */
const LONGEST_MILLISECONDS = 6000;
const PATIENCE_MILLISECONDS = 600_000;

const SCRIPT =
  'n=$AWS_BATCH_JOB_ID; echo $AWS_BATCH_JOB_ATTEMPT >> /m/$n; i=0; while [ $i -lt 10 ]; do i=$((i+1)); echo line $i; sleep 0.2; done';
const LINES = Array.from({ length: 10 }, (_, i) => `line ${i + 1}`);

const statesOf = async (batch: Batch, ids: readonly string[]) => {
  const jobs = [];
  for (let at = 0; at < ids.length; at += 100)
    jobs.push(...(await batch.describeJobs({ jobs: ids.slice(at, at + 100) })).jobs!);
  return jobs;
};

test(`a server that is killed ${KILLS} times under load loses nothing, runs nothing twice, and leaves no pod`, async (t) => {
  const { serve, pods } = await lab(t, 'longshore-kill');
  const folder = openFolder(t);
  let { server, batch, logs } = await serve();
  await createQueue(batch);
  await define(batch, SCRIPT, folder, '0.25');
  const arrays: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    arrays.push(await submit(batch, SIZE));
    await sleep(Math.random() * LONGEST_MILLISECONDS);
    await server.end('SIGKILL');
    ({ server, batch, logs } = await serve());
  }
  const ids = arrays.flatMap((id) => childrenOf(id, SIZE));
  const end = Date.now() + PATIENCE_MILLISECONDS;
  let jobs = await statesOf(batch, ids);
  while (jobs.some(({ status }) => status !== 'SUCCEEDED' && status !== 'FAILED')) {
    assert.ok(Date.now() < end, `still at it: ${jobs.map(({ status }) => status)}`);
    await sleep(500);
    jobs = await statesOf(batch, ids);
  }
  assert.deepEqual(
    jobs
      .filter(({ status }) => status !== 'SUCCEEDED')
      .map(({ jobId, statusReason }) => [jobId, statusReason]),
    [],
  );
  const attempts = jobs.map((job) => job.attempts!.length);
  assert.deepEqual(new Set(attempts), new Set([1]), 'one attempt each');
  assert.equal(readdirSync(folder).length, ids.length);
  const ran = ids.map((id) => readFileSync(join(folder, id), 'utf8'));
  assert.deepEqual(new Set(ran), new Set(['1\n']), 'each ran once');
  for (const job of jobs) assert.deepEqual(await messages(logs, job), LINES, job.jobId);
  while ((await pods()).length > 0) {
    assert.ok(Date.now() < end, 'pods are left');
    await sleep(200);
  }
});
