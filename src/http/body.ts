import type { IncomingMessage } from 'node:http';
import type { Timers } from '../lib/clock.ts';

/** Rule W-013: the largest body that is read, in bytes. */
export const BODY_LIMIT = 1_048_576;

/** How long who sends more is listened to: a client that is cut off while it writes does not read the answer. */
const LINGER_MILLISECONDS = 1000;

/** Reads a request's body whole; undefined when it is larger than `BODY_LIMIT`. Rejects when the client goes away. */
export const readBody = (request: IncomingMessage, timers: Timers): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      const fitted = size <= BODY_LIMIT;
      size += chunk.length;
      if (size <= BODY_LIMIT) chunks.push(chunk);
      else if (fitted)
        request.once(
          'close',
          timers.after(LINGER_MILLISECONDS, () => resolve(undefined)),
        );
    });
    request.on('end', () => resolve(size > BODY_LIMIT ? undefined : whole(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('the client went away')));
  });

const whole = (chunks: readonly Buffer[]): Buffer =>
  chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
