import type { Account } from '../../domain/arn.ts';
import { containerInstanceArn, jobArn, queueArn, taskArn } from '../../domain/arn.ts';
import { demandOf } from '../../domain/capacity-usage.ts';
import { shownConsumables } from '../../domain/consumables.ts';
import type { ContainerSpec } from '../../domain/container.ts';
import { shownContainer, shownNodes } from '../../domain/container-shown.ts';
import { SLICE } from '../../domain/instance.ts';
import { jobIdOf } from '../../domain/job-id.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import { JOB_STATES, stateOf } from '../../domain/job-state.ts';
import { splitStream } from '../../domain/log-stream.ts';
import { nodeContainer } from '../../domain/node-groups.ts';
import { isNode, MAIN } from '../../domain/node-roles.ts';
import type { EksConfiguration } from '../../domain/pods/eks-environment.ts';
import { stopOf } from '../../domain/stop-kinds.ts';
import type { Tags } from '../../domain/tags.ts';
import { taskStateOf } from '../../domain/task-state.ts';
import type { ShownJob } from '../../store/job-rows.ts';
import type { PlacedTask } from '../../store/task-rows.ts';
import { podDetail } from './pod-detail.ts';
import { shownOf } from './shown-attempt.ts';

/** Everything an answer about one job is made from. */
export interface JobFacts {
  readonly job: ShownJob;
  readonly spec: JobSpec;
  readonly queueName: string;
  readonly share: string | undefined;
  /** Of a child or node: its parent's. */
  readonly tags: Tags;
  /** Its attempts, oldest first; the current one last. */
  readonly tasks: readonly PlacedTask[];
  /** Of a parent: children per state code. */
  readonly children: ReadonlyMap<number, number>;
  /** Of a child: its parent's `dependsOn` (J-238). */
  readonly dependsOn: string | null;
  readonly waitReason: string | undefined;
  /** Wall milliseconds: children are counted when somebody asks. */
  readonly now: number;
  readonly cluster: (environment: number) => string;
  readonly eks: (environment: number) => EksConfiguration | undefined;
}

/** Leaves out what does not apply: never `null` (J-007). */
export const compact = <T extends Record<string, unknown>>(record: T): Partial<T> => {
  const some: Partial<T> = {};
  for (const name in record) {
    const value = record[name];
    if (value !== undefined && value !== null) some[name] = value;
  }
  return some;
};

/** `JobDetail` (p. 94), rules J-149 to J-165. */
export const jobDetail = (account: Account, facts: JobFacts): Record<string, unknown> => {
  const { job, spec, tasks } = facts;
  const id = jobIdOf(job);
  const ran = shownOf(job);
  const own = spec.nodes && isNode(job) ? nodeContainer(spec.nodes, job.idx) : spec.container;
  const isPod = own.podProperties !== undefined;
  const pods = podMembers(facts, own);
  const stop = stopOf(job.stop_kind);
  // each member by its name, none spread: an object made so is faster told as JSON
  return {
    jobArn: jobArn(account, id),
    jobName: job.name ?? job.parent_name,
    jobId: id,
    jobQueue: queueArn(account, facts.queueName),
    status: stateOf(job.state),
    attempts: isPod
      ? []
      : tasks
          .filter((task) => taskStateOf(task.state) === 'over')
          .map((task) => attemptDetail(account, facts, task)),
    statusReason: facts.waitReason ?? job.status_reason ?? undefined,
    createdAt: job.created_at,
    retryStrategy: spec.retryStrategy,
    startedAt: ran.startedAt ?? undefined,
    stoppedAt: ran.stoppedAt ?? undefined,
    dependsOn: facts.dependsOn === null ? [] : JSON.parse(facts.dependsOn),
    jobDefinition: spec.jobDefinition,
    parameters: spec.parameters,
    container: job.nodes > 0 || isPod ? undefined : containerDetail(account, facts, own),
    nodeProperties: nodesDetail(account, facts),
    nodeDetails: isNode(job) ? { nodeIndex: job.idx, isMainNode: job.role === MAIN } : undefined,
    arrayProperties: arrayDetail(facts),
    eksProperties: pods.eksProperties,
    eksAttempts: pods.eksAttempts,
    timeout: spec.timeout,
    tags: facts.tags,
    propagateTags: spec.propagateTags,
    platformCapabilities: spec.platformCapabilities,
    consumableResourceProperties: spec.consumables && shownConsumables(account, spec.consumables),
    shareIdentifier: facts.share,
    schedulingPriority: spec.schedulingPriority,
    isCancelled: stop === 'cancel' ? true : undefined,
    isTerminated: stop === 'terminate' ? true : undefined,
  };
};

/** Of a multi-node job its nodes show their pods, and itself the main one's attempts. */
const podMembers = (facts: JobFacts, own: ContainerSpec): Record<string, unknown> => {
  const { job } = facts;
  if (!own.podProperties) return job.nodes > 0 || isNode(job) ? {} : { eksAttempts: [] };
  const { eksProperties, eksAttempts } = podDetail(own.podProperties, { ...facts, shown: placedTask(facts) });
  return job.nodes > 0 ? { eksAttempts } : { eksProperties, eksAttempts };
};

/** There only when true. */
const stopFlags = ({ stop_kind }: ShownJob): Record<string, unknown> => {
  const stop = stopOf(stop_kind);
  return {
    isCancelled: stop === 'cancel' ? true : undefined,
    isTerminated: stop === 'terminate' ? true : undefined,
  };
};

const attemptDetail = (account: Account, facts: JobFacts, task: PlacedTask): Record<string, unknown> =>
  compact({
    container: { ...attemptContainer(account, facts, task), networkInterfaces: [] },
    startedAt: task.started_at,
    stoppedAt: task.stopped_at,
    statusReason: task.status_reason,
  });

/**
 * The stream's name without its group (see `log_stream`); an attempt has one from RUNNING on, one that never ran has none
 * (S-211, J-321).
 */
const attemptContainer = (account: Account, facts: JobFacts, task: PlacedTask): Record<string, unknown> => {
  const cluster = facts.cluster(task.environment);
  return compact({
    containerInstanceArn:
      // a slice is no instance that somebody could look at
      task.instance_type === SLICE
        ? undefined
        : containerInstanceArn(account, cluster, task.container_instance),
    taskArn: taskArn(account, cluster, task.id),
    exitCode: task.exit_code,
    reason: task.reason,
    logStreamName: task.started_at === null ? undefined : splitStream(task.log_stream).stream,
  });
};

/** Rule J-317, told where nothing was given: Cromwell reads it without asking whether it is there. */
const DEFAULT_LOGS = { logDriver: 'awslogs', options: {}, secretOptions: [] };

/** The spec's container with what mirrors the latest attempt. */
const containerDetail = (account: Account, facts: JobFacts, own: ContainerSpec): Record<string, unknown> => {
  const latest = placedTask(facts);
  const shown = containerWithout(own);
  return latest ? { ...shown, ...attemptContainer(account, facts, latest) } : shown;
};

/** The latest attempt, unless the job waits for another. */
const placedTask = ({ job, tasks }: JobFacts): PlacedTask | undefined =>
  ['STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED'].includes(stateOf(job.state)) ? tasks.at(-1) : undefined;

/** Of a job that shows no attempt. */
const containerWithout = (own: ContainerSpec): Record<string, unknown> => {
  const known = withoutAttempt.get(own);
  if (known) return known;
  const made = { logConfiguration: DEFAULT_LOGS, ...shownContainer(own), networkInterfaces: [] };
  withoutAttempt.set(own, made);
  return made;
};

/** Many jobs have one spec, and specs are kept. */
const withoutAttempt = new WeakMap<ContainerSpec, Record<string, unknown>>();

/** Rule J-299: the whole of it on the job, without the ranges on a node. */
const nodesDetail = (
  account: Account,
  { job, spec: { nodes } }: JobFacts,
): Record<string, unknown> | undefined => {
  if (!nodes) return undefined;
  if (job.nodes === 0) return { ...nodes, nodeRangeProperties: [] };
  const nodeRangeProperties = shownNodes(nodes).nodeRangeProperties.map(({ consumables, ...range }) => ({
    ...range,
    ...(consumables && { consumableResourceProperties: shownConsumables(account, consumables) }),
  }));
  return { ...nodes, nodeRangeProperties };
};

const arrayDetail = (facts: JobFacts): Record<string, unknown> | undefined => {
  const { job, children } = facts;
  if (isNode(job)) return undefined;
  if (job.parent > 0) return { index: job.idx, statusSummary: {} };
  if (job.size === 0) return undefined;
  const statusSummary = Object.fromEntries(JOB_STATES.map((state, code) => [state, children.get(code) ?? 0]));
  return { statusSummary, statusSummaryLastUpdatedAt: facts.now, size: job.size };
};

/** What a summary has beside the job's row. */
export interface SummaryFacts {
  readonly spec: JobSpec;
  readonly waitReason: string | undefined;
  readonly scheduledAt: number | undefined;
  readonly shareIdentifier: string | undefined;
}

/** `JobSummary` (p. 99), rules J-282, J-283, J-214, T-149 to T-151. */
export const jobSummary = (
  account: Account,
  job: ShownJob,
  { spec, waitReason, scheduledAt, shareIdentifier }: SummaryFacts,
): Record<string, unknown> => {
  const id = jobIdOf(job);
  const { startedAt, stoppedAt, exitCode, reason } = shownOf(job);
  const container = compact({ exitCode, reason });
  return compact({
    jobArn: jobArn(account, id),
    jobId: id,
    jobName: job.name ?? job.parent_name,
    createdAt: job.created_at,
    status: stateOf(job.state),
    statusReason: waitReason ?? job.status_reason,
    scheduledAt,
    startedAt,
    stoppedAt,
    container: Object.keys(container).length > 0 ? container : undefined,
    arrayProperties: arraySummary(job),
    nodeProperties: nodeSummary(job),
    jobDefinition: spec.jobDefinition,
    // the children have it
    capacityUsage: job.size > 0 ? undefined : demandOf(spec, isNode(job) ? job.idx : undefined),
    shareIdentifier,
    ...stopFlags(job),
  });
};

const arraySummary = (job: ShownJob): Record<string, number> | undefined => {
  if (isNode(job)) return undefined;
  if (job.parent > 0) return { index: job.idx };
  return job.size > 0 ? { size: job.size } : undefined;
};

/** Rule J-300. */
const nodeSummary = (job: ShownJob): Record<string, unknown> | undefined => {
  if (job.nodes > 0) return { numNodes: job.nodes };
  if (!isNode(job)) return undefined;
  return { isMainNode: job.role === MAIN, numNodes: job.parent_nodes, nodeIndex: job.idx };
};
