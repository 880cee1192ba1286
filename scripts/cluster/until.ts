import { setTimeout as sleep } from 'node:timers/promises';
import { at } from './places.ts';

const PATIENCE_MILLISECONDS = 120_000;
const LOOK_MILLISECONDS = 100;

/** Tries until it does not throw, for two minutes. */
export const until = async (what: string, act: () => unknown): Promise<void> => {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      if (performance.now() > end)
        throw new Error(`waited in vain for ${what} (see ${at('log')}): ${(error as Error).message}`);
      await sleep(LOOK_MILLISECONDS);
    }
  }
};
