import { environmentArn, nameFrom } from '../../domain/arn.ts';
import {
  type ComputeResources,
  checkResources,
  type LaunchTemplate,
} from '../../domain/environment-rules.ts';
import { HEALTHY, setupFault } from '../../domain/environment-setup.ts';
import { refuseNotYet } from '../../domain/not-yet.ts';
import { checkEksEnvironment, eksOf } from '../../domain/pods/eks-environment.ts';
import { type Refusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import { roleArn, serviceLinkedRole } from '../../domain/roles.ts';
import type { Operation, Service } from '../../service/service.ts';
import { environmentNamed, updateEnvironment } from '../../store/environment-rows.ts';
import type { EnvironmentRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { endInstances } from '../../transitions/instances/end-instances.ts';

export interface UpdateInput {
  readonly computeEnvironment: string;
  readonly state?: 'ENABLED' | 'DISABLED';
  readonly serviceRole?: string;
  readonly unmanagedvCpus?: number;
  readonly computeResources?: ComputeResources;
  readonly updatePolicy?: {
    readonly terminateJobsOnUpdate?: boolean;
    readonly jobExecutionTimeoutMinutes?: number;
  };
  readonly context?: string;
  readonly ecsSettings?: object;
}

/** UpdateComputeEnvironment, p. 61: only what is given changes (rules E-078 to E-089). */
export const updateComputeEnvironment: Operation<UpdateInput> = async (service, input) => {
  const name = nameFrom(service.account, 'compute-environment', input.computeEnvironment);
  return service.store.write(async (tx) => {
    const row = name === undefined ? undefined : await environmentNamed(tx, name);
    if (!row) return refuse(`${arnOf(service, input.computeEnvironment)} does not exist`);
    if (row.status === 'DELETING' || (row.status === 'UPDATING' && !isOnlyState(input))) {
      return refuse('Cannot update, resource is being modified');
    }
    const change = changeOf(service, row, input);
    if ('refusal' in change) return change.refusal;
    const status = row.status === 'UPDATING' ? {} : await statusAfter(service, tx, row, change.columns);
    await updateEnvironment(tx, row.seq, { ...change.columns, ...status });
    service.catalog.forget(tx);
    tx.onCommit(service.wake);
    return {
      computeEnvironmentName: row.name,
      computeEnvironmentArn: environmentArn(service.account, row.name),
    };
  });
};

/** While the former instances' jobs go on, for as long as they like, a person may still stop new ones, or change nothing. */
const isOnlyState = ({ computeEnvironment: _name, state: _state, ...others }: UpdateInput): boolean =>
  Object.values(others).every((member) => member === undefined);

/**
 * Rules E-073, E-086, E-088: another setup is looked at anew, and its instances are replaced: they take no more jobs,
 * what runs on them goes on, as far as the update policy lets it. UPDATING until the last of them is gone.
 */
const statusAfter = async (
  service: Service,
  tx: Tx,
  row: EnvironmentRow,
  columns: Partial<EnvironmentRow>,
): Promise<Pick<EnvironmentRow, 'status' | 'status_reason'>> => {
  const now = { ...row, ...columns };
  const replaced =
    replacesInstances(row, now) &&
    (await endInstances(service, tx, row.seq, 'replaced', patience(JSON.parse(now.extra))));
  const resources = now.resources === null ? null : (JSON.parse(now.resources) as ComputeResources);
  const setup = { serviceRole: now.service_role, resources, eks: eksOf(now.extra) };
  const fault = setupFault({ ...setup, podNamespace: service.engine.pods?.namespace }, service.ids.uuid());
  if (fault !== undefined) return { status: 'INVALID', status_reason: fault };
  return { status: replaced ? 'UPDATING' : 'VALID', status_reason: HEALTHY };
};

const isFargate = ({ type }: ComputeResources): boolean => type?.startsWith('FARGATE') === true;

/** Whether instances launched before the change are not what the environment asks for now. */
const replacesInstances = (before: EnvironmentRow, after: EnvironmentRow): boolean => {
  const setup = (row: EnvironmentRow) => {
    const { scalingPolicy: _pace, ...setup } = JSON.parse(row.resources ?? '{}') as ComputeResources;
    return isFargate(setup) ? '' : JSON.stringify(setup);
  };
  return setup(before) !== setup(after);
};

/** How long jobs may go on, in milliseconds; undefined: without end, for nobody set a policy. */
const patience = ({ updatePolicy }: Pick<UpdateInput, 'updatePolicy'>): number | undefined => {
  if (!updatePolicy) return undefined;
  return updatePolicy.terminateJobsOnUpdate ? 0 : (updatePolicy.jobExecutionTimeoutMinutes ?? 30) * 60_000;
};

const arnOf = (service: Service, given: string): string =>
  given.startsWith('arn:') ? given : environmentArn(service.account, given);

type Change = { readonly refusal: Refusal } | { readonly columns: Partial<EnvironmentRow> };

/** Rules E-048, E-088: what a policy says where it says nothing. */
const NO_POLICY = { terminateJobsOnUpdate: false, jobExecutionTimeoutMinutes: 30 };

/** What the other kind of environment has, as at create (E-036). A block that changes nothing would be lost unseen. */
const checkKind = (row: EnvironmentRow, input: UpdateInput): Refusal | undefined => {
  if (row.type === 'MANAGED' && input.unmanagedvCpus !== undefined) {
    return refuseWrapped('unmanagedvCpus is not applicable for managed Compute Environments');
  }
  return row.type === 'UNMANAGED' && input.computeResources
    ? refuseWrapped('computeResources is not applicable for unmanaged Compute Environments')
    : undefined;
};

/** A service-linked role and another are not exchanged (environments §2.4); UNMANAGED never has it (E-032). */
const checkRole = (service: Service, row: EnvironmentRow, input: UpdateInput): Refusal | undefined => {
  if (!input.serviceRole || row.service_role === null) return undefined;
  const linked = serviceLinkedRole(service.account);
  const becomesLinked = roleArn(service.account, input.serviceRole) === linked;
  if (becomesLinked === (row.service_role === linked)) return undefined;
  return refuseWrapped(
    row.type === 'UNMANAGED'
      ? 'Service Linked Role cannot be used with UNMANAGED Compute Environment'
      : 'serviceRole cannot be changed from a service-linked role to another role, nor to one from another.',
  );
};

const changeOf = (service: Service, row: EnvironmentRow, input: UpdateInput): Change => {
  const minutes = input.updatePolicy?.jobExecutionTimeoutMinutes;
  if (minutes !== undefined && (minutes < 1 || minutes > 7200)) {
    return {
      refusal: refuseWrapped(`jobExecutionTimeoutMinutes must be between 1 and 7200, got ${minutes}.`),
    };
  }
  const wrong = checkKind(row, input) ?? checkRole(service, row, input);
  if (wrong) return { refusal: wrong };
  const before = JSON.parse(row.extra) as Pick<UpdateInput, 'updatePolicy'>;
  const extra = {
    ...before,
    ...(input.unmanagedvCpus !== undefined && { unmanagedvCpus: input.unmanagedvCpus }),
    ...(input.context !== undefined && { context: input.context }),
    ...(input.ecsSettings && { ecsSettings: input.ecsSettings }),
    ...(input.updatePolicy && {
      updatePolicy: { ...NO_POLICY, ...before.updatePolicy, ...input.updatePolicy },
    }),
  };
  const plain = {
    ...(input.state && { state: input.state }),
    // one that is switched off wishes for nothing (E-090)
    ...(input.state === 'DISABLED' && { wished_vcpus: null }),
    ...(input.serviceRole && { service_role: roleArn(service.account, input.serviceRole) }),
    extra: JSON.stringify(extra),
  };
  if (!input.computeResources) return { columns: plain };
  const resources = resourcesChange(service, row, input.computeResources);
  return 'refusal' in resources ? resources : { columns: { ...resources.columns, ...plain } };
};

const NUMBERS = ['minvCpus', 'maxvCpus', 'desiredvCpus'];

const resourcesChange = (service: Service, row: EnvironmentRow, given: ComputeResources): Change => {
  if (Object.keys(given).length === 0) {
    return { refusal: refuseWrapped('At least one compute-resources attribute must be specified') };
  }
  const { minvCpus: min = row.min_vcpus, maxvCpus: max = row.max_vcpus, desiredvCpus, ...others } = given;
  const current = row.desired_vcpus;
  const wrong =
    refuseNotYet('ComputeResourceUpdate', given) ??
    checkDesired(current, desiredvCpus, given.maxvCpus) ??
    checkInfrastructure(service, row, others);
  if (wrong) return { refusal: wrong };
  const desired = current === null ? null : Math.max(desiredvCpus ?? current, min ?? 0);
  const merged = merge(JSON.parse(row.resources!), others);
  const whole = { ...merged, ...(min !== null && { minvCpus: min }), ...(max !== null && { maxvCpus: max }) };
  const eks = eksOf(row.extra);
  const after = { ...whole, ...(desiredvCpus !== undefined && { desiredvCpus }) };
  const invalid =
    (eks && checkEksEnvironment(eks, after, service.account.region)) ??
    checkResources(after, eks !== undefined);
  if (invalid) return { refusal: invalid };
  const resources = JSON.stringify(merged);
  const wished =
    desiredvCpus !== undefined && desiredvCpus > (min ?? 0)
      ? { wished_vcpus: desiredvCpus, wish_over: 0 as const }
      : {};
  return { columns: { resources, min_vcpus: min, max_vcpus: max, desired_vcpus: desired, ...wished } };
};

/** Rules E-080, E-084. */
const checkDesired = (
  current: number | null,
  desired: number | undefined,
  max: number | undefined,
): Refusal | undefined => {
  if (current === null) return undefined;
  if (desired !== undefined && desired < current) {
    return refuse(
      'Manually scaling down compute environment is not supported.  Disconnecting job queues from compute ' +
        'environment will cause it to scale-down to minvCpus.',
    );
  }
  return max !== undefined && max < current && (desired ?? current) > max
    ? refuse(`maxvCpus ${max} is below the current desiredvCpus ${current}.`)
    : undefined;
};

/** Rule E-087: other members replace instances, which only some environments can. */
const checkInfrastructure = (
  service: Service,
  row: EnvironmentRow,
  others: Record<string, unknown>,
): Refusal | undefined => {
  const fields = Object.keys(others).filter(
    (member) => !NUMBERS.includes(member) && member !== 'scalingPolicy',
  );
  const resources = JSON.parse(row.resources!) as ComputeResources;
  const crossed = checkType(resources, others);
  if (crossed) return crossed;
  if (fields.length === 0 || isFargate(resources)) return undefined;
  const strategy = resources.allocationStrategy ?? 'BEST_FIT';
  if (row.service_role === serviceLinkedRole(service.account) && strategy !== 'BEST_FIT') return undefined;
  return refuse(
    `Following fields [${fields.join(', ')}] can be updated only for Non-fargate Compute Environment having a ` +
      'Batch Service Linked Role and an allocation strategy other than BEST_FIT',
  );
};

/** EC2 and SPOT may be exchanged, FARGATE and FARGATE_SPOT too, nothing else (environments §2.4). */
const checkType = (before: ComputeResources, given: ComputeResources): Refusal | undefined =>
  given.type === undefined || isFargate(before) === isFargate(given)
    ? undefined
    : refuseWrapped(`computeResources.type cannot be changed from ${before.type} to ${given.type}.`);

/** Rule E-089: an empty value unsets its member; of FARGATE's network it is ignored. */
const merge = (before: Record<string, unknown>, given: Record<string, unknown>): Record<string, unknown> => {
  const { updateToLatestImageVersion: _once, ...members } = given;
  for (const member of isFargate(before) ? ['subnets', 'securityGroupIds'] : []) {
    if ((members[member] as unknown[] | undefined)?.length === 0) delete members[member];
  }
  const merged = { ...before, ...members };
  for (const member of ['ec2KeyPair', 'imageId', 'ec2Configuration']) {
    const value = merged[member];
    if (value === '' || (Array.isArray(value) && value.length === 0)) delete merged[member];
  }
  const template = merged.launchTemplate as LaunchTemplate | undefined;
  if (template?.launchTemplateId === '' || template?.launchTemplateName === '') delete merged.launchTemplate;
  else if (isOverridesOnly(template))
    merged.launchTemplate = { ...(before.launchTemplate ?? {}), ...template };
  return merged;
};

/** `{overrides: []}` leaves the template that is there without its overrides. */
const isOverridesOnly = (template: LaunchTemplate | undefined): boolean =>
  template?.overrides !== undefined && Object.keys(template).length === 1;
