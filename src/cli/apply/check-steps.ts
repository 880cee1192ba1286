import { checkInput, checkTexts, type Input, NEW_ROLE, NEW_USER, tagsIn } from '../../domain/access-input.ts';
import { wrongLimits } from '../../domain/own-limits.ts';
import { isRefusal, type Refusal } from '../../domain/refusal.ts';
import type { Wrong } from './read-file.ts';
import type { Step } from './step.ts';

/* What the service would refuse for its form alone is told before anything is done, by the service's own checks. */

const NARROWER: Readonly<Record<string, Parameters<typeof checkInput>[2]>> = {
  CreateUser: NEW_USER,
  CreateRole: NEW_ROLE,
};
/** As the service has them of an issuer. */
const MOST_CLIENTS = 100;
const CLIENT = { least: 1, most: 255 };

/** Throws for the first of the steps, with its place in the file. */
export const checkSteps = (steps: readonly Step[], wrong: Wrong): void => {
  for (const { at, action, input } of steps) {
    if (at === undefined) continue;
    const what = action === 'SetLimits' ? wrongLimits(input) : refused(action, formOf(input))?.message;
    if (what !== undefined) throw wrong(at, what);
  }
};

const refused = (action: string, input: Input): Refusal | undefined => {
  const form =
    checkInput(input, [], NARROWER[action]) ?? checkTexts(input, 'ClientIDList', MOST_CLIENTS, CLIENT);
  if (form) return form;
  const tags = tagsIn(input);
  return isRefusal(tags) ? tags : undefined;
};

/** Numbers are texts in a form. */
const formOf = (input: Input): Input =>
  Object.fromEntries(
    Object.entries(input).map(([member, value]) => [
      member,
      typeof value === 'number' ? String(value) : value,
    ]),
  );
