import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Timers } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { answerBroken } from './broken.ts';

/** How long a client may take: for its headers, for a whole request, and for the next one on a kept connection. */
export interface Patience {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
  /** How often the first two are looked at. */
  readonly connectionsCheckingInterval: number;
}

/** A client that sends a byte now and then holds a connection for a minute at most. In milliseconds. */
const PATIENCE: Patience = {
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
};

/** What never became a request is answered too: with an id of its own, by `parts`. */
export const createHttpServer = (
  listener: RequestListener,
  parts: { readonly ids: Ids; readonly timers: Timers },
  patience: Patience = PATIENCE,
): Server => {
  const answers = new WeakMap<Socket, ServerResponse>();
  const refuse = (error: Error, socket: Socket) => answerBroken(parts, error, socket, answers.get(socket));
  const serve: RequestListener = (request, response) => {
    if (request.headers.host === undefined && request.httpVersion === '1.1')
      return refuse(new Error('no Host'), request.socket);
    answers.set(request.socket, response);
    listener(request, response);
  };
  // Node's own answers, to a missing Host and to an unknown Expect, have no id and no body
  return createServer({ ...patience, requireHostHeader: false }, serve)
    .on('checkExpectation', serve)
    .on('clientError', (error, socket) => refuse(error, socket as Socket));
};
