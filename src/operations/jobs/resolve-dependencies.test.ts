import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../../test/support/world.ts';

const ARRAY = { arrayProperties: { size: 2 } };
const NOBODY = '11111111-1111-4111-8111-111111111111';

/** Each text whole, its place in the list too: who reads it knows which entry, and what it lacks. */
for (const [rule, more, entry, text] of [
  ['J-249', {}, {}, 'dependsOn[1] must have a jobId or a type'],
  ['J-249', {}, { jobId: '' }, 'dependsOn[1] must have a jobId or a type'],
  [
    'J-237',
    {},
    { type: 'SEQUENTIAL' },
    'dependsOn[1].jobId is required: type SEQUENTIAL without a jobId is for array jobs only',
  ],
  [
    'J-237',
    ARRAY,
    { type: 'N_TO_N' },
    'dependsOn[1].jobId is required: type N_TO_N without a jobId is for array jobs of type SEQUENTIAL only',
  ],
  ['J-248', {}, { jobId: NOBODY }, `Job ${NOBODY} not found.`],
] as const) {
  test(`${rule}: ${JSON.stringify(entry)} of ${'arrayProperties' in more ? 'an array' : 'a plain job'} is refused: ${text}`, async () => {
    const world = await makeWorld({ command: ['run'] });
    const dependsOn = [{ jobId: await world.submit() }, entry];
    const input = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd', dependsOn, ...more };
    assert.equal((await world.refused('submitJob', input)).message, text);
  });
}

for (const [more, other, text] of [
  [{}, ARRAY, 'this job has no size, ID has size 2'],
  [ARRAY, {}, 'this job has size 2, ID has no size'],
  [{ arrayProperties: { size: 3 } }, ARRAY, 'this job has size 3, ID has size 2'],
] as const) {
  test(`J-237: N_TO_N of two jobs that do not pair is refused: ${text}`, async () => {
    const world = await makeWorld({ command: ['run'] });
    const jobId = await world.submit(other);
    const input = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd', dependsOn: [{ jobId, type: 'N_TO_N' }] };
    assert.equal(
      (await world.refused('submitJob', { ...input, ...more })).message,
      `dependsOn[0].type N_TO_N needs two array jobs of one size: ${text.replace('ID', jobId)}`,
    );
  });
}
