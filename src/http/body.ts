import type { IncomingMessage } from 'node:http';

/** Rule W-013: the largest body that is read, in bytes. */
export const BODY_LIMIT = 1_048_576;

/** Reads a request's body whole; undefined when it is larger than `BODY_LIMIT`. Rejects when the client goes away. */
export const readBody = (request: IncomingMessage): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_LIMIT) {
        request.pause();
        resolve(undefined);
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('the client went away')));
  });
