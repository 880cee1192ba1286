import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch } from '@aws-sdk/client-batch';
import { readRootKey } from '../../src/main/data-folder.ts';
import { later, runCli } from '../support/cli.ts';
import { serveHere } from '../support/server.ts';

test('run removes definitions of its own that are a day old and that no unfinished job is of, and no others', async (t) => {
  const { url, dataDir } = await serveHere(t, 'vcpus=1,memory=1GiB');
  const batch = new Batch({ endpoint: url, region: 'us-east-1', credentials: readRootKey(dataDir) });
  later(t, () => batch.destroy());
  const run = (...args: string[]) => runCli(['run', '--data', dataDir, ...args]);
  assert.equal((await run('--', 'true')).code, 0);
  const hoursAgo = (hours: number) => ({
    'longshore-run': new Date(Date.now() - hours * 3_600_000).toISOString(),
  });
  const register = (jobDefinitionName: string, tags?: Record<string, string>) =>
    batch.registerJobDefinition({
      jobDefinitionName,
      type: 'container',
      containerProperties: { image: 'none', vcpus: 1, memory: 64, command: ['sleep', '1000'] },
      ...(tags && { tags }),
    });
  await register('run-00000000000a', hoursAgo(25));
  await register('run-00000000000b', hoursAgo(23));
  // of an earlier version
  await register('run-00000000000c');
  await register('run-00000000000d', hoursAgo(25));
  await register('run-mine', hoursAgo(25));
  const { jobId } = await batch.submitJob({
    jobName: 'j',
    jobQueue: 'default',
    jobDefinition: 'run-00000000000d',
  });
  assert.equal((await run('--detach', '--', 'echo', 'another')).code, 0);
  const { jobDefinitions = [] } = await batch.describeJobDefinitions({ status: 'ACTIVE' });
  const left = jobDefinitions.map(({ jobDefinitionName }) => jobDefinitionName!).sort();
  assert.deepEqual(
    left.filter((name) => /^run-(0000|mine)/.test(name)),
    ['run-00000000000b', 'run-00000000000d', 'run-mine'],
  );
  await batch.terminateJob({ jobId, reason: 'done' });
});
