import { pause } from './follow.ts';

export interface Limits {
  /** How long a server may be away, in milliseconds. */
  readonly away: number;
  /** How long after a vain call the next one is made, in milliseconds. */
  readonly again: number;
}

const LIMITS: Limits = { away: 60_000, again: 500 };

const NOBODY: ReadonlySet<string | undefined> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** Whether a call failed because nobody was there to answer it. */
export const isUnanswered = (error: unknown): boolean => NOBODY.has((error as { code?: string }).code);

/**
 * Makes calls that may be made twice, again and again while nobody answers: `say` is told once each time that the server
 * is gone. Rejects with the call's own error when it stays away, and with any other at once.
 */
export const patient = (
  say: (text: string) => void,
  { away, again }: Limits = LIMITS,
): (<T>(call: () => Promise<T>) => Promise<T>) => {
  let since: number | undefined;
  return async (call) => {
    for (;;) {
      try {
        const answer = await call();
        since = undefined;
        return answer;
      } catch (error) {
        if (!isUnanswered(error)) throw error;
        if (since === undefined) {
          since = performance.now();
          say(`nothing answers: asking again for ${Math.round(away / 1000)} s; the job goes on meanwhile`);
        }
        if (performance.now() - since >= away) throw error;
        await pause(again);
      }
    }
  };
};
