import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeConsumable, needing } from '../../test/support/consumables.ts';
import { makeWorld } from '../../test/support/world.ts';
import { type Shortage, shortageText } from './shortage.ts';

const SHORT: Shortage = {
  name: 'licences',
  needs: 2,
  available: 1,
  total: 10,
  holders: [],
  moreHold: false,
};
const holders = [
  { jobId: 'a', quantity: 5 },
  { jobId: 'b', quantity: 4 },
];

for (const [what, more, text] of [
  ['nobody holds any', {}, 'needs 2, 1 of 10 available'],
  ['who holds them', { holders }, 'needs 2, 1 of 10 available, held by a (5), b (4)'],
  [
    'who holds most',
    { holders, moreHold: true },
    'needs 2, 1 of 10 available, held by a (5), b (4) and others',
  ],
  [
    'there are enough, for others',
    { available: 9, keptFor: { jobId: 'c', needs: 10 }, holders },
    'needs 2, 9 of 10 available, kept for c that comes before it and needs 10',
  ],
  [
    'there are too few in all',
    { needs: 11, holders },
    'needs 11, 1 of 10 available, until its total is raised',
  ],
] as [string, Partial<Shortage>, string][])
  test(`T-188: a job that is short of tokens is told: ${what}`, () =>
    assert.equal(shortageText({ ...SHORT, ...more }), `waits for consumable resource licences: ${text}`));

test('T-188: explaining has it as data, with no word of environments', async () => {
  const world = await makeWorld({ command: ['run'] });
  await makeConsumable(world, 'licences', 3);
  const holder = await world.submit(needing({ licences: 2 }));
  await world.settle();
  const jobId = await world.submit(needing({ licences: 2 }));
  await world.settle();
  const { why } = await world.ask('explainJob', { jobId });
  assert.deepEqual([why.never, why.code, why.environments], [false, undefined, []]);
  const [{ sentence, ...shortage }] = why.shortages;
  assert.deepEqual(shortage, {
    ...SHORT,
    total: 3,
    holders: [{ jobId: holder, quantity: 2 }],
  });
  assert.match(sentence, /^waits for consumable resource licences: needs 2, 1 of 3 available, held by /);
});
