import type { ContainerSpec } from './container.ts';

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

/** A node range: with a pod it has no container in a definition, and one that stands for it in a job. */
interface RangeShown {
  readonly container?: ContainerSpec;
}

/** The same of each node range. */
export const shownNodes = <Range extends RangeShown, Rest>(
  nodes: Rest & { readonly nodeRangeProperties: readonly Range[] },
) => ({ ...nodes, nodeRangeProperties: nodes.nodeRangeProperties.map(shownRange) });

const shownRange = <Range extends RangeShown>({ container, ...range }: Range) => {
  if (!container) return range;
  const { podProperties } = container;
  return podProperties
    ? { ...range, eksProperties: { podProperties } }
    : { ...range, container: shownContainer(container) };
};
