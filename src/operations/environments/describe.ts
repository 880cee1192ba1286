import { clusterArn, environmentArn, nameFrom } from '../../domain/arn.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { environmentNamed, pageOfEnvironments } from '../../store/environments.ts';
import type { EnvironmentRow } from '../../store/schema.ts';
import { checkNames, cutPage, type PageInput, readPage } from '../paging.ts';
import type { Operation, Service } from '../service.ts';

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
  const rows = await service.store.read((tx) => pageOfEnvironments(tx, page.after ?? 0, page.size + 1));
  const { shown, token } = cutPage(service, binding, rows, page.size, (row) => row.seq);
  return { computeEnvironments: shown.map((row) => detail(service, row)), ...token };
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
    return { computeEnvironments: rows.map((row) => detail(service, row)) };
  });
};

/** `ComputeEnvironmentDetail`, p. 75; members never set are left out (E-016). */
const detail = (service: Service, row: EnvironmentRow): Record<string, unknown> => ({
  computeEnvironmentName: row.name,
  computeEnvironmentArn: environmentArn(service.account, row.name),
  ecsClusterArn: clusterArn(service.account, row.cluster),
  tags: JSON.parse(row.tags),
  type: row.type,
  state: row.state,
  status: row.status,
  ...(row.status_reason !== null && { statusReason: row.status_reason }),
  ...(row.resources !== null && { computeResources: resourcesOf(row) }),
  ...(row.service_role !== null && { serviceRole: row.service_role }),
  ...JSON.parse(row.extra),
  containerOrchestrationType: 'ECS',
  uuid: row.uuid,
});

const resourcesOf = (row: EnvironmentRow): Record<string, unknown> => ({
  ...JSON.parse(row.resources!),
  ...(row.min_vcpus !== null && { minvCpus: row.min_vcpus }),
  maxvCpus: row.max_vcpus,
  ...(row.desired_vcpus !== null && { desiredvCpus: row.desired_vcpus }),
});
