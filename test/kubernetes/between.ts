import { writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { TestContext } from 'node:test';
import type { Access } from '../../src/engines/kubernetes/client/access.ts';
import { later, tempFolder } from '../support/cli.ts';
import { certificates } from '../support/kubernetes/certificates.ts';
import { newClient } from './cluster.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** May be changed on its way. */
  readonly query: URLSearchParams;
}

/** An answer instead of the API's. */
export interface Instead {
  readonly status: number;
  readonly retryAfter?: number;
  /** The API has done what was asked all the same. */
  readonly isDone?: boolean;
}

/** A proxy of the test's own between a server and the real API. */
export interface Between {
  /** A file that leads to it. */
  readonly kubeconfig: string;
  /** What becomes of a request; nothing: it goes through. */
  vice: (asked: Asked) => Instead | undefined;
  /** Called with all that the API says, in the pieces in which it says it. */
  heard: (piece: string) => void;
  /** Every connection, watches too. */
  cut(): void;
}

export const openBetween = async (t: TestContext): Promise<Between> => {
  const { ca, cert, key } = certificates();
  const kubeconfig = join(tempFolder(t), 'kubeconfig');
  const client = newClient();
  const sockets = new Set<Duplex>();
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const between: Between = { kubeconfig, vice: () => undefined, heard: () => {}, cut };
  const server = createServer(
    { cert, key },
    (asked, answer) => void pass(between, client.access, asked, answer),
  );
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  later(t, () => {
    server.close();
    cut();
    client.close();
  });
  const { port } = server.address() as AddressInfo;
  const authority = Buffer.from(ca).toString('base64');
  const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': authority };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'between' },
      clusters: [{ name: 'real', cluster }],
      // the proxy proves itself: whoever reaches it may do all
      users: [{ name: 'anybody', user: { token: 'none' } }],
      contexts: [{ name: 'between', context: { cluster: 'real', user: 'anybody', namespace: 'default' } }],
    }),
  );
  return between;
};

const pass = async (
  between: Between,
  access: Access,
  asked: IncomingMessage,
  answer: ServerResponse,
): Promise<void> => {
  const body: Buffer[] = [];
  for await (const chunk of asked) body.push(chunk as Buffer);
  const url = new URL(asked.url!, 'https://real');
  const instead = between.vice({ method: asked.method!, path: url.pathname, query: url.searchParams });
  if (instead && !instead.isDone) return refuse(answer, instead);
  const { host, port, ca } = access.server();
  const { authorization: _, ...headers } = asked.headers;
  const sent = request({
    ...{ host, port, ca, method: asked.method, path: `${url.pathname}${url.search}` },
    ...(await access.credentials()),
    headers: { ...headers, host: `${host}:${port}` },
  });
  sent.on('error', () => answer.destroy());
  answer.on('close', () => sent.destroy());
  sent.on('response', (said) => {
    said.on('data', (piece: Buffer) => between.heard(piece.toString('latin1')));
    said.on('error', () => answer.destroy());
    if (instead) {
      said.resume();
      return refuse(answer, instead);
    }
    answer.writeHead(said.statusCode!, said.headers);
    answer.flushHeaders();
    said.pipe(answer);
  });
  sent.end(Buffer.concat(body));
};

/** With a page, as proxies have them. */
const refuse = (answer: ServerResponse, { status, retryAfter }: Instead): void => {
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  answer.writeHead(status, { 'Content-Type': 'text/html', ...headers }).end('<html>not now</html>');
};
