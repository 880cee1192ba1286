import type { Batch, JobDetail } from '@aws-sdk/client-batch';
import type { Command } from 'commander';
import { describeJob } from './follow.ts';
import { batchClient, findTarget } from './target.ts';

export const explainCommand = (program: Command): void => {
  program
    .command('explain')
    .description('say why a job is where it is')
    .argument('<job>', 'a job id')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (jobId: string, options: { readonly data?: string }) => {
      const batch = await batchClient(findTarget(options.data));
      for (const line of await explain(batch, await describeJob(batch, jobId))) console.log(line);
    });
};

/** The job, what it waits for, its queue and the queue's environments: each with what it says of itself. */
const explain = async (batch: Batch, job: JobDetail): Promise<string[]> => {
  const lines = [
    `job ${job.jobName} (${job.jobId}) is ${job.status}${job.statusReason ? `: ${job.statusReason}` : ''}`,
  ];
  for (const [at, attempt] of (job.attempts ?? []).entries()) {
    const { exitCode, reason } = attempt.container ?? {};
    const code = exitCode === undefined ? '' : `, exit code ${exitCode}`;
    lines.push(`  attempt ${at + 1}: ${attempt.statusReason}${code}${reason ? `, ${reason}` : ''}`);
  }
  const waitsFor = (job.dependsOn ?? [])
    .map((dependency) => dependency.jobId)
    .filter((id) => id !== undefined);
  if (waitsFor.length > 0 && job.status === 'PENDING') {
    const { jobs } = await batch.describeJobs({ jobs: waitsFor });
    for (const other of jobs ?? [])
      lines.push(`  waits for ${other.jobName} (${other.jobId}), which is ${other.status}`);
  }
  return [...lines, ...(await explainQueue(batch, job.jobQueue!))];
};

const explainQueue = async (batch: Batch, arn: string): Promise<string[]> => {
  const { jobQueues } = await batch.describeJobQueues({ jobQueues: [arn] });
  const queue = jobQueues?.[0];
  if (!queue) return [`queue ${arn} is deleted`];
  const lines = [
    `queue ${queue.jobQueueName} is ${queue.state} and ${queue.status}, priority ${queue.priority}`,
  ];
  const names = (queue.computeEnvironmentOrder ?? []).map((entry) => entry.computeEnvironment!);
  const { computeEnvironments } = await batch.describeComputeEnvironments({ computeEnvironments: names });
  for (const environment of computeEnvironments ?? []) {
    const max = environment.computeResources?.maxvCpus;
    const limit = max === undefined ? '' : `, at most ${max} vCPUs`;
    lines.push(
      `environment ${environment.computeEnvironmentName} is ${environment.state} and ${environment.status}${limit}`,
    );
  }
  return lines;
};
