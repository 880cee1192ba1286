import { hash } from 'node:crypto';
import { Refusal } from '../domain/refusal.ts';
import { basic, parseBasic } from './amz-date.ts';

/** A request as it was on the wire, as far as a signature covers it. */
export interface SignedRequest {
  readonly method: string;
  /** As sent, before the `?`, still encoded. */
  readonly path: string;
  /** Decoded names and values, in the order sent. */
  readonly query: readonly (readonly [string, string])[];
  /** By lower-case name; a repeated header has several values. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Uint8Array;
}

/** What a request says of its signature. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDThhmmssZ`. */
  readonly date: string;
  /** The same in wall milliseconds. */
  readonly signedAt: number;
  readonly sessionToken?: string;
  /** Of the query form only. */
  readonly expiresSeconds?: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

const incomplete = (message: string): Refusal => new Refusal('IncompleteSignatureException', 403, message);

const first = (request: SignedRequest, name: string): string | undefined => request.headers[name]?.[0];

const NO_QUERY: ReadonlyMap<string, string> = new Map();

/** Reads the header form or the query form (rules W-027 to W-030, W-048, W-049, W-057, W-061 to W-067). */
export const readCredentials = (request: SignedRequest): Credentials | Refusal => {
  const query = request.query.length > 0 ? new Map(request.query) : NO_QUERY;
  const header = first(request, 'authorization');
  const inQuery = query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm');
  if (header === undefined && !inQuery) {
    return new Refusal('MissingAuthenticationTokenException', 403, 'Missing Authentication Token');
  }
  if (header !== undefined && inQuery) {
    return incomplete(
      'Only one way of authentication is allowed: the Authorization header or the query, not both.',
    );
  }
  const read = header === undefined ? fromQuery(query) : fromHeader(request, header);
  return read instanceof Refusal ? read : (checkForm(request, read) ?? read);
};

const fromHeader = (request: SignedRequest, header: string): Credentials | Refusal => {
  const [scheme = ''] = header.split(/[ ,]/, 1);
  if (scheme !== ALGORITHM) return incomplete(`Unsupported AWS 'algorithm': '${scheme}'`);
  const credential = CREDENTIAL.exec(header)?.[1];
  const signedHeaders = SIGNED_HEADERS.exec(header)?.[1];
  const signature = SIGNATURE.exec(header)?.[1];
  const date = headerDate(request);
  if (!credential || !signedHeaders || !signature || date === undefined) {
    return incomplete(
      whatIsMissing(
        header,
        { Credential: credential, Signature: signature, SignedHeaders: signedHeaders },
        date,
      ),
    );
  }
  return scoped(credential, signedHeaders, signature, date, first(request, 'x-amz-security-token'));
};

/** Parts of the header by their whole names: `[ ,]` before each. */
const CREDENTIAL = /[\s,]Credential=([^,\s]*)/;
const SIGNED_HEADERS = /[\s,]SignedHeaders=([^,\s]*)/;
const SIGNATURE = /[\s,]Signature=([^,\s]*)/;

const whatIsMissing = (
  header: string,
  parts: Readonly<Record<string, string | undefined>>,
  date: string | undefined,
): string => {
  const missing = Object.keys(parts)
    .filter((name) => !parts[name])
    .map((name) => `Authorization header requires '${name}' parameter.`);
  if (date === undefined) {
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  const hashed = hash('sha256', header, 'base64');
  return `${missing.join(' ')} (Hashed with SHA-256 and encoded with Base64) Authorization=${hashed}`;
};

/** X-Amz-Date wins over Date; an HTTP date is taken too (rule W-055). */
const headerDate = (request: SignedRequest): string | undefined => {
  const own = first(request, 'x-amz-date');
  if (own !== undefined) return own;
  const date = first(request, 'date');
  if (date === undefined || parseBasic(date) !== undefined) return date;
  const parsed = Date.parse(date);
  return Number.isNaN(parsed) ? date : basic(parsed);
};

const QUERY_PARTS = ['X-Amz-Credential', 'X-Amz-Date', 'X-Amz-SignedHeaders', 'X-Amz-Signature'] as const;

const fromQuery = (query: ReadonlyMap<string, string>): Credentials | Refusal => {
  const algorithm = query.get('X-Amz-Algorithm');
  if (algorithm !== undefined && algorithm !== ALGORITHM) {
    return incomplete(`Unsupported AWS 'algorithm': '${algorithm}'`);
  }
  const missing = ['X-Amz-Algorithm', ...QUERY_PARTS].filter((name) => !query.get(name));
  if (missing.length > 0) {
    return incomplete(missing.map((name) => `AWS query-string parameters must include '${name}'.`).join(' '));
  }
  const [credential, date, headers, signature] = QUERY_PARTS.map((name) => query.get(name)!);
  const token = query.get('X-Amz-Security-Token');
  const expires = query.get('X-Amz-Expires');
  if (
    expires !== undefined &&
    !(/^\d{1,6}$/.test(expires) && Number(expires) >= 1 && Number(expires) <= 604_800)
  ) {
    return incomplete(`X-Amz-Expires must be a number of seconds from 1 to 604800, got '${expires}'.`);
  }
  const read = scoped(credential!, headers!, signature!, date!, token);
  return read instanceof Refusal || expires === undefined
    ? read
    : { ...read, expiresSeconds: Number(expires) };
};

const scoped = (
  credential: string,
  signedHeaders: string,
  signature: string,
  date: string,
  sessionToken: string | undefined,
): Credentials | Refusal => {
  const signedAt = parseBasic(date);
  if (signedAt === undefined) {
    return incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  const parts = credential.split('/');
  if (parts.length < 5)
    return incomplete(`Credential must have five slash-delimited elements, got '${credential}'.`);
  return {
    accessKeyId: parts.slice(0, -4).join('/'),
    day: parts.at(-4)!,
    region: parts.at(-3)!,
    service: parts.at(-2)!,
    terminator: parts.at(-1)!,
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
    date,
    signedAt,
    ...(sessionToken !== undefined && { sessionToken }),
  };
};

/** What must be signed, and what a request says of its own body. */
const checkForm = (request: SignedRequest, c: Credentials): Refusal | undefined => {
  if (!c.signedHeaders.includes('host')) {
    return new Refusal('InvalidSignatureException', 403, "'Host' must be a signed header");
  }
  if (
    request.headers['x-amz-date'] &&
    c.expiresSeconds === undefined &&
    !c.signedHeaders.includes('x-amz-date')
  ) {
    if (first(request, 'authorization') !== undefined)
      return new Refusal('InvalidSignatureException', 403, "'X-Amz-Date' must be a signed header");
  }
  // it says what is asked: who was given a signed URL would choose that
  if (request.path === '/' && request.headers['x-amz-target'] && !c.signedHeaders.includes('x-amz-target'))
    return new Refusal('InvalidSignatureException', 403, "'X-Amz-Target' must be a signed header");
  const stated = first(request, 'x-amz-content-sha256');
  if (stated === undefined) return undefined;
  const real = hash('sha256', request.body, 'hex');
  return stated === real
    ? undefined
    : new Refusal(
        'InvalidSignatureException',
        403,
        `X-Amz-Content-SHA256 is not the hash of the body: got '${stated}'`,
      );
};
