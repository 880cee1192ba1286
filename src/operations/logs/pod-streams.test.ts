import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CONTAINER, makePodWorld, submitPod } from '../../../test/support/eks.ts';
import { containerLogId } from '../../domain/log-stream.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { OutputStore } from '../../output/output.ts';
import type { Operation, Service } from '../../service/service.ts';
import { hideStep, removeStep } from '../../transitions/retention/finished-jobs.ts';
import { describeLogStreams } from './describe-log-streams.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getLogEvents } from './get-log-events.ts';

const CALLER = { arn: 'arn:aws:iam::012345678910:root', accessKeyId: 'AKTEST' };
const GROUP = { logGroupName: '/aws/batch/job' };

const ask = async (operation: unknown, service: Service, input: object) => {
  const answer = await (operation as Operation)(service, { ...GROUP, ...input } as never, CALLER);
  if (isRefusal(answer)) throw new Error(`${answer.type}: ${answer.message}`);
  // biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a client would
  return answer as any;
};

/** A running pod of containers b and a and an init container i, each of which has printed its own name. */
const printed = async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-pods-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const named = (name: string) => ({ ...CONTAINER, name });
  const world = await makePodWorld({ containers: [named('b'), named('a')], initContainers: [named('i')] });
  const output = new OutputStore(folder, world.clock, world.timers, world.service.log, true);
  const jobId = await submitPod(world);
  await world.settle();
  const { taskId } = world.engine.orders[0]!;
  for (const [place, name] of ['b', 'a', 'i'].entries()) {
    const bytes = Buffer.from(`I am ${name}\n`);
    output.openLog(containerLogId(taskId, place)).append([{ bytes, time: world.clock.wall() }], undefined);
  }
  const stream = (name: string) => `pods/${name}/pod-${taskId}`;
  return { world, output, service: { ...world.service, output }, taskId, stream, jobId };
};

test('T-380: each container of a pod has a stream of its definition, its own name and its pod', async (t) => {
  const { service, stream, taskId } = await printed(t);
  const names = async (input: object = {}) =>
    (await ask(describeLogStreams, service, input)).logStreams.map(
      ({ logStreamName }: { logStreamName: string }) => logStreamName,
    );
  assert.deepEqual(await names(), [stream('a'), stream('b'), stream('i')]);
  assert.deepEqual(await names({ descending: true }), [stream('i'), stream('b'), stream('a')]);
  assert.deepEqual(await names({ logStreamNamePrefix: 'pods/a/' }), [stream('a')]);
  assert.deepEqual(new Set(await names({ orderBy: 'LastEventTime' })), new Set(['a', 'b', 'i'].map(stream)));
  const page = await ask(describeLogStreams, service, { limit: 2 });
  const next = await ask(describeLogStreams, service, { limit: 2, nextToken: page.nextToken });
  assert.deepEqual(
    [...page.logStreams, ...next.logStreams].map(({ logStreamName }) => logStreamName),
    [stream('a'), stream('b'), stream('i')],
  );
  for (const name of ['a', 'b', 'i']) {
    const { events } = await ask(getLogEvents, service, { logStreamName: stream(name), startFromHead: true });
    assert.deepEqual(
      events.map(({ message }: { message: string }) => message),
      [`I am ${name}`],
    );
  }
  await assert.rejects(
    ask(getLogEvents, service, { logStreamName: `pods/c/pod-${taskId}` }),
    /ResourceNotFoundException/,
  );
});

test('T-380: events of all containers are found together, each with an id of its own', async (t) => {
  const { service, stream } = await printed(t);
  const all = await ask(filterLogEvents, service, { filterPattern: 'am' });
  assert.equal(all.events.length, 3);
  assert.equal(new Set(all.events.map(({ eventId }: { eventId: string }) => eventId)).size, 3);
  const one = await ask(filterLogEvents, service, { logStreamNames: [stream('i')] });
  assert.deepEqual(
    one.events.map(({ message }: { message: string }) => message),
    ['I am i'],
  );
});

const streamsLeft = (service: Service) =>
  service.store.read((tx) => tx.all('SELECT task FROM container_streams'));

test('J-147: the logs of a pod’s containers go with its job', async (t) => {
  const { world, service, output, taskId } = await printed(t);
  assert.equal((await streamsLeft(service)).length, 2);
  world.engine.end(taskId, 0);
  await world.settle();
  await hideStep(service, Number.MAX_SAFE_INTEGER, 0);
  while (await removeStep(service));
  for (const place of [0, 1, 2])
    assert.equal(existsSync(output.pathOf(containerLogId(taskId, place))), false);
  assert.deepEqual(await streamsLeft(service), []);
});

test('a pod that was recalled before it began leaves no stream', async () => {
  const named = (name: string) => ({ ...CONTAINER, name });
  const world = await makePodWorld({ containers: [named('a'), named('b')] });
  world.engine.begins = false;
  await submitPod(world);
  await world.settle();
  const { taskId } = world.engine.orders[0]!;
  world.engine.begins = true;
  world.engine.say({ taskId, kind: 'unstarted', reason: 'OutOfcpu' });
  await world.settle();
  assert.equal(world.engine.orders.length, 2);
  const left = (await streamsLeft(world.service)) as { task: string }[];
  assert.deepEqual(
    left.map(({ task }) => task),
    [world.engine.orders[1]!.taskId],
  );
});
