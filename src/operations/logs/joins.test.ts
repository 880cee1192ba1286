import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CALLER, makeWorld } from '../../../test/support/world.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { OutputStore } from '../../output/output.ts';
import type { Operation } from '../../service/service.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getLogEvents } from './get-log-events.ts';

const GROUP = { logGroupName: '/aws/batch/job' };
const OPTIONS = { 'awslogs-multiline-pattern': '^(INFO|ERROR)' };

type Answer = {
  events: { message: string; timestamp: number; eventId?: string }[];
  nextForwardToken: string;
  nextBackwardToken: string;
  nextToken?: string;
};

/** A running job for each of these log options, by definitions of their own. */
const running = async (t: TestContext, all: readonly (Record<string, string> | undefined)[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-joins-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const world = await makeWorld({ pool: 32, command: ['run'] });
  for (const [at, options] of all.entries()) {
    const logConfiguration = { logDriver: 'awslogs', ...(options && { options }) };
    await world.ask('registerJobDefinition', {
      jobDefinitionName: `d${at}`,
      type: 'container',
      containerProperties: { image: 'busybox', vcpus: 1, memory: 128, command: ['run'], logConfiguration },
    });
    await world.submit({ jobDefinition: `d${at}` });
  }
  await world.settle();
  const output = new OutputStore(folder, world.clock, world.timers, world.service.log);
  const tasks = await world.service.store.read((tx) =>
    tx.all<{ id: string; log_stream: string }>('SELECT id, log_stream FROM tasks ORDER BY log_stream'),
  );
  assert.equal(tasks.length, all.length);
  const ask = async (operation: unknown, input: object): Promise<Answer> => {
    const answer = await (operation as Operation)({ ...world.service, output }, input as never, CALLER);
    if (isRefusal(answer)) throw new Error(`${answer.type}: ${answer.message}`);
    return answer as Answer;
  };
  return {
    print: (at: number, text: string) => {
      const path = output.pathOf(tasks[at]!.id);
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, text);
    },
    get: (at: number, more: object) =>
      ask(getLogEvents, { ...GROUP, logStreamName: tasks[at]!.log_stream, ...more }),
    filter: (more: object = {}) => ask(filterLogEvents, { ...GROUP, ...more }),
  };
};

const messages = ({ events }: Answer) => events.map(({ message }) => message);

const PRINTED =
  'INFO up\nERROR one\n at a\n at b\nERROR two\n\n at ü\nINFO down\nINFO 9\n rest\nERROR not over yet\n at x\n';
const EVENTS = ['INFO up', 'ERROR one\n at a\n at b', 'ERROR two\n\n at ü', 'INFO down', 'INFO 9\n rest'];

for (const limit of [1, 2, 3, 100]) {
  test(`J-039 W-086: GetLogEvents gives each joined event once, both ways, ${limit} to a page`, async (t) => {
    const { print, get } = await running(t, [OPTIONS]);
    print(0, PRINTED);
    const forward: string[] = [];
    let page = await get(0, { startFromHead: true, limit });
    for (; page.events.length > 0; page = await get(0, { nextToken: page.nextForwardToken, limit }))
      forward.push(...messages(page));
    assert.deepEqual(forward, EVENTS);
    const backward: string[] = [];
    page = await get(0, { limit });
    for (; page.events.length > 0; page = await get(0, { nextToken: page.nextBackwardToken, limit }))
      backward.unshift(...messages(page));
    assert.deepEqual(backward, EVENTS);
    // back again from where both readings ended
    const last = await get(0, { limit: 1 });
    assert.deepEqual(messages(await get(0, { nextToken: last.nextBackwardToken, limit: 1 })), [EVENTS[3]]);
    assert.deepEqual(messages(await get(0, { nextToken: last.nextForwardToken })), []);
    print(0, ' at y\nINFO after\n');
    assert.deepEqual(messages(await get(0, { nextToken: last.nextForwardToken })), [
      'ERROR not over yet\n at x\n at y',
    ]);
  });
}

for (const [how, count] of [
  ['in the order of time', 2],
  ['stream by stream', 25],
] as const) {
  test(`J-039 W-099: FilterLogEvents ${how} joins each stream as its own job says, once, in pages`, async (t) => {
    const { print, filter } = await running(t, [OPTIONS, ...Array(count - 1).fill(undefined)]);
    print(0, PRINTED);
    print(1, 'INFO up\n at a\n');
    const seen: string[] = [];
    const ids: unknown[] = [];
    let nextToken: string | undefined;
    do {
      const page = await filter({ limit: 1, ...(nextToken !== undefined && { nextToken }) });
      seen.push(...messages(page));
      ids.push(...page.events.map(({ eventId }) => eventId));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    assert.deepEqual([...seen].sort(), [...EVENTS, 'INFO up', ' at a'].sort());
    assert.equal(new Set(ids).size, ids.length);
  });
}

test('J-039 W-100: a filter looks at the whole of an event', async (t) => {
  const { print, filter } = await running(t, [OPTIONS]);
  print(0, PRINTED);
  assert.deepEqual(messages(await filter({ filterPattern: 'ERROR ü' })), ['ERROR two\n\n at ü']);
});

test('J-039: a format of dates joins; options that are no pattern join nothing', async (t) => {
  const format = { 'awslogs-datetime-format': '^%Y-%m-%d' };
  const { print, get } = await running(t, [format, { 'awslogs-multiline-pattern': '(' }]);
  for (const at of [0, 1]) print(at, '2024-02-29 a\n b\n2024-03-01 c\n');
  assert.deepEqual(messages(await get(0, { startFromHead: true })), ['2024-02-29 a\n b']);
  assert.deepEqual(messages(await get(1, {})), ['2024-02-29 a', ' b', '2024-03-01 c']);
});
