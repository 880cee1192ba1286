import { nameFrom } from '../../domain/arn.ts';
import type { ComputeResources } from '../../domain/environment-rules.ts';
import { expandInstanceTypes } from '../../domain/instance-types.ts';
import { eksOf } from '../../domain/pods/eks-environment.ts';
import { isRefusal, type Refusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import type { Service } from '../../service/service.ts';
import { environmentNamed } from '../../store/environment-rows.ts';
import type { EnvironmentRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';

export interface OrderEntry {
  readonly order: number;
  readonly computeEnvironment: string;
}

/** A checked entry of `computeEnvironmentOrder`. */
export interface OrderedEnvironment {
  readonly ord: number;
  readonly environment: number;
  /** Its jobs are pods. */
  readonly isEks: boolean;
}

/** Checks a list and finds its environments (rules E-103 to E-113). */
export const readOrder = async (
  service: Service,
  tx: Tx,
  entries: readonly OrderEntry[],
): Promise<OrderedEnvironment[] | Refusal> => {
  if (entries.length > 3) return refuseWrapped('Only 3 environments are allowed in job queue request.');
  const found: { ord: number; row: EnvironmentRow }[] = [];
  for (const { order, computeEnvironment } of entries) {
    if (order < 0) return refuseWrapped(`computeEnvironmentOrder: order must not be negative, got ${order}.`);
    const row = await findEnvironment(service, tx, computeEnvironment);
    if (isRefusal(row)) return row;
    found.push({ ord: order, row });
  }
  const wrong = checkTogether(
    found.map(({ row }) => row),
    found.map(({ ord }) => ord),
  );
  return (
    wrong ??
    found.map(({ ord, row }) => ({ ord, environment: row.seq, isEks: eksOf(row.extra) !== undefined }))
  );
};

const findEnvironment = async (
  service: Service,
  tx: Tx,
  given: string,
): Promise<EnvironmentRow | Refusal> => {
  const name = nameFrom(service.account, 'compute-environment', given);
  const row = name === undefined ? undefined : await environmentNamed(tx, name);
  return row?.status === 'VALID'
    ? row
    : refuseWrapped('Compute Environments must be created and valid before attaching them to a job queue');
};

const kindOf = (row: EnvironmentRow): string => {
  if (row.type === 'UNMANAGED') return 'UNMANAGED';
  return (JSON.parse(row.resources!) as { type: string }).type.startsWith('FARGATE') ? 'FARGATE' : 'EC2';
};

const checkTogether = (rows: readonly EnvironmentRow[], orders: readonly number[]): Refusal | undefined => {
  if (new Set(rows.map((row) => row.seq)).size < rows.length) {
    return refuseWrapped('Duplicate ComputeEnvironments within order list.');
  }
  if (new Set(orders).size < orders.length)
    return refuseWrapped('Duplicate ComputeEnvironment order values.');
  if (new Set(rows.map((row) => eksOf(row.extra) !== undefined)).size > 1)
    return refuseWrapped('EKS and ECS compute environments can not be mixed.');
  const kinds = new Set(rows.map(kindOf));
  if (kinds.size < 2) return checkArchitectures(rows);
  return kinds.has('UNMANAGED')
    ? refuse('MANAGED and UNMANAGED compute environments can not be mixed.')
    : refuseWrapped('Fargate and EC2 compute environments can not be mixed.');
};

/** Rule E-111: a job's image is for one; without instance types an environment has none. */
const checkArchitectures = (rows: readonly EnvironmentRow[]): Refusal | undefined => {
  const found = new Set(rows.flatMap(architecturesOf));
  return found.size > 1
    ? refuseWrapped(
        `Compute environments of different architectures (${[...found].sort().join(', ')}) can not be mixed.`,
      )
    : undefined;
};

const architecturesOf = ({ resources }: EnvironmentRow): string[] => {
  const { instanceTypes = [] } = JSON.parse(resources ?? '{}') as ComputeResources;
  const expanded = expandInstanceTypes(instanceTypes);
  return expanded.kind === 'types' ? expanded.types.map(({ architecture }) => architecture) : [];
};

/** Rules E-111, T-385: a queue is of the kind of its environments, and stays so. `type`: what it is to be. */
export const checkQueueKind = (
  type: string | undefined,
  places: readonly OrderedEnvironment[],
): Refusal | undefined => {
  if (type === undefined || places.length === 0) return undefined;
  const isEks = places.some((place) => place.isEks);
  if (isEks === (type === 'EKS')) return undefined;
  return refuseWrapped(
    isEks
      ? `${type} job queue type must not have EKS compute environment.`
      : 'EKS job queue type must have EKS compute environment.',
  );
};
