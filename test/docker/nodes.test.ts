import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Batch } from '@aws-sdk/client-batch';
import type { StartOrder } from '../../src/engines/engine.ts';
import { reaches, until } from '../contract/engine-suite.ts';
import { describe, inState, messages } from '../support/asked.ts';
import { createQueue } from '../support/batch.ts';
import { eventually, later } from '../support/cli.ts';
import { docker, IMAGE } from './daemon.ts';
import { serve } from './serving.ts';
import { containersOf, openDockerWorld, run, script } from './world.ts';

const networksWith = (label: string): string[] =>
  docker(['network', 'ls', '-q', '--no-trunc', '--filter', `label=${label}`])
    .split('\n')
    .filter(Boolean);

const ADDRESS = 'AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS';

/** Serves a file on a port of its own; the last part goes on. */
const SERVES = 'mkdir -p /tmp/w; echo from $AWS_BATCH_JOB_ID > /tmp/w/x; httpd -p 8080 -h /tmp/w';
/** Waits until the file of another can be had, and prints it; how often it could not is a matter of the machine's speed. */
const fetch = (from: string, file = 'x') =>
  `until wget -qO- http://${from}:8080/${file} 2> /dev/null; do sleep 0.1; done`;
const fetchAll = (...from: string[]) => from.map((name) => fetch(name)).join('; ');

const isGone = (jobId: string) =>
  eventually('network gone', () => networksWith(`longshore.job=${jobId}`).length === 0 || undefined);

let jobs = 0;

/** Orders for nodes of one attempt, the first of them the main one. */
const nodesOf = (scripts: readonly string[], attempt = 1): StartOrder[] => {
  const job = `job${++jobs}`;
  return scripts.map((text, index) =>
    script(
      text,
      { linuxParameters: { initProcessEnabled: true } },
      {
        jobId: `${job}#${index}`,
        attempt,
        node: { job, index, mainNode: 0 },
        jobVariables: {
          AWS_BATCH_JOB_ID: `${job}#${index}`,
          ...(index > 0 && { [ADDRESS]: '127.0.0.1' }),
        },
      },
    ),
  );
};

const submitNodes = async (
  batch: Batch,
  mainNode: number,
  scripts: { readonly main: string; readonly others: string },
  attempts = 1,
): Promise<string> => {
  const container = (text: string) => ({
    image: IMAGE,
    vcpus: 1,
    memory: 64,
    command: ['sh', '-c', text],
    linuxParameters: { initProcessEnabled: true },
  });
  await batch.registerJobDefinition({
    jobDefinitionName: 'm',
    type: 'multinode',
    retryStrategy: { attempts },
    nodeProperties: {
      numNodes: 3,
      mainNode,
      nodeRangeProperties: [
        { targetNodes: '0:', container: container(scripts.others) },
        { targetNodes: `${mainNode}:${mainNode}`, container: container(scripts.main) },
      ],
    },
  });
  return (await batch.submitJob({ jobName: 'm', jobQueue: 'q', jobDefinition: 'm' })).jobId!;
};

test('J-126: from inside its container a node reaches the main one by address and by both its names', async (t) => {
  const { batch, logs } = await serve(t);
  await createQueue(batch);
  const own = `$\{AWS_BATCH_JOB_ID%'#'*}-node-1`;
  const others = `${fetchAll(`$${ADDRESS}`, 'node-1', own)}; ${SERVES}; sleep 600`;
  const jobId = await submitNodes(batch, 1, { main: `${SERVES}; ${fetchAll('node-0', 'node-2')}`, others });
  const job = await inState(batch, jobId, 'SUCCEEDED', 'FAILED');
  assert.equal(job.status, 'SUCCEEDED');
  const heard = await messages(logs, await describe(batch, `${jobId}#1`));
  assert.deepEqual(heard, [`from ${jobId}#0`, `from ${jobId}#2`]);
  for (const node of [0, 2]) {
    const other = await inState(batch, `${jobId}#${node}`, 'FAILED', 'SUCCEEDED');
    assert.deepEqual(await messages(logs, other), Array(3).fill(`from ${jobId}#1`));
  }
  await isGone(jobId);
});

test('J-297: the nodes of the next attempt find one another in a network of their own', async (t) => {
  const { batch, logs } = await serve(t);
  await createQueue(batch);
  const main = `${SERVES}; ${fetchAll('node-1', 'node-2')}; [ $AWS_BATCH_JOB_ATTEMPT = 2 ]`;
  const others = `${fetch(`$${ADDRESS}`)}; ${SERVES}; sleep 600`;
  const jobId = await submitNodes(batch, 0, { main, others }, 2);
  const job = await inState(batch, jobId, 'SUCCEEDED', 'FAILED');
  assert.deepEqual([job.status, job.attempts!.length], ['SUCCEEDED', 2]);
  const heard = await messages(logs, await describe(batch, `${jobId}#0`));
  assert.deepEqual(heard, [`from ${jobId}#1`, `from ${jobId}#2`]);
  await isGone(jobId);
});

for (const away of ['go on', 'end'] as const) {
  test(`nodes ${away} while the server is killed and away: they are found again, and their network goes with them`, async (t) => {
    const { server, batch } = await serve(t);
    await createQueue(batch);
    const others = `${fetch('node-0')}; ${SERVES}; sleep 600`;
    const main = `${SERVES}; ${fetchAll('node-1', 'node-2')}; ${fetch('node-1', 'end')}`;
    const jobId = await submitNodes(batch, 0, { main, others });
    const containerOf = (node: number) =>
      docker(['ps', '-aq', '--filter', `label=longshore.job=${jobId}#${node}`]);
    /** The main one waits for this, in the other's container. */
    const endMain = () =>
      docker([
        'exec',
        containerOf(1),
        'sh',
        '-c',
        'mkdir -p /tmp/w; echo end > /tmp/end; mv /tmp/end /tmp/w',
      ]);
    for (const node of [0, 1, 2]) await inState(batch, `${jobId}#${node}`, 'RUNNING');
    await server.end('SIGKILL');
    assert.equal(networksWith(`longshore.job=${jobId}`).length, 1);
    if (away === 'end') {
      endMain();
      docker(['wait', containerOf(0)]);
      docker(['stop', containerOf(1), containerOf(2)]);
    }
    const again = await serve(t, [], server.dataDir);
    if (away === 'go on') endMain();
    assert.equal((await inState(again.batch, jobId, 'SUCCEEDED', 'FAILED')).status, 'SUCCEEDED');
    const heard = await messages(again.logs, await describe(again.batch, `${jobId}#0`));
    assert.deepEqual(heard, [`from ${jobId}#1`, `from ${jobId}#2`, 'end']);
    await isGone(jobId);
  });
}

test('two jobs do not see the names of each other’s nodes', async (t) => {
  const world = await openDockerWorld(t);
  const [main, child] = nodesOf([`${SERVES}; sleep 600`, 'true']);
  const mine = `${main!.node!.job}-node-0`;
  const [otherMain] = nodesOf([
    `${SERVES}; ${fetch('node-0')}; wget -qO- http://${mine}:8080/x 2> /dev/null || echo unseen`,
  ]);
  await world.engine.start([main!]);
  await reaches(world, main!.taskId, 'running');
  const { output } = await run(world, otherMain!);
  assert.equal(output, `from ${otherMain!.jobId}\nunseen\n`);
  const named = { ...child!, container: script(fetchAll('node-0', mine)).container };
  assert.equal((await run(world, named)).output, `from ${main!.jobId}\nfrom ${main!.jobId}\n`);
});

test('an ordinary job keeps the network of the setting; where that is none, nodes have one that leads nowhere', async (t) => {
  const world = await openDockerWorld(t);
  const [main] = nodesOf(['sleep 600']);
  const ordinary = script('sleep 600');
  await world.engine.start([main!, ordinary]);
  await reaches(world, main!.taskId, 'running');
  await reaches(world, ordinary.taskId, 'running');
  const [network] = networksWith(`longshore.data=${world.dataId}`);
  const modeOf = (task: string) =>
    docker(['inspect', '-f', '{{.HostConfig.NetworkMode}}', `longshore-${world.dataId}-${task}`]);
  assert.equal(modeOf(ordinary.taskId), 'none');
  assert.equal(modeOf(main!.taskId), network);
  assert.equal(docker(['network', 'inspect', '-f', '{{.Internal}}', network!]), 'true');
});

test('a node whose main one has ended fails and says so', async (t) => {
  const world = await openDockerWorld(t);
  const [main, child] = nodesOf(['true', 'true']);
  await run(world, main!);
  await world.engine.start([child!]);
  const { reason } = await reaches(world, child!.taskId, 'failed');
  assert.match(reason, /^CannotCreateContainerError: the main node, 0, does not run any more$/);
});

test('the network goes with the last container of its nodes, not before', async (t) => {
  const world = await openDockerWorld(t);
  const [main, child] = nodesOf(['sleep 1', 'sleep 600']);
  for (const order of [main!, child!]) {
    await world.engine.start([order]);
    await reaches(world, order.taskId, 'running');
  }
  await reaches(world, main!.taskId, 'exited');
  await world.engine.forget([main!.taskId]);
  await until(world, 'removal', () => containersOf(world.dataId).length === 1 || undefined);
  await world.reopen();
  assert.equal(networksWith(`longshore.data=${world.dataId}`).length, 1);
  await world.engine.stop(child!.taskId, 0);
  await reaches(world, child!.taskId, 'exited');
  await world.engine.forget([child!.taskId]);
  await until(
    world,
    'removal',
    () => networksWith(`longshore.data=${world.dataId}`).length === 0 || undefined,
  );
});

test('a network that a killed server left without containers is found by its label; strangers’ stay', async (t) => {
  const world = await openDockerWorld(t);
  const create = (name: string, labels: readonly string[]) =>
    docker(['network', 'create', ...labels.flatMap((label) => ['--label', label]), name]);
  const stranger = create(`stranger-${world.dataId}`, ['longshore.nodes=left-1']);
  later(t, () => docker(['network', 'rm', stranger]));
  create(`longshore-${world.dataId}-left-1`, [`longshore.data=${world.dataId}`, 'longshore.nodes=left-1']);
  await world.reopen();
  const left = () => networksWith('longshore.nodes=left-1');
  await until(world, 'removal', () => left().length === 1 || undefined);
  assert.deepEqual(left(), [stranger]);
});
