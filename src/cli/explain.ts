import type { Batch, ComputeEnvironmentDetail, JobDetail } from '@aws-sdk/client-batch';
import type { ContainerInstance, ECS } from '@aws-sdk/client-ecs';
import type { Command } from 'commander';
import { failedGroups, failedLines } from './array-lines.ts';
import { explainChain } from './chain.ts';
import { attemptLines, endedLines, runningLines } from './ended-lines.ts';
import { describeJob, isOver } from './follow.ts';
import { jobIdOf } from './job-ids.ts';
import { notesOf } from './notes.ts';
import { askOwn, type JobOwner, ownerName } from './own-operations.ts';
import { printable } from './printable.ts';
import { batchClient, ecsClient, findTarget } from './target.ts';

export const explainCommand = (program: Command): void => {
  program
    .command('explain')
    .description('say why a job is where it is')
    .argument('<job>', 'an id, the beginning of one, a name, or a child such as ID:5')
    .option('--json', 'one object: what explainjob answers, and of an array its groups')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (given: string, options: { readonly data?: string; readonly json?: boolean }) => {
      const target = findTarget(options.data);
      const batch = await batchClient(target);
      const ecs = await ecsClient(target);
      const job = await describeJob(batch, await jobIdOf(batch, given));
      const isArray = job.arrayProperties?.size !== undefined;
      if (options.json) return console.log(JSON.stringify(await asData(batch, job, isArray)));
      const failed = isArray ? await failedGroups(batch, job.jobId!) : [];
      const groups = [...(await ownerLines(batch, job)), ...failedLines(job.jobId!, failed)];
      if (isOver(job))
        return print([
          ...endedLines(job, failed),
          ...(await notesOf(batch, ecs, job)).map((note) => `  ${note}`),
          ...groups,
        ]);
      const lines = [...(await explain(batch, ecs, job)), ...groups];
      print(lines);
      if (target.pool !== undefined) console.log(`the pool has ${target.pool}`);
      print(await holders(batch, ecs));
      print(await reservedLines(batch, job));
    });
};

/** Root's name would say nothing. */
const ownerLines = async (batch: Batch, { jobId }: JobDetail): Promise<string[]> => {
  const { submittedBy } = await askOwn<{ submittedBy?: JobOwner }>(batch, 'explainjob', { jobId });
  const name = submittedBy && ownerName(submittedBy);
  return name === undefined || name === 'root' ? [] : [`submitted by ${name} (${submittedBy!.arn})`];
};

/** Whom room is kept for, of the queues' first jobs: why one that would fit waits. */
const reservedLines = async (batch: Batch, { jobId }: JobDetail): Promise<string[]> => {
  const { reservations = [] } = await askOwn<{ reservations?: readonly Reserved[] }>(batch, 'explainjob', {
    jobId,
  });
  return reservations.map((one) => {
    const whom = one.jobId === jobId ? 'it' : `${one.jobName} (${one.jobId}) of queue ${one.queue}`;
    return `room in ${one.environment} is kept for ${whom}`;
  });
};

interface Reserved {
  readonly jobId: string;
  readonly jobName: string;
  readonly queue: string;
  readonly environment: string;
}

/** Reasons and names in them may be anybody's. */
const print = (lines: readonly string[]): void => {
  for (const line of lines) console.log(printable(line));
};

const asData = async (batch: Batch, { jobId }: JobDetail, isArray: boolean): Promise<object> => ({
  ...(await askOwn<object>(batch, 'explainjob', { jobId })),
  ...(isArray && (await askOwn<object>(batch, 'getarraygroups', { jobId }))),
});

/** The job, what it waits for, its queue, the queue's environments and their instances: each as it says itself. */
const explain = async (batch: Batch, ecs: ECS, job: JobDetail): Promise<string[]> => {
  const lines = [
    `job ${job.jobName} (${job.jobId}) is ${job.status}${job.statusReason ? `: ${job.statusReason}` : ''}`,
  ];
  lines.push(...(job.status === 'RUNNING' ? runningLines(job) : attemptLines(job)));
  for (const note of await notesOf(batch, ecs, job)) lines.push(`  ${note}`);
  const chain = await explainChain(batch, job);
  lines.push(...chain.lines);
  for (const queue of new Set([job.jobQueue!, ...chain.queues]))
    lines.push(...(await explainQueue(batch, ecs, queue)));
  return lines;
};

const explainQueue = async (batch: Batch, ecs: ECS, arn: string): Promise<string[]> => {
  const { jobQueues } = await batch.describeJobQueues({ jobQueues: [arn] });
  const queue = jobQueues?.[0];
  if (!queue) return [`queue ${arn} is deleted`];
  const lines = [
    `queue ${queue.jobQueueName} is ${queue.state} and ${queue.status}, priority ${queue.priority}`,
  ];
  const names = (queue.computeEnvironmentOrder ?? []).map((entry) => entry.computeEnvironment!);
  const { computeEnvironments } = await batch.describeComputeEnvironments({ computeEnvironments: names });
  for (const environment of inOrder(names, computeEnvironments ?? [])) {
    const { ecsClusterArn: cluster } = environment;
    // one whose jobs are pods has none
    const instances = cluster === undefined ? [] : await instanceLines(ecs, cluster);
    lines.push(environmentLine(environment), ...instances);
  }
  return lines;
};

/** Who holds the pool: of all environments that have a cluster of ECS, for they share it. */
const holders = async (batch: Batch, ecs: ECS): Promise<string[]> => {
  const { computeEnvironments: all = [] } = await batch.describeComputeEnvironments({});
  const computeEnvironments = all.filter(({ ecsClusterArn }) => ecsClusterArn !== undefined);
  if (computeEnvironments.length === 0) return [];
  const { clusters = [] } = await ecs.describeClusters({
    clusters: computeEnvironments.map((environment) => environment.ecsClusterArn!),
    include: ['STATISTICS'],
  });
  const told = (at: number, name: string) => clusters[at]?.statistics?.find((s) => s.name === name)?.value;
  const free = told(0, 'longshorePoolFree');
  if (free === undefined) return [];
  const held = computeEnvironments.map(({ computeEnvironmentName, ecsClusterArn }) => {
    const at = clusters.findIndex(({ clusterArn }) => clusterArn === ecsClusterArn);
    return `${computeEnvironmentName} holds ${told(at, 'longshoreHeld')}`;
  });
  const price = told(0, 'longshoreSpotPrice');
  const spot = price === undefined ? '' : `; Spot costs ${price} of on-demand`;
  return [`of it ${free} are free; ${held.join('; ')}${spot}`];
};

const inOrder = (arns: readonly string[], environments: readonly ComputeEnvironmentDetail[]) =>
  [...environments].sort(
    (a, b) => arns.indexOf(a.computeEnvironmentArn!) - arns.indexOf(b.computeEnvironmentArn!),
  );

/** The number that is wanted comes with the reason when there is not so much. */
const environmentLine = (environment: ComputeEnvironmentDetail): string => {
  const { computeEnvironmentName: name, state, status, statusReason, computeResources } = environment;
  const { type, minvCpus, maxvCpus, desiredvCpus } = computeResources ?? {};
  const more = statusReason && !statusReason.endsWith('Healthy') ? `: ${statusReason}` : '';
  const numbers = [
    type ?? environment.type,
    ...(minvCpus ? [`at least ${minvCpus} vCPUs`] : []),
    ...(maxvCpus === undefined ? [] : [`at most ${maxvCpus} vCPUs`]),
    ...(desiredvCpus === undefined || more.startsWith(': wants') ? [] : [`wants ${desiredvCpus}`]),
  ];
  return `environment ${name} is ${state} and ${status} (${numbers.join(', ')})${more}`;
};

const instanceLines = async (ecs: ECS, cluster: string): Promise<string[]> => {
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.listContainerInstances({ cluster, ...(nextToken && { nextToken }) });
    const { containerInstanceArns: containerInstances = [] } = page;
    nextToken = page.nextToken;
    if (containerInstances.length === 0) continue;
    const described = await ecs.describeContainerInstances({ cluster, containerInstances });
    lines.push(...(described.containerInstances ?? []).map(instanceLine));
  } while (nextToken !== undefined);
  return lines.length === 0 ? ['  no instance'] : lines;
};

const instanceLine = (instance: ContainerInstance): string => {
  const free = (name: string) => amount(instance.remainingResources, name);
  const all = (name: string) => amount(instance.registeredResources, name);
  const type = instance.attributes?.find(({ name }) => name === 'ecs.instance-type')?.value;
  return (
    `  instance ${instance.ec2InstanceId}${type ? ` ${type}` : ''} is ${instance.status}: ` +
    `${free('CPU') / 1024} of ${all('CPU') / 1024} vCPUs and ${free('MEMORY')} of ${all('MEMORY')} MiB free, ` +
    `${instance.runningTasksCount} running`
  );
};

const amount = (resources: ContainerInstance['remainingResources'], name: string): number =>
  resources?.find((resource) => resource.name === name)?.integerValue ?? 0;
