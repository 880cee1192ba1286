import { readFileSync } from 'node:fs';
import {
  type BatchClient,
  DescribeJobsCommand,
  type JobDetail,
  type JobStatus,
  paginateListJobs,
} from '@aws-sdk/client-batch';
import { type Answered, LIMIT } from './load.ts';
import { QUEUES } from './prepare.ts';

export const STATES: readonly JobStatus[] = [
  'SUBMITTED',
  'PENDING',
  'RUNNABLE',
  'STARTING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
];

/** Every job with the children of arrays and the nodes of multi-node jobs, as DescribeJobs shows them. */
export const allJobs = async (client: BatchClient): Promise<JobDetail[]> => {
  const parents: string[] = [];
  for (const jobQueue of QUEUES)
    for (const jobStatus of STATES) {
      const pages = paginateListJobs({ client, pageSize: 100 }, { jobQueue, jobStatus });
      for await (const page of pages) parents.push(...page.jobSummaryList!.map((job) => job.jobId!));
    }
  const jobs = await describe(client, parents);
  const parts = jobs.flatMap(({ jobId, arrayProperties, nodeProperties }) => [
    ...Array.from({ length: arrayProperties?.size ?? 0 }, (_, i) => `${jobId}:${i}`),
    ...Array.from({ length: nodeProperties?.numNodes ?? 0 }, (_, i) => `${jobId}#${i}`),
  ]);
  return [...jobs, ...(await describe(client, parts))];
};

const describe = async (client: BatchClient, ids: readonly string[]): Promise<JobDetail[]> => {
  const jobs: JobDetail[] = [];
  for (let at = 0; at < ids.length; at += 100) {
    const page = await client.send(new DescribeJobsCommand({ jobs: ids.slice(at, at + 100) }));
    jobs.push(...page.jobs!);
  }
  return jobs;
};

/** How many jobs are not final. */
export const unfinished = async (client: BatchClient): Promise<number> => {
  let count = 0;
  for (const jobQueue of QUEUES)
    for (const jobStatus of STATES.slice(0, 5)) {
      const pages = paginateListJobs({ client, pageSize: 1000 }, { jobQueue, jobStatus });
      for await (const page of pages) count += page.jobSummaryList!.length;
    }
  return count;
};

interface Line {
  readonly task: string;
  readonly job: string;
  readonly attempt: string;
}

export const readLines = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((text) => {
      const [task = '', job = '', attempt = ''] = text.split(' ');
      return { task, job, attempt };
    });

/** What is wrong: nothing, when each attempt that ran wrote its line once and every line is an attempt's. */
export const faults = (jobs: readonly JobDetail[], answered: Answered, lines: readonly Line[]): string[] => {
  const wrong: string[] = [];
  const known = new Set(jobs.map((job) => job.jobId));
  for (const id of answered.jobs) if (!known.has(id)) wrong.push(`${id} was answered and is gone`);
  const byTask = Map.groupBy(lines, (line) => line.task);
  for (const job of jobs) {
    if (job.status !== 'SUCCEEDED' && job.status !== 'FAILED') wrong.push(`${job.jobId} is ${job.status}`);
    wrong.push(...wrongShare(job, answered));
    if (isEndless(job, answered)) wrong.push(...wrongLimit(job));
    // a multi-node job shows its main node's
    if (job.nodeProperties && !job.nodeDetails) continue;
    const attempts = job.attempts ?? [];
    for (const at of attempts.keys()) wrong.push(...wrongAttempt(job, at, answered, byTask));
  }
  for (const [task, own] of byTask) wrong.push(`task ${task} of ${own[0]!.job} ran and is no attempt`);
  return wrong;
};

/** Of a job whose submission was answered. */
const wrongShare = (job: JobDetail, { shares }: Answered): string[] => {
  const parent = parentOf(job);
  if (!shares.has(parent) || job.shareIdentifier === shares.get(parent)) return [];
  return [`${job.jobId} is of ${job.shareIdentifier}, asked for ${shares.get(parent)}`];
};

const parentOf = (job: JobDetail): string => job.jobId!.split(/[:#]/)[0]!;

/** What is wrong with an attempt; its line is taken out of `byTask`. */
const wrongAttempt = (
  job: JobDetail,
  at: number,
  { terminated }: Answered,
  byTask: Map<string, Line[]>,
): string[] => {
  const { container, statusReason } = job.attempts![at]!;
  const task = container!.taskArn!.split('/').at(-1)!;
  const own = byTask.get(task) ?? [];
  byTask.delete(task);
  const what = `attempt ${at + 1} of ${job.jobId} (${task}, ${statusReason})`;
  // it may have been stopped before it wrote
  const mayBeSilent = terminated.has(parentOf(job)) || statusReason === 'Main node ended';
  const wrong: string[] = [];
  if (own.length > 1) wrong.push(`${what} ran ${own.length} times`);
  if (own.length === 0 && !mayBeSilent) wrong.push(`${what} left no line`);
  for (const line of own)
    if (line.job !== job.jobId || !isNumber(job, at, line.attempt))
      wrong.push(`${what} wrote '${line.job} ${line.attempt}'`);
  if (/^Host /.test(statusReason ?? '')) wrong.push(`${what} was lost`);
  return wrong;
};

/** A node has no part in an attempt whose main node ended before its turn to start came. */
const isNumber = ({ nodeDetails }: JobDetail, at: number, attempt: string): boolean =>
  nodeDetails?.isMainNode === false ? Number(attempt) > at : attempt === String(at + 1);

const isEndless = ({ jobId }: JobDetail, { endless, terminated }: Answered): boolean =>
  endless.has(jobId!) && !terminated.has(jobId!);

/** It is stopped when its time is over, and not before; never tried again. */
const wrongLimit = ({ jobId, attempts = [], statusReason, startedAt = 0, stoppedAt = 0 }: JobDetail) => {
  const tell = `${jobId}: ${statusReason} after ${stoppedAt - startedAt} ms, ${attempts.length} attempts`;
  const isStopped = statusReason === 'Job attempt duration exceeded timeout' && attempts.length === 1;
  return isStopped && stoppedAt - startedAt >= LIMIT * 1000 ? [] : [tell];
};
