import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

const CONTAINER = { image: 'busybox', vcpus: 1, memory: 128 };
const BASE = { jobDefinitionName: 'x', type: 'container', containerProperties: CONTAINER };
const EC2_ROLE = 'arn:aws:iam::012345678910:role/exec';

const register = (world: World, more: Record<string, unknown> = {}) =>
  world.ask('registerJobDefinition', { ...BASE, ...more });
const echoed = async (world: World, more: Record<string, unknown> = {}) => {
  const { jobDefinitionArn } = await register(world, more);
  return (await world.ask('describeJobDefinitions', { jobDefinitions: [jobDefinitionArn] }))
    .jobDefinitions[0];
};

/** What a registration is refused with; members of the container, or of the request. */
const REFUSED: readonly (readonly [
  string,
  Record<string, unknown>,
  Record<string, unknown>,
  string | RegExp,
])[] = [
  ['S-138 J-014', {}, { jobDefinitionName: 'a.b' }, 'Job definition name should match a valid pattern.'],
  ['S-138 J-014', {}, { jobDefinitionName: undefined }, 'Job definition name should match a valid pattern.'],
  [
    'S-138 J-014',
    {},
    { jobDefinitionName: 'a'.repeat(129) },
    'Job definition name should match a valid pattern.',
  ],
  ['S-137', {}, { containerProperties: undefined }, /containerProperties is required/],
  ['S-273 J-019', { image: undefined }, {}, 'ECS Container Image must be provided.'],
  ['S-274', { image: 'a b' }, {}, /^image must have up to 255/],
  ['S-274', { image: 'a'.repeat(256) }, {}, /^image must have up to 255/],
  ['S-284 J-016', { vcpus: undefined }, {}, 'vCPU is not provided.'],
  ['S-284 J-017', { vcpus: 0 }, {}, 'vCPU must be at least 1, got 0.'],
  ['S-277 J-018', { memory: 3 }, {}, 'Memory must be at least 4 Mib, got 3 Mib.'],
  ['S-277', { memory: undefined }, {}, 'Memory is not provided.'],
  ['J-015', { command: ['a', ''] }, {}, 'Command field cannot have empty strings'],
  ['J-021 S-334', { environment: [{ value: 'v' }] }, {}, 'Environment variable name is required.'],
  [
    'J-022 S-272',
    { environment: [{ name: 'AWS_BATCH_X', value: '' }] },
    {},
    'Environment variable names cannot start with AWS_BATCH',
  ],
  ['J-023', {}, { retryStrategy: {} }, 'RetryAttempts must be provided with retry strategy'],
  ['S-338 J-024', {}, { retryStrategy: { attempts: 0 } }, 'RetryAttempts must be between 1 and 10.'],
  ['S-338 J-024', {}, { retryStrategy: { attempts: 11 } }, 'RetryAttempts must be between 1 and 10.'],
  ['J-025', { user: 'No Body' }, {}, /^User 'No Body' does not match regex/],
  [
    'J-026',
    { mountPoints: [{ sourceVolume: 'v', containerPath: '/v' }] },
    {},
    /sourceVolume 'v' names no volume/,
  ],
  ['J-026', { volumes: [{ name: 'v' }, { name: 'v' }] }, {}, /'v' is given twice/],
  ['S-342', { volumes: [{ name: 'a b' }] }, {}, /'a b' must have up to 255/],
  [
    'J-027',
    { resourceRequirements: [{ type: 'VCPU', value: '1' }] },
    {},
    'Cannot use both ECS containerProperties vcpus and resourceRequirement VCPU.',
  ],
  [
    'J-028',
    {
      resourceRequirements: [
        { type: 'GPU', value: '1' },
        { type: 'GPU', value: '2' },
      ],
    },
    {},
    'Cannot provide duplicates in resourceRequirements.',
  ],
  [
    'J-029',
    { resourceRequirements: [{ type: 'GPU', value: 'one' }] },
    {},
    'Value one for type GPU in resourceRequirement is not valid. Please provide a numeric value.',
  ],
  [
    'J-030 J-205',
    {},
    { timeout: { attemptDurationSeconds: 59 } },
    'AttemptDurationSeconds in Timeout must be at least 60 seconds.',
  ],
  ['J-031', {}, { schedulingPriority: 10_000 }, 'Scheduling priority must be between 0 and 9999.'],
  [
    'J-032 E-190',
    {},
    { tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])) },
    /tags takes at most 50/,
  ],
  ['E-190', {}, { tags: { 'AWS:x': 'v' } }, /reserved/],
  ['J-033', { networkConfiguration: {} }, {}, 'networkConfiguration not applicable for EC2.'],
  ['J-033', { fargatePlatformConfiguration: {} }, {}, 'fargatePlatformConfiguration not applicable for EC2.'],
  ['J-033', { runtimePlatform: {} }, {}, 'runtimePlatform is not applicable for EC2.'],
  ['J-034', {}, { platformCapabilities: ['EC2', 'FARGATE'] }, 'Exactly 1 capability must be provided.'],
  [
    'J-034',
    {},
    { platformCapabilities: ['X'] },
    'Capability X is not valid. Valid capabilities: [FARGATE, EC2, MANAGED_INSTANCES]',
  ],
  ['J-036', {}, { platformCapabilities: ['FARGATE'] }, 'executionRoleArn is required for Fargate jobs.'],
  [
    'J-035',
    { executionRoleArn: EC2_ROLE, vcpus: 3 },
    { platformCapabilities: ['FARGATE'] },
    /^Fargate: vCPU must be one of/,
  ],
  [
    'J-037',
    { executionRoleArn: EC2_ROLE, ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 1 }] },
    { platformCapabilities: ['FARGATE'] },
    'ulimits is not applicable for Fargate.',
  ],
  ['J-038', { linuxParameters: { maxSwap: -1 } }, {}, 'Invalid swap memory size: -1, must be non-negative.'],
  [
    'J-038',
    { linuxParameters: { swappiness: 101 } },
    {},
    'Invalid swappiness: 101, must be between 0 and 100.',
  ],
  [
    'J-038',
    { linuxParameters: { tmpfs: [{ containerPath: '/t' }] } },
    {},
    'Size of a tmpfs is invalid. The size is required and must be a positive integer.',
  ],
  [
    'J-039',
    { secrets: [{ name: 'a', valueFrom: 'b' }] },
    {},
    'executionRoleArn cannot be empty when using secrets or secretOptions',
  ],
  [
    'J-040',
    {},
    { ecsProperties: { taskProperties: [] } },
    'Cannot use both ECS containerProperties and ecsProperties',
  ],
  ['J-041', { command: ['x'.repeat(25_000)] }, {}, /^A job definition has at most 24576 bytes/],
  [
    'J-192',
    {},
    {
      retryStrategy: {
        attempts: 1,
        evaluateOnExit: Array.from({ length: 6 }, () => ({ action: 'EXIT', onReason: '*' })),
      },
    },
    /at most 5/,
  ],
  [
    'J-193',
    {},
    { retryStrategy: { attempts: 1, evaluateOnExit: [{ action: 'stop', onReason: '*' }] } },
    /action must be RETRY or EXIT/,
  ],
  [
    'J-195',
    {},
    { retryStrategy: { attempts: 1, evaluateOnExit: [{ action: 'EXIT' }] } },
    'EvaluateOnExit should contain at least one of onExitCode, onReason or onStatusReason.',
  ],
  [
    'J-198',
    {},
    { retryStrategy: { attempts: 1, evaluateOnExit: [{ action: 'EXIT', onReason: 'x'.repeat(513) }] } },
    'Evaluate on exit condition cannot exceed 512 characters.',
  ],
  [
    'J-199',
    {},
    { retryStrategy: { attempts: 1, evaluateOnExit: [{ action: 'EXIT', onReason: 'a*b' }] } },
    'Evaluate on exit condition contains restricted characters',
  ],
  [
    'J-309 S-340',
    { ulimits: [{ name: 'files', softLimit: 1, hardLimit: 1 }] },
    {},
    /^ulimits: name must be one of core/,
  ],
  ['J-317', { logConfiguration: { logDriver: 'paper' } }, {}, /logDriver must be one of/],
];

for (const [at, [rules, container, request, text]] of REFUSED.entries()) {
  test(`${rules}: registering is refused, case ${at + 1}: ${String(text).slice(0, 60)}`, async () => {
    const world = await makeWorld();
    const containerProperties = 'containerProperties' in request ? undefined : { ...CONTAINER, ...container };
    const input = JSON.parse(JSON.stringify({ ...BASE, containerProperties, ...request }));
    const refusal = await world.refused('registerJobDefinition', input);
    if (typeof text === 'string') assert.equal(refusal.message, text);
    else assert.match(refusal.message, text);
    assert.equal(refusal.type, 'ClientException');
    assert.equal(refusal.status, 400);
  });
}

test('S-275 J-020: image forms are taken as they are', async () => {
  const world = await makeWorld();
  const images = [
    'ubuntu',
    'ubuntu:22.04',
    'org/name',
    'quay.io/org/name:tag',
    '012345678910.dkr.ecr.us-east-1.amazonaws.com/a/b:c',
    `x@sha256:${'a'.repeat(64)}`,
  ];
  for (const image of images) {
    assert.equal(
      (await echoed(world, { containerProperties: { ...CONTAINER, image } })).containerProperties.image,
      image,
    );
  }
});

test('J-009 J-010 J-012: revisions count per name, equal ones too, and never go back', async () => {
  const world = await makeWorld();
  for (const revision of [1, 2, 3]) assert.equal((await register(world)).revision, revision);
  for (const revision of [1, 2, 3])
    await world.ask('deregisterJobDefinition', { jobDefinition: `x:${revision}` });
  assert.equal((await register(world)).revision, 4);
  assert.equal(
    (await register(world, { jobDefinitionName: 'X' })).revision,
    1,
    'J-013: names are case sensitive',
  );
});

test('J-011 J-064: a new revision and a deregistration leave the others as they are', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 3; i++) await register(world);
  await world.ask('deregisterJobDefinition', { jobDefinition: 'x:2' });
  const { jobDefinitions } = await world.ask('describeJobDefinitions', { jobDefinitionName: 'x' });
  const states = jobDefinitions.map((d: { revision: number; status: string }) => [d.revision, d.status]);
  assert.deepEqual(
    states,
    [
      [3, 'ACTIVE'],
      [2, 'INACTIVE'],
      [1, 'ACTIVE'],
    ],
    'J-043, J-061',
  );
});

test('S-144 S-145 S-146: the answer of a registration', async () => {
  const world = await makeWorld();
  assert.deepEqual(await register(world), {
    jobDefinitionName: 'x',
    jobDefinitionArn: 'arn:aws:batch:us-east-1:012345678910:job-definition/x:1',
    revision: 1,
  });
});

test('J-044 J-045 J-046: empty lists are shown, scalars that were not given are left out', async () => {
  const world = await makeWorld();
  const { containerProperties } = await echoed(world);
  for (const list of [
    'command',
    'environment',
    'mountPoints',
    'resourceRequirements',
    'secrets',
    'ulimits',
    'volumes',
  ]) {
    assert.deepEqual(containerProperties[list], [], list);
  }
  for (const scalar of ['jobRoleArn', 'user', 'privileged', 'readonlyRootFilesystem']) {
    assert.ok(!(scalar in containerProperties), scalar);
  }
});

test('J-050 J-051 J-053: what a definition without them shows', async () => {
  const world = await makeWorld();
  const definition = await echoed(world);
  assert.deepEqual(definition.parameters, {});
  assert.deepEqual(definition.tags, {});
  assert.equal(definition.propagateTags, false);
  assert.deepEqual(definition.platformCapabilities, ['EC2']);
  assert.ok(!('retryStrategy' in definition));
});

test('J-042 J-049: what was sent comes back as it was sent', async () => {
  const world = await makeWorld();
  const containerProperties = {
    ...CONTAINER,
    command: ['Ref::a', '$HOME', 'ü'],
    environment: [
      { name: 'Z', value: '' },
      { name: 'A', value: 'Ref::a' },
    ],
    volumes: [{ name: 'v', host: { sourcePath: '/data' } }],
    mountPoints: [{ sourceVolume: 'v', containerPath: '/data', readOnly: true }],
    ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 2048 }],
    jobRoleArn: 'arn:aws:iam::012345678910:role/job',
    user: 'nobody',
    privileged: true,
    readonlyRootFilesystem: false,
    linuxParameters: {
      sharedMemorySize: 64,
      initProcessEnabled: true,
      devices: [{ hostPath: '/dev/null' }],
      tmpfs: [],
    },
    logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'g' }, secretOptions: [] },
  };
  const sent = {
    containerProperties,
    parameters: { a: '1' },
    tags: { k: 'v' },
    propagateTags: true,
    timeout: { attemptDurationSeconds: 60 },
  };
  const definition = await echoed(world, sent);
  for (const [member, value] of Object.entries(sent)) {
    if (member !== 'containerProperties') assert.deepEqual(definition[member], value, member);
  }
  for (const [member, value] of Object.entries(containerProperties)) {
    if (member !== 'linuxParameters') assert.deepEqual(definition.containerProperties[member], value, member);
  }
  assert.deepEqual(
    definition.containerProperties.linuxParameters.devices,
    [{ hostPath: '/dev/null', permissions: [] }],
    'J-045',
  );
});

test('J-052 J-193: a retry strategy shows its rules, with actions in lower case', async () => {
  const world = await makeWorld();
  assert.deepEqual((await echoed(world, { retryStrategy: { attempts: 2 } })).retryStrategy, {
    attempts: 2,
    evaluateOnExit: [],
  });
  const evaluateOnExit = [
    { action: 'RETRY', onReason: 'Host EC2*' },
    { action: 'Exit', onExitCode: '*' },
  ];
  const shown = (await echoed(world, { retryStrategy: { attempts: 2, evaluateOnExit } })).retryStrategy
    .evaluateOnExit;
  assert.deepEqual(
    shown.map((rule: { action: string }) => rule.action),
    ['retry', 'exit'],
  );
});

test('J-048: with resourceRequirements vcpus and memory are absent, values are strings', async () => {
  const world = await makeWorld();
  const resourceRequirements = [
    { type: 'VCPU', value: '2' },
    { type: 'MEMORY', value: '256' },
  ];
  const { containerProperties } = await echoed(world, {
    containerProperties: { image: 'x', resourceRequirements },
  });
  assert.deepEqual(containerProperties.resourceRequirements, resourceRequirements);
  assert.ok(!('vcpus' in containerProperties) && !('memory' in containerProperties));
});

test('members that are not here yet are refused by name', async () => {
  const world = await makeWorld();
  for (const member of ['nodeProperties', 'ecsProperties', 'eksProperties', 'consumableResourceProperties']) {
    const { containerProperties, ...rest } = BASE;
    const input = member === 'consumableResourceProperties' ? BASE : rest;
    const refusal = await world.refused('registerJobDefinition', { ...input, [member]: { some: 1 } });
    assert.match(
      refusal.message,
      new RegExp(`^${member} is not supported by Longshore yet`),
      `${member} ${containerProperties.image}`,
    );
  }
});

test('J-054 J-055 J-060: by name:revision, ARN and bare name; unknown ones are left out', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 2; i++) await register(world);
  const named = async (...jobDefinitions: string[]) =>
    (await world.ask('describeJobDefinitions', { jobDefinitions })).jobDefinitions.map(
      (d: { revision: number }) => d.revision,
    );
  assert.deepEqual(await named('x:1'), [1]);
  assert.deepEqual(await named('arn:aws:batch:us-east-1:012345678910:job-definition/x:2'), [2]);
  assert.deepEqual(await named('x'), [2, 1]);
  assert.deepEqual(
    await named('x:9', 'nobody', 'arn:aws:batch:eu-west-1:012345678910:job-definition/x:2'),
    [],
  );
});

test('S-095 S-100 J-057: by jobDefinitionName and status; an unknown status gives nothing (J-059)', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 2; i++) await register(world);
  await world.ask('deregisterJobDefinition', { jobDefinition: 'x:1' });
  const count = async (input: object) =>
    (await world.ask('describeJobDefinitions', input)).jobDefinitions.length;
  assert.equal(await count({ jobDefinitionName: 'x' }), 2);
  assert.equal(await count({ jobDefinitionName: 'x', status: 'ACTIVE' }), 1);
  assert.equal(await count({ jobDefinitionName: 'x', status: 'INACTIVE' }), 1, 'J-062');
  assert.equal(await count({ status: 'WHATEVER' }), 0);
  assert.equal(await count({}), 3, 'J-058: all of the account');
});

test('J-056 S-096: a list goes with nothing else, and has at most 100', async () => {
  const world = await makeWorld();
  const list = { jobDefinitions: ['d'] };
  assert.match(
    (await world.refused('describeJobDefinitions', { ...list, status: 'ACTIVE' })).message,
    /cannot be combined/,
  );
  assert.equal(
    (await world.refused('describeJobDefinitions', { ...list, maxResults: 1 })).message,
    'JobDefinitions and MaxResults cannot both be set',
  );
  const many = { jobDefinitions: Array.from({ length: 101 }, (_, i) => `d${i}`) };
  assert.match(
    (await world.refused('describeJobDefinitions', many)).message,
    /Maximum number of JobDefinitions supported is/,
  );
});

test('S-097 S-099 S-102 W-071: pages give each definition once, also when one is registered meanwhile', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 5; i++) await register(world);
  const seen: number[] = [];
  let nextToken: string | undefined;
  do {
    const page = await world.ask('describeJobDefinitions', {
      jobDefinitionName: 'x',
      maxResults: 2,
      nextToken,
    });
    seen.push(...page.jobDefinitions.map((d: { revision: number }) => d.revision));
    nextToken = page.nextToken;
    await register(world);
  } while (nextToken);
  assert.deepEqual(seen, [5, 4, 3, 2, 1]);
});

test('S-078 J-063 J-065 J-066: deregister by name takes the latest ACTIVE; twice is fine; unknown is refused', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 2; i++) await register(world);
  assert.deepEqual(await world.ask('deregisterJobDefinition', { jobDefinition: 'x' }), {});
  const { jobDefinitions } = await world.ask('describeJobDefinitions', { jobDefinitions: ['x'] });
  assert.deepEqual(
    jobDefinitions.map((d: { status: string }) => d.status),
    ['INACTIVE', 'ACTIVE'],
  );
  assert.deepEqual(await world.ask('deregisterJobDefinition', { jobDefinition: 'x:2' }), {});
  for (const jobDefinition of [
    'nobody',
    'x:9',
    'arn:aws:batch:us-east-1:012345678910:job-definition/n:1',
    '',
  ]) {
    const refusal = await world.refused('deregisterJobDefinition', { jobDefinition });
    assert.equal(refusal.message, `Job definition ${jobDefinition} does not exist`);
  }
});
