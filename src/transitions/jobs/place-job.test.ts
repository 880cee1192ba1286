import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../../test/support/world.ts';

/** What the log of a job begins with, by what the engine makes of its members and how many vCPUs there are. */
for (const [unused, shortfall, preamble] of [
  [[], undefined, []],
  [['image'], undefined, ['longshore: the scripted engine does not use image']],
  [['image', 'user'], undefined, ['longshore: the scripted engine does not use image, user']],
  [[], 'asks for 9 vCPUs of 4', ['longshore: asks for 9 vCPUs of 4']],
  [
    ['image'],
    'asks for 9 vCPUs of 4',
    ['longshore: the scripted engine does not use image; asks for 9 vCPUs of 4'],
  ],
] as const) {
  test(`a log begins with ${JSON.stringify(preamble)}`, async () => {
    const world = await makeWorld();
    const verdicts = unused.map((member) => ({ member, kind: 'unused' as const }));
    world.engine.judge = () => verdicts as never;
    Object.assign(world.service, { shortfall: () => shortfall });
    await world.submit();
    await world.settle();
    assert.deepEqual(world.engine.orders[0]!.preamble, preamble);
  });
}
