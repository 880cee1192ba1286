import { environmentArn } from '../../domain/arn.ts';
import { type ComputeResources, checkResources } from '../../domain/environment-rules.ts';
import { HEALTHY, setupFault } from '../../domain/environment-setup.ts';
import { refuseNotYet } from '../../domain/not-yet.ts';
import { checkEksEnvironment, type EksConfiguration, eksOf } from '../../domain/pods/eks-environment.ts';
import { type Refusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import { roleArn, serviceLinkedRole } from '../../domain/roles.ts';
import { checkTags } from '../../domain/tags.ts';
import type { Operation, Service } from '../../service/service.ts';
import { countEnvironments, environmentNamed, insertEnvironment } from '../../store/environment-rows.ts';
import type { EnvironmentRow } from '../../store/schema.ts';
import { setTags } from '../../store/tag-rows.ts';

export interface CreateInput {
  readonly computeEnvironmentName?: string;
  readonly type: 'MANAGED' | 'UNMANAGED';
  readonly state?: 'ENABLED' | 'DISABLED';
  readonly serviceRole?: string;
  readonly unmanagedvCpus?: number;
  readonly computeResources?: ComputeResources;
  readonly tags?: Readonly<Record<string, string>>;
  readonly context?: string;
  readonly ecsSettings?: object;
  readonly eksConfiguration?: EksConfiguration;
}

/** Rule E-204. */
const MOST = 50;

/** CreateComputeEnvironment, p. 6: answers `{computeEnvironmentName, computeEnvironmentArn}`. */
export const createComputeEnvironment: Operation<CreateInput> = async (service, input) => {
  const wrong = check(input, service.account.region);
  if (wrong) return wrong;
  const name = input.computeEnvironmentName!;
  return service.store.write(async (tx) => {
    if (await environmentNamed(tx, name)) return refuse('Object already exists');
    if ((await countEnvironments(tx)) >= MOST) {
      return refuse(
        `Account ${service.account.account} has reached the maximum of ${MOST} compute environments`,
      );
    }
    const seq = await insertEnvironment(tx, checked(service, rowOf(service, input, name)));
    await setTags(tx, 'compute-environment', seq, input.tags);
    service.catalog.forget(tx);
    tx.onCommit(service.wake);
    return { computeEnvironmentName: name, computeEnvironmentArn: environmentArn(service.account, name) };
  });
};

const check = (input: CreateInput, region: string): Refusal | undefined => {
  const tags = checkTags(input.tags);
  if (tags) return tags;
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(input.computeEnvironmentName ?? '')) {
    return refuseWrapped('Compute Environment name should match a valid pattern.');
  }
  return (
    refuseNotYet('CreateComputeEnvironmentRequest', input) ??
    refuseNotYet('ComputeResource', input.computeResources ?? {}) ??
    (input.type === 'MANAGED' ? checkManaged(input, region) : checkUnmanaged(input))
  );
};

const checkManaged = (input: CreateInput, region: string): Refusal | undefined => {
  if (!input.computeResources) {
    return refuseWrapped('computeResources must be provided for a MANAGED compute environment');
  }
  if (input.unmanagedvCpus !== undefined) {
    return refuseWrapped('unmanagedvCpus is not applicable for managed Compute Environments');
  }
  const { computeResources: resources, eksConfiguration: eks } = input;
  return (eks && checkEksEnvironment(eks, resources, region)) ?? checkResources(resources, eks !== undefined);
};

/** Rules E-030, E-032, E-034, E-035, E-039. */
const checkUnmanaged = (input: CreateInput): Refusal | undefined => {
  if (input.computeResources?.type?.startsWith('FARGATE')) {
    return refuseWrapped('Cannot create an UNMANAGED Fargate Compute Environment.');
  }
  if (input.eksConfiguration)
    return refuseWrapped('eksConfiguration is not applicable for unmanaged Compute Environments');
  if (!input.serviceRole) return refuseWrapped('ServiceRole is required.');
  return input.serviceRole.endsWith('/AWSServiceRoleForBatch')
    ? refuseWrapped('Service Linked Role cannot be used with UNMANAGED Compute Environment')
    : undefined;
};

/** Rules E-065, T-382: what is known to be wrong with its setup makes it INVALID. */
const checked = (service: Service, row: Omit<EnvironmentRow, 'seq'>): Omit<EnvironmentRow, 'seq'> => {
  const resources = row.resources === null ? null : (JSON.parse(row.resources) as ComputeResources);
  const setup = { serviceRole: row.service_role, resources, eks: eksOf(row.extra) };
  const fault = setupFault({ ...setup, podNamespace: service.engine.pods?.namespace }, service.ids.uuid());
  return fault === undefined ? row : { ...row, status: 'INVALID', status_reason: fault };
};

/** Nothing outside has to be waited for: the environment is VALID when the answer is given. */
const rowOf = (service: Service, input: CreateInput, name: string): Omit<EnvironmentRow, 'seq'> => {
  const managed = input.type === 'MANAGED' ? input.computeResources : undefined;
  const { minvCpus, maxvCpus = null, desiredvCpus, ...resources } = managed ?? {};
  const fargate = managed?.type?.startsWith('FARGATE') ?? false;
  const min = managed && !fargate ? (minvCpus ?? 0) : null;
  return {
    name,
    uuid: version3(service.ids.uuid()),
    cluster: `${name}_Batch_${version3(service.ids.uuid())}`,
    type: input.type,
    state: input.state ?? 'ENABLED',
    status: 'VALID',
    status_reason: HEALTHY,
    service_role: input.serviceRole
      ? roleArn(service.account, input.serviceRole)
      : serviceLinkedRole(service.account),
    resources: managed ? JSON.stringify(fargate ? resources : { tags: {}, ...resources }) : null,
    min_vcpus: min,
    max_vcpus: maxvCpus,
    desired_vcpus: min === null ? null : (desiredvCpus ?? min),
    wished_vcpus: min !== null && desiredvCpus !== undefined && desiredvCpus > min ? desiredvCpus : null,
    wish_over: 0,
    extra: JSON.stringify({
      ...(input.unmanagedvCpus !== undefined && { unmanagedvCpus: input.unmanagedvCpus }),
      ...(input.context !== undefined && { context: input.context }),
      ...(input.ecsSettings && { ecsSettings: input.ecsSettings }),
      ...(input.eksConfiguration && { eksConfiguration: input.eksConfiguration }),
    }),
  };
};

/** Rules E-074, E-075: ids of environments and clusters look like name-based UUIDs. */
const version3 = (uuid: string): string => `${uuid.slice(0, 14)}3${uuid.slice(15)}`;
