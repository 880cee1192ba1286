import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { realTimers } from '../../../test/support/process-world.ts';
import { type Address, addressOf } from './address.ts';
import { DaemonRefusal, NoAnswer } from './answers.ts';
import { DaemonApi } from './api.ts';
import { DockerClient } from './client.ts';

const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-client-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const clientOf = (t: TestContext, address: Address): DockerClient => {
  const client = new DockerClient(address, realTimers);
  t.after(() => client.close());
  return client;
};

/** A daemon on a socket that says it speaks `version`; `answer` has every other request. */
const daemonOf = async (t: TestContext, answer: RequestListener, version = '1.41'): Promise<DockerClient> => {
  const path = join(folderFor(t), 'docker.sock');
  const server = createServer((request, response) => {
    if (request.url === '/_ping') response.writeHead(200, { 'Api-Version': version }).end('OK');
    else answer(request, response);
  });
  await new Promise<void>((done) => server.listen(path, done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return clientOf(t, addressOf({ host: `unix://${path}` }));
};

for (const [offered, spoken] of [
  ['1.41', 'v1.41'],
  ['1.44', 'v1.44'],
  ['1.99', 'v1.51'],
] as const) {
  test(`a daemon of version ${offered} is spoken to in ${spoken}`, async (t) => {
    const client = await daemonOf(
      t,
      (request, response) => response.end(JSON.stringify(request.url)),
      offered,
    );
    assert.equal(
      await client.call('GET', '/x', { query: { a: 'b c', no: undefined, yes: true } }),
      `/${spoken}/x?a=b%20c&yes=1`,
    );
  });
}

for (const offered of ['1.40', '', '2.0']) {
  test(`a daemon of version '${offered}' is refused, and told what is needed`, async (t) => {
    const client = await daemonOf(t, (_, response) => response.end(), offered);
    await assert.rejects(client.call('GET', '/x'), /1\.41 \(Docker 20\.10\) or later is needed/);
  });
}

test('a refusal has the status and the daemon’s own words; a page of a proxy is kept short', async (t) => {
  const client = await daemonOf(t, (request, response) => {
    response.writeHead(request.url!.endsWith('/page') ? 502 : 409);
    response.end(request.url!.endsWith('/page') ? `<html>${'x'.repeat(9999)}` : '{"message":"in use"}');
  });
  await assert.rejects(client.call('GET', '/x'), (error) => {
    assert.ok(error instanceof DaemonRefusal);
    assert.deepEqual([error.status, error.message], [409, 'in use']);
    return true;
  });
  await assert.rejects(client.call('GET', '/page'), (error) => {
    assert.ok(error instanceof DaemonRefusal && error.status === 502 && error.message.length <= 200);
    return true;
  });
});

test('no answer in time, a broken answer, nobody there: each is NoAnswer', async (t) => {
  const client = await daemonOf(t, (request, response) => {
    if (request.url!.endsWith('/hang')) return;
    response.writeHead(200, { 'Content-Length': 100 }).write('{"half":');
    if (request.url!.endsWith('/break')) request.socket.destroy();
  });
  const timedOut = (isSo: boolean) => (error: unknown) =>
    error instanceof NoAnswer && error.timedOut === isSo;
  await assert.rejects(client.call('GET', '/hang', { timeoutMilliseconds: 50 }), timedOut(true));
  await assert.rejects(client.call('GET', '/stall', { timeoutMilliseconds: 50 }), NoAnswer);
  await assert.rejects(client.call('GET', '/break'), timedOut(false));
  const nobody = clientOf(t, addressOf({ host: 'unix:///nobody/here.sock' }));
  await assert.rejects(nobody.call('GET', '/x'), timedOut(false));
});

test('a stream that says nothing breaks off; one that goes on does not, however long', async (t) => {
  const client = await daemonOf(t, (request, response) => {
    response.writeHead(200).flushHeaders();
    if (request.url!.endsWith('/silent')) return;
    let left = 20;
    const tick = () => {
      response.write('x');
      if (--left === 0) response.end();
      else setTimeout(tick, 20);
    };
    tick();
  });
  const read = async (path: string, silenceMilliseconds: number) => {
    let text = '';
    for await (const chunk of await client.stream('GET', path, { silenceMilliseconds })) text += chunk;
    return text.length;
  };
  await assert.rejects(read('/silent', 50), (error) => error instanceof NoAnswer && error.timedOut);
  // each piece comes long before the limit, all of them long after it
  assert.equal(await read('/busy', 300), 20);
});

test('a stream that was read to its end leaves its connection to the next; one that goes on holds up no call', async (t) => {
  const sockets = new Set<unknown>();
  const client = await daemonOf(t, (request, response) => {
    if (request.url!.includes('/stream')) sockets.add(request.socket);
    if (request.url!.endsWith('/stream-on')) response.writeHead(200).flushHeaders();
    else response.end('"read"');
  });
  const read = async () => {
    let text = '';
    for await (const chunk of await client.stream('GET', '/stream')) text += chunk;
    return text;
  };
  for (let i = 0; i < 5; i++) assert.equal(await read(), '"read"');
  assert.equal(sockets.size, 1);
  for (let i = 0; i < 100; i++) await client.stream('GET', '/stream-on');
  assert.deepEqual([await client.call('GET', '/x'), await read()], ['read', '"read"']);
});

test('a close ends what is under way', async (t) => {
  const client = await daemonOf(t, (_, response) => response.writeHead(200).flushHeaders());
  const stream = await client.stream('GET', '/events');
  const ended = assert.rejects(async () => {
    for await (const _ of stream) assert.fail();
  });
  client.close();
  await ended;
});

test('tcp with TLS: the client shows its certificate and believes only its own authority', async (t) => {
  const folder = folderFor(t);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-subj', '/CN=ca', '-days', '2');
  for (const [name, more] of [
    ['server', ['-addext', 'subjectAltName=IP:127.0.0.1']],
    ['key', []],
  ] as const) {
    openssl('req', ...key, '-keyout', `${name}.pem`, '-out', 'csr', '-subj', `/CN=${name}`, ...more);
    const sign = [
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca-key.pem',
      '-CAcreateserial',
      '-days',
      '2',
      '-copy_extensions',
      'copy',
    ];
    openssl('x509', '-req', '-in', 'csr', ...sign, '-out', name === 'key' ? 'cert.pem' : `${name}-cert.pem`);
  }
  const read = (name: string) => readFileSync(join(folder, name));
  const server = createTlsServer(
    { key: read('server.pem'), cert: read('server-cert.pem'), ca: read('ca.pem'), requestCert: true },
    (_, response) => response.writeHead(200, { 'Api-Version': '1.41' }).end('{"secure":true}'),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const good = clientOf(t, addressOf({ host, tlsVerify: true, certPath: folder }));
  assert.deepEqual(await good.call('GET', '/x'), { secure: true });
  const stranger = clientOf(t, addressOf({ host, tlsVerify: true }));
  await assert.rejects(stranger.call('GET', '/x'), NoAnswer);
  await assert.rejects(clientOf(t, addressOf({ host })).call('GET', '/x'), NoAnswer);
});

for (const [host, expected] of [
  ['', { kind: 'socket', path: '/var/run/docker.sock' }],
  ['unix:///run/user/1000/podman.sock', { kind: 'socket', path: '/run/user/1000/podman.sock' }],
  ['tcp://host', { kind: 'tcp', host: 'host', port: 2375 }],
  ['tcp://[::1]:77', { kind: 'tcp', host: '::1', port: 77 }],
  ['https://host', { kind: 'tcp', host: 'host', port: 2376, tls: {} }],
] as const) {
  test(`the Docker host '${host}' is understood`, () => {
    const { text: _, ...address } = addressOf({ host });
    assert.deepEqual(address, expected);
  });
}

for (const host of ['ssh://me@host', 'unix://relative', 'tcp://', 'nonsense']) {
  test(`the Docker host '${host}' is refused`, () => {
    assert.throws(() => addressOf({ host }), /unix:\/\/PATH or tcp:\/\/HOST:PORT, got/);
  });
}

/** Where each file's content is its name. */
const certificatesFor = (t: TestContext, ...names: string[]) => {
  const certPath = folderFor(t);
  for (const name of names) writeFileSync(join(certPath, name), name);
  return { host: 'tcp://h', tlsVerify: true, certPath };
};

test('a client without a certificate of its own goes by that of the authority alone, as docker does', (t) => {
  const address = addressOf(certificatesFor(t, 'ca.pem'));
  assert.deepEqual('tls' in address && address.tls, { ca: Buffer.from('ca.pem') });
});

test('certificates that are not there are told by path: the authority’s, and one half of the client’s', (t) => {
  for (const [absent, ...there] of [
    ['ca.pem', 'cert.pem', 'key.pem'],
    ['cert.pem', 'ca.pem', 'key.pem'],
    ['key.pem', 'ca.pem', 'cert.pem'],
  ]) {
    const settings = certificatesFor(t, ...there);
    assert.throws(() => addressOf(settings), {
      message: new RegExp(
        `^the certificates for the Docker daemon: .*'${join(settings.certPath, absent!)}'$`,
      ),
    });
  }
});

test('calls that answer when something has ended, however many, hold up no other', {
  timeout: 10_000,
}, async (t) => {
  const client = await daemonOf(t, (request, response) => {
    if (!request.url!.includes('/stop')) response.end('{}');
  });
  const api = new DaemonApi(client, 'd');
  for (let i = 0; i < 200; i++) api.stop(`c${i}`, 30).catch(() => {});
  const listed = client.call('GET', '/x', { timeoutMilliseconds: 2000 });
  assert.deepEqual(await listed, {});
});
