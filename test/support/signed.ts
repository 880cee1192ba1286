import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { readCredentials, type SignedRequest } from '../../src/auth/credentials.ts';
import { type Expectation, type Signer, verify } from '../../src/auth/sigv4.ts';
import { isRefusal, type Refusal } from '../../src/domain/refusal.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a client would
  readonly json: any;
}

export interface Signing {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
  readonly at?: Date;
}

/** SHA-256 as the signer wants it. */
class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as never);
  }
  update(data: string | Uint8Array): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {}
}

/** The AWS SDK's own signer. */
export const signerOf = (s: Signing): SignatureV4 =>
  new SignatureV4({
    credentials: {
      accessKeyId: s.accessKeyId,
      secretAccessKey: s.secretAccessKey,
      ...(s.sessionToken !== undefined && { sessionToken: s.sessionToken }),
    },
    region: s.region ?? 'us-east-1',
    service: s.service ?? 'batch',
    sha256: Sha256 as never,
    applyChecksum: false,
  });

export interface Raw {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends a request as it is. */
export const send = (base: string, raw: Raw): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const url = new URL(base);
    const body = raw.body ?? '';
    const headers = { 'Content-Length': String(Buffer.byteLength(body)), ...raw.headers };
    const options = {
      host: url.hostname,
      port: url.port,
      method: raw.method ?? 'POST',
      path: raw.path,
      headers,
    };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Repeated names have a list. */
const queryOf = ({ searchParams }: URL): Record<string, string | string[]> =>
  Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => {
      const values = searchParams.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );

/** Signs a request in its Authorization header. */
export const sign = async (base: string, signing: Signing, raw: Raw): Promise<Raw> => {
  const url = new URL(raw.path, base);
  const signed = await signerOf(signing).sign(
    {
      method: raw.method ?? 'POST',
      protocol: 'http:',
      hostname: url.hostname,
      path: url.pathname,
      query: queryOf(url),
      headers: { host: url.host, ...raw.headers },
      body: raw.body,
    },
    { signingDate: signing.at ?? new Date() },
  );
  return { ...raw, headers: signed.headers };
};

/** Signs and sends. */
export const ask = async (base: string, signing: Signing, raw: Raw): Promise<Answered> =>
  send(base, await sign(base, signing, raw));

/** A request's signature, once it is read. */
export const verified = (request: SignedRequest, expect: Expectation): Signer | Refusal => {
  const credentials = readCredentials(request);
  return isRefusal(credentials) ? credentials : verify(request, credentials, expect);
};
