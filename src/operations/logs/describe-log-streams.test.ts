import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../../test/support/world.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { describeLogStreams, type StreamsInput } from './describe-log-streams.ts';

const CALLER = { arn: 'arn:aws:iam::012345678910:root', accessKeyId: 'AKTEST' };

type Answer = { logStreams: { logStreamName: string }[]; nextToken?: string };

/** Three jobs of each of two groups, in turns, a second between their ends. */
const world = async () => {
  const { service, clock, ...made } = await makeWorld({ pool: 1 });
  const logConfiguration = { logDriver: 'awslogs', options: { 'awslogs-group': '/mine' } };
  await made.ask('registerJobDefinition', {
    jobDefinitionName: 'mine',
    type: 'container',
    containerProperties: { image: 'x', vcpus: 1, memory: 4, command: ['exit', '0'], logConfiguration },
  });
  for (let n = 0; n < 6; n++) {
    await made.submit(n % 2 === 0 ? {} : { jobDefinition: 'mine' });
    await made.settle();
    clock.advance(1000);
  }
  const page = async (input: StreamsInput): Promise<Answer> => {
    const answer = await describeLogStreams({ ...service }, { limit: 2, ...input }, CALLER);
    if (isRefusal(answer)) throw new Error(`${answer.type}: ${answer.message}`);
    return answer as unknown as Answer;
  };
  const all = async (input: StreamsInput): Promise<string[]> => {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const { logStreams, nextToken: next } = await page({ ...input, ...(nextToken && { nextToken }) });
      names.push(...logStreams.map(({ logStreamName }) => logStreamName));
      nextToken = next;
    } while (nextToken !== undefined);
    return names;
  };
  return { all, orders: made.engine.orders };
};

for (const [logGroupName, definition, first] of [
  ['/aws/batch/job', 'd', 0],
  ['/mine', 'mine', 1],
] as const) {
  test(`W-094: the streams of ${logGroupName} by the time of their last event, page by page, either way`, async () => {
    const { all, orders } = await world();
    const names = orders
      .filter((_, at) => at % 2 === first)
      .map(({ taskId }) => `${definition}/default/${taskId}`);
    assert.equal(names.length, 3);
    const asked = { logGroupName, orderBy: 'LastEventTime' } as const;
    assert.deepEqual(await all(asked), names);
    assert.deepEqual(await all({ ...asked, descending: true }), names.toReversed());
    assert.deepEqual(await all({ logGroupName }), names.toSorted());
  });
}
