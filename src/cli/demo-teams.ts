import type { Batch } from '@aws-sdk/client-batch';
import { onStage, type Stage } from './demo-server.ts';
import { pause } from './follow.ts';
import { pageOf, table } from './table.ts';

const QUEUE = 'teams';
const VCPUS = 8;
/** The smaller its factor, the more a team gets. */
const TEAMS = [
  { team: 'red', weightFactor: 1 },
  { team: 'green', weightFactor: 0.5 },
  { team: 'blue', weightFactor: 0.25 },
];
/** What each of their jobs takes, in seconds. */
const JOB_SECONDS = 0.5;

/**
 * Three teams ask for more than there is, for so many seconds, and what each of them got of it is told beside its part.
 * Resolves to the exit code.
 */
export const demoTeams = (seconds: number): Promise<number> =>
  onStage((stage) => play(stage, seconds), { milliVcpus: VCPUS * 1000, memoryMiB: 4096, gpus: 0 });

const play = async ({ batch, interrupt }: Stage, seconds: number): Promise<number> => {
  await prepare(batch);
  const jobs = await submitAll(batch, seconds);
  console.log(
    `${VCPUS} vCPUs, and three teams that could each have all of them: jobs of ${JOB_SECONDS} s, for ${seconds} s`,
  );
  const until = performance.now() + seconds * 1000;
  await batch.updateComputeEnvironment({ computeEnvironment: QUEUE, state: 'ENABLED' });
  while (performance.now() < until && !interrupt.aborted) await pause(100);
  await batch.updateComputeEnvironment({ computeEnvironment: QUEUE, state: 'DISABLED' });
  for (const jobId of jobs) await batch.terminateJob({ jobId, reason: 'the demonstration is over' });
  await untilOver(batch, jobs);
  if (interrupt.aborted) {
    console.log('FAILED: interrupted');
    return 1;
  }
  const used = [];
  for (const jobId of jobs) used.push(await usedBy(batch, jobId));
  for (const line of tell(used)) console.log(line);
  return 0;
};

/** Nothing starts in it yet, so that all teams have asked when the first job does. */
const prepare = async (batch: Batch): Promise<void> => {
  const { arn } = await batch.createSchedulingPolicy({
    name: QUEUE,
    fairsharePolicy: {
      shareDistribution: TEAMS.map(({ team, weightFactor }) => ({ shareIdentifier: team, weightFactor })),
    },
  });
  await batch.createComputeEnvironment({
    computeEnvironmentName: QUEUE,
    type: 'UNMANAGED',
    serviceRole: 'AWSBatchServiceRole',
    state: 'DISABLED',
  });
  await batch.createJobQueue({
    jobQueueName: QUEUE,
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: QUEUE }],
    schedulingPolicyArn: arn,
  });
  await batch.registerJobDefinition({
    jobDefinitionName: QUEUE,
    type: 'container',
    schedulingPriority: 0,
    containerProperties: { image: 'none', vcpus: 1, memory: 16, command: ['sleep', String(JOB_SECONDS)] },
  });
};

/** More than anybody can get, of each team. */
const submitAll = async (batch: Batch, seconds: number): Promise<string[]> => {
  const size = Math.max(2, Math.ceil((VCPUS * seconds) / JOB_SECONDS));
  const ids: string[] = [];
  for (const { team } of TEAMS) {
    const { jobId } = await batch.submitJob({
      jobName: team,
      jobQueue: QUEUE,
      jobDefinition: QUEUE,
      shareIdentifier: team,
      arrayProperties: { size },
    });
    ids.push(jobId!);
  }
  return ids;
};

const untilOver = async (batch: Batch, ids: readonly string[]): Promise<void> => {
  for (;;) {
    const { jobs = [] } = await batch.describeJobs({ jobs: [...ids] });
    if (jobs.every(({ status }) => status === 'SUCCEEDED' || status === 'FAILED')) return;
    await pause(100);
  }
};

/** vCPU-seconds that the children of an array had. */
const usedBy = async (batch: Batch, arrayJobId: string): Promise<number> => {
  let milliseconds = 0;
  for (const jobStatus of ['SUCCEEDED', 'FAILED'] as const) {
    let nextToken: string | undefined;
    do {
      const page = await batch.listJobs({ arrayJobId, jobStatus, nextToken });
      for (const { startedAt, stoppedAt } of page.jobSummaryList ?? [])
        if (startedAt && stoppedAt) milliseconds += stoppedAt - startedAt;
      nextToken = page.nextToken;
    } while (nextToken);
  }
  return milliseconds / 1000;
};

const tell = (used: readonly number[]): string[] => {
  const whole = TEAMS.reduce((sum, { weightFactor }) => sum + 1 / weightFactor, 0);
  const all = used.reduce((sum, one) => sum + one, 0);
  const rows = TEAMS.map(({ team, weightFactor }, at) => [
    team,
    String(weightFactor),
    used[at]!.toFixed(1),
    percent(used[at]! / all),
    percent(1 / weightFactor / whole),
  ]);
  const header = ['TEAM', 'WEIGHT', 'VCPU-SECONDS', 'GOT', 'SHOULD GET'];
  return table(header, rows, pageOf(process.stdout, process.env));
};

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
