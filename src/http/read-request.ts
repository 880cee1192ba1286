import type { IncomingMessage } from 'node:http';
import { Refusal } from '../domain/refusal.ts';

/* What a request says, read as far as routing and signatures need it. */

/** An empty body and `null` count as `{}` (W-007, W-008). */
export const parse = (body: Uint8Array): unknown => {
  if (body.length === 0) return {};
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8')) ?? {};
  } catch {
    return new Refusal('SerializationException', 400, 'Could not parse the request body as JSON');
  }
};

export const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** `headersDistinct` keeps repeated headers apart, as a signature needs them; made only here. */
export const headersOf = (request: IncomingMessage): Record<string, readonly string[]> =>
  request.headersDistinct as Record<string, readonly string[]>;

export const actionOf = (
  query: readonly (readonly [string, string])[],
  request: IncomingMessage,
  body: Buffer,
): string | undefined => {
  const inQuery = query.find(([name]) => name === 'Action')?.[1];
  if (inQuery !== undefined) return inQuery;
  const form = header(request, 'content-type')?.startsWith('application/x-www-form-urlencoded');
  return form ? (new URLSearchParams(body.toString('utf8')).get('Action') ?? undefined) : undefined;
};

/** The service in the credential's scope, wherever the credential stands. */
export const scopeOf = (
  request: IncomingMessage,
  query: readonly (readonly [string, string])[],
): string | undefined => {
  const credential =
    /Credential=([^,\s]+)/.exec(header(request, 'authorization') ?? '')?.[1] ??
    query.find(([name]) => name === 'X-Amz-Credential')?.[1];
  return credential?.split('/').at(-2);
};
