import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRootKey } from '../../src/main/data-folder.ts';
import { runCli, tempFolder } from '../support/cli.ts';
import { serveHere } from '../support/server.ts';

test('a client that is pointed here by the environment needs no data folder', async (t) => {
  const { url, dataDir } = await serveHere(t);
  const { accessKeyId, secretAccessKey } = readRootKey(dataDir);
  const env = {
    AWS_ENDPOINT_URL_BATCH: url,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-east-1',
    LONGSHORE_DATA: join(tempFolder(t), 'none'),
  };
  const { code, stdout } = await runCli(['run', '--', 'echo', 'pointed'], { env });
  assert.equal(code, 0);
  assert.match(stdout, /^pointed$/m);
});

test('what the folder of another server says, which listened at this address once, is not said of the one that does', async (t) => {
  const { url, dataDir } = await serveHere(t, 'vcpus=1,memory=1GiB');
  const other = tempFolder(t);
  const address = { url, region: 'us-east-1', engine: 'docker', pool: '64 vCPUs and 1 TiB' };
  writeFileSync(join(other, 'server.json'), JSON.stringify(address));
  writeFileSync(
    join(other, 'root-key.json'),
    JSON.stringify({ accessKeyId: 'OTHER', secretAccessKey: 'other' }),
  );
  const { accessKeyId, secretAccessKey } = readRootKey(dataDir);
  const env = {
    AWS_ENDPOINT_URL_BATCH: url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-east-1',
    LONGSHORE_DATA: other,
  };
  const ran = await runCli(['run', '--name', 'pointed', '--', 'true'], { env });
  assert.equal(ran.code, 0, ran.stderr);
});
