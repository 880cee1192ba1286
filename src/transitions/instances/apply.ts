import type { Began } from '../../domain/deadline.ts';
import type { Instance } from '../../domain/instance.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Table } from '../../lib/layered.ts';
import type { Plan } from '../../scheduler/snapshot.ts';
import type { Service } from '../../service/service.ts';
import {
  insertInstance,
  setInstanceBusy,
  setInstanceDraining,
  setInstanceIdle,
  setInstanceTerminated,
} from '../../store/instance-rows.ts';
import type { Tx } from '../../store/store.ts';
import { ageNow } from '../retention/age-now.ts';

export const nowOf = (clock: Clock): Began => ({
  wall: clock.wall(),
  steady: clock.steady(),
  bootId: clock.bootId,
});

/** What a plan says of instances, but for their tasks; resolves to the ids of those launched, by their refs. See docs/decisions/capacity.md. */
export const applyInstances = async (
  service: Service,
  tx: Tx,
  { retires, launches, drains }: Pick<Plan, 'retires' | 'launches' | 'drains'>,
  live: Table<string, Instance>,
): Promise<Map<string, string>> => {
  const at = nowOf(service.clock);
  for (const { instance, reason } of retires) {
    const before = live.get(instance)?.state;
    const why = reason === 'drained' && before?.kind === 'draining' ? before.reason : reason;
    await setInstanceTerminated(tx, instance, why, at.wall, await ageNow(tx, service.clock));
  }
  const warning = service.capacity.spotWarningSeconds * 1000;
  for (const { instance, reason } of drains) await setInstanceDraining(tx, instance, reason, at, warning);
  const ids = new Map<string, string>();
  for (const { ref, environment, host, type, size } of launches) {
    const id = `i-${service.ids.hex(17)}`;
    await insertInstance(tx, {
      id,
      containerInstance: service.ids.hex(32),
      environment,
      host,
      type,
      size,
      at,
    });
    ids.set(ref, id);
  }
  if (launches.length + retires.length + drains.length > 0)
    tx.onCommit(() => log(service, { retires, launches, drains }, ids));
  return ids;
};

const log = (
  service: Service,
  { retires, launches, drains }: Pick<Plan, 'retires' | 'launches' | 'drains'>,
  ids: ReadonlyMap<string, string>,
): void => {
  service.log.debug(
    {
      launched: launches.map(({ ref, type }) => `${ids.get(ref)} ${type}`),
      retired: retires,
      warned: drains,
    },
    'instances changed',
  );
};

/** Whether an instance that takes tasks is noted as having some, and whether it has some after this turn. */
export interface InstanceUse {
  readonly id: string;
  readonly wasBusy: boolean;
  readonly isBusy: boolean;
}

/** Notes since when instances have no task. */
export const noteIdle = async (service: Service, tx: Tx, uses: readonly InstanceUse[]): Promise<void> => {
  for (const { id, wasBusy, isBusy } of uses) {
    if (isBusy === wasBusy) continue;
    if (isBusy) await setInstanceBusy(tx, id);
    else await setInstanceIdle(tx, id, nowOf(service.clock));
  }
};
