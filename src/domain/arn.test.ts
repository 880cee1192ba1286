import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ecsIdFrom } from './arn.ts';

const ACCOUNT = { partition: 'aws', region: 'us-east-1', account: '012345678910' };
const id = 'a'.repeat(32);
const read = (given: string) => ecsIdFrom(ACCOUNT, 'task', 'c', given);

test('J-162: a task is named by its id, or by an ARN with its cluster or without', () => {
  const prefix = 'arn:aws:ecs:us-east-1:012345678910:task/';
  for (const given of [id, `${prefix}c/${id}`, `${prefix}${id}`]) assert.equal(read(given), id);
});

for (const given of [
  `arn:aws:ecs:us-east-1:012345678911:task/c/${id}`,
  `arn:aws:ecs:eu-west-1:012345678910:task/c/${id}`,
  `arn:aws:ecr:us-east-1:012345678910:task/c/${id}`,
  `arn:aws:ecs:us-east-1:012345678910:tusk/c/${id}`,
  `arn:aws:ecs:us-east-1:012345678910:task/d/${id}`,
]) {
  test(`J-162: ${given.slice(0, -30)}… is no task of the cluster c of this account`, () =>
    assert.equal(read(given), undefined));
}
