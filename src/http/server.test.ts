import assert from 'node:assert/strict';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { silentLog } from '../lib/logger.ts';
import { machineIds, machineTimers } from '../main/machine.ts';
import { createHttpServer } from './server.ts';

/* Clients that take their time, against a server that has little of it. */

const patience = {
  headersTimeout: 100,
  requestTimeout: 150,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 20,
};

const listening = async (t: TestContext): Promise<number> => {
  const server = createHttpServer(
    (request, response) => {
      request.on('error', () => {});
      request.resume().on('end', () => response.end('done'));
    },
    { ids: machineIds(), timers: machineTimers(silentLog) },
    patience,
  );
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
};

/** What a connection is told until it is closed. */
const told = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });

/** Sends a piece, then a byte now and then, for ever. */
const drip = (t: TestContext, port: number, first: string): Socket => {
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(first);
    const timer = setInterval(() => socket.write('x'), 20);
    t.after(() => clearInterval(timer));
  });
  t.after(() => socket.destroy());
  return socket;
};

/** Closed, with words or, when what still came made the kernel drop them, without. */
const CUT = /^HTTP\/1\.1 408 |^$/;

test('headers that never end are cut off', async (t) => {
  const text = await told(drip(t, await listening(t), 'POST / HTTP/1.1\r\nHost: x\r\nA: '));
  assert.match(text, CUT);
});

test('a body that never ends is cut off', async (t) => {
  const text = await told(
    drip(t, await listening(t), 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n'),
  );
  assert.match(text, CUT);
});

for (const [what, first] of [
  ['headers', 'POST / HTTP/1.1\r\nHost: x\r\nA: '],
  ['a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{'],
] as const) {
  test(`W-017 W-046: ${what} that stop coming are answered with 408, an id and a body`, async (t) => {
    const socket = connect(await listening(t), '127.0.0.1', () => socket.write(first));
    t.after(() => socket.destroy());
    const [head = '', body = ''] = (await told(socket)).split('\r\n\r\n');
    assert.match(head, /^HTTP\/1\.1 408 Request Timeout\r\n/);
    assert.match(head, /^x-amzn-ErrorType: ClientException$/im);
    assert.match(head, /^x-amzn-RequestId: [0-9a-f]{8}-[0-9a-f-]{27}$/im);
    assert.match(head, new RegExp(`^Content-Length: ${body.length}$`, 'im'));
    assert.deepEqual(JSON.parse(body), { message: 'The request took too long to come.' });
  });
}

test('a client that closes its own half is answered', async (t) => {
  const socket = connect(await listening(t), '127.0.0.1', () =>
    socket.end('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}'),
  );
  assert.match(await told(socket), /^HTTP\/1\.1 200 OK[\s\S]*done/);
});
