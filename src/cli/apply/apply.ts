import { isUnanswered } from '../patience.ts';
import { type Asks, type Found, isGone, readFound } from './found.ts';
import { type Plan, planFor } from './plan.ts';
import type { ReadFile } from './read-file.ts';
import type { Step } from './step.ts';

/** What is to be done, and who asks. */
export type Planned = Plan & Pick<Found, 'self'>;

/** Compares what a file says with what there is (rule A-230). `prune`: what the file does not name goes. */
export const planFile = async (read: ReadFile, asks: Asks, prune: boolean): Promise<Planned> => {
  const found = await readFound(asks);
  return { ...planFor(read, found, prune), self: found.self };
};

/**
 * Does it, step by step, each said once it is done. What is refused rejects with its place in the file; what was done before stays done,
 * and the next time goes on from there.
 */
export const takeSteps = async (
  { steps }: Plan,
  asks: Asks,
  read: ReadFile,
  say: (line: string) => void,
): Promise<void> => {
  for (const step of steps) {
    await take(asks, read, step);
    say(step.says);
  }
};

const take = async ({ iam, own }: Asks, { wrong }: ReadFile, step: Step): Promise<void> => {
  const { says, at, action, input } = step;
  try {
    await (action === 'SetLimits' ? own('setlimits', input) : iam(action, input));
  } catch (error) {
    if (isUnanswered(error)) throw error;
    // somebody else took it away meanwhile
    if (at === undefined && isGone(error)) return;
    const { message } = error as Error;
    const told = at === undefined ? `${says}: ${message}` : wrong(at, message).message;
    throw Object.assign(error as Error, { message: told });
  }
};
