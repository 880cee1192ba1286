import type { ConsumablesInput } from './consumables.ts';
import { type ContainerInput, checkContainer } from './container-rules.ts';
import { checkEc2 } from './fargate-rules.ts';
import { parseRange, rangeFor } from './node-groups.ts';
import { refuseNotYet } from './not-yet.ts';
import type { ContainerOverrides } from './overrides.ts';
import type { EksInput } from './pods/pod.ts';
import type { EksOverride } from './pods/pod-overrides.ts';
import { checkRanges } from './pods/pod-ranges.ts';
import { checkEks } from './pods/pod-rules.ts';
import { type Refusal, refuse, refuseWrapped } from './refusal.ts';

/** `nodeProperties` of RegisterJobDefinition as it is sent. */
export interface NodesInput {
  readonly numNodes: number;
  readonly mainNode: number;
  readonly nodeRangeProperties: readonly RangeInput[];
}

export interface RangeInput {
  readonly targetNodes: string;
  readonly container?: ContainerInput;
  readonly eksProperties?: EksInput;
  readonly instanceTypes?: readonly string[];
  readonly consumableResourceProperties?: ConsumablesInput;
}

/** `nodeOverrides` of SubmitJob as it is sent. */
export interface NodeOverrides {
  readonly numNodes?: number;
  readonly nodePropertyOverrides?: readonly {
    readonly targetNodes: string;
    readonly containerOverrides?: ContainerOverrides;
    readonly eksPropertiesOverride?: EksOverride;
    readonly instanceTypes?: readonly string[];
    readonly consumableResourcePropertiesOverride?: ConsumablesInput;
  }[];
}

const MOST_RANGES = 5;

/** Rules J-289 to J-294, as far as a definition tells. */
export const checkNodes = (
  nodes: NodesInput | undefined,
  capabilities: readonly string[] | undefined,
): Refusal | undefined => {
  if (!nodes) return refuseWrapped('Node properties of multinode job is required.');
  if (capabilities?.includes('FARGATE')) return refuseWrapped('Fargate does not support MNP jobs');
  const { numNodes, nodeRangeProperties: ranges } = nodes;
  const wrong = checkCount(given(nodes)) ?? checkMain(nodes, given(nodes));
  if (wrong) return wrong;
  if (ranges.length > MOST_RANGES)
    return refuseWrapped(
      `Maximum allowed size of node range properties is ${MOST_RANGES}, nodeProperties.nodeRangeProperties has ${ranges.length}`,
    );
  for (const range of ranges) {
    const faulty = checkRange(range, numNodes);
    if (faulty) return faulty;
  }
  return checkCover(ranges, numNodes) ?? checkRanges(ranges);
};

/** How many nodes, with the member that says so. */
interface Count {
  readonly numNodes: number;
  readonly text: string;
}

const given = ({ numNodes }: NodesInput): Count => ({
  numNodes,
  text: `nodeProperties.numNodes is ${numNodes}`,
});

const checkCount = ({ numNodes, text }: Count): Refusal | undefined =>
  numNodes < 1 || numNodes > 1000
    ? refuseWrapped(`Number of nodes must be between 1 and 1000. ${text}.`)
    : undefined;

const checkMain = ({ mainNode }: NodesInput, { numNodes, text }: Count): Refusal | undefined =>
  mainNode < 0 || mainNode >= numNodes
    ? refuseWrapped(
        `Main node index is out of range, must be less than numNodes. nodeProperties.mainNode is ${mainNode}, ${text}.`,
      )
    : undefined;

const checkRange = (range: RangeInput, numNodes: number): Refusal | undefined => {
  const { targetNodes, container, eksProperties } = range;
  if (!/^[\d:]+$/.test(targetNodes))
    return refuseWrapped(
      `targetNodes should contain only digits. It is '${targetNodes}': give n:m, n:, :m or n.`,
    );
  const parsed = parseRange(targetNodes);
  if (!parsed) return refuseWrapped(`targetNodes '${targetNodes}' is no range: give n:m, n:, :m or n.`);
  if (Math.max(parsed.from, parsed.to ?? 0) >= numNodes)
    return refuseWrapped(
      `targetNodes '${targetNodes}' is out of range, must be less than numNodes. nodeProperties.numNodes is ${numNodes}.`,
    );
  const notYet = refuseNotYet('NodeRangeProperty', range);
  if (notYet) return notYet;
  if (eksProperties)
    return container
      ? refuseWrapped('NodeRangeProperties can not use both eksProperties and container fields')
      : checkEks(eksProperties);
  if (!container) return refuseWrapped(`Must specify container for node range ${targetNodes}`);
  return checkContainer(container) ?? checkEc2(container);
};

const checkCover = (ranges: readonly RangeInput[], numNodes: number): Refusal | undefined => {
  for (let node = 0; node < numNodes; node++)
    if (!rangeFor(ranges, numNodes, node))
      return refuseWrapped(`Node ranges must cover all nodes: no range holds node ${node}.`);
  return undefined;
};

const repeated = (texts: readonly string[]): string | undefined =>
  texts.find((text, at) => texts.indexOf(text) < at);

/** Rules J-093, J-293: what an override may say of the definition's nodes. */
export const checkNodeOverrides = (nodes: NodesInput, over: NodeOverrides): Refusal | undefined => {
  const { nodeRangeProperties: ranges } = nodes;
  const known = new Set(ranges.map((range) => range.targetNodes));
  const strange = (over.nodePropertyOverrides ?? []).filter(({ targetNodes }) => !known.has(targetNodes));
  if (strange.length > 0) {
    const names = strange.map(({ targetNodes }) => targetNodes).join(', ');
    return refuse(`NodeOverride targets should match job definition. Non matching targets - ${names}`);
  }
  const twice = repeated((over.nodePropertyOverrides ?? []).map(({ targetNodes }) => targetNodes));
  if (twice !== undefined)
    return refuse(`nodePropertyOverrides have targetNodes ${twice} twice: give one override a node range`);
  return over.numNodes === undefined ? undefined : checkNumNodes(nodes, over.numNodes);
};

const checkNumNodes = (nodes: NodesInput, numNodes: number): Refusal | undefined => {
  const targets = nodes.nodeRangeProperties.map((range) => range.targetNodes);
  const ranges = targets.map((target) => parseRange(target)!);
  const count = { numNodes, text: `nodeOverrides.numNodes is ${numNodes}` };
  if (!ranges.some(({ to }) => to === undefined))
    return refuseWrapped(
      `numNodes can be overridden only where a node range of the job definition is open (n:). Its ranges are ${targets.join(', ')}; ${count.text}.`,
    );
  const low = Math.max(...ranges.map(({ from }) => from));
  return (
    checkCount(count) ??
    (low >= numNodes
      ? refuseWrapped(
          `The lower bound ${low} of a node range is out of range, must be less than numNodes. ${count.text}.`,
        )
      : checkMain(nodes, count))
  );
};
