import { createServer, type RequestListener, type Server } from 'node:http';

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

export const createHttpServer = (listener: RequestListener, patience: Patience = PATIENCE): Server =>
  createServer({ ...patience }, listener);
