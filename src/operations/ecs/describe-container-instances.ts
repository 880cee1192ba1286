import { containerInstanceArn } from '../../domain/arn.ts';
import { cpuUnits, type Resources } from '../../domain/container.ts';
import type { HostView } from '../../domain/host.ts';
import { HOST } from '../../domain/instance.ts';
import { shownType, shownZone } from '../../domain/instance-shown.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import { freeOfHosts, type UsedInstance, usedInstance } from '../../store/ecs.ts';
import { instanceOf } from '../../store/instance-rows.ts';
import type { Tx } from '../../store/store.ts';
import { checkList, findCluster, idsOf, missing } from './cluster-names.ts';

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
      if (row) containerInstances.push(detail(service, cluster, row, await remaining(service, tx, row)));
      else failures.push(missing(arn));
    }
    return { containerInstances, failures };
  });
};

const STATUS = { running: 'ACTIVE', draining: 'DRAINING', terminated: 'INACTIVE' } as const;

/** What its tasks leave; of a host itself no more than that has: other environments' instances are carved from it. */
const remaining = async ({ capacity }: Service, tx: Tx, row: UsedInstance): Promise<Resources> => {
  const own = {
    milliVcpus: row.milli_vcpus - row.used_milli_vcpus,
    memoryMiB: row.memory_mib - row.used_memory_mib,
    gpus: row.gpus - row.used_gpus,
  };
  if (row.type !== HOST) return own;
  const free = (await freeOfHosts(tx, capacity.hosts)).find(({ host }) => host.id === row.host)?.free;
  if (!free) return { milliVcpus: 0, memoryMiB: 0, gpus: 0 };
  const least = (member: keyof Resources) => Math.max(0, Math.min(own[member], free[member]));
  return { milliVcpus: least('milliVcpus'), memoryMiB: least('memoryMiB'), gpus: least('gpus') };
};

const detail = (service: Service, cluster: string, row: UsedInstance, free: Resources) => ({
  containerInstanceArn: containerInstanceArn(service.account, cluster, row.container_instance),
  ec2InstanceId: row.id,
  version: 1,
  versionInfo: {},
  remainingResources: resources(free, row.gpus > 0),
  registeredResources: resources(sizeOf(row), row.gpus > 0),
  ...stateOf(instanceOf(row).state.kind, hostOf(service, row)),
  runningTasksCount: row.running,
  pendingTasksCount: row.pending,
  attributes: [
    {
      name: 'ecs.instance-type',
      value: shownType({ type: row.type, size: sizeOf(row) }, hostOf(service, row)),
    },
    { name: 'ecs.availability-zone', value: shownZone(service.account.region, hostOf(service, row)) },
    { name: 'ecs.os-type', value: 'linux' },
    ...hostAttribute(service, row),
  ],
  registeredAt: row.launched_at / 1000,
  attachments: [],
  tags: [],
});

/** Rules K-153 and K-148: one whose host takes no more tasks drains, and is heard; one whose host is to come is not. */
const stateOf = (kind: keyof typeof STATUS, host: HostView | undefined) => ({
  status: kind === 'running' && host?.isDraining ? STATUS.draining : STATUS[kind],
  agentConnected: kind !== 'terminated' && isHeard(host),
});

const isHeard = (host: HostView | undefined): boolean =>
  host !== undefined && !host.isToCome && (host.open || host.isDraining === true);

const hostOf = ({ capacity }: Service, { host }: UsedInstance): HostView | undefined =>
  capacity.hosts.find(({ id }) => id === host);

/** Rule K-153: which one it is, where there are several. */
const hostAttribute = (service: Service, row: UsedInstance) => {
  if (!service.engine.hosts) return [];
  return [{ name: 'longshore.node', value: hostOf(service, row)?.name ?? row.host }];
};

const sizeOf = (row: UsedInstance): Resources => ({
  milliVcpus: row.milli_vcpus,
  memoryMiB: row.memory_mib,
  gpus: row.gpus,
});

const resources = ({ milliVcpus, memoryMiB, gpus }: Resources, hasGpus: boolean) => [
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
