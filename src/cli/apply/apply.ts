import { isUnanswered } from '../patience.ts';
import { type Asks, type Found, readFound } from './found.ts';
import { type Plan, planFor } from './plan.ts';
import type { ReadFile } from './read-file.ts';
import type { Step } from './step.ts';

export interface Applying {
  /** Takes away what the file does not name. */
  readonly prune?: boolean;
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean;
}

/**
 * Makes what a file says so, step by step, each said once it is done (rule A-230). Resolves to what was to be done, and who asked. What is
 * refused rejects with its place in the file; what was done before stays done, and the next time goes on from there.
 */
export const applyFile = async (
  read: ReadFile,
  asks: Asks,
  { prune = false, dryRun = false }: Applying,
  say: (line: string) => void,
): Promise<Plan & Pick<Found, 'self'>> => {
  const found = await readFound(asks);
  const plan = planFor(read, found, prune);
  for (const step of plan.steps) {
    if (!dryRun) await take(asks, read, step);
    say(dryRun ? `would ${step.says}` : step.says);
  }
  return { ...plan, self: found.self };
};

const take = async ({ iam, own }: Asks, { wrong }: ReadFile, step: Step): Promise<void> => {
  const { says, at, action, input } = step;
  try {
    await (action === 'SetLimits' ? own('setlimits', input) : iam(action, input));
  } catch (error) {
    if (isUnanswered(error)) throw error;
    const { message } = error as Error;
    const told = at === undefined ? `${says}: ${message}` : wrong(at, message).message;
    throw Object.assign(error as Error, { message: told });
  }
};
