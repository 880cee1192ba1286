import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeWorld } from '../../../test/support/world.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { OutputStore } from '../../output/output.ts';
import { type FilterInput, filterLogEvents } from './filter-log-events.ts';

const CALLER = { arn: 'arn:aws:iam::012345678910:root', accessKeyId: 'AKTEST' };

type Answer = { events: { logStreamName: string; message: string }[]; nextToken?: string };

/** So many running jobs; their streams in the order of names. */
const running = async (t: TestContext, count: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-filter-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { service, submit, settle, clock, timers } = await makeWorld({ pool: 256, command: ['run'] });
  await submit({ arrayProperties: { size: count } });
  await settle();
  const output = new OutputStore(folder, clock, timers, service.log);
  const tasks = await service.store.read((tx) =>
    tx.all<{ id: string; log_stream: string }>('SELECT id, log_stream FROM tasks ORDER BY log_stream'),
  );
  assert.equal(tasks.length, count);
  const ask = (input: FilterInput) =>
    filterLogEvents({ ...service, output }, { logGroupName: '/aws/batch/job', ...input } as never, CALLER);
  return {
    streams: tasks.map((task) => task.log_stream),
    print: (at: number, text: string) => {
      const path = output.pathOf(tasks[at]!.id);
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, text);
    },
    page: async (input: FilterInput = {}): Promise<Answer> => {
      const answer = await ask(input);
      if (isRefusal(answer)) throw new Error(`${answer.type}: ${answer.message}`);
      return answer as Answer;
    },
  };
};

for (const [how, count] of [
  ['in the order of time', 2],
  ['stream by stream', 30],
] as const) {
  test(`a page ${how} is bounded by its bytes, and the next one goes on (W-087 W-099)`, async (t) => {
    const { print, page } = await running(t, count);
    for (const at of [0, 1]) print(at, `${'ü'.repeat(100_000)}\n`.repeat(10));
    const sizes: number[] = [];
    let nextToken: string | undefined;
    do {
      const found = await page(nextToken === undefined ? {} : { nextToken });
      sizes.push(found.events.length);
      nextToken = found.nextToken;
    } while (nextToken !== undefined);
    assert.deepEqual(sizes, [5, 5, 5, 5]);
  });

  test(`a name that is given twice gives its events once ${how} (W-098)`, async (t) => {
    const { print, page, streams } = await running(t, count);
    for (const at of streams.keys()) print(at, 'once\n');
    const { events } = await page({ logStreamNames: [...streams, ...streams] });
    assert.deepEqual(events.map(({ logStreamName }) => logStreamName).sort(), streams);
  });
}

test('what a stream at a page’s end has not printed whole stands on the next page whole (W-099)', async (t) => {
  const { print, page } = await running(t, 200);
  print(199, 'first\ngoing');
  const { events, nextToken } = await page();
  assert.deepEqual(
    events.map(({ message }) => message),
    ['first'],
  );
  print(199, ' done\n');
  assert.deepEqual(
    (await page({ nextToken: nextToken! })).events.map(({ message }) => message),
    ['going done'],
  );
});

test('a stream that is not there is refused, beside others too, and so are more than 100 (W-093 W-098)', async (t) => {
  const { page, streams } = await running(t, 2);
  for (const logStreamNames of [['none'], [...streams, 'none']]) {
    await assert.rejects(page({ logStreamNames }), {
      message: 'ResourceNotFoundException: The specified log stream does not exist.',
    });
  }
  const names = (count: number) => Array.from({ length: count }, () => streams[0]!);
  assert.deepEqual((await page({ logStreamNames: names(100) })).events, []);
  await assert.rejects(page({ logStreamNames: names(101) }), /InvalidParameterException: .*100.*101/);
});
