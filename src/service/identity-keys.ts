import type { JSONWebKeySet } from 'jose';
import { type Claims, readWebToken } from '../auth/web-token.ts';
import { isRefusal, Refusal } from '../domain/refusal.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/logger.ts';
import type { Web } from '../lib/web.ts';

/** An issuer that is trusted, as its row has it. */
export interface Issuer {
  readonly url: string;
  readonly clientIds: readonly string[];
}

interface Known {
  readonly keys: JSONWebKeySet;
  /** Steady milliseconds. */
  readonly fetchedAt: number;
  readonly goodUntil: number;
}

interface Parts {
  readonly web: Web;
  readonly clock: Clock;
  readonly log: Log;
}

const MINUTE = 60_000;
/** How long keys are kept, whatever their server says, and where it says nothing. */
const LEAST = 10 * MINUTE;
const USUAL = 60 * MINUTE;
const MOST = 24 * 60 * MINUTE;
/** What could not be had is not asked for again at once: many who come with tokens would hold up a server that is in need. */
const PAUSE = 10_000;

const NO_KEY = new Refusal(
  'InvalidIdentityToken',
  400,
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
);
const UNREACHABLE = new Refusal('IDPCommunicationError', 400, 'The identity provider could not be reached');

/** The public keys of issuers, fetched when a token needs them. Rules. */
export class IdentityKeys {
  private readonly known = new Map<string, Known>();
  private readonly fetching = new Map<string, Promise<Known | Refusal>>();
  private readonly failures = new Map<string, { readonly at: number; readonly why: Refusal }>();

  /** What a token of that issuer says, where it is to be believed. */
  async claimsOf(parts: Parts, issuer: Issuer, token: string): Promise<Claims | Refusal> {
    const expected = { issuer: issuer.url, clientIds: issuer.clientIds, now: parts.clock.wall() };
    const known = await this.keysOf(parts, issuer.url, ({ goodUntil }, now) => now < goodUntil);
    if (isRefusal(known)) return known;
    const read = await readWebToken(token, known.keys, expected);
    if (read !== 'unknown key') return read;
    // a new key is looked for, once a minute
    const newer = await this.keysOf(parts, issuer.url, ({ fetchedAt }, now) => now < fetchedAt + MINUTE);
    if (isRefusal(newer)) return newer;
    const again = newer === known ? read : await readWebToken(token, newer.keys, expected);
    return again === 'unknown key' ? NO_KEY : again;
  }

  private async keysOf(
    parts: Parts,
    url: string,
    isGood: (known: Known, now: number) => boolean,
  ): Promise<Known | Refusal> {
    const now = parts.clock.steady();
    const known = this.known.get(url);
    if (known && isGood(known, now)) return known;
    const failure = this.failures.get(url);
    if (failure && now < failure.at + PAUSE) return failure.why;
    const fetching = this.fetching.get(url) ?? this.fetch(parts, url);
    this.fetching.set(url, fetching);
    return fetching;
  }

  private async fetch(parts: Parts, url: string): Promise<Known | Refusal> {
    const { clock, log } = parts;
    try {
      const fetched = await fetchKeys(parts, url);
      const at = clock.steady();
      const known = { keys: fetched.keys, fetchedAt: at, goodUntil: at + fetched.keepMilliseconds };
      this.known.set(url, known);
      this.failures.delete(url);
      return known;
    } catch (error) {
      log.warn({ issuer: url, error: String(error) }, 'the keys of an issuer of identities could not be had');
      const why = error instanceof NotKeys ? NO_KEY : UNREACHABLE;
      this.failures.set(url, { at: clock.steady(), why });
      return why;
    } finally {
      this.fetching.delete(url);
    }
  }
}

/** The issuer answers, and not with what it should. */
class NotKeys extends Error {}

const fetchKeys = async (
  { web }: Parts,
  url: string,
): Promise<{ readonly keys: JSONWebKeySet; readonly keepMilliseconds: number }> => {
  const about = await web.get(`${url.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { issuer, jwks_uri: place } = objectOf(about.text);
  if (issuer !== url) throw new NotKeys(`its configuration is of ${JSON.stringify(issuer)}`);
  if (typeof place !== 'string' || !isAsSafe(place, url))
    throw new NotKeys('it names no address of its keys');
  const page = await web.get(place);
  const { keys } = objectOf(page.text);
  if (!Array.isArray(keys)) throw new NotKeys('what it has for keys are none');
  const said = page.maxAgeSeconds === undefined ? USUAL : page.maxAgeSeconds * 1000;
  return { keys: { keys }, keepMilliseconds: Math.min(MOST, Math.max(LEAST, said)) };
};

/** Keys come by https, or as the issuer itself from the same server: it is on this machine. */
const isAsSafe = (place: string, url: string): boolean =>
  URL.canParse(place) &&
  (new URL(place).protocol === 'https:' || new URL(place).origin === new URL(url).origin);

const objectOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new NotKeys('it does not speak JSON');
};
