import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

const CONTAINER = { image: 'busybox', vcpus: 1, memory: 128 };
const BASE = { jobDefinitionName: 'x', type: 'container', containerProperties: CONTAINER };

const register = (world: World, more: Record<string, unknown> = {}) =>
  world.ask('registerJobDefinition', { ...BASE, ...more });
const echoed = async (world: World, more: Record<string, unknown> = {}) => {
  const { jobDefinitionArn } = await register(world, more);
  return (await world.ask('describeJobDefinitions', { jobDefinitions: [jobDefinitionArn] }))
    .jobDefinitions[0];
};

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
});

test('J-013: names are case sensitive, and count separately', async () => {
  const world = await makeWorld();
  assert.equal((await register(world)).revision, 1);
  assert.equal((await register(world, { jobDefinitionName: 'X' })).revision, 1);
});

test('J-043 J-011 J-064: a new revision and a deregistration leave the others as they are', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 3; i++) await register(world);
  await world.ask('deregisterJobDefinition', { jobDefinition: 'x:2' });
  const { jobDefinitions } = await world.ask('describeJobDefinitions', { jobDefinitionName: 'x' });
  const states = jobDefinitions.map((d: { revision: number; status: string }) => [d.revision, d.status]);
  assert.deepEqual(states, [
    [3, 'ACTIVE'],
    [2, 'INACTIVE'],
    [1, 'ACTIVE'],
  ]);
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

test('J-050 J-051 J-053: what a definition without them shows, and that it shows no platform', async () => {
  const world = await makeWorld();
  const definition = await echoed(world);
  assert.deepEqual(definition.parameters, {});
  assert.deepEqual(definition.tags, {});
  assert.equal(definition.propagateTags, false);
  assert.ok(!('platformCapabilities' in definition));
  assert.ok(!('retryStrategy' in definition));
});

test('J-042 J-049: what was sent comes back as it was sent', async () => {
  const world = await makeWorld();
  const containerProperties = {
    ...CONTAINER,
    command: ['Ref::a', '$HOME', 'ü'],
    environment: [
      { name: 'Z', value: '0' },
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

test('J-049: a variable with an empty value, or none, is not shown; the others keep their order', async () => {
  const world = await makeWorld();
  const environment = [
    { name: 'Z', value: '1' },
    { name: 'EMPTY', value: '' },
    { name: 'NONE' },
    { name: 'A', value: ' ' },
  ];
  const shown = [
    { name: 'Z', value: '1' },
    { name: 'A', value: ' ' },
  ];
  const container = { ...CONTAINER, environment };
  const plain = await echoed(world, { containerProperties: container });
  assert.deepEqual(plain.containerProperties.environment, shown);
  const nodeRangeProperties = [{ targetNodes: '0:', container }];
  const nodes = await echoed(world, {
    type: 'multinode',
    containerProperties: undefined,
    nodeProperties: { numNodes: 2, mainNode: 0, nodeRangeProperties },
  });
  assert.deepEqual(nodes.nodeProperties.nodeRangeProperties[0].container.environment, shown);
});

test('J-045 J-053: a multi-node definition shows instanceTypes, though empty, and no platform', async () => {
  const world = await makeWorld();
  const nodeRangeProperties = [
    { targetNodes: '0:', container: CONTAINER },
    { targetNodes: '1', container: CONTAINER, instanceTypes: ['m5.large'] },
  ];
  const definition = await echoed(world, {
    type: 'multinode',
    containerProperties: undefined,
    nodeProperties: { numNodes: 2, mainNode: 0, nodeRangeProperties },
  });
  const shown = definition.nodeProperties.nodeRangeProperties as { instanceTypes: string[] }[];
  assert.deepEqual(
    shown.map(({ instanceTypes }) => instanceTypes),
    [[], ['m5.large']],
  );
  assert.ok(!('platformCapabilities' in definition));
});

test('J-045: a definition for Fargate shows the platform’s version that it gets', async () => {
  const world = await makeWorld();
  const container = {
    image: 'busybox',
    executionRoleArn: 'arn:aws:iam::012345678910:role/r',
    resourceRequirements: [
      { type: 'VCPU', value: '0.25' },
      { type: 'MEMORY', value: '512' },
    ],
  };
  const versionOf = async (more: object) =>
    (
      await echoed(world, {
        platformCapabilities: ['FARGATE'],
        containerProperties: { ...container, ...more },
      })
    ).containerProperties.fargatePlatformConfiguration;
  assert.deepEqual(await versionOf({}), { platformVersion: 'LATEST' });
  assert.deepEqual(await versionOf({ fargatePlatformConfiguration: {} }), { platformVersion: 'LATEST' });
  const chosen = { platformVersion: '1.4.0' };
  assert.deepEqual(await versionOf({ fargatePlatformConfiguration: chosen }), chosen);
  assert.ok(!('fargatePlatformConfiguration' in (await echoed(world)).containerProperties));
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
  const { containerProperties: _, ...rest } = BASE;
  const refusal = await world.refused('registerJobDefinition', { ...rest, ecsProperties: { some: 1 } });
  assert.match(refusal.message, /^ecsProperties is not supported by Longshore yet/);
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

test('S-095 S-100 J-057: by jobDefinitionName and status', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 2; i++) await register(world);
  await world.ask('deregisterJobDefinition', { jobDefinition: 'x:1' });
  const count = async (input: object) =>
    (await world.ask('describeJobDefinitions', input)).jobDefinitions.length;
  assert.equal(await count({ jobDefinitionName: 'x' }), 2);
  assert.equal(await count({ jobDefinitionName: 'x', status: 'ACTIVE' }), 1);
  assert.equal(await count({ jobDefinitionName: 'x', status: 'INACTIVE' }), 1, 'J-062');
});

test('J-059: an unknown status gives nothing', async () => {
  const world = await makeWorld();
  assert.deepEqual((await world.ask('describeJobDefinitions', { status: 'WHATEVER' })).jobDefinitions, []);
});

test('J-058: without status both ACTIVE and INACTIVE ones are given, without any selector all of the account', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 2; i++) await register(world);
  await world.ask('deregisterJobDefinition', { jobDefinition: 'x:1' });
  const count = async (input: object) =>
    (await world.ask('describeJobDefinitions', input)).jobDefinitions.length;
  assert.equal(await count({ jobDefinitionName: 'x' }), 2);
  assert.equal(await count({}), 3);
});

test('S-095 S-096 S-100: of a list a status and a name leave what has them', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 2; i++) await register(world);
  await register(world, { jobDefinitionName: 'y' });
  await world.ask('deregisterJobDefinition', { jobDefinition: 'x:1' });
  const shown = async (input: object) => {
    const { jobDefinitions } = await world.ask('describeJobDefinitions', input);
    return jobDefinitions.map((d: { jobDefinitionName: string; revision: number }) =>
      [d.jobDefinitionName, d.revision].join(':'),
    );
  };
  const list = { jobDefinitions: ['x', 'y:1'] };
  assert.deepEqual(await shown({ ...list, status: 'ACTIVE' }), ['x:2', 'y:1']);
  assert.deepEqual(await shown({ ...list, status: 'INACTIVE' }), ['x:1']);
  assert.deepEqual(await shown({ ...list, jobDefinitionName: 'x' }), ['x:2', 'x:1']);
  assert.deepEqual(await shown({ ...list, jobDefinitionName: 'y', status: 'ACTIVE' }), ['y:1']);
  assert.deepEqual(await shown({ jobDefinitions: ['x:1'], status: 'ACTIVE' }), []);
  assert.deepEqual(await shown({ ...list, jobDefinitionName: '', status: '' }), ['x:2', 'x:1', 'y:1']);
});

test('S-096 W-072: a list goes with no page, and has at most 100', async () => {
  const world = await makeWorld();
  const list = { jobDefinitions: ['d'] };
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

test('S-097 S-102 W-071: pages give each definition once, also when one is registered meanwhile', async () => {
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
    assert.ok(page.jobDefinitions.length <= 2);
    seen.push(...page.jobDefinitions.map((d: { revision: number }) => d.revision));
    nextToken = page.nextToken;
    await register(world);
  } while (nextToken);
  assert.deepEqual(seen, [5, 4, 3, 2, 1]);
});

test('S-078 J-063 J-065: deregister by name takes the latest ACTIVE; twice is fine', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 2; i++) await register(world);
  assert.deepEqual(await world.ask('deregisterJobDefinition', { jobDefinition: 'x' }), {});
  const { jobDefinitions } = await world.ask('describeJobDefinitions', { jobDefinitions: ['x'] });
  assert.deepEqual(
    jobDefinitions.map((d: { status: string }) => d.status),
    ['INACTIVE', 'ACTIVE'],
  );
  assert.deepEqual(await world.ask('deregisterJobDefinition', { jobDefinition: 'x:2' }), {});
});

test('J-066: an unknown definition is not deregistered', async () => {
  const world = await makeWorld();
  await register(world);
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
