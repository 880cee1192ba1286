import { isOrderedStrategy } from '../domain/environment-rules.ts';
import { mayPassMaximum } from '../domain/environment-setup.ts';
import type { HostView } from '../domain/host.ts';
import { offersOf } from '../domain/instance-offers.ts';
import { faultOf, hostsFor } from '../domain/whole-hosts.ts';
import type { Engine } from '../engines/engine.ts';
import type { EnvironmentView, Market, Supply } from '../scheduler/snapshot.ts';
import type { CatalogEnvironment } from '../service/catalog.ts';

/** What an engine makes of environments. */
export type Carver = Pick<Engine, 'hasNoGpus' | 'hasWholeHosts'>;

/** Made of the hosts as they are where those stay whole. */
interface Made {
  readonly views: readonly EnvironmentView[];
  readonly hasNoGpus: boolean;
  readonly hosts: readonly HostView[] | undefined;
}

const made = new WeakMap<readonly CatalogEnvironment[], readonly Made[]>();

/** The environments as the scheduler sees them; made once for each reading of the catalog, and of hosts that stay whole. */
export const environmentViews = (
  environments: readonly CatalogEnvironment[],
  { hasNoGpus = false, hasWholeHosts = false }: Carver,
  all: readonly HostView[],
): readonly EnvironmentView[] => {
  const hosts = hasWholeHosts ? all : undefined;
  const known = made.get(environments) ?? [];
  const found = known.find((one) => one.hosts === hosts && one.hasNoGpus === hasNoGpus);
  if (found) return found.views;
  const plain = environments.map((environment) =>
    hosts ? viewOfWhole(environment, hosts) : viewOf(environment, supplyOf(environment)),
  );
  const views = hasNoGpus ? plain.map(withoutGpus) : plain;
  const others = known.filter((one) => one.hosts === undefined);
  made.set(environments, [...others, { views, hasNoGpus, hosts }]);
  return views;
};

/** Where there are no GPUs to give, types with some are carved without them, for jobs that ask for none. */
const withoutGpus = (environment: EnvironmentView): EnvironmentView => {
  const { supply } = environment;
  if (supply.kind !== 'launched') return environment;
  const offers = supply.offers.map((offer) => ({ ...offer, size: { ...offer.size, gpus: 0 } }));
  return { ...environment, supply: { ...supply, offers } };
};

const viewOf = (environment: CatalogEnvironment, supply: Supply): EnvironmentView => ({
  seq: environment.seq,
  name: environment.name,
  enabled: environment.state === 'ENABLED',
  // one whose instances are being replaced goes on working
  valid: environment.status === 'VALID' || environment.status === 'UPDATING',
  supply,
});

/** Rules K-144, K-145: where hosts stay whole environments are bounds on what may come to which of them, and Spot has no price. */
const viewOfWhole = (environment: CatalogEnvironment, hosts: readonly HostView[]): EnvironmentView => {
  const view = viewOf(environment, wholeSupplyOf(environment, hosts));
  const fault = faultOf(environment.resources, hosts);
  return fault === undefined ? view : { ...view, valid: false, fault };
};

/** That one may come which an environment may have: none is there now. */
const NONE_YET: ReadonlySet<string> = new Set(['none yet']);

const wholeSupplyOf = (environment: CatalogEnvironment, all: readonly HostView[]): Supply => {
  const { resources, minVcpus, maxVcpus, wish } = environment;
  if (resources === null) return { kind: 'own' };
  const some = hostsFor(resources, all)?.map(({ id }) => id);
  const hosts = some && (some.length > 0 ? new Set(some) : NONE_YET);
  const maxMilliVcpus = (maxVcpus ?? 0) * 1000;
  if (resources.type?.startsWith('FARGATE'))
    return { kind: 'slices', market: { kind: 'on-demand' }, maxMilliVcpus, ...(hosts && { hosts }) };
  const bounds = {
    offers: offersOf(resources.instanceTypes ?? []),
    minMilliVcpus: (minVcpus ?? 0) * 1000,
    maxMilliVcpus,
    takesNodes: resources.type === 'EC2',
    hasWish: wish !== undefined,
  };
  return { kind: 'own', bounds, ...(hosts && { hosts }) };
};

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
