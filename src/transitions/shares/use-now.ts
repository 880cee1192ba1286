import { useAge } from '../../domain/fair-share/use-clock.ts';
import type { Service } from '../../service/service.ts';
import type { Tx } from '../../store/store.ts';

/** Written down so often, when something is used: so much is lost when the machine ends, and no more. */
const STEP_MILLISECONDS = 1000;

/**
 * The time by which use is told. See `UseClock`. `step`: how far it may go on unwritten; whoever only looks writes it once a
 * boot.
 */
export const useNow = async (
  { clock, shareUses }: Pick<Service, 'clock' | 'shareUses'>,
  tx: Tx,
  step = STEP_MILLISECONDS,
): Promise<number> => {
  const mark = await shareUses.clock(tx);
  const age = useAge(clock, mark);
  if (mark.boot !== clock.bootId || age - mark.age >= step)
    await shareUses.setClock(tx, { age, steady: clock.steady(), boot: clock.bootId });
  return age;
};
