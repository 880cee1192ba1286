import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch } from '@aws-sdk/client-batch';
import { readRootKey } from '../../src/main/data-folder.ts';
import { type Ended, later, runCli, startServe } from '../support/cli.ts';

const linesOf = ({ stderr }: Ended): Record<string, unknown>[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

const SHOWN: [string, Record<string, string>, boolean][] = [
  ['is on the stderr of a server that was told nothing', {}, true],
  ['is not when only warnings are asked for', { LONGSHORE_LOG: 'warn' }, false],
];

for (const [what, env, shown] of SHOWN) {
  test(`S-013 S-174: the reason of a cancel and of a terminate ${what}`, async (t) => {
    const server = await startServe(t, [], { env });
    const { code } = await runCli(['run', '--data', server.dataDir, '--name', 'first', '--', 'true']);
    assert.equal(code, 0);
    const credentials = readRootKey(server.dataDir);
    const batch = new Batch({ endpoint: server.url, region: 'us-east-1', credentials });
    later(t, () => batch.destroy());
    const { jobDefinitions } = await batch.describeJobDefinitions({});
    const jobDefinition = jobDefinitions![0]!.jobDefinitionArn!;
    const submit = async (command: string[], after?: string): Promise<string> => {
      const { jobId } = await batch.submitJob({
        jobName: 'j',
        jobQueue: 'default',
        jobDefinition,
        containerOverrides: { command },
        ...(after !== undefined && { dependsOn: [{ jobId: after }] }),
      });
      return jobId!;
    };
    const running = await submit(['sleep', '1000']);
    const waiting = await submit(['true'], running);
    await batch.cancelJob({ jobId: waiting, reason: 'not wanted: 我' });
    await batch.terminateJob({ jobId: running, reason: 'took "too" long' });
    const lines = linesOf(await server.end())
      .filter(({ msg }) => msg === 'a stop was asked for')
      .map(({ kind, jobId, reason }) => ({ kind, jobId, reason }));
    const all = [
      { kind: 'cancel', jobId: waiting, reason: 'not wanted: 我' },
      { kind: 'terminate', jobId: running, reason: 'took "too" long' },
    ];
    assert.deepEqual(lines, shown ? all : []);
  });
}
