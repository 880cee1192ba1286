import type { Resources } from '../domain/container.ts';
import type { EnvironmentView, QueueView } from '../scheduler/snapshot.ts';

const without = (resources: Resources): Resources => ({ ...resources, gpus: 0 });

/**
 * With an engine that has no GPU to give, a job that asks for one is started like any other, and the engine fails it by
 * naming the member: waiting would be for ever. Types with GPUs are carved without them.
 */
export const queueWithoutGpus = (queue: QueueView): QueueView => ({
  ...queue,
  shapes: queue.shapes.map((shape) => ({
    ...shape,
    groups: shape.groups.map((group) => ({ ...group, asks: without(group.asks) })),
  })),
});

export const environmentWithoutGpus = (environment: EnvironmentView): EnvironmentView => {
  const { supply } = environment;
  if (supply.kind !== 'launched') return environment;
  const offers = supply.offers.map((offer) => ({ ...offer, size: without(offer.size) }));
  return { ...environment, supply: { ...supply, offers } };
};
