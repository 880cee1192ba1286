import { type Account, definitionArn } from '../../domain/arn.ts';
import { type ConsumablesInput, checkConsumables } from '../../domain/consumables.ts';
import type { ContainerSpec } from '../../domain/container.ts';
import { type ContainerInput, checkContainer, withLists } from '../../domain/container-rules.ts';
import { checkCapabilities, checkEc2, checkFargate } from '../../domain/fargate-rules.ts';
import { checkNodes, type NodesInput } from '../../domain/node-rules.ts';
import { refuseNotYet } from '../../domain/not-yet.ts';
import { type EksInput, withPodLists } from '../../domain/pods/pod.ts';
import { checkEks } from '../../domain/pods/pod-rules.ts';
import { type Refusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import { checkRetryStrategy, checkTimeout } from '../../domain/retry-rules.ts';
import { checkTags } from '../../domain/tags.ts';
import type { Operation } from '../../service/service.ts';
import { insertDefinition, nextRevision } from '../../store/definition-rows.ts';
import { setTags } from '../../store/tag-rows.ts';
import type { RetryInput } from '../jobs/submit-rules.ts';

export interface RegisterInput {
  readonly jobDefinitionName?: string;
  readonly type: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly schedulingPriority?: number;
  readonly containerProperties?: ContainerInput;
  readonly nodeProperties?: NodesInput;
  readonly eksProperties?: EksInput;
  readonly retryStrategy?: RetryInput;
  readonly propagateTags?: boolean;
  readonly timeout?: { readonly attemptDurationSeconds?: number };
  readonly tags?: Readonly<Record<string, string>>;
  readonly platformCapabilities?: readonly string[];
  readonly consumableResourceProperties?: ConsumablesInput;
}

/** Rule J-041: the larger of the service's limits, in bytes. */
const LARGEST = 24 * 1024;

/** RegisterJobDefinition, p. 49: answers `{jobDefinitionName, jobDefinitionArn, revision}`. */
export const registerJobDefinition: Operation<RegisterInput> = async (service, input) => {
  const wrong = check(input) ?? checkAllConsumables(service.account, input);
  if (wrong) return wrong;
  const jobDefinitionName = input.jobDefinitionName!;
  return service.store.write(async (tx) => {
    const revision = await nextRevision(tx, jobDefinitionName);
    const seq = await insertDefinition(tx, jobDefinitionName, revision, JSON.stringify(docOf(input)));
    await setTags(tx, 'job-definition', seq, input.tags);
    service.catalog.forget(tx);
    const jobDefinitionArn = definitionArn(service.account, jobDefinitionName, revision);
    return { jobDefinitionName, jobDefinitionArn, revision };
  });
};

/** The job's own and those of its nodes. */
const checkAllConsumables = (account: Account, input: RegisterInput): Refusal | undefined => {
  const ofNodes = input.nodeProperties?.nodeRangeProperties ?? [];
  for (const { consumableResourceProperties: consumables } of [input, ...ofNodes]) {
    const wrong = consumables && checkConsumables(account, consumables);
    if (wrong) return wrong;
  }
  return undefined;
};

const check = (input: RegisterInput): Refusal | undefined => {
  const tags = checkTags(input.tags);
  if (tags) return tags;
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(input.jobDefinitionName ?? '')) {
    return refuseWrapped('Job definition name should match a valid pattern.');
  }
  if (Buffer.byteLength(JSON.stringify(input)) > LARGEST) {
    return refuse(
      `A job definition has at most ${LARGEST} bytes, got ${Buffer.byteLength(JSON.stringify(input))}.`,
    );
  }
  return (
    checkKind(input) ??
    checkRetryStrategy(input.retryStrategy) ??
    checkTimeout(input.timeout) ??
    checkPriority(input.schedulingPriority) ??
    checkCapabilities(input.platformCapabilities) ??
    checkProperties(input)
  );
};

/** Rule J-040: the type tells which properties there must be, and only one kind of them may be. */
const checkKind = (input: RegisterInput): Refusal | undefined => {
  const given = input as unknown as Record<string, unknown>;
  const kinds = ['containerProperties', 'ecsProperties', 'eksProperties', 'nodeProperties'].filter(
    (k) => given[k],
  );
  if (kinds.length > 1) {
    return refuseWrapped(`Cannot use both ${bothText(kinds)}`);
  }
  const notYet = refuseNotYet('RegisterJobDefinitionRequest', input);
  if (notYet) return notYet;
  if (input.type === 'multinode')
    return (input.containerProperties ?? input.eksProperties)
      ? refuseWrapped('Node properties of multinode job is required.')
      : checkNodes(input.nodeProperties, input.platformCapabilities);
  if (input.nodeProperties)
    return refuseWrapped('nodeProperties is for a job definition of type multinode only');
  if (!input.containerProperties && !input.eksProperties)
    return refuseWrapped('containerProperties is required for a job definition of type container');
  return undefined;
};

/** Rules T-304, T-360: nodes are named first, and containers by their service. */
const bothText = ([a, b]: readonly string[]): string => {
  if (a === 'containerProperties') return `ECS containerProperties and ${b}`;
  return a === 'eksProperties' ? `${b} and ${a}` : `${a} and ${b}`;
};

const checkPriority = (priority: number | undefined): Refusal | undefined =>
  priority !== undefined && (priority < 0 || priority > 9999)
    ? refuseWrapped('Scheduling priority must be between 0 and 9999.')
    : undefined;

const checkProperties = (input: RegisterInput): Refusal | undefined => {
  const container = input.containerProperties;
  if (isEks(input)) return checkEksJob(input);
  if (!container) return undefined;
  return checkContainer(container) ?? (isFargate(input) ? checkFargate(container) : checkEc2(container));
};

/** Whether its jobs are pods. */
const isEks = ({ eksProperties, nodeProperties }: RegisterInput): boolean =>
  eksProperties !== undefined ||
  (nodeProperties?.nodeRangeProperties.some((range) => range.eksProperties !== undefined) ?? false);

/** Rule T-359. */
const checkEksJob = (input: RegisterInput): Refusal | undefined => {
  if (input.propagateTags) return refuseWrapped('Batch on EKS does not support tag propagation.');
  if (input.platformCapabilities?.length)
    return refuseWrapped('platformCapabilities cannot be specified for EKS jobs.');
  return input.eksProperties && checkEks(input.eksProperties);
};

/**
 * The definition as it is stored: as sent, with the members that are always there (rules J-042 to J-053). Terraform and others
 * compare what they sent with what is shown: what the service does not add is not added here.
 */
const docOf = (input: RegisterInput): Record<string, unknown> => {
  const {
    jobDefinitionName: _name,
    tags: _tags,
    retryStrategy,
    containerProperties,
    nodeProperties,
    eksProperties,
    ...rest
  } = input;
  return {
    parameters: {},
    propagateTags: false,
    containerOrchestrationType: isEks(input) ? 'EKS' : 'ECS',
    ...rest,
    ...(containerProperties && { containerProperties: withPlatform(withLists(containerProperties), input) }),
    ...(eksProperties && { eksProperties: eksWithLists(eksProperties) }),
    ...(nodeProperties && { nodeProperties: nodesWithLists(nodeProperties) }),
    ...(retryStrategy && { retryStrategy: lowerCased(retryStrategy) }),
  };
};

const nodesWithLists = ({ nodeRangeProperties, ...rest }: NodesInput): NodesInput => ({
  ...rest,
  nodeRangeProperties: nodeRangeProperties.map((range) => ({
    ...range,
    instanceTypes: range.instanceTypes ?? [],
    ...(range.container && { container: withLists(range.container) }),
    ...(range.eksProperties && { eksProperties: eksWithLists(range.eksProperties) }),
  })),
});

const eksWithLists = ({ podProperties = {} }: EksInput): EksInput => ({
  podProperties: withPodLists(podProperties),
});

const isFargate = ({ platformCapabilities }: RegisterInput): boolean =>
  platformCapabilities?.[0] === 'FARGATE';

/** Rule J-045: Fargate runs a definition that names no version of its platform on the latest. */
const withPlatform = (container: ContainerSpec, input: RegisterInput): ContainerSpec =>
  isFargate(input) && container.fargatePlatformConfiguration === undefined
    ? { ...container, fargatePlatformConfiguration: { platformVersion: 'LATEST' } }
    : container;

/** Rules J-052, J-193. */
const lowerCased = (retry: RetryInput): RetryInput => ({
  ...retry,
  evaluateOnExit: (retry.evaluateOnExit ?? []).map((rule) => ({
    ...rule,
    action: rule.action!.toLowerCase(),
  })),
});
