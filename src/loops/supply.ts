import { isOrderedStrategy } from '../domain/environment-rules.ts';
import { mayPassMaximum } from '../domain/environment-setup.ts';
import { offersOf } from '../domain/instance-offers.ts';
import type { EnvironmentView, Market, Supply } from '../scheduler/snapshot.ts';
import type { CatalogEnvironment } from '../service/catalog.ts';

type Made = WeakMap<readonly CatalogEnvironment[], readonly EnvironmentView[]>;

const made: { readonly plain: Made; readonly withoutGpus: Made } = {
  plain: new WeakMap(),
  withoutGpus: new WeakMap(),
};

/** The environments as the scheduler sees them; made once for each reading of the catalog. */
export const environmentViews = (
  environments: readonly CatalogEnvironment[],
  hasNoGpus = false,
): readonly EnvironmentView[] => {
  const cache = hasNoGpus ? made.withoutGpus : made.plain;
  const known = cache.get(environments);
  if (known) return known;
  const all = environments.map(viewOf);
  const views = hasNoGpus ? all.map(withoutGpus) : all;
  cache.set(environments, views);
  return views;
};

/** Where there are no GPUs to give, types with some are carved without them, for jobs that ask for none. */
const withoutGpus = (environment: EnvironmentView): EnvironmentView => {
  const { supply } = environment;
  if (supply.kind !== 'launched') return environment;
  const offers = supply.offers.map((offer) => ({ ...offer, size: { ...offer.size, gpus: 0 } }));
  return { ...environment, supply: { ...supply, offers } };
};

const viewOf = (environment: CatalogEnvironment): EnvironmentView => ({
  seq: environment.seq,
  name: environment.name,
  enabled: environment.state === 'ENABLED',
  // one whose instances are being replaced goes on working
  valid: environment.status === 'VALID' || environment.status === 'UPDATING',
  supply: supplyOf(environment),
});

const supplyOf = ({ resources, minVcpus, maxVcpus, wish }: CatalogEnvironment): Supply => {
  if (resources === null) return { kind: 'own' };
  const maxMilliVcpus = (maxVcpus ?? 0) * 1000;
  const spot = resources.type === 'SPOT' || resources.type === 'FARGATE_SPOT';
  const market: Market = spot
    ? { kind: 'spot', bidPercentage: resources.bidPercentage ?? 100 }
    : { kind: 'on-demand' };
  if (resources.type?.startsWith('FARGATE')) return { kind: 'slices', market, maxMilliVcpus };
  return {
    kind: 'launched',
    market,
    offers: offersOf(resources.instanceTypes ?? [], isOrderedStrategy(resources.allocationStrategy)),
    minMilliVcpus: (minVcpus ?? 0) * 1000,
    maxMilliVcpus,
    wishedMilliVcpus: wish && !wish.isOver ? wish.vcpus * 1000 : 0,
    shownMilliVcpus: wish?.isOver ? wish.vcpus * 1000 : 0,
    mayPassMaximum: mayPassMaximum(resources),
  };
};
