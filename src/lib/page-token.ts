import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Opaque page tokens. A token holds where the next page begins, and is bound to the operation, its
 * selectors and this data folder: another operation's, an altered or a foreign one opens as undefined.
 */
export const sealToken = (key: string, binding: unknown, position: unknown): string => {
  const body = Buffer.from(JSON.stringify(position)).toString('base64url');
  return `${body}.${mac(key, binding, body)}`;
};

export const openToken = (key: string, binding: unknown, token: string): unknown => {
  const [body, tag, ...more] = token.split('.');
  if (!body || !tag || more.length > 0) return undefined;
  const expected = Buffer.from(mac(key, binding, body));
  const given = Buffer.from(tag);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
};

const mac = (key: string, binding: unknown, body: string): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(binding))
    .update('\n')
    .update(body)
    .digest('base64url')
    .slice(0, 22);
