import { clusterArn, environmentArn, nameFrom } from '../../domain/arn.ts';
import { healthText } from '../../domain/environment-setup.ts';
import { shownResources } from '../../domain/environment-shown.ts';
import { eksOf } from '../../domain/pods/eks-environment.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Tags } from '../../domain/tags.ts';
import { faultOf, healthOfWhole } from '../../domain/whole-hosts.ts';
import type { Operation, Service } from '../../service/service.ts';
import { freeOfHosts } from '../../store/ecs.ts';
import { environmentNamed, pageOfEnvironments } from '../../store/environment-rows.ts';
import { countReplaced, runningMilliVcpus } from '../../store/instance-rows.ts';
import type { EnvironmentRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { tagsOfAll } from '../../store/tag-rows.ts';
import { checkNames, cutPage, type PageInput, readPage } from '../paging.ts';

export interface DescribeInput extends PageInput {
  readonly computeEnvironments?: readonly string[];
}

/** DescribeComputeEnvironments, p. 26: unknown names are left out (E-098). */
export const describeComputeEnvironments: Operation<DescribeInput> = async (service, input) => {
  const names = input.computeEnvironments ?? [];
  if (names.length > 0) return describeNamed(service, input, names);
  const binding = ['DescribeComputeEnvironments'];
  const page = readPage<number>(service, binding, input);
  if (isRefusal(page)) return page;
  return service.store.read(async (tx) => {
    const rows = await pageOfEnvironments(tx, page.after ?? 0, page.size + 1);
    const { shown, token } = cutPage(service, binding, rows, page.size, (row) => row.seq);
    return { computeEnvironments: await details(service, tx, shown), ...token };
  });
};

const describeNamed = async (service: Service, input: DescribeInput, names: readonly string[]) => {
  const wrong = checkNames('ComputeEnvironments', names, input);
  if (wrong) return wrong;
  return service.store.read(async (tx) => {
    const found = new Map<number, EnvironmentRow>();
    for (const given of names) {
      const name = nameFrom(service.account, 'compute-environment', given);
      const row = name === undefined ? undefined : await environmentNamed(tx, name);
      if (row) found.set(row.seq, row);
    }
    const rows = [...found.values()].sort((a, b) => a.seq - b.seq);
    return { computeEnvironments: await details(service, tx, rows) };
  });
};

const details = async (service: Service, tx: Tx, rows: readonly EnvironmentRow[]): Promise<unknown[]> => {
  const answers = [];
  const tags = await tagsOfAll(
    tx,
    'compute-environment',
    rows.map(({ seq }) => seq),
  );
  for (const row of rows)
    answers.push(detail(service, row, tags.get(row.seq)!, await stateOf(service, tx, row)));
  return answers;
};

interface State {
  readonly status: string;
  readonly statusReason: string | null;
}

/** Rule K-145: what bars it as hosts are is written nowhere, so that it goes with them. */
export const faultNow = ({ engine, capacity }: Service, row: EnvironmentRow): string | undefined =>
  row.status === 'VALID' && engine.hasWholeHosts
    ? faultOf(JSON.parse(row.resources ?? 'null'), capacity.hosts)
    : undefined;

const stateOf = async (service: Service, tx: Tx, row: EnvironmentRow): Promise<State> => {
  const fault = faultNow(service, row);
  if (fault !== undefined) return { status: 'INVALID', statusReason: fault };
  return { status: row.status, statusReason: await reasonOf(service, tx, row) };
};

/** What a VALID or UPDATING one says depends on what it has now; the others say what was written down. */
const reasonOf = async (service: Service, tx: Tx, row: EnvironmentRow): Promise<string | null> => {
  if (row.status === 'UPDATING') {
    const former = await countReplaced(tx, row.seq);
    return former > 0 ? formerText(former) : row.status_reason;
  }
  if (row.status !== 'VALID' || row.resources === null) return row.status_reason;
  if (service.engine.hasWholeHosts) return healthOfWhole(JSON.parse(row.resources), service.capacity.hosts);
  const hosts = service.capacity.hosts;
  const running = await runningMilliVcpus(tx, row.seq);
  const minVcpus = row.state === 'ENABLED' ? (row.min_vcpus ?? 0) : 0;
  const lacks = minVcpus * 1000 > running && {
    minVcpus,
    free: await freeOfHosts(tx, hosts),
    spotPrice: service.lastPlan.spotPrice,
  };
  return healthText({
    resources: JSON.parse(row.resources),
    maxVcpus: row.max_vcpus,
    desiredVcpus: row.desired_vcpus ?? 0,
    running,
    hosts,
    hasNoGpus: service.engine.hasNoGpus ?? false,
    ...(lacks && { lacks }),
  });
};

const formerText = (instances: number): string =>
  instances === 1
    ? '1 instance of the former setup still runs jobs'
    : `${instances} instances of the former setup still run jobs`;

/** `ComputeEnvironmentDetail`, p. 75; members never set are left out (E-016). */
const detail = (
  service: Service,
  row: EnvironmentRow,
  tags: Tags,
  { status, statusReason }: State,
): Record<string, unknown> => ({
  computeEnvironmentName: row.name,
  computeEnvironmentArn: environmentArn(service.account, row.name),
  ...(!eksOf(row.extra) && { ecsClusterArn: clusterArn(service.account, row.cluster) }),
  tags,
  type: row.type,
  state: row.state,
  status,
  ...(statusReason !== null && { statusReason }),
  ...(row.resources !== null && { computeResources: resourcesOf(row) }),
  ...(row.service_role !== null && { serviceRole: row.service_role }),
  ...JSON.parse(row.extra),
  containerOrchestrationType: eksOf(row.extra) ? 'EKS' : 'ECS',
  uuid: row.uuid,
});

const resourcesOf = (row: EnvironmentRow): Record<string, unknown> => ({
  ...shownResources(JSON.parse(row.resources!), eksOf(row.extra) !== undefined),
  ...(row.min_vcpus !== null && { minvCpus: row.min_vcpus }),
  maxvCpus: row.max_vcpus,
  ...(row.desired_vcpus !== null && { desiredvCpus: row.desired_vcpus }),
});
