import { readFileSync } from 'node:fs';
import {
  type BatchClient,
  DescribeJobsCommand,
  type JobDetail,
  type JobStatus,
  paginateListJobs,
} from '@aws-sdk/client-batch';

export const STATES: readonly JobStatus[] = [
  'SUBMITTED',
  'PENDING',
  'RUNNABLE',
  'STARTING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
];

/** Every job of the queue with the children of its arrays, as DescribeJobs shows them. */
export const allJobs = async (client: BatchClient): Promise<JobDetail[]> => {
  const parents: string[] = [];
  for (const jobStatus of STATES) {
    const pages = paginateListJobs({ client, pageSize: 100 }, { jobQueue: 'q', jobStatus });
    for await (const page of pages) parents.push(...page.jobSummaryList!.map((job) => job.jobId!));
  }
  const jobs = await describe(client, parents);
  const children = jobs.flatMap((job) =>
    Array.from({ length: job.arrayProperties?.size ?? 0 }, (_, i) => `${job.jobId}:${i}`),
  );
  return [...jobs, ...(await describe(client, children))];
};

const describe = async (client: BatchClient, ids: readonly string[]): Promise<JobDetail[]> => {
  const jobs: JobDetail[] = [];
  for (let at = 0; at < ids.length; at += 100) {
    const page = await client.send(new DescribeJobsCommand({ jobs: ids.slice(at, at + 100) }));
    jobs.push(...page.jobs!);
  }
  return jobs;
};

/** How many of the queue's jobs are not final. */
export const unfinished = async (client: BatchClient): Promise<number> => {
  let count = 0;
  for (const jobStatus of STATES.slice(0, 5)) {
    const pages = paginateListJobs({ client, pageSize: 1000 }, { jobQueue: 'q', jobStatus });
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
export const faults = (
  jobs: readonly JobDetail[],
  answered: readonly string[],
  terminated: ReadonlySet<string>,
  lines: readonly Line[],
): string[] => {
  const wrong: string[] = [];
  const known = new Set(jobs.map((job) => job.jobId));
  for (const id of answered) if (!known.has(id)) wrong.push(`${id} was answered and is gone`);
  const byTask = Map.groupBy(lines, (line) => line.task);
  for (const job of jobs) {
    if (job.status !== 'SUCCEEDED' && job.status !== 'FAILED') wrong.push(`${job.jobId} is ${job.status}`);
    const stopped = terminated.has(job.jobId!.split(':')[0]!);
    for (const [at, attempt] of (job.attempts ?? []).entries()) {
      const task = attempt.container!.taskArn!.split('/').at(-1)!;
      const own = byTask.get(task) ?? [];
      byTask.delete(task);
      const what = `attempt ${at + 1} of ${job.jobId} (${task}, ${attempt.statusReason})`;
      if (own.length > 1) wrong.push(`${what} ran ${own.length} times`);
      if (own.length === 0 && !stopped) wrong.push(`${what} left no line`);
      for (const line of own)
        if (line.job !== job.jobId || line.attempt !== String(at + 1))
          wrong.push(`${what} wrote '${line.job} ${line.attempt}'`);
      if (/^Host /.test(attempt.statusReason ?? '')) wrong.push(`${what} was lost`);
    }
  }
  for (const [task, own] of byTask) wrong.push(`task ${task} of ${own[0]!.job} ran and is no attempt`);
  return wrong;
};
