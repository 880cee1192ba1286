import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  jwtVerify,
} from 'jose';
import { Refusal } from '../domain/refusal.ts';

/* Tokens of issuers of identities (OIDC). Rules. */

/** What a token says, once it is believed. */
export interface Claims {
  readonly subject: string;
  /** Whom it was made for: one of the client ids. */
  readonly audience: string;
  /** All of them, for conditions. */
  readonly all: Readonly<Record<string, unknown>>;
}

/** Never none, and nothing whose key both sides have. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const LEEWAY_SECONDS = 60;

const refused = (text: string): Refusal => new Refusal('InvalidIdentityToken', 400, text);
const NO_TOKEN = refused(
  'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
);

/** Who says to have made it, which nobody has verified yet. */
export const issuerOf = (token: string): string | Refusal => {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === 'string' ? iss : NO_TOKEN;
  } catch {
    return NO_TOKEN;
  }
};

export interface Expected {
  /** As the provider's URL is written. */
  readonly issuer: string;
  readonly clientIds: readonly string[];
  /** Wall milliseconds. */
  readonly now: number;
}

/** `unknown key`: the token names a key that is not among them. */
export const readWebToken = async (
  token: string,
  keys: JSONWebKeySet,
  expected: Expected,
): Promise<Claims | Refusal | 'unknown key'> => {
  try {
    if (typeof decodeProtectedHeader(token).kid !== 'string') return NO_TOKEN;
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      algorithms: ALGORITHMS,
      issuer: expected.issuer,
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(expected.now),
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
    });
    return claimsOf(payload, expected);
  } catch (error) {
    return error instanceof errors.JWKSNoMatchingKey ? 'unknown key' : whyNot(error, expected.now);
  }
};

/** What the library throws for a key that it cannot take is as good as a wrong signature. */
const whyNot = (error: unknown, now: number): Refusal => {
  if (!(error instanceof errors.JWTExpired)) return NO_TOKEN;
  const seconds = Math.floor(now / 1000);
  return new Refusal(
    'ExpiredTokenException',
    400,
    `Token expired: current date/time ${seconds} must be before the expiration date/time${error.payload.exp}`,
  );
};

/** Conditions know no case: whoever may choose the name of a claim would choose what another says. */
const hasTwins = (names: readonly string[]): boolean =>
  new Set(names.map((name) => name.toLowerCase())).size < names.length;

const claimsOf = (
  payload: Readonly<Record<string, unknown>>,
  { clientIds, now }: Expected,
): Claims | Refusal => {
  const { sub, aud, azp, iat } = payload;
  if (typeof sub !== 'string' || sub.length < 6 || sub.length > 255) return NO_TOKEN;
  if (hasTwins(Object.keys(payload))) return NO_TOKEN;
  if (typeof iat !== 'number' || iat > now / 1000 + LEEWAY_SECONDS) return NO_TOKEN;
  const audiences = azp === undefined ? [aud].flat() : [azp];
  const audience = audiences.find((one) => typeof one === 'string' && clientIds.includes(one));
  return typeof audience === 'string'
    ? { subject: sub, audience, all: payload }
    : refused('Incorrect token audience');
};
