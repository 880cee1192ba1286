import { connect } from 'node:net';
import { sign } from '../../test/support/signed.ts';

type Key = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** A request as bytes, signed once: whoever checks signatures has the same work each time. */
export const signedBytes = async (url: string, key: Key, path: string, body: string): Promise<Buffer> => {
  const { headers = {} } = await sign(url, key, {
    path,
    body,
    headers: { 'content-type': 'application/json' },
  });
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
};

/**
 * Sends what `next` gives on so many connections, one request at a time on each, until it gives nothing more. Answers
 * are looked at only for their status: anything but 200 ends the run with an error. Resolves to what was done a second.
 */
export const load = async (
  url: string,
  connections: number,
  next: () => Buffer | undefined,
): Promise<number> => {
  const { hostname, port } = new URL(url);
  let answered = 0;
  const began = performance.now();
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port: Number(port), host: hostname, noDelay: true });
      const go = () => {
        const bytes = next();
        if (bytes) socket.write(bytes);
        else socket.end();
      };
      socket.on('connect', go);
      // bytes of the answer that are still to come
      let missing = 0;
      socket.on('data', (chunk) => {
        if (missing === 0 && chunk.indexOf(' 200 ') < 0) reject(new Error(chunk.toString()));
        missing = missing === 0 ? beyond(chunk) : missing - chunk.length;
        if (missing > 0) return;
        answered++;
        go();
      });
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
  await Promise.all(Array.from({ length: connections }, one));
  return answered / ((performance.now() - began) / 1000);
};

/** How many bytes of an answer come behind the chunk that it begins with. */
const beyond = (chunk: Buffer): number => {
  const end = chunk.indexOf('\r\n\r\n') + 4;
  const [, length = '0'] = /content-length: (\d+)/i.exec(chunk.toString('latin1', 0, end)) ?? [];
  return end + Number(length) - chunk.length;
};

/** The same request so many times. */
export const times = (n: number, bytes: Buffer): (() => Buffer | undefined) => {
  let left = n;
  return () => (left-- > 0 ? bytes : undefined);
};
