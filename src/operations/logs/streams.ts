import { brokenPart, GROUP_NAME, groupIn } from '../../domain/log-names.ts';
import { Refusal } from '../../domain/refusal.ts';

/** Rule W-093. */
export const noGroup = (): Refusal =>
  new Refusal('ResourceNotFoundException', 400, 'The specified log group does not exist.');
export const noStream = (): Refusal =>
  new Refusal('ResourceNotFoundException', 400, 'The specified log stream does not exist.');
export const invalid = (message: string): Refusal => new Refusal('InvalidParameterException', 400, message);

/** Whether an identifier is of this group. */
export const isGroup = (identifier: string, name: string): boolean => groupIn(identifier) === name;

/** A group's name, also from an identifier in the form of an ARN. */
export const groupAsked = (input: {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
}): string | Refusal => {
  const { logGroupName: name, logGroupIdentifier: identifier } = input;
  if (name !== undefined) return name;
  if (identifier === undefined) return invalid('logGroupName or logGroupIdentifier is required.');
  const found = groupIn(identifier);
  const broken = brokenPart(found, GROUP_NAME);
  return broken === undefined
    ? found
    : invalid(
        `1 validation error detected: Value '${identifier}' at 'logGroupIdentifier' failed to satisfy constraint: ${broken}`,
      );
};

/** A limit within its bounds, or a refusal that names them (W-087, W-094, W-097, W-098). */
export const readLimit = (given: number | undefined, most: number): number | Refusal => {
  const limit = given ?? most;
  return limit >= 1 && limit <= most ? limit : invalid(`limit must be between 1 and ${most}, got ${limit}.`);
};
