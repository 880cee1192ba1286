import { Refusal } from '../../domain/refusal.ts';

/** Rule W-093. */
export const noGroup = (): Refusal =>
  new Refusal('ResourceNotFoundException', 400, 'The specified log group does not exist.');
export const noStream = (): Refusal =>
  new Refusal('ResourceNotFoundException', 400, 'The specified log stream does not exist.');
export const invalid = (message: string): Refusal => new Refusal('InvalidParameterException', 400, message);

/** A group's name, also from an identifier in the form of an ARN. */
export const groupName = (name: string | undefined, identifier: string | undefined): string | undefined =>
  name ?? /^(?:arn:[^:]*:logs:[^:]*:[^:]*:log-group:)?(.+)$/.exec(identifier ?? '')?.[1];

/** A limit within its bounds, or a refusal that names them (W-087, W-094, W-097, W-098). */
export const readLimit = (given: number | undefined, most: number): number | Refusal => {
  const limit = given ?? most;
  return limit >= 1 && limit <= most ? limit : invalid(`limit must be between 1 and ${most}, got ${limit}.`);
};
