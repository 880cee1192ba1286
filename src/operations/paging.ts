import { type Refusal, refuse, refuseWrapped } from '../domain/refusal.ts';
import { openToken, sealToken } from '../lib/page-token.ts';
import type { Service } from '../service/service.ts';

/** The members of a list request that say which page. */
export interface PageInput {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** Where a page begins and how long it is. */
export interface Page<Position> {
  readonly size: number;
  readonly after: Position | undefined;
}

/** Rules W-070, W-074: an empty token asks for the first page. `binding`: operation and selectors. */
export const readPage = <Position>(
  service: Service,
  binding: unknown,
  input: PageInput,
): Page<Position> | Refusal => {
  const size = input.maxResults ?? 100;
  if (size < 1 || size > 100) return refuse('maxResults must be between 1 and 100.');
  if (!input.nextToken) return { size, after: undefined };
  const after = openToken(service.tokenKey, binding, input.nextToken) as Position | undefined;
  return after === undefined ? refuse('Invalid nextToken.') : { size, after };
};

/** Cuts what was read (one more than the page) and makes the token of the next page when there is one. */
export const cutPage = <Row, Position>(
  service: Service,
  binding: unknown,
  rows: readonly Row[],
  size: number,
  positionOf: (row: Row) => Position,
): { shown: readonly Row[]; token: { nextToken?: string } } => {
  if (rows.length <= size) return { shown: rows, token: {} };
  const shown = rows.slice(0, size);
  return { shown, token: { nextToken: sealToken(service.tokenKey, binding, positionOf(shown.at(-1)!)) } };
};

/** Rules W-072, W-073: a list of names has at most 100 and no page. `kind`: `ComputeEnvironments`, … */
export const checkNames = (kind: string, names: readonly string[], input: PageInput): Refusal | undefined => {
  if (names.length > 100) return refuseWrapped(`Maximum number of ${kind} supported is  100`);
  if (input.maxResults !== undefined) return refuseWrapped(`${kind} and MaxResults cannot both be set`);
  return input.nextToken ? refuseWrapped(`${kind} and NextToken cannot both be set`) : undefined;
};
