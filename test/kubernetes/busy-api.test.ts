import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { messages } from '../support/asked.ts';
import { type Asked, type Between, type Instead, openBetween } from './between.ts';
import { CLUSTER_SCRIPT, clusterScript, newClient } from './cluster.ts';
import { childrenOf, createQueue, define, openFolder, submit } from './jobs.ts';
import { lab } from './serving.ts';
import { ended, noneLeft, waitFor } from './waiting.ts';

/* A real API that is busy, or has forgotten: a proxy before it says so, or asks it what it does not know any more. */

const SCRIPT =
  'echo $AWS_BATCH_JOB_ATTEMPT >> /m/$AWS_BATCH_JOB_ID; i=0; while [ $i -lt 10 ]; do i=$((i+1)); echo line $i; sleep 0.3; done';
const LINES = Array.from({ length: 10 }, (_, i) => `line ${i + 1}`);
const SIZE = 6;

/** Three arrays: before, in, and at the end of `seconds` in which `vice` holds. Each job has run once, with all its lines, and no pod is left. */
const worksThrough = async (
  t: TestContext,
  between: Between,
  namespace: string,
  seconds: number,
  vice: Between['vice'],
): Promise<void> => {
  const { serve, pods } = await lab(t, namespace, between.kubeconfig);
  const folder = openFolder(t);
  const { batch, logs } = await serve();
  await createQueue(batch);
  await define(batch, SCRIPT, folder, '0.25');
  const arrays = [await submit(batch, SIZE)];
  await sleep(2000);
  between.vice = vice;
  between.cut();
  for (let part = 0; part < 2; part++) {
    arrays.push(await submit(batch, SIZE));
    await sleep(seconds * 500);
  }
  between.vice = () => undefined;
  const ids = arrays.flatMap((id) => childrenOf(id, SIZE));
  for (const id of ids) {
    const job = await ended(batch, id);
    assert.equal(job.status, 'SUCCEEDED', `${id}: ${job.statusReason} ${job.container?.reason}`);
    assert.equal(job.attempts!.length, 1);
    assert.equal(readFileSync(join(folder, id), 'utf8'), '1\n');
    assert.deepEqual(await messages(logs, job), LINES);
  }
  assert.equal(readdirSync(folder).length, ids.length);
  await noneLeft(pods);
};

const ANSWERS: readonly (Instead | undefined)[] = [
  { status: 429, retryAfter: 1 },
  { status: 503 },
  { status: 500 },
  { status: 504, isDone: true },
  { status: 429 },
  undefined,
  { status: 502 },
];

test('K-006 K-093: a minute of 429 and 5xx, some of them for what was done: nothing is lost, runs twice or is left', async (t) => {
  const between = await openBetween(t);
  let asked = 0;
  await worksThrough(t, between, 'longshore-busy', 60, () => ANSWERS[asked++ % ANSWERS.length]);
  assert.ok(asked > 50, `asked ${asked} times in that minute`);
});

/** An API server knows nothing from before it began; one as old as its cluster knows all. */
const beginAnew = async (): Promise<void> => {
  if (CLUSTER_SCRIPT === undefined) return;
  clusterScript('signal', 'api', 'KILL');
  clusterScript('start', 'api');
  const client = newClient();
  const answers = () =>
    client.call('GET', '/api/v1/namespaces').then(
      () => true,
      () => undefined,
    );
  await waitFor('the API', answers);
  client.close();
};

test('K-083: a version that the API has forgotten begins a list anew, each time, and nothing is lost', async (t) => {
  await beginAnew();
  const between = await openBetween(t);
  let tooOld = 0;
  between.heard = (piece) => {
    if (piece.includes('"type":"ERROR"') && piece.includes('"code":410')) tooOld++;
  };
  const forgotten = ({ query }: Asked): undefined => {
    if (query.get('watch') === 'true') query.set('resourceVersion', '1');
  };
  await worksThrough(t, between, 'longshore-forgotten', 20, forgotten);
  assert.ok(tooOld > 5, `told so ${tooOld} times`);
});
