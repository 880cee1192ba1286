import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Batch, JobDetail } from '@aws-sdk/client-batch';
import { describe, inState, messages } from '../support/asked.ts';
import { createQueue } from '../support/batch.ts';
import { eventually, later, tempFolder } from '../support/cli.ts';
import { docker, IMAGE, importImage, type PrivateDaemon, privateDaemon } from './daemon.ts';
import { serveOver } from './serving.ts';

/* Two daemons of this machine as hosts of 4 vCPUs each, one of which goes away and comes back. */

const GONE = /^Host EC2 \(instance i-[0-9a-f]{17}\) terminated\.$/;

interface Lab {
  readonly daemons: readonly [PrivateDaemon, PrivateDaemon];
  /** Starts a server over both; `kill` ends it without a word. */
  serve(...more: string[]): ReturnType<typeof serveOver>;
}

const lab = async (t: TestContext): Promise<Lab> => {
  const daemons = [privateDaemon(), privateDaemon()] as const;
  for (const daemon of daemons) later(t, () => daemon.destroy());
  for (const daemon of daemons) {
    await daemon.start();
    importImage(daemon.host);
  }
  const dataDir = `${tempFolder(t)}/data`;
  const flags = ['--capacity', 'vcpus=4,memory=16GiB', '--host-lost-after', '10', '--network', 'none'];
  return {
    daemons,
    serve: (...more) =>
      serveOver(t, [...daemons.flatMap(({ host }) => ['--docker-host', host]), ...flags, ...more], dataDir),
  };
};

const submit = async (batch: Batch, script: string, more: object = {}, vcpus = 3): Promise<string> => {
  await batch.registerJobDefinition({
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: {
      ...{ image: IMAGE, vcpus, memory: 64, command: ['sh', '-c', script] },
      linuxParameters: { initProcessEnabled: true },
    },
    retryStrategy: { attempts: 3 },
  });
  const { jobId } = await batch.submitJob({ jobName: 'j', jobQueue: 'q', jobDefinition: 'd', ...more });
  return jobId!;
};

/** Ids of a job's containers that run on a daemon. */
const running = ({ host }: PrivateDaemon, jobId: string): string[] =>
  docker(['ps', '-q', '--no-trunc', '--filter', `label=longshore.job=${jobId}`], host)
    .split('\n')
    .filter(Boolean);

const stops = async (batch: Batch, ...ids: string[]): Promise<void> => {
  for (const jobId of ids) await batch.terminateJob({ jobId, reason: 'enough' });
  for (const jobId of ids) await inState(batch, jobId, 'FAILED', 'SUCCEEDED');
};

/** Two jobs that run until they are stopped, one of which fits on each host beside nothing else; that on the second is told last. */
const twoSleepers = async (batch: Batch, [first, second]: Lab['daemons']): Promise<[string, string]> => {
  const ids = [await submit(batch, 'exec sleep 600'), await submit(batch, 'exec sleep 600')];
  for (const id of ids) await inState(batch, id, 'RUNNING');
  const [onSecond] = ids.filter((id) => running(second, id).length === 1);
  const [onFirst] = ids.filter((id) => running(first, id).length === 1);
  assert.ok(onFirst && onSecond && onFirst !== onSecond, 'one on each');
  return [onFirst, onSecond];
};

test('K-067 K-069: a daemon that is killed has lost its job, which is tried again; when it is back it kills what it had', async (t) => {
  const { daemons, serve } = await lab(t);
  const { server, batch } = await serve();
  assert.match(server.output.stdout, /engine: docker, 8 vCPUs.*; 2 of 2 hosts\n {2}host \S+ at unix:/);
  await createQueue(batch);
  const [onFirst, onSecond] = await twoSleepers(batch, daemons);
  const [container] = running(daemons[1], onSecond);
  await daemons[1].stop('SIGKILL');
  const lost = await eventually('the loss', async () => {
    const job = await describe(batch, onSecond);
    return job.attempts!.length > 0 ? job : undefined;
  });
  assert.match(lost.attempts![0]!.statusReason!, GONE);
  assert.equal((await describe(batch, onFirst)).status, 'RUNNING');
  const waits = await eventually('why it waits', async () => (await describe(batch, onSecond)).statusReason);
  assert.match(waits, /host \S+, with the most room of 1 open hosts, has 0 vCPUs /);
  await daemons[1].start();
  await eventually('the second attempt alone', () => {
    const now = running(daemons[1], onSecond);
    return (now.length === 1 && now[0] !== container) || undefined;
  });
  const again = await inState(batch, onSecond, 'RUNNING');
  assert.equal(again.attempts!.length, 1);
  await stops(batch, onFirst, onSecond);
  await eventually(
    'nothing left',
    () => daemons.every(({ host }) => docker(['ps', '-aq'], host) === '') || undefined,
  );
});

test('K-068 K-078: a server that is killed and started while a daemon is away loses nothing there, and adopts it when it is back', async (t) => {
  const { daemons, serve } = await lab(t);
  const first = await serve();
  await createQueue(first.batch);
  const [onFirst, onSecond] = await twoSleepers(first.batch, daemons);
  const containers = [running(daemons[0], onFirst), running(daemons[1], onSecond)];
  await daemons[1].stop('SIGKILL');
  await first.server.end('SIGKILL');
  const { server, batch } = await serve('--host-lost-after', 'never');
  assert.match(
    server.output.stdout,
    /1 of 2 hosts[\s\S]*host \S+ at unix:\S+ takes no jobs until it is heard/,
  );
  for (const id of [onFirst, onSecond]) assert.equal((await describe(batch, id)).status, 'RUNNING');
  // one that fits nowhere but there, and one that is told to stop there meanwhile
  const waits = await submit(batch, 'echo ran', {}, 4);
  await batch.terminateJob({ jobId: onSecond, reason: 'enough' });
  await daemons[1].start();
  const stopped = await inState(batch, onSecond, 'FAILED');
  assert.deepEqual([stopped.attempts!.length, stopped.statusReason], [1, 'enough']);
  assert.deepEqual(running(daemons[0], onFirst), containers[0]);
  const ran = await inState(batch, waits, 'SUCCEEDED');
  assert.equal(ran.attempts!.length, 1);
  await stops(batch, onFirst);
});

test('K-067: under load every child of an array ends once, those of a killed daemon in another attempt, and each log is whole', async (t) => {
  const { daemons, serve } = await lab(t);
  const { batch, logs } = await serve();
  await createQueue(batch);
  const script = 'echo begun; sleep 2; echo ended $AWS_BATCH_JOB_ARRAY_INDEX';
  const id = await submit(batch, script, { arrayProperties: { size: 24 } }, 1);
  const isBusy = ({ host }: PrivateDaemon) => docker(['ps', '-q'], host).split('\n').length >= 2;
  await eventually('both have some', () => daemons.every(isBusy) || undefined);
  await daemons[1].stop('SIGKILL');
  await inState(batch, id, 'SUCCEEDED');
  const children = await childrenOf(batch, id, 24);
  const ends = children.flatMap(({ attempts }) =>
    attempts!.slice(0, -1).map((attempt) => attempt.statusReason!),
  );
  assert.ok(ends.length > 0, 'some ran there');
  for (const reason of ends) assert.match(reason, GONE);
  for (const child of children)
    assert.deepEqual(await messages(logs, child), ['begun', `ended ${child.arrayProperties!.index}`]);
  await daemons[1].start();
  await eventually('what it had is gone', () => docker(['ps', '-aq'], daemons[1].host) === '' || undefined);
});

const childrenOf = async (batch: Batch, id: string, size: number): Promise<JobDetail[]> => {
  const { jobs } = await batch.describeJobs({ jobs: Array.from({ length: size }, (_, at) => `${id}:${at}`) });
  return jobs!;
};

test('J-294: the nodes of a multi-node job are on one daemon, whose network they share', async (t) => {
  const { daemons, serve } = await lab(t);
  const { batch } = await serve();
  await createQueue(batch);
  const address = '$AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS';
  await batch.registerJobDefinition({
    jobDefinitionName: 'nodes',
    type: 'multinode',
    nodeProperties: {
      numNodes: 2,
      mainNode: 0,
      nodeRangeProperties: ['nc -l -p 9999', `until echo hello | nc ${address} 9999; do sleep 0.1; done`].map(
        (script, at) => ({
          targetNodes: String(at),
          container: { image: IMAGE, vcpus: 1, memory: 64, command: ['sh', '-c', script] },
        }),
      ),
    },
  });
  // each host has room for one node
  const fills = await twoSleepers(batch, daemons);
  const { jobId } = await batch.submitJob({ jobName: 'n', jobQueue: 'q', jobDefinition: 'nodes' });
  const waits = await eventually('why it waits', async () => (await describe(batch, jobId!)).statusReason);
  assert.match(waits, /needs 2 × 1 vCPU /);
  await stops(batch, fills[0]);
  await inState(batch, jobId!, 'SUCCEEDED');
  await stops(batch, fills[1]);
});
