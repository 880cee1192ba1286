import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Batch } from '@aws-sdk/client-batch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { readRootKey } from '../../src/main/data-folder.ts';
import { later, runCli, startServe } from '../support/cli.ts';

/* Output that is large, of one line, of long lines, or no text at all. */

const GROUP = '/aws/batch/job';
const LONGEST = 262_144;

const residentMiB = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

test('100 MB of output in one line, in lines of 1 MB, and of random bytes: read back in pages, the memory stays flat', async (t) => {
  const server = await startServe(t);
  const credentials = readRootKey(server.dataDir);
  const settings = { endpoint: server.url, region: 'us-east-1', credentials };
  const batch = new Batch(settings);
  const logs = new CloudWatchLogs(settings);
  later(t, () => batch.destroy());
  later(t, () => logs.destroy());
  assert.equal((await runCli(['run', '--data', server.dataDir, '--', 'true'])).code, 0);
  const before = residentMiB(server.pid);

  const streamOf = async (script: string): Promise<string> => {
    const { code, stderr } = await runCli([
      ...['run', '--data', server.dataDir, '--queue', 'default', '--array', '2'],
      ...['--', 'sh', '-c', `[ $AWS_BATCH_JOB_ARRAY_INDEX = 1 ] || { ${script}; }`],
    ]);
    assert.equal(code, 0, stderr);
    const parent = /^job (\S+)$/m.exec(stderr)![1];
    const { jobs } = await batch.describeJobs({ jobs: [`${parent}:0`] });
    return jobs![0]!.container!.logStreamName!;
  };
  const page = async (logStreamName: string, more: object) =>
    logs.getLogEvents({ logGroupName: GROUP, logStreamName, ...more });

  const line = await streamOf('head -c 100000000 /dev/zero | tr "\\0" x');
  const first = await page(line, { startFromHead: true });
  const sizes = first.events!.slice(1).map(({ message }) => message!.length);
  assert.ok(sizes.length > 1 && sizes.every((size) => size === LONGEST), String(sizes));
  const last = await page(line, { startFromHead: false, limit: 1 });
  assert.match(last.events![0]!.message!, /^x+$/);

  const lines = await streamOf('for i in 1 2 3 4 5; do head -c 1000000 /dev/zero | tr "\\0" y; echo; done');
  let nextToken: string | undefined;
  let bytes = 0;
  for (;;) {
    const got = await page(lines, { startFromHead: true, ...(nextToken && { nextToken }) });
    for (const { message } of got.events!) bytes += message!.startsWith('y') ? message!.length : 0;
    if (got.nextForwardToken === nextToken) break;
    nextToken = got.nextForwardToken;
  }
  assert.equal(bytes, 5_000_000);

  const noise = await streamOf('head -c 20000000 /dev/urandom');
  assert.ok((await page(noise, { startFromHead: true })).events!.length > 1);
  assert.ok((await page(noise, { startFromHead: false })).events!.length > 0);
  const found = await logs.filterLogEvents({ logGroupName: GROUP, filterPattern: 'nobody-printed-this' });
  assert.deepEqual(found.events, []);

  const readAll = async () => {
    for (const stream of [line, lines, noise]) {
      await page(stream, { startFromHead: true });
      await page(stream, { startFromHead: false });
    }
  };
  // a page of 1 MB is a few of garbage, which Node lets lie for a while: read ten times, what is kept of it would show
  await readAll();
  const once = residentMiB(server.pid);
  for (let i = 0; i < 10; i++) await readAll();
  const more = residentMiB(server.pid) - once;
  assert.ok(more < 150, `${more} MiB for 125 MB of output, read ten times more`);
  assert.ok(once - before < 400, `${once - before} MiB for 125 MB of output, written and read`);
});
