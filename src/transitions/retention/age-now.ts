import { AGE_STEP_MILLISECONDS, ageAt } from '../../domain/retention-age.ts';
import type { Clock } from '../../lib/clock.ts';
import { readAge, writeAge } from '../../store/retention-rows.ts';
import type { Tx } from '../../store/store.ts';

/**
 * How old the store is at this moment (see `AgeMark`), for what ends in this transaction. Written down when a step has
 * passed or a clock has leapt, so that a second leap does not take back what the first one added.
 */
export const ageNow = async (tx: Tx, clock: Clock): Promise<number> => {
  const mark = await readAge(tx);
  const now = { age: ageAt(clock, mark), wall: clock.wall(), steady: clock.steady(), boot: clock.bootId };
  const isSet = now.wall < mark.wall || mark.boot !== now.boot;
  if (isSet || now.age - mark.age >= AGE_STEP_MILLISECONDS) await writeAge(tx, now);
  return now.age;
};
