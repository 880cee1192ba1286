import type { HostView } from '../../domain/host.ts';
import { type Instance, SLICE } from '../../domain/instance.ts';
import { shownType, shownZone } from '../../domain/instance-shown.ts';
import { expandInstanceTypes } from '../../domain/instance-types.ts';
import { isRefusal, Refusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { spotEnvironments } from '../../store/environment-rows.ts';
import { instanceById, liveInstances } from '../../store/instance-rows.ts';
import type { Tx } from '../../store/store.ts';

export interface DescribeInstancesInput {
  /** None: all that are not terminated. */
  readonly instanceIds: readonly string[];
}

/** What is told of an instance; `launchedAt` in wall milliseconds. */
export interface ShownInstance {
  readonly instanceId: string;
  readonly instanceType: string;
  /** Absent on demand. */
  readonly instanceLifecycle?: 'spot';
  readonly availabilityZone: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** Pending while its host is to come. */
  readonly state: 'pending' | 'running' | 'terminated';
  readonly launchedAt: number;
}

/** EC2's DescribeInstances (W-111): the type, the zone and the market of the instances that jobs run on. */
export const describeInstances: Operation<DescribeInstancesInput, readonly ShownInstance[]> = (
  service,
  { instanceIds },
) =>
  service.store.read(async (tx) => {
    const found = instanceIds.length === 0 ? await liveInstances(tx) : await findAll(tx, instanceIds);
    if (isRefusal(found)) return found;
    const { region } = service.account;
    const hosts = new Map(service.capacity.hosts.map((host) => [host.id, host]));
    const spot = new Set(await spotEnvironments(tx));
    return found
      .filter(({ type }) => type !== SLICE)
      .map((instance) => {
        const host = hosts.get(instance.host);
        return shown(instance, host, shownZone(region, host), spot.has(instance.environment));
      });
  });

const findAll = async (tx: Tx, ids: readonly string[]): Promise<Instance[] | Refusal> => {
  const found = [];
  for (const id of new Set(ids)) {
    const instance = await instanceById(tx, id);
    if (!instance || instance.type === SLICE) {
      return new Refusal('InvalidInstanceID.NotFound', 400, `The instance ID '${id}' does not exist`);
    }
    found.push(instance);
  }
  return found;
};

const STATES = { running: 'running', draining: 'running', terminated: 'terminated' } as const;

const shown = (
  instance: Instance,
  host: HostView | undefined,
  availabilityZone: string,
  isSpot: boolean,
): ShownInstance => {
  const { id, state, launchedAt } = instance;
  const instanceType = shownType(instance, host);
  const known = expandInstanceTypes([instanceType]);
  return {
    instanceId: id,
    instanceType,
    ...(isSpot && { instanceLifecycle: 'spot' }),
    availabilityZone,
    architecture: known.kind === 'types' ? known.types[0]!.architecture : 'x86_64',
    state: host?.isToCome && state.kind !== 'terminated' ? 'pending' : STATES[state.kind],
    launchedAt,
  };
};
