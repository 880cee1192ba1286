import type { ContainerSpec } from '../../domain/container.ts';
import { type ContainerInput, withLists } from '../../domain/container-rules.ts';
import { checkFargate } from '../../domain/fargate-rules.ts';
import type { ExitRule, JobSpec, RetryStrategy } from '../../domain/job-spec.ts';
import { type NodesSpec, nodeContainer } from '../../domain/node-groups.ts';
import { checkNodeOverrides, type NodesInput, type RangeInput } from '../../domain/node-rules.ts';
import { type ContainerOverrides, override } from '../../domain/overrides.ts';
import { substitute } from '../../domain/parameters.ts';
import type { EksInput } from '../../domain/pods/pod.ts';
import type { EksOverride } from '../../domain/pods/pod-overrides.ts';
import { checkRanges } from '../../domain/pods/pod-ranges.ts';
import { isRefusal, type Refusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import type { CatalogDefinition } from '../../service/catalog.ts';
import { resolvePod } from './resolve-pod.ts';
import { given, type RetryInput, type SubmitInput } from './submit-rules.ts';

/** Lays a submission over its definition: what the job is, once and for all (rules J-095 to J-117). */
export const resolveSpec = (
  jobDefinition: string,
  definition: CatalogDefinition,
  input: SubmitInput,
): JobSpec | Refusal => {
  const doc = definition.doc as DefinitionDoc;
  const parameters = { ...doc.parameters, ...input.parameters };
  const runs = doc.nodeProperties
    ? resolveNodes(doc.nodeProperties, input, parameters)
    : resolveOne(doc, input, parameters);
  if (isRefusal(runs)) return runs;
  const wrong = checkPlace(doc, input, runs);
  if (wrong) return wrong;
  const schedulingPriority = input.schedulingPriorityOverride ?? doc.schedulingPriority;
  const timeout = given(input.timeout) ?? given(doc.timeout);
  return {
    jobDefinition,
    definitionName: definition.name,
    parameters,
    ...runs,
    retryStrategy: strategy(given(input.retryStrategy) ?? doc.retryStrategy),
    ...(timeout && { timeout }),
    propagateTags: input.propagateTags ?? doc.propagateTags ?? false,
    ...(doc.platformCapabilities && { platformCapabilities: doc.platformCapabilities }),
    ...(schedulingPriority !== undefined && { schedulingPriority }),
  };
};

/** What Fargate and pods have not, a submission may not ask either (J-035, J-037, T-359). */
const checkPlace = (
  { platformCapabilities }: DefinitionDoc,
  { propagateTags }: SubmitInput,
  { container }: Runs,
): Refusal | undefined => {
  if (container.podProperties && propagateTags)
    return refuseWrapped('Batch on EKS does not support tag propagation.');
  return platformCapabilities?.includes('FARGATE') ? checkFargate(container as ContainerInput) : undefined;
};

interface DefinitionDoc {
  readonly parameters?: Record<string, string>;
  readonly containerProperties?: ContainerInput;
  readonly nodeProperties?: NodesInput;
  readonly eksProperties?: EksInput;
  readonly retryStrategy?: RetryInput;
  readonly timeout?: { attemptDurationSeconds?: number };
  readonly propagateTags?: boolean;
  readonly platformCapabilities?: readonly string[];
  readonly schedulingPriority?: number;
}

type Runs = Pick<JobSpec, 'container' | 'nodes'>;
type Parameters = Readonly<Record<string, string>>;

const resolveOne = (
  { containerProperties, eksProperties }: DefinitionDoc,
  input: SubmitInput,
  parameters: Parameters,
): Runs | Refusal => {
  if (given(input.nodeOverrides))
    return refuse('nodeOverrides are for job definitions of type multinode only');
  const container = resolveRuns(
    {
      ...(containerProperties && { container: containerProperties }),
      ...(eksProperties && { eksProperties }),
    },
    input,
    parameters,
  );
  return isRefusal(container) ? container : { container };
};

/** Rules J-093, J-110, J-293. */
const resolveNodes = (properties: NodesInput, input: SubmitInput, parameters: Parameters): Runs | Refusal => {
  for (const member of ['containerOverrides', 'eksPropertiesOverride'] as const)
    if (given(input[member])) return refuse(`${member} are not for multi-node jobs: give nodeOverrides`);
  const over = input.nodeOverrides ?? {};
  const wrong = checkNodeOverrides(properties, over);
  if (wrong) return wrong;
  const ranges = [];
  for (const range of properties.nodeRangeProperties) {
    const own = over.nodePropertyOverrides?.find(({ targetNodes }) => targetNodes === range.targetNodes);
    const container = resolveRuns(range, own ?? {}, parameters);
    if (isRefusal(container)) return container;
    const instanceTypes = own?.instanceTypes ?? range.instanceTypes;
    ranges.push({ targetNodes: range.targetNodes, container, ...(instanceTypes && { instanceTypes }) });
  }
  const apart = checkRanges(ranges.map(({ container }) => ({ eksProperties: eksIn(container) })));
  if (apart) return apart;
  const { mainNode } = properties;
  const nodes: NodesSpec = {
    numNodes: over.numNodes ?? properties.numNodes,
    mainNode,
    nodeRangeProperties: ranges,
  };
  return { container: nodeContainer(nodes, mainNode), nodes };
};

const eksIn = ({ podProperties }: ContainerSpec): EksInput | undefined => podProperties && { podProperties };

interface Overrides {
  readonly containerOverrides?: ContainerOverrides | undefined;
  readonly eksPropertiesOverride?: EksOverride | undefined;
}

/** Of one task: a container, or a pod with what stands for it. */
const resolveRuns = (
  { container, eksProperties }: Pick<RangeInput, 'container' | 'eksProperties'>,
  { containerOverrides, eksPropertiesOverride }: Overrides,
  parameters: Parameters,
): ContainerSpec | Refusal => {
  const pod = eksProperties?.podProperties;
  if (pod)
    return given(containerOverrides)
      ? refuse('containerOverrides cannot be used with eksProperties.')
      : resolvePod(pod, eksPropertiesOverride?.podProperties ?? {}, parameters);
  return given(eksPropertiesOverride)
    ? refuse('eksPropertiesOverride cannot be used with containerProperties.')
    : resolveContainer(container, containerOverrides, parameters);
};

const resolveContainer = (
  properties: ContainerInput | undefined,
  overrides: ContainerOverrides | undefined,
  parameters: Parameters,
): ContainerSpec | Refusal => {
  const overridden = override(withLists(properties ?? {}), overrides ?? {});
  const replaced = substitute(overridden.command, parameters);
  return replaced.kind === 'missing'
    ? refuse(`Unable to substitute value. No parameter found for reference ${replaced.name}`)
    : { ...overridden, command: replaced.command };
};

/** Rules J-111, J-112, J-193: one attempt when nobody said otherwise; actions in lower case. */
const strategy = (retry: RetryInput | undefined): RetryStrategy => ({
  attempts: retry?.attempts ?? 1,
  evaluateOnExit: (retry?.evaluateOnExit ?? []).map(
    (rule) => ({ ...rule, action: (rule.action ?? 'retry').toLowerCase() }) as ExitRule,
  ),
});
