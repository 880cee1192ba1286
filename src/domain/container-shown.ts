import type { ContainerSpec } from './container.ts';
import type { NodesSpec } from './node-groups.ts';

/**
 * A container as answers show it: the service leaves out variables with an empty value, though jobs have them
 * (the `NAME=` of an override empties what an image sets). Rule J-049.
 */
export const shownContainer = (container: ContainerSpec): ContainerSpec => {
  const shown = known.get(container) ?? {
    ...container,
    environment: container.environment.filter(({ value }) => value),
  };
  known.set(container, shown);
  return shown;
};

/** Many jobs have one spec, and specs are kept. */
const known = new WeakMap<ContainerSpec, ContainerSpec>();

/** The same of each node range. */
export const shownNodes = (nodes: NodesSpec): NodesSpec => ({
  ...nodes,
  nodeRangeProperties: nodes.nodeRangeProperties.map((range) => ({
    ...range,
    container: shownContainer(range.container),
  })),
});
