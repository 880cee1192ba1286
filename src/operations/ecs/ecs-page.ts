import type { Refusal } from '../../domain/refusal.ts';
import { openToken, sealToken } from '../../lib/page-token.ts';
import type { Service } from '../../service/service.ts';
import { invalid } from './cluster-names.ts';

export interface PageInput {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** Pages of up to 100 (W-109). `first`: what comes before everything. */
export const readPage = <Position>(
  service: Service,
  binding: unknown,
  input: PageInput,
  first: Position,
): { size: number; after: Position } | Refusal => {
  const size = input.maxResults ?? 100;
  if (size < 1 || size > 100) return invalid(`maxResults must be between 1 and 100, got ${size}.`);
  if (!input.nextToken) return { size, after: first };
  const after = openToken(service.tokenKey, binding, input.nextToken) as Position | undefined;
  return after === undefined ? invalid('Invalid token.') : { size, after };
};

export const nextToken = (service: Service, binding: unknown, next: unknown): { nextToken?: string } =>
  next === undefined ? {} : { nextToken: sealToken(service.tokenKey, binding, next) };
