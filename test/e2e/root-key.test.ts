import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRootKey } from '../../src/main/data-folder.ts';
import { runCli, startServe } from '../support/cli.ts';
import { asRoot, keysIn, query } from '../support/iam.ts';
import { removeFolder } from '../support/leftovers.ts';
import { serverFor, until } from '../support/server.ts';
import type { Signing } from '../support/signed.ts';

const overFolder = async (t: { after(fn: () => unknown): void }) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-root-'));
  const server = await serverFor(t, { dataDir });
  t.after(() => removeFolder(dataDir));
  const statusOf = async (key: Signing) => (await query(server, key, 'sts', 'GetCallerIdentity')).status;
  return { dataDir, server, statusOf, cli: (...args: string[]) => runCli([...args, '--data', dataDir]) };
};

test('A-009: root gets a second key and loses the first while the server runs, without a gap', async (t) => {
  const { dataDir, server, statusOf, cli } = await overFolder(t);
  const old = server.rootKey;
  const session = keysIn((await query(server, old, 'sts', 'GetSessionToken')).text);
  const early = await cli('access', 'rotate-root', '--finish');
  assert.deepEqual([early.code, early.stdout], [2, '']);
  const made = await cli('access', 'rotate-root');
  assert.equal(made.code, 0, made.stderr);
  const key = readRootKey(dataDir);
  assert.notEqual(key.accessKeyId, old.accessKeyId);
  assert.ok(made.stdout.includes(key.accessKeyId) && !made.stdout.includes(key.secretAccessKey));
  assert.equal(statSync(join(dataDir, 'root-key.json')).mode & 0o777, 0o600);
  await until(async () => ((await statusOf(key)) === 200 ? true : undefined));
  assert.deepEqual([await statusOf(old), await statusOf(session)], [200, 200]);
  assert.equal((await cli('access', 'rotate-root')).code, 2);
  assert.match((await cli('access', 'whoami')).stdout, /:root /);
  assert.match((await cli('access', 'rotate-root', '--finish')).stdout, new RegExp(old.accessKeyId));
  await until(async () => ((await statusOf(old)) === 403 ? true : undefined));
  // and with the key what was asked for with it
  assert.deepEqual([await statusOf(key), await statusOf(session)], [200, 403]);
  assert.ok(!readFileSync(join(dataDir, 'root-key.json'), 'utf8').includes(old.accessKeyId));
});

test('the start of a server says so where root was used in the last day though there are users', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-root-'));
  t.after(() => removeFolder(dataDir));
  const started = async (work: (server: Awaited<ReturnType<typeof serverFor>>) => Promise<unknown>) => {
    const stops: (() => Promise<void>)[] = [];
    const after = (fn: unknown) => void stops.push(fn as () => Promise<void>);
    const server = await serverFor({ after }, { dataDir });
    await work(server);
    for (const stop of stops) await stop();
    return server.isRootBusy;
  };
  assert.equal(await started(async () => {}), false);
  assert.equal(await started((server) => asRoot(server, 'GetUser')), false);
  assert.equal(await started((server) => asRoot(server, 'CreateUser', { UserName: 'ann' })), false);
  assert.equal(await started(async () => {}), true);
  const { output } = await startServe(t, [], { dataDir });
  assert.match(output.stdout, /^root was used in the last day though there are users: let it rest/m);
});
