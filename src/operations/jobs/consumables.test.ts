import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asking, consumableArn, makeConsumable, needing } from '../../../test/support/consumables.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';

const BASE = {
  jobDefinitionName: 'c',
  type: 'container',
  containerProperties: { image: 'i', vcpus: 1, memory: 4 },
};
const register = (world: World, properties: object) =>
  world.ask('registerJobDefinition', { ...BASE, consumableResourceProperties: properties });
const container = { image: 'i', vcpus: 1, memory: 4, command: ['run'] };
const nodes = (first: object | undefined, second?: object) => ({
  jobDefinitionName: 'n',
  type: 'multinode',
  nodeProperties: {
    numNodes: 3,
    mainNode: 0,
    nodeRangeProperties: [
      { targetNodes: '0', container, ...(first && { consumableResourceProperties: first }) },
      { targetNodes: '1:', container, ...(second && { consumableResourceProperties: second }) },
    ],
  },
});
const asked = async (world: World, id: string) => (await world.job(id)).consumableResourceProperties;

test('T-174 T-177: a definition shows its list as it was sent; what it names need not be there', async () => {
  const world = await makeWorld();
  const list = asking({ later: 2, [consumableArn('other')]: 1 });
  await register(world, list);
  await world.ask('registerJobDefinition', nodes(list));
  const shown = async (name: string) =>
    (await world.ask('describeJobDefinitions', { jobDefinitions: [name] })).jobDefinitions[0];
  assert.deepEqual((await shown('c')).consumableResourceProperties, list);
  const [first, second] = (await shown('n')).nodeProperties.nodeRangeProperties;
  assert.deepEqual(first.consumableResourceProperties, list);
  assert.equal(second.consumableResourceProperties, undefined);
});

const SIX = asking(Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, 1])));
/** Of each: rules, the list, what is said of it. */
const REFUSED: readonly (readonly [string, object, string])[] = [
  ['T-175', SIX, 'Each ConsumableResourceProperty can have at most 5 consumableResources'],
  [
    'T-176',
    asking({ r: 1, [consumableArn('r')]: 1 }),
    'Cannot have duplicate consumableResource in consumableResourceProperties',
  ],
  ['T-177', asking({ r: 0 }), 'quantity must be at least 1.'],
  ['T-177', { consumableResourceList: [{ consumableResource: 'r' }] }, 'quantity must be at least 1.'],
  [
    'T-177',
    { consumableResourceList: [{ quantity: 1 }] },
    'consumableResource is required: the name or the ARN of a consumable resource.',
  ],
];

for (const [at, [rules, list, text]] of REFUSED.entries()) {
  test(`${rules} T-178: refused of definitions, of their nodes, and of submissions, case ${at + 1}: ${text}`, async () => {
    const world = await makeWorld();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'r']) await makeConsumable(world, name, 9);
    await world.ask('registerJobDefinition', nodes(undefined));
    const submission = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' };
    const override = { consumableResourcePropertiesOverride: list };
    for (const [operation, input] of [
      ['registerJobDefinition', { ...BASE, consumableResourceProperties: list }],
      ['registerJobDefinition', nodes(undefined, list)],
      ['submitJob', { ...submission, ...override }],
      [
        'submitJob',
        {
          ...submission,
          jobDefinition: 'n',
          nodeOverrides: { nodePropertyOverrides: [{ targetNodes: '0', ...override }] },
        },
      ],
    ] as const) {
      const { type, status, message } = await world.refused(operation, input);
      assert.deepEqual([type, status, message], ['ClientException', 400, text]);
    }
  });
}

test('T-178 T-391: an override replaces the list as a whole; a job shows ARNs, and nothing where it asks for nothing', async () => {
  const world = await makeWorld({ command: ['run'] });
  for (const name of ['a', 'b', 'c']) await makeConsumable(world, name, 9);
  await register(world, asking({ a: 1, [consumableArn('b')]: 2 }));
  const submit = (more: object = {}) => world.submit({ jobDefinition: 'c', ...more });
  assert.deepEqual(
    await asked(world, await submit()),
    asking({ [consumableArn('a')]: 1, [consumableArn('b')]: 2 }),
  );
  assert.deepEqual(await asked(world, await submit(needing({ c: 5 }))), asking({ [consumableArn('c')]: 5 }));
  assert.equal(await asked(world, await submit(needing({}))), undefined);
  assert.equal(
    (await asked(world, await submit({ consumableResourcePropertiesOverride: {} }))).consumableResourceList
      .length,
    2,
  );
  assert.equal(await asked(world, await world.submit()), undefined);
});

test('T-178: of a node range too, which the job shows', async () => {
  const world = await makeWorld({ command: ['run'] });
  for (const name of ['a', 'b']) await makeConsumable(world, name, 9);
  await world.ask('registerJobDefinition', nodes(asking({ a: 1 }), asking({ a: 2 })));
  const nodeOverrides = {
    nodePropertyOverrides: [{ targetNodes: '1:', ...needing({ b: 3 }) }],
  };
  const job = await world.job(await world.submit({ jobDefinition: 'n', nodeOverrides }));
  assert.deepEqual(
    job.nodeProperties.nodeRangeProperties.map(
      (range: { consumableResourceProperties: object }) => range.consumableResourceProperties,
    ),
    [asking({ [consumableArn('a')]: 1 }), asking({ [consumableArn('b')]: 3 })],
  );
});

test('T-178 T-179: of two ranges over the same nodes each has its own list', async () => {
  const world = await makeWorld({ command: ['run'] });
  await makeConsumable(world, 'a', 9);
  const both = nodes(undefined, asking({ a: 2 }));
  for (const range of both.nodeProperties.nodeRangeProperties) range.targetNodes = '0:2';
  await world.ask('registerJobDefinition', both);
  const job = await world.job(await world.submit({ jobDefinition: 'n' }));
  assert.deepEqual(
    job.nodeProperties.nodeRangeProperties.map(
      (range: { consumableResourceProperties?: object }) => range.consumableResourceProperties,
    ),
    [undefined, asking({ [consumableArn('a')]: 2 })],
  );
});

test('T-179: a resource that is not there, or no longer', async () => {
  const world = await makeWorld({ command: ['run'] });
  await register(world, asking({ later: 1 }));
  const submission = { jobName: 'j', jobQueue: 'q', jobDefinition: 'c' };
  const refused = async () => (await world.refused('submitJob', submission)).message;
  assert.equal(await refused(), 'ConsumableResource later not found.');
  await makeConsumable(world, 'later', 0);
  const id = await world.submit(submission);
  await world.settle();
  await world.ask('cancelJob', { jobId: id, reason: 'enough' });
  await world.ask('deleteConsumableResource', { consumableResource: 'later' });
  assert.equal(await refused(), 'ConsumableResource later not found.');
  await makeConsumable(world, 'later', 1);
  await world.submit(submission);
  await world.settle();
  const { inUseQuantity } = await world.ask('describeConsumableResource', { consumableResource: 'later' });
  assert.equal(inUseQuantity, 1);
});
