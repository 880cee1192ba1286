import { jobArn, nameFrom } from '../../domain/arn.ts';
import { usageOf } from '../../domain/capacity-usage.ts';
import { jobIdOf } from '../../domain/job-id.ts';
import { refuse } from '../../domain/refusal.ts';
import type { CatalogQueue } from '../../service/catalog.ts';
import type { Operation, Service } from '../../service/service.ts';
import { AwaitedJobs } from '../../store/awaited-jobs.ts';
import { type FoundJob, jobsOf } from '../../store/job-rows.ts';
import { Stops } from '../../store/stops-in-force.ts';
import type { Tx } from '../../store/store.ts';
import { heldByShares } from '../../store/task-rows.ts';
import type { Moment } from '../../why/front-times.ts';
import { QueuePositions } from '../../why/position.ts';

/** Rule T-136. */
const MOST_JOBS = 100;
/** Rule T-141. */
const MOST_SHARES = 20;

/** GetJobQueueSnapshot: who stands at the front of a queue since when, and what its jobs hold (T-136 to T-148). */
export const getJobQueueSnapshot: Operation<{ readonly jobQueue: string }> = async (
  service,
  { jobQueue },
) => {
  const name = nameFrom(service.account, 'job-queue', jobQueue);
  const read = await service.store.read(async (tx) => {
    const queue = name === undefined ? undefined : await service.catalog.queue(tx, name);
    if (!queue) return undefined;
    return { queue, jobs: await front(service, tx, queue), used: await utilization(service, tx, queue) };
  });
  if (!read) return refuse(`JobQueue ${jobQueue} not found.`);
  const now = { wall: service.clock.wall(), steady: service.clock.steady() };
  const lastUpdatedAt = now.wall;
  return {
    frontOfQueue: { jobs: withTimes(service, read.queue, read.jobs, now), lastUpdatedAt },
    queueUtilization: { ...read.used, lastUpdatedAt },
  };
};

/** A job at the front, and when it could stand in line at the earliest. */
interface Standing {
  readonly job: FoundJob;
  readonly readySince: number;
}

/** Nobody stands in a queue that is being deleted: its jobs are FAILED from the answer on. */
const front = async (service: Service, tx: Tx, queue: CatalogQueue): Promise<readonly Standing[]> => {
  if (await new Stops(tx).overQueue(queue.seq)) return [];
  const heads = await new QueuePositions(tx, service).front(queue.seq, MOST_JOBS);
  const jobs = await jobsOf(
    tx,
    heads.map(({ seq }) => seq),
  );
  const awaited = new AwaitedJobs(tx);
  const standing = [];
  for (const job of jobs) standing.push({ job, readySince: await readySince(awaited, job) });
  return standing;
};

/** When its last attempt ended, or the last job that it waited for, as far as that is kept, or it was made. */
const readySince = async (awaited: AwaitedJobs, job: FoundJob): Promise<number> => {
  if (job.stopped_at !== null) return Math.max(job.created_at, job.stopped_at);
  const ends = [job.created_at];
  for (const target of await awaited.awaited(job))
    if (target) ends.push((await awaited.row(target.seq))?.stopped_at ?? 0);
  return Math.max(...ends);
};

const withTimes = (
  service: Service,
  queue: CatalogQueue,
  jobs: readonly Standing[],
  now: Moment,
): unknown[] => {
  const places = jobs.map(({ job, readySince }) => ({ seq: job.seq, createdAt: job.created_at, readySince }));
  const served = service.lastPlan.servedAt.get(queue.seq);
  const times = service.frontTimes.since(queue.seq, places, { now, served, isFixed: !queue.policy });
  return jobs.map(({ job }, place) => ({
    jobArn: jobArn(service.account, jobIdOf(job)),
    earliestTimeAtPosition: times[place],
  }));
};

const utilization = async (
  service: Service,
  tx: Tx,
  queue: CatalogQueue,
): Promise<Record<string, unknown>> => {
  const isEks = (await service.catalog.allEnvironments(tx)).some(
    ({ seq, eks }) => eks !== undefined && queue.environments.includes(seq),
  );
  const held = await heldByShares(tx, queue.seq);
  const total = held.reduce((sum, { milliVcpus }) => sum + milliVcpus, 0);
  const totalCapacityUsage = total > 0 ? usageOf(total, isEks) : [];
  if (!queue.policy) return { totalCapacityUsage };
  const shares = [];
  for (const { share, milliVcpus } of held) {
    const shareIdentifier = await service.names.shareName(tx, share);
    if (shareIdentifier !== undefined) shares.push({ shareIdentifier, milliVcpus });
  }
  shares.sort((a, b) => b.milliVcpus - a.milliVcpus || (a.shareIdentifier < b.shareIdentifier ? -1 : 1));
  const topCapacityUtilization = shares.slice(0, MOST_SHARES).map(({ shareIdentifier, milliVcpus }) => ({
    shareIdentifier,
    capacityUsage: usageOf(milliVcpus, isEks),
  }));
  return {
    totalCapacityUsage,
    fairshareUtilization: { activeShareCount: shares.length, topCapacityUtilization },
  };
};
