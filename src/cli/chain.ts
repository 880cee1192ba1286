import type { Batch, JobDetail } from '@aws-sdk/client-batch';

/** So deep and so many jobs are told of: what lies behind them is asked for by its own id. */
const DEEPEST = 10;
const MOST = 50;

/** What a job waits for, and what that waits for in its turn. */
export interface Chain {
  readonly lines: readonly string[];
  /** Queues in which those wait that wait for nobody else. */
  readonly queues: ReadonlySet<string>;
}

/** Each job once, indented by its distance; the first one's own line is not among them. */
export const explainChain = async (batch: Batch, first: JobDetail): Promise<Chain> => {
  const lines: string[] = [];
  const queues = new Set<string>();
  const seen = new Set([first.jobId!]);
  const follow = async (job: JobDetail, depth: number): Promise<void> => {
    const indent = '  '.repeat(depth);
    for (const other of await blockersOf(batch, job)) {
      if (seen.has(other.jobId!)) continue;
      if (depth > DEEPEST || seen.size > MOST) {
        lines.push(`${indent}and so on: longshore explain ${other.jobId}`);
        return;
      }
      seen.add(other.jobId!);
      const reason = other.statusReason ? `: ${other.statusReason}` : '';
      // an array says of its first child that waits why it does
      const isTold = other.jobId!.startsWith(`${job.jobId}:`) && job.statusReason?.includes(other.jobId!);
      if (!isTold)
        lines.push(`${indent}waits for ${other.jobName} (${other.jobId}), which is ${other.status}${reason}`);
      if (other.status === 'PENDING') await follow(other, isTold ? depth : depth + 1);
      else queues.add(other.jobQueue!);
    }
  };
  await follow(first, 1);
  return { lines, queues };
};

/** Jobs that are not over and hold up a PENDING one: of an array its first child that waits. */
const blockersOf = async (batch: Batch, job: JobDetail): Promise<JobDetail[]> => {
  if (job.status !== 'PENDING') return [];
  const { size, index } = job.arrayProperties ?? {};
  const ids =
    size !== undefined && index === undefined ? await waitingChild(batch, job.jobId!) : dependencies(job);
  if (ids.length === 0) return [];
  const { jobs = [] } = await batch.describeJobs({ jobs: ids });
  return jobs.filter(({ status }) => status !== 'SUCCEEDED' && status !== 'FAILED');
};

const waitingChild = async (batch: Batch, arrayJobId: string): Promise<string[]> => {
  for (const jobStatus of ['RUNNABLE', 'RUNNING', 'PENDING'] as const) {
    const { jobSummaryList: [child] = [] } = await batch.listJobs({ arrayJobId, jobStatus, maxResults: 1 });
    if (child) return [child.jobId!];
  }
  return [];
};

/** A child waits for its twin (N_TO_N), for the one before it (SEQUENTIAL), or as its array does. */
const dependencies = ({ jobId, arrayProperties, dependsOn = [] }: JobDetail): string[] => {
  const { index } = arrayProperties ?? {};
  return dependsOn.flatMap((dependency) => {
    if (dependency.jobId === undefined)
      return index ? [`${jobId!.slice(0, jobId!.lastIndexOf(':'))}:${index - 1}`] : [];
    return dependency.type === 'N_TO_N' && index !== undefined
      ? [`${dependency.jobId}:${index}`]
      : [dependency.jobId];
  });
};
