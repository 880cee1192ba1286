import type { ContainerSpec } from './container.ts';
import type { NodesSpec } from './node-groups.ts';

/**
 * A container as answers show it: the service leaves out variables with an empty value, though jobs have them
 * (the `NAME=` of an override empties what an image sets). Rule J-049.
 */
export const shownContainer = (container: ContainerSpec): ContainerSpec => ({
  ...container,
  environment: container.environment.filter(({ value }) => value),
});

/** The same of each node range. */
export const shownNodes = (nodes: NodesSpec): NodesSpec => ({
  ...nodes,
  nodeRangeProperties: nodes.nodeRangeProperties.map((range) => ({
    ...range,
    container: shownContainer(range.container),
  })),
});
