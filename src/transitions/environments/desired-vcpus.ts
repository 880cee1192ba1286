import type { Plan } from '../../scheduler/snapshot.ts';
import type { Service } from '../../service/service.ts';
import type { Tx } from '../../store/store.ts';

/** Rules E-100, E-149, E-156: writes down what environments want now, and which wishes are over. */
export const noteDesires = async (
  service: Service,
  tx: Tx,
  { desired, wishesOver }: Pick<Plan, 'desired' | 'wishesOver'>,
  known: ReadonlyMap<number, number>,
): Promise<void> => {
  for (const { environment, milliVcpus } of desired) {
    const vcpus = Math.ceil(milliVcpus / 1000);
    if (known.get(environment) === vcpus) continue;
    await tx.run('UPDATE environments SET desired_vcpus = ? WHERE seq = ? AND desired_vcpus <> ?', [
      vcpus,
      environment,
      vcpus,
    ]);
  }
  for (const { environment, shown } of wishesOver) {
    const over = shown ? 'wish_over = 1' : 'wished_vcpus = NULL';
    await tx.run(`UPDATE environments SET ${over} WHERE seq = ?`, [environment]);
  }
  if (wishesOver.length > 0) service.catalog.forget(tx);
};
