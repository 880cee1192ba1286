import { type Account, containerInstanceArn } from '../../domain/arn.ts';
import { cpuUnits } from '../../domain/container.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { type UsedInstance, usedInstance } from '../../store/ecs.ts';
import type { Operation } from '../service.ts';
import { checkList, findCluster, idsOf, missing } from './names.ts';

export interface ContainerInstancesInput {
  readonly cluster?: string;
  readonly containerInstances: readonly string[];
}

/** ECS's DescribeContainerInstances (W-108): the instances of an environment, terminated ones as INACTIVE. */
export const describeContainerInstances: Operation<ContainerInstancesInput> = async (service, input) => {
  const wrong = checkList('Container instances', input.containerInstances);
  if (wrong) return wrong;
  return service.store.read(async (tx) => {
    const environment = await findCluster(tx, service.account, input.cluster);
    if (isRefusal(environment)) return environment;
    const { seq, cluster } = environment;
    const containerInstances = [];
    const failures = [];
    for (const { id, arn } of idsOf(
      service.account,
      'container-instance',
      cluster,
      input.containerInstances,
    )) {
      const row = id === undefined ? undefined : await usedInstance(tx, seq, id);
      if (row) containerInstances.push(detail(service.account, cluster, row));
      else failures.push(missing(arn));
    }
    return { containerInstances, failures };
  });
};

const STATUS = ['ACTIVE', 'DRAINING', 'INACTIVE'] as const;

const detail = (account: Account, cluster: string, row: UsedInstance) => ({
  containerInstanceArn: containerInstanceArn(account, cluster, row.container_instance),
  ec2InstanceId: row.id,
  version: 1,
  versionInfo: {},
  remainingResources: resources(
    row.milli_vcpus - row.used_milli_vcpus,
    row.memory_mib - row.used_memory_mib,
    row.gpus - row.used_gpus,
    row.gpus > 0,
  ),
  registeredResources: resources(row.milli_vcpus, row.memory_mib, row.gpus, row.gpus > 0),
  status: STATUS[row.state],
  agentConnected: row.state < 2,
  runningTasksCount: row.running,
  pendingTasksCount: row.pending,
  attributes: [
    { name: 'ecs.instance-type', value: row.type },
    { name: 'ecs.availability-zone', value: `${account.region}a` },
    { name: 'ecs.os-type', value: 'linux' },
  ],
  registeredAt: row.launched_at / 1000,
  attachments: [],
  tags: [],
});

const resources = (milliVcpus: number, memoryMiB: number, gpus: number, hasGpus: boolean) => [
  integer('CPU', cpuUnits(milliVcpus)),
  integer('MEMORY', memoryMiB),
  set('PORTS', []),
  ...(hasGpus
    ? [
        set(
          'GPU',
          Array.from({ length: gpus }, (_, at) => String(at)),
        ),
      ]
    : []),
];

const integer = (name: string, integerValue: number) => ({
  name,
  type: 'INTEGER',
  doubleValue: 0,
  longValue: 0,
  integerValue,
});

const set = (name: string, stringSetValue: readonly string[]) => ({
  name,
  type: 'STRINGSET',
  doubleValue: 0,
  longValue: 0,
  integerValue: 0,
  stringSetValue,
});
