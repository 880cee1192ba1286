import { type ContainerSpec, type Resources, resourcesOf } from './container.ts';
import type { ConsumableAsk } from './tokens.ts';

/** A node's number in the text of a range: `a:b`, `a:` to the last, `:b` from the first, or a single `a` (J-291, J-293). */
export interface NodeRange {
  readonly from: number;
  /** Undefined: to the last node, however many there are. */
  readonly to: number | undefined;
}

/** Undefined for what is no range. */
export const parseRange = (text: string): NodeRange | undefined => {
  const [, low = '', colon, high = ''] = /^(\d{0,6})(:?)(\d{0,6})$/.exec(text) ?? [];
  if (colon === undefined || low + high === '') return undefined;
  const from = Number(low);
  if (colon === '') return { from, to: from };
  const to = high === '' ? undefined : Number(high);
  return to !== undefined && to < from ? undefined : { from, to };
};

/** What a multi-node job is made of: `nodeProperties`, resolved at submit. */
export interface NodesSpec {
  readonly numNodes: number;
  readonly mainNode: number;
  readonly nodeRangeProperties: readonly RangeSpec[];
}

export interface RangeSpec {
  readonly targetNodes: string;
  readonly container: ContainerSpec;
  readonly instanceTypes?: readonly string[];
  /** For each of its nodes. */
  readonly consumables?: readonly ConsumableAsk[];
}

/** Rule J-292: the narrowest range that holds a node is its own; of equals the later. Undefined when none does. */
export const rangeFor = <Range extends { readonly targetNodes: string }>(
  ranges: readonly Range[],
  numNodes: number,
  node: number,
): Range | undefined => {
  let best: { range: Range; width: number } | undefined;
  for (const range of ranges) {
    const { from, to = numNodes - 1 } = parseRange(range.targetNodes)!;
    const width = to - from;
    if (node >= from && node <= to && (!best || width <= best.width)) best = { range, width };
  }
  return best?.range;
};

/** A node's own container; the ranges hold every node. */
export const nodeContainer = (nodes: NodesSpec, node: number): ContainerSpec =>
  rangeFor(nodes.nodeRangeProperties, nodes.numNodes, node)!.container;

/** Nodes that ask for the same, by index. */
export interface NodeGroup {
  readonly asks: Resources;
  readonly nodes: readonly number[];
}

/** All nodes in groups of equal asks, in the order in which each kind comes first. */
export const nodeGroups = (nodes: NodesSpec): NodeGroup[] => {
  const groups = new Map<string, { asks: Resources; nodes: number[] }>();
  for (let node = 0; node < nodes.numNodes; node++) {
    const asks = resourcesOf(nodeContainer(nodes, node));
    const key = JSON.stringify(asks);
    const known = groups.get(key);
    if (known) known.nodes.push(node);
    else groups.set(key, { asks, nodes: [node] });
  }
  return [...groups.values()];
};

/** What all groups ask for together. */
export const sumOf = (groups: readonly NodeGroup[]): Resources =>
  groups.reduce<Resources>(
    (sum, { asks, nodes }) => ({
      milliVcpus: sum.milliVcpus + asks.milliVcpus * nodes.length,
      memoryMiB: sum.memoryMiB + asks.memoryMiB * nodes.length,
      gpus: sum.gpus + asks.gpus * nodes.length,
    }),
    { milliVcpus: 0, memoryMiB: 0, gpus: 0 },
  );
