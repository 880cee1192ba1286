import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Refusal } from '../domain/refusal.ts';
import type { Timers } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { restJson } from './protocol.ts';

/** How long who still sends is listened to, so that the answer reaches it before the connection goes. */
const LINGER_MILLISECONDS = 1000;

/** What Node's parser says of bytes that are no request, as an error of Batch: nothing tells another service. */
const refusalOf = (code: string | undefined): Refusal => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Refusal('ClientException', 431, 'The headers of the request are too large.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new Refusal('RequestEntityTooLargeException', 413, 'Request Too Long');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Refusal('ClientException', 408, 'The request took too long to come.');
    default:
      return new Refusal('ClientException', 400, 'The request is not well-formed HTTP.');
  }
};

/**
 * Answers what never became a request (W-017, W-046), in the form of every other error, and closes the connection.
 * `answer` is the last one on it: once a part of that is out, nothing can be said any more.
 */
export const answerBroken = (
  { ids, timers }: { readonly ids: Ids; readonly timers: Timers },
  error: NodeJS.ErrnoException,
  socket: Socket,
  answer: ServerResponse | undefined,
): void => {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  if (answer?.headersSent && !answer.writableFinished) return void socket.destroy();
  const refusal = refusalOf(error.code);
  const requestId = ids.uuid();
  const body = restJson.error(refusal, requestId);
  socket.end(
    [
      `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
      `Content-Type: ${restJson.contentType}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `x-amzn-RequestId: ${requestId}`,
      `x-amzn-ErrorType: ${refusal.type}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  const cancel = timers.after(LINGER_MILLISECONDS, () => socket.destroy());
  socket.once('close', cancel);
};
