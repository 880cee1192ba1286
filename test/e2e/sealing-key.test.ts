import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Log, silentLog } from '../../src/lib/logger.ts';
import type { Config } from '../../src/main/config.ts';
import { startServer } from '../../src/main/start-server.ts';
import { asRoot, keysIn, makeUser, query } from '../support/iam.ts';
import { removeFolder } from '../support/leftovers.ts';

/* The files of keys, between one start and the next. */

/** A server over a folder, as often as it is started; `stop` ends it. */
const startedOver = (t: TestContext) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-sealing-'));
  t.after(() => removeFolder(dataDir));
  const lines: string[] = [];
  const heard = (...parts: unknown[]) => void lines.push(JSON.stringify(parts));
  const log = { ...silentLog, error: heard } as Log;
  const config: Config = {
    engine: 'process',
    dataDir,
    host: '127.0.0.1',
    port: 0,
    region: 'us-east-1',
    account: '012345678910',
    path: process.env.PATH ?? '/usr/bin:/bin',
  };
  const start = async () => {
    const server = await startServer(config, log);
    return { server, stop: () => server.close() };
  };
  return { start, lines, dataDir, file: join(dataDir, 'sealing-key') };
};

test('A-013: a server whose sealing key is gone does not start while there are keys, and says what to do', async (t) => {
  const { start, file } = startedOver(t);
  const first = await start();
  const ann = await makeUser(first.server, 'ann');
  await first.stop();
  const key = readFileSync(file);
  rmSync(file);
  await assert.rejects(
    start(),
    /sealing-key is gone.*put the file of a backup in its place.*openssl rand -hex 32/,
  );
  assert.equal(existsSync(file), false);
  writeFileSync(file, key, { mode: 0o600 });
  const { server, stop } = await start();
  assert.equal((await query(server, ann, 'sts', 'GetCallerIdentity')).status, 200);
  await stop();
});

test('A-013: without keys another one is made', async (t) => {
  const { start, file } = startedOver(t);
  await (await start()).stop();
  rmSync(file);
  const { server, stop } = await start();
  await makeUser(server, 'ann');
  await stop();
});

test('A-011 A-013: keys that another sealing key sealed are nobody’s, which the log says once of each', async (t) => {
  const { start, lines, file } = startedOver(t);
  const first = await start();
  const ann = await makeUser(first.server, 'ann');
  await first.stop();
  writeFileSync(file, 'ab'.repeat(32));
  const { server, stop } = await start();
  for (let n = 0; n < 3; n++) {
    const { status, text } = await query(server, ann, 'sts', 'GetCallerIdentity');
    assert.deepEqual([status, /InvalidClientTokenId/.test(text)], [403, true]);
    await asRoot(server, 'TagUser', { UserName: 'ann', Tags: [{ Key: 'n', Value: `${n}` }] });
  }
  assert.equal(lines.filter((line) => line.includes('cannot be opened')).length, 1);
  // a new key works
  await asRoot(server, 'DeleteAccessKey', { UserName: 'ann', AccessKeyId: ann.accessKeyId });
  await asRoot(server, 'CreateAccessKey', { UserName: 'ann' });
  await stop();
});

test('A-073: a session that root asked for ends with the root key that asked', async (t) => {
  const { start, dataDir } = startedOver(t);
  const first = await start();
  const keys = keysIn((await query(first.server, first.server.rootKey, 'sts', 'GetSessionToken')).text);
  await first.stop();
  const root = join(dataDir, 'root-key.json');
  const before = readFileSync(root);
  const seen = async () => {
    const { server, stop } = await start();
    const { status } = await query(server, keys, 'sts', 'GetCallerIdentity');
    await stop();
    return status;
  };
  assert.equal(await seen(), 200);
  writeFileSync(root, JSON.stringify({ accessKeyId: 'LSIAANOTHERANOTHERAN', secretAccessKey: 'another' }));
  assert.equal(await seen(), 403);
  writeFileSync(root, before);
  assert.equal(await seen(), 200);
});
