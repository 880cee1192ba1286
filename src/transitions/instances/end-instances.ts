import type { DrainReason } from '../../domain/instance.ts';
import type { Service } from '../../service/service.ts';
import {
  isBusy,
  liveInstancesOf,
  setInstanceDraining,
  setInstanceTerminated,
} from '../../store/instance-rows.ts';
import type { Tx } from '../../store/store.ts';
import { ageNow } from '../retention/age-now.ts';
import { nowOf } from './apply.ts';

/**
 * Ends all instances of an environment: idle ones now, the others when their tasks have ended or `milliseconds` from
 * now, whichever is first; undefined: however long that takes. Resolves to whether some go on.
 */
export const endInstances = async (
  service: Service,
  tx: Tx,
  environment: number,
  reason: DrainReason,
  milliseconds: number | undefined,
): Promise<boolean> => {
  const at = nowOf(service.clock);
  let goOn = false;
  for (const { id } of await liveInstancesOf(tx, environment)) {
    if (await isBusy(tx, id)) {
      await setInstanceDraining(tx, id, reason, at, milliseconds);
      goOn = true;
    } else await setInstanceTerminated(tx, id, reason, at.wall, await ageNow(tx, service.clock));
  }
  return goOn;
};
