import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withLists } from './container-rules.ts';
import { nodeGroups, parseRange, rangeFor, sumOf } from './node-groups.ts';
import { checkNodeOverrides, checkNodes, type NodeOverrides, type NodesInput } from './node-rules.ts';

const container = { image: 'x', vcpus: 1, memory: 4 };
const ranges = (...targets: string[]) => targets.map((targetNodes) => ({ targetNodes, container }));
const nodes = (numNodes: number, mainNode: number, ...targets: string[]): NodesInput => ({
  numNodes,
  mainNode,
  nodeRangeProperties: ranges(...targets),
});

/** What is refused, and a part of the text that says why. */
const REFUSED: readonly (readonly [string, NodesInput | undefined, string])[] = [
  ['J-289', undefined, 'Node properties of multinode job is required.'],
  ['J-289', nodes(0, 0, '0:'), 'Number of nodes must be between 1 and 1000. nodeProperties.numNodes is 0.'],
  [
    'J-289',
    nodes(1001, 0, '0:'),
    'Number of nodes must be between 1 and 1000. nodeProperties.numNodes is 1001.',
  ],
  [
    'J-290',
    nodes(2, 2, '0:'),
    'Main node index is out of range, must be less than numNodes. nodeProperties.mainNode is 2, nodeProperties.numNodes is 2.',
  ],
  ['J-290', nodes(2, -1, '0:'), 'must be less than numNodes. nodeProperties.mainNode is -1'],
  [
    'J-291',
    nodes(6, 0, '0', '1', '2', '3', '4', '5'),
    'Maximum allowed size of node range properties is 5, nodeProperties.nodeRangeProperties has 6',
  ],
  ['J-291', nodes(2, 0, 'a:b'), "targetNodes should contain only digits. It is 'a:b'"],
  ['J-291', nodes(2, 0, ''), 'targetNodes should contain only digits.'],
  ['J-291', nodes(2, 0, '-1:1'), 'targetNodes should contain only digits.'],
  ['J-291', nodes(2, 0, ':'), "targetNodes ':' is no range"],
  ['J-291', nodes(2, 0, '1:0'), "targetNodes '1:0' is no range"],
  ['J-291', nodes(2, 0, '0:1:2'), "targetNodes '0:1:2' is no range"],
  [
    'J-292',
    nodes(2, 0, '0:2'),
    "targetNodes '0:2' is out of range, must be less than numNodes. nodeProperties.numNodes is 2.",
  ],
  ['J-292', nodes(3, 0, '0', '2'), 'no range holds node 1'],
  ['J-292', nodes(3, 0, ':1'), 'no range holds node 2'],
  ['J-292', { ...nodes(1, 0), nodeRangeProperties: [] }, 'no range holds node 0'],
  [
    'J-291',
    { ...nodes(1, 0), nodeRangeProperties: [{ targetNodes: '0:' }] },
    'Must specify container for node range 0:',
  ],
  [
    'J-018',
    { ...nodes(1, 0), nodeRangeProperties: [{ targetNodes: '0:', container: { ...container, memory: 3 } }] },
    'Memory must be at least 4 Mib, got 3 Mib.',
  ],
  [
    'J-033',
    {
      ...nodes(1, 0),
      nodeRangeProperties: [{ targetNodes: '0:', container: { ...container, networkConfiguration: {} } }],
    },
    'networkConfiguration not applicable for EC2.',
  ],
];

for (const [rule, input, text] of REFUSED) {
  test(`${rule}: ${JSON.stringify(input?.nodeRangeProperties.map((r) => r.targetNodes) ?? null)} is refused: ${text}`, () => {
    assert.ok(checkNodes(input, ['EC2'])?.message.includes(text), checkNodes(input, ['EC2'])?.message);
  });
}

test('J-294: not on Fargate', () => {
  assert.equal(checkNodes(nodes(1, 0, '0:'), ['FARGATE'])?.message, 'Fargate does not support MNP jobs');
});

for (const [rule, input] of [
  ['J-289', nodes(1, 0, '0:')],
  ['J-289', nodes(1000, 999, ':499', '500:')],
  ['J-291', nodes(3, 1, '0:2')],
  ['J-291', nodes(3, 2, ':1', '2:')],
  ['J-293', nodes(2, 0, '0', '1')],
  ['J-292', nodes(4, 0, '0:', '1:2')],
] as const) {
  test(`${rule}: ${input.nodeRangeProperties.map((r) => r.targetNodes).join(' and ')} of ${input.numNodes} is taken`, () => {
    assert.equal(checkNodes(input, undefined), undefined);
  });
}

const OVERRIDES: readonly (readonly [string, NodesInput, NodeOverrides, string | undefined])[] = [
  [
    'J-093',
    nodes(2, 0, '0', '1:'),
    { nodePropertyOverrides: [{ targetNodes: '0:0' }] },
    'NodeOverride targets should match job definition. Non matching targets - 0:0',
  ],
  ['J-093', nodes(2, 0, '0', '1:'), { nodePropertyOverrides: [{ targetNodes: '1:' }] }, undefined],
  [
    'J-093',
    nodes(3, 0, '0', '1:'),
    { nodePropertyOverrides: [{ targetNodes: '1:' }, { targetNodes: '0' }, { targetNodes: '1:' }] },
    'nodePropertyOverrides have targetNodes 1: twice',
  ],
  [
    'J-093',
    nodes(3, 0, '0', '1:'),
    { nodePropertyOverrides: [{ targetNodes: '1:' }, { targetNodes: '0' }] },
    undefined,
  ],
  [
    'J-293',
    nodes(2, 0, '0', '1'),
    { numNodes: 3 },
    'numNodes can be overridden only where a node range of the job definition is open (n:). Its ranges are 0, 1; nodeOverrides.numNodes is 3.',
  ],
  ['J-293', nodes(2, 0, '0', '1:'), { numNodes: 5 }, undefined],
  [
    'J-293',
    nodes(4, 0, '0:1', '2:'),
    { numNodes: 2 },
    'The lower bound 2 of a node range is out of range, must be less than numNodes. nodeOverrides.numNodes is 2.',
  ],
  [
    'J-293',
    nodes(4, 3, '0:', '1:2'),
    { numNodes: 3 },
    'Main node index is out of range, must be less than numNodes. nodeProperties.mainNode is 3, nodeOverrides.numNodes is 3.',
  ],
  ...[-1, 0, 1001].map(
    (numNodes) =>
      [
        'J-289',
        nodes(4, 0, '0:'),
        { numNodes },
        `Number of nodes must be between 1 and 1000. nodeOverrides.numNodes is ${numNodes}.`,
      ] as const,
  ),
];

for (const [rule, input, over, text] of OVERRIDES) {
  test(`${rule}: ${JSON.stringify(over)} over ${input.nodeRangeProperties.map((r) => r.targetNodes)}: ${text ?? 'taken'}`, () => {
    const message = checkNodeOverrides(input, over)?.message;
    if (text === undefined) assert.equal(message, undefined);
    else assert.ok(message?.includes(text), message);
  });
}

for (const [text, range] of [
  ['0:3', { from: 0, to: 3 }],
  ['2:', { from: 2, to: undefined }],
  [':3', { from: 0, to: 3 }],
  ['7', { from: 7, to: 7 }],
] as const) {
  test(`J-291 J-293: ${text} is from ${range.from} to ${range.to ?? 'the last'}`, () =>
    assert.deepEqual(parseRange(text), range));
}

test('J-292: the narrower range wins, of equal ones the later', () => {
  const held = (node: number, ...targets: string[]) => rangeFor(ranges(...targets), 6, node)?.targetNodes;
  assert.equal(held(2, '0:', '1:3', '0:4'), '1:3');
  assert.equal(held(5, '0:', '1:3'), '0:');
  assert.equal(held(1, '0:2', '1:3'), '1:3');
  assert.equal(held(4, '0:2'), undefined);
});

test('nodes that ask for the same are one group; together they ask for the sum', () => {
  const spec = {
    numNodes: 4,
    mainNode: 1,
    nodeRangeProperties: [
      { targetNodes: '0:', container: withLists({ image: 'x', vcpus: 2, memory: 10 }) },
      { targetNodes: '1', container: withLists({ image: 'x', vcpus: 1, memory: 5 }) },
    ],
  };
  const groups = nodeGroups(spec);
  assert.deepEqual(groups, [
    { asks: { milliVcpus: 2000, memoryMiB: 10, gpus: 0 }, nodes: [0, 2, 3] },
    { asks: { milliVcpus: 1000, memoryMiB: 5, gpus: 0 }, nodes: [1] },
  ]);
  assert.deepEqual(sumOf(groups), { milliVcpus: 7000, memoryMiB: 35, gpus: 0 });
});
