import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Limits } from '../../src/http/limits.ts';
import { createListener } from '../../src/http/listener.ts';
import { silentLog } from '../../src/lib/logger.ts';
import { machineClock, machineIds, machineTimers } from '../../src/main/machine.ts';
import { startServe } from '../support/cli.ts';

const probe = async (url: string): Promise<[number, unknown]> => {
  const response = await fetch(url);
  return [response.status, await response.json()];
};

for (const path of ['/health', '/healthz', '/readyz']) {
  test(`${path} of a server that runs is 200, without a signature`, async (t) => {
    const { url } = await startServe(t);
    assert.deepEqual(await probe(`${url}${path}`), [200, { status: 'ok' }]);
    const posted = await fetch(`${url}${path}`, { method: 'POST' });
    assert.equal(posted.status, 403);
  });
}

test('/readyz is 503 until what the engine runs is known, while /healthz answers', async (t) => {
  let adopted = false;
  const listener = createListener({
    region: 'us-east-1',
    account: '012345678910',
    access: { signerOf: async () => undefined },
    clock: machineClock(),
    timers: machineTimers(silentLog),
    ids: machineIds(),
    log: silentLog,
    limits: new Limits(machineClock(), undefined),
    audit: { note: () => {}, failed: () => {}, reads: false },
    ready: async () => adopted,
    batch: {},
    longshore: {},
    logs: {},
    ecs: {},
    ec2: {},
    iam: {},
    sts: {},
  });
  const server = createServer(listener).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((done) => server.once('listening', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.deepEqual(await probe(`${url}/readyz`), [503, { status: 'starting' }]);
  assert.deepEqual(await probe(`${url}/healthz`), [200, { status: 'ok' }]);
  adopted = true;
  assert.deepEqual(await probe(`${url}/readyz`), [200, { status: 'ok' }]);
});
