import { nameOf } from './jobs.ts';
import { haltOf, type Job, must, type Queue, RUNNABLE, targetsOf, type Wire } from './model.ts';
import { type Expected, type Ledger, nameIn, type Request } from './requests.ts';
import { queueOf, same } from './resources.ts';
import { comesFirst, wholeOf } from './starts.ts';
import { lastOf } from './times.ts';

/* GetJobQueueSnapshot: who stands at the front of a queue, and what its jobs have. */

const MOST_JOBS = 100;
const MOST_SHARES = 20;

const snapshot = (ledger: Ledger, { input }: Request): Expected => {
  const queue = queueOf(ledger, input.jobQueue);
  if (!queue) return { refusal: /^JobQueue \S+ not found/ };
  return {
    apply: (answer) => {
      if (!answer) return;
      checkFront(ledger, queue, answer.frontOfQueue);
      checkUse(ledger, queue, answer.queueUtilization);
    },
  };
};

/** All that could start, or the first of them: of each share in its order, whichever share comes before another. */
const checkFront = (ledger: Ledger, queue: Queue, { jobs: shown, lastUpdatedAt }: Wire): void => {
  same('fronts as described', lastUpdatedAt, ledger.wall());
  const line = lineOf(ledger, queue);
  const ids: string[] = shown.map(({ jobArn }: Wire) => nameIn('job', jobArn));
  same('fronts as described', ids.length, Math.min(line.length, MOST_JOBS));
  const places = new Map(ids.map((id, place) => [id, place]));
  for (const [share, jobs] of Map.groupBy(line, (job) => job.share)) {
    const among = ids.filter((id) => ledger.jobs.get(id)?.share === share);
    const kept = jobs.slice(0, among.length).map(({ id }) => id);
    must(
      isSame(among, kept),
      'fronts as described',
      () => `${queue.name}: shown ${among}, first are ${kept}`,
    );
  }
  checkTimes(ledger, queue, shown);
  must(places.size === ids.length, 'fronts as described', () => `${queue.name} shows a job twice: ${ids}`);
};

/** Nobody has a place before it could stand in line, nor from a time to come, nor for longer than those before it. */
const checkTimes = (ledger: Ledger, queue: Queue, shown: readonly Wire[]): void => {
  const now = ledger.wall();
  let ahead = 0;
  for (const { jobArn, earliestTimeAtPosition: since } of shown) {
    const job = ledger.jobs.get(nameIn('job', jobArn)!)!;
    const tell = () =>
      `${nameOf(job)} has its place since ${since}, it is ${now}: ${readySince(job)}, ${ahead}`;
    // one that was made before the clock was set back
    const isToCome = job.createdAt > now;
    const low = Math.min(now, Math.max(readySince(job), queue.policy ? 0 : ahead));
    must(isToCome ? since === job.createdAt : since >= low && since <= now, 'fronts as described', tell);
    ahead = since;
  }
};

/** When its last attempt ended, or the last that it waited for, or it was made. */
const readySince = (job: Job): number => {
  const awaited = job.over > 0 ? [] : targetsOf(job).filter(({ gone }) => !gone);
  const ends = awaited.map(({ stoppedAt }) => stoppedAt ?? 0);
  return Math.max(job.createdAt, lastOf(job)?.stoppedAt ?? 0, ...ends);
};

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one, at) => one === others[at]);

/** Who waits for room alone, in order within each share. */
const lineOf = (ledger: Ledger, queue: Queue): Job[] =>
  [...ledger.jobs.values()]
    .filter((job) => job.queue === queue && job.state === RUNNABLE && job.size === 0 && job.role === 'none')
    .filter((job) => !job.gone && !haltOf(job))
    .sort((a, b) => (comesFirst(a, b) ? -1 : 1));

/** What its jobs have that stand in no line, and of which shares they are, the most first. */
const checkUse = (ledger: Ledger, queue: Queue, shown: Wire): void => {
  const tasks = [...ledger.floor.live.values()].filter(({ job, waits }) => job.queue === queue && !waits);
  const byShare = new Map<string | undefined, number>();
  for (const { job, milliVcpus } of tasks) {
    const { share } = wholeOf(job);
    byShare.set(share, (byShare.get(share) ?? 0) + milliVcpus);
  }
  const total = [...byShare.values()].reduce((sum, milliVcpus) => sum + milliVcpus, 0);
  const shares = [...byShare].map(([share, milliVcpus]) => ({ share: share!, milliVcpus }));
  shares.sort((a, b) => b.milliVcpus - a.milliVcpus || (a.share < b.share ? -1 : 1));
  same('fronts as described', shown, {
    totalCapacityUsage: total > 0 ? usageOf(total) : [],
    ...(queue.policy && {
      fairshareUtilization: {
        activeShareCount: shares.length,
        topCapacityUtilization: shares.slice(0, MOST_SHARES).map(({ share, milliVcpus }) => ({
          shareIdentifier: share,
          capacityUsage: usageOf(milliVcpus),
        })),
      },
    }),
    lastUpdatedAt: ledger.wall(),
  });
};

const usageOf = (milliVcpus: number) => [{ capacityUnit: 'VCPU', quantity: milliVcpus / 1000 }];

export const FRONTS: Readonly<Record<string, (ledger: Ledger, request: Request) => Expected>> = {
  GetJobQueueSnapshot: snapshot,
};
