import { type Account, clusterArn, containerInstanceArn, taskArn } from '../../domain/arn.ts';
import { cpuUnits } from '../../domain/container.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import { nodeContainer } from '../../domain/node-groups.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { reachesTasks, stopOf } from '../../domain/stop-kinds.ts';
import { taskStateOf } from '../../domain/task-state.ts';
import type { Operation } from '../../service/service.ts';
import { type EcsTask, ecsTask } from '../../store/ecs.ts';
import type { EnvironmentRow } from '../../store/schema.ts';
import { compact } from '../jobs/detail.ts';
import { checkList, findCluster, idsOf, missing } from './cluster-names.ts';
import { launchTypeOf } from './describe-clusters.ts';

export interface TasksInput {
  readonly cluster?: string;
  readonly tasks: readonly string[];
}

/** ECS's DescribeTasks (W-107, W-110): the attempts of an environment's jobs, as long as the jobs are kept. */
export const describeTasks: Operation<TasksInput> = async (service, input) => {
  const wrong = checkList('Tasks', input.tasks);
  if (wrong) return wrong;
  return service.store.read(async (tx) => {
    const environment = await findCluster(tx, service.account, input.cluster);
    if (isRefusal(environment)) return environment;
    const tasks = [];
    const failures = [];
    for (const { id, arn } of idsOf(service.account, 'task', environment.cluster, input.tasks)) {
      const row = id === undefined ? undefined : await ecsTask(tx, environment.seq, id);
      if (row) tasks.push(detail(service.account, environment, row));
      else failures.push(missing(arn));
    }
    return { tasks, failures };
  });
};

const STATUS = { intended: 'PENDING', running: 'RUNNING', over: 'STOPPED' } as const;

const detail = (account: Account, environment: EnvironmentRow, row: EcsTask) => {
  const { cluster } = environment;
  const spec = JSON.parse(row.spec) as JobSpec;
  const family = spec.jobDefinition.slice(spec.jobDefinition.indexOf('/') + 1);
  const state = taskStateOf(row.state);
  const isOver = state === 'over';
  return compact({
    taskArn: taskArn(account, cluster, row.id),
    clusterArn: clusterArn(account, cluster),
    taskDefinitionArn: `arn:${account.partition}:ecs:${account.region}:${account.account}:task-definition/${family}`,
    containerInstanceArn:
      row.container_instance === null
        ? undefined
        : containerInstanceArn(account, cluster, row.container_instance),
    group: `family:${spec.definitionName}`,
    launchType: launchTypeOf(environment),
    lastStatus: STATUS[state],
    desiredStatus: isOver || wasStopped(row) ? 'STOPPED' : 'RUNNING',
    connectivity: 'CONNECTED',
    cpu: String(cpuUnits(row.milli_vcpus)),
    memory: String(row.memory_mib),
    containers: [container(account, cluster, spec, row)],
    overrides: { containerOverrides: [{ name: 'default' }], inferenceAcceleratorOverrides: [] },
    attachments: [],
    attributes: [],
    tags: [],
    startedBy: row.job_id,
    createdAt: seconds(row.created_at),
    startedAt: seconds(row.started_at),
    stoppedAt: seconds(row.stopped_at),
    stoppedReason: isOver ? row.status_reason : undefined,
    stopCode: isOver ? stopCodeOf(row) : undefined,
    version: 1,
  });
};

/** Its one container; its runtime id is the task's own. */
const container = (account: Account, cluster: string, spec: JobSpec, row: EcsTask) =>
  compact({
    containerArn: `arn:${account.partition}:ecs:${account.region}:${account.account}:container/${cluster}/${row.id}/${row.id}`,
    taskArn: taskArn(account, cluster, row.id),
    name: 'default',
    image: (spec.nodes ? nodeContainer(spec.nodes, row.job_index) : spec.container).image,
    runtimeId: row.id,
    lastStatus: STATUS[taskStateOf(row.state)],
    exitCode: row.exit_code,
    reason: row.reason,
    networkBindings: [],
    networkInterfaces: [],
    cpu: String(cpuUnits(row.milli_vcpus)),
    memory: String(row.memory_mib),
  });

/** Rule W-110. */
const seconds = (wall: number | null): number | undefined => (wall === null ? undefined : wall / 1000);

/** A cancel stops no task. */
const wasStopped = (row: EcsTask): boolean => reachesTasks(stopOf(row.stop_kind));

const stopCodeOf = (row: EcsTask): string => {
  if (row.started_at === null) return 'TaskFailedToStart';
  if (row.exit_code === null) return 'TerminationNotice';
  return wasStopped(row) ? 'UserInitiated' : 'EssentialContainerExited';
};
