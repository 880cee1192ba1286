import { clusterArn, clusterName } from '../../domain/arn.ts';
import { hostsThere, sizeOfAll } from '../../domain/host.ts';
import { freeAmount } from '../../domain/host-text.ts';
import { describeResources } from '../../domain/resource-text.ts';
import type { Operation, Service } from '../../service/service.ts';
import { clusterCounts, environmentOfCluster, freeOfHosts, heldBy } from '../../store/ecs.ts';
import type { EnvironmentRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { checkList, missing } from './cluster-names.ts';

export interface ClustersInput {
  readonly clusters?: readonly string[];
  readonly include?: readonly string[];
}

/** ECS's DescribeClusters (rules W-104 to W-106): the cluster of each environment, the last ones of deleted ones too. */
export const describeClusters: Operation<ClustersInput> = async (service, input) => {
  const asked = input.clusters?.length ? input.clusters : ['default'];
  const wrong = checkList('Clusters', asked);
  if (wrong) return wrong;
  const names = new Set(asked.map((given) => clusterName(service.account, given)));
  return service.store.read(async (tx) => {
    const clusters = [];
    const failures = [];
    for (const name of names) {
      const row = await environmentOfCluster(tx, name);
      if (row) clusters.push(await describe(service, tx, row, input.include ?? []));
      else failures.push(missing(name.startsWith('arn:') ? name : clusterArn(service.account, name)));
    }
    return { clusters, failures };
  });
};

const describe = async (service: Service, tx: Tx, row: EnvironmentRow, include: readonly string[]) => {
  const { instances, running, pending } = await clusterCounts(tx, row.seq);
  return {
    clusterArn: clusterArn(service.account, row.cluster),
    clusterName: row.cluster,
    status: row.status === 'DELETED' ? 'INACTIVE' : 'ACTIVE',
    registeredContainerInstancesCount: instances,
    runningTasksCount: running,
    pendingTasksCount: pending,
    activeServicesCount: 0,
    statistics: include.includes('STATISTICS')
      ? [...statistics(row, running, pending), ...(await poolStatistics(service, tx, row))]
      : [],
    tags: [],
    settings: include.includes('SETTINGS') ? settings(row) : [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
  };
};

/** Whether its tasks are Fargate's: their instances are nobody's business. */
export const launchTypeOf = (row: EnvironmentRow): 'EC2' | 'FARGATE' =>
  (JSON.parse(row.resources ?? '{}') as { type?: string }).type?.startsWith('FARGATE') ? 'FARGATE' : 'EC2';

const statistics = (row: EnvironmentRow, running: number, pending: number) =>
  (['EC2', 'Fargate'] as const).flatMap((type) => {
    const own = type.toUpperCase() === launchTypeOf(row);
    return [
      { name: `running${type}TasksCount`, value: String(own ? running : 0) },
      { name: `pending${type}TasksCount`, value: String(own ? pending : 0) },
      { name: `active${type}ServiceCount`, value: '0' },
      { name: `draining${type}ServiceCount`, value: '0' },
    ];
  });

/** Who holds the pool, and what a container means here, for `explain` and `run`: names of Longshore's own, behind the service's. */
const poolStatistics = async ({ engine, capacity, lastPlan }: Service, tx: Tx, row: EnvironmentRow) => {
  const hosts = hostsThere(capacity.hosts);
  const pool = sizeOfAll(hosts);
  const free = await freeOfHosts(tx, hosts);
  return [
    { name: 'longshoreEngine', value: engine.name },
    { name: 'longshorePoolVcpus', value: String(pool.milliVcpus / 1000) },
    { name: 'longshoreHeld', value: describeResources(await heldBy(tx, hosts, row.seq)) },
    { name: 'longshorePoolFree', value: freeAmount(free, pool.gpus > 0) },
    ...(lastPlan.spotPrice === undefined
      ? []
      : [{ name: 'longshoreSpotPrice', value: `${lastPlan.spotPrice}%` }]),
  ];
};

const settings = (row: EnvironmentRow) => {
  const { ecsSettings } = JSON.parse(row.extra) as { ecsSettings?: { containerInsights?: string } };
  return [{ name: 'containerInsights', value: (ecsSettings?.containerInsights ?? 'disabled').toLowerCase() }];
};
