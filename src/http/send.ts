import type { ServerResponse } from 'node:http';
import type { Refusal } from '../domain/refusal.ts';
import type { Protocol } from './protocol.ts';

/* Answers, each with the request's id. */

export const sendStatus = (response: ServerResponse, code: number, status: string, requestId: string): void =>
  send(response, code, 'application/json', JSON.stringify({ status }), requestId);

export const sendError = (
  response: ServerResponse,
  protocol: Protocol,
  refusal: Refusal,
  requestId: string,
): void =>
  send(response, refusal.status, protocol.contentType, protocol.error(refusal, requestId), requestId, {
    'x-amzn-ErrorType': refusal.type,
    ...comeAgain(refusal),
  });

/** Rule A-223: in milliseconds for SDKs, in seconds for all others. */
const comeAgain = ({ retryAfter }: Refusal) =>
  retryAfter === undefined
    ? {}
    : { 'x-amz-retry-after': String(retryAfter), 'Retry-After': String(Math.ceil(retryAfter / 1000)) };

export const send = (
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  requestId: string,
  more: Readonly<Record<string, string>> = {},
): void => {
  if (response.headersSent) return;
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'x-amzn-RequestId': requestId,
    ...more,
  });
  response.end(body);
};
