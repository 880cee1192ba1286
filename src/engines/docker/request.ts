import { type Agent, type ClientRequest, type RequestOptions, request } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Address } from './address.ts';

/** What a call is made of beside its method and path. */
export interface Call {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** 30 seconds unless told. */
  readonly timeoutMilliseconds?: number;
  /** It is answered when something has ended: it takes none of the connections of the others. */
  readonly isLong?: boolean;
  /** A stream whose body says nothing for so long, or up to twice that, breaks off with NoAnswer. For ever unless told. */
  readonly silenceMilliseconds?: number;
}

/** The request, with its body and ended: only its answer is still to come. */
export const sendRequest = (
  address: Address,
  agent: Agent,
  method: string,
  path: string,
  call: Call,
): ClientRequest => {
  const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
  const options: RequestOptions = {
    ...placeOf(address),
    method,
    path: path + queryOf(call.query),
    agent,
    headers: {
      Host: address.kind === 'socket' ? 'docker' : address.host,
      ...(body && { 'Content-Type': 'application/json', 'Content-Length': body.length }),
      ...call.headers,
    },
  };
  const sent = address.kind === 'tcp' && address.tls ? tlsRequest(options) : request(options);
  sent.end(body);
  return sent;
};

const placeOf = (address: Address): RequestOptions =>
  address.kind === 'socket'
    ? { socketPath: address.path }
    : { host: address.host, port: address.port, ...address.tls };

/** False and what is undefined are left out; true is 1. */
const queryOf = (query: Call['query'] = {}): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== false);
  if (given.length === 0) return '';
  return `?${given.map(([name, value]) => `${name}=${encodeURIComponent(value === true ? '1' : String(value))}`).join('&')}`;
};
