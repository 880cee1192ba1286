import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** An issuer of identities on this machine, as a company has one. */
export interface Issuer {
  readonly url: string;
  /** Its URL without the scheme, as its ARN has it. */
  readonly place: string;
  /** What was asked of it, in order. */
  readonly asked: string[];
  /** A token; what is given stands in place of the usual claims, undefined leaves one out. */
  token(
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
  /** From now on there is another key, and the old one is gone. */
  turn(): Promise<void>;
  /** Answers in place of it; undefined: as usual again. */
  behave(answer: ((path: string, response: ServerResponse) => void) | undefined): void;
  readonly key: () => { readonly kid: string; readonly privateKey: CryptoKey; readonly jwk: JWK };
}

export const CLIENT = 'the-client';

export const startIssuer = async (t: Pick<TestContext, 'after'>): Promise<Issuer> => {
  const asked: string[] = [];
  let other: ((path: string, response: ServerResponse) => void) | undefined;
  let turns = 0;
  let key = await keyFor(turns);
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    if (other) return other(path, response);
    const pages: Readonly<Record<string, unknown>> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/keys` },
      '/keys': { keys: [key.jwk] },
    };
    response.statusCode = pages[path] ? 200 : 404;
    response.end(JSON.stringify(pages[path] ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${place}`;
  return {
    url,
    place,
    asked,
    token: async (claims = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const usual = { iss: url, sub: 'the-subject', aud: CLIENT, iat: now, exp: now + 600 };
      const all = Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined);
      return new SignJWT(Object.fromEntries(all))
        .setProtectedHeader({ alg: 'ES256', kid: key.kid, ...header })
        .sign(key.privateKey);
    },
    turn: async () => {
      turns++;
      key = await keyFor(turns);
    },
    behave: (answer) => {
      other = answer;
    },
    key: () => key,
  };
};

const keyFor = async (turn: number) => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const kid = `key-${turn}`;
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
};
