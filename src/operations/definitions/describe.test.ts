import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

const CONTAINER = { image: 'busybox', vcpus: 1, memory: 128 };
const BASE = { jobDefinitionName: 'x', type: 'container', containerProperties: CONTAINER };
const ARN = 'arn:aws:batch:us-east-1:012345678910:job-definition';

const register = (world: World, more: Record<string, unknown> = {}) =>
  world.ask('registerJobDefinition', { ...BASE, ...more });
const described = async (world: World, input: object = {}) =>
  (await world.ask('describeJobDefinitions', input)).jobDefinitions;

test('S-101 S-293 S-294: an element has its name and ARN', async () => {
  const world = await makeWorld();
  await register(world);
  const [definition] = await described(world, { jobDefinitionName: 'x' });
  assert.equal(definition.jobDefinitionName, 'x');
  assert.equal(definition.jobDefinitionArn, `${ARN}/x:1`);
});

test('J-005: a definition’s ARN has its name and its revision', async () => {
  const world = await makeWorld();
  for (const revision of [1, 2]) {
    const { jobDefinitionArn } = await register(world);
    assert.equal(jobDefinitionArn, `arn:aws:batch:us-east-1:012345678910:job-definition/x:${revision}`);
  }
});

test('S-297 S-298 S-299: an element has its revision, status and type', async () => {
  const world = await makeWorld();
  await register(world);
  const [{ revision, status, type }] = await described(world, { jobDefinitionName: 'x' });
  assert.deepEqual({ revision, status, type }, { revision: 1, status: 'ACTIVE', type: 'container' });
});

test('S-292 S-295 S-296: an element has its container, parameters and retry strategy', async () => {
  const world = await makeWorld();
  const retryStrategy = { attempts: 4, evaluateOnExit: [] };
  await register(world, { parameters: { a: 'Ref::b', empty: '' }, retryStrategy });
  const [definition] = await described(world, { jobDefinitionName: 'x' });
  assert.equal(definition.containerProperties.image, 'busybox');
  assert.deepEqual(definition.parameters, { a: 'Ref::b', empty: '' });
  assert.deepEqual(definition.retryStrategy, retryStrategy);
});

test('J-047: vcpus and memory come back as the integers they were', async () => {
  const world = await makeWorld();
  await register(world);
  const [{ containerProperties }] = await described(world, { jobDefinitionName: 'x' });
  assert.strictEqual(containerProperties.vcpus, 1);
  assert.strictEqual(containerProperties.memory, 128);
});

test('S-276 S-280 S-281: role, privileged and readonlyRootFilesystem come back, false ones too', async () => {
  const world = await makeWorld();
  const sent = {
    jobRoleArn: 'arn:aws:iam::012345678910:role/j',
    privileged: false,
    readonlyRootFilesystem: true,
  };
  await register(world, { containerProperties: { ...CONTAINER, ...sent } });
  const [{ containerProperties }] = await described(world, { jobDefinitionName: 'x' });
  const { jobRoleArn, privileged, readonlyRootFilesystem } = containerProperties;
  assert.deepEqual({ jobRoleArn, privileged, readonlyRootFilesystem }, sent);
});

test('S-286 S-336 S-341: volumes and mount points come back as sent, without readOnly too', async () => {
  const world = await makeWorld();
  const volumes = [{ name: 'a', host: { sourcePath: '/a' } }, { name: 'b', host: {} }, { name: 'c' }];
  const mountPoints = [
    { sourceVolume: 'a', containerPath: '/a' },
    { sourceVolume: 'b', readOnly: false },
  ];
  await register(world, { containerProperties: { ...CONTAINER, volumes, mountPoints } });
  const [{ containerProperties }] = await described(world, { jobDefinitionName: 'x' });
  assert.deepEqual(containerProperties.volumes, volumes);
  assert.deepEqual(containerProperties.mountPoints, mountPoints);
});

test('J-042 J-049: empty lists and maps come back empty, platformCapabilities too', async () => {
  const world = await makeWorld();
  const empty = { platformCapabilities: [], parameters: {}, tags: {}, timeout: {} };
  await register(world, empty);
  const [definition] = await described(world, { jobDefinitionName: 'x' });
  for (const [member, value] of Object.entries(empty)) assert.deepEqual(definition[member], value, member);
});

test('J-027 J-048: vcpus and memory of 0 beside requirements are taken, and the job asks the requirements', async () => {
  const world = await makeWorld();
  const resourceRequirements = [
    { type: 'VCPU', value: '2' },
    { type: 'MEMORY', value: '256' },
  ];
  await register(world, { containerProperties: { image: 'x', vcpus: 0, memory: 0, resourceRequirements } });
  const { container } = await world.job(await world.submit({ jobDefinition: 'x' }));
  assert.deepEqual(container.resourceRequirements, resourceRequirements);
});

test('J-040 S-137: empty properties of another kind do not stand for containerProperties', async () => {
  const world = await makeWorld();
  const refusal = await world.refused('registerJobDefinition', {
    jobDefinitionName: 'x',
    type: 'container',
    ecsProperties: {},
  });
  assert.match(refusal.message, /^containerProperties is required/);
});

test('S-139 S-140: parameters of a submission win over the defaults of the definition', async () => {
  const world = await makeWorld();
  const command = ['Ref::a', 'Ref::b'];
  await register(world, {
    containerProperties: { ...CONTAINER, command },
    parameters: { a: 'default', b: 'default' },
  });
  const jobId = await world.submit({ jobDefinition: 'x', parameters: { b: 'given' } });
  assert.deepEqual((await world.job(jobId)).container.command, ['default', 'given']);
});

test('S-141 S-142: a retry strategy applies, and that of a submission wins', async () => {
  const world = await makeWorld();
  await register(world, { retryStrategy: { attempts: 2 } });
  const attempts = async (more: object) =>
    (await world.job(await world.submit({ jobDefinition: 'x', ...more }))).retryStrategy.attempts;
  assert.equal(await attempts({}), 2);
  assert.equal(await attempts({ retryStrategy: { attempts: 5 } }), 5);
});

test('S-098 S-102: without maxResults a page holds 100, and the last has no token', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 101; i++) await register(world);
  const first = await world.ask('describeJobDefinitions', { jobDefinitionName: 'x' });
  assert.equal(first.jobDefinitions.length, 100);
  const { nextToken } = first;
  const last = await world.ask('describeJobDefinitions', { jobDefinitionName: 'x', nextToken });
  assert.deepEqual(
    last.jobDefinitions.map((d: { revision: number }) => d.revision),
    [1],
  );
  assert.ok(!('nextToken' in last));
});

test('J-061: names ascend by their letters, large ones first, revisions descend, named ones too', async () => {
  const world = await makeWorld();
  for (const jobDefinitionName of ['b', 'a', 'B', 'a']) await register(world, { jobDefinitionName });
  const order = (list: { jobDefinitionName: string; revision: number }[]) =>
    list.map((d) => `${d.jobDefinitionName}:${d.revision}`);
  assert.deepEqual(order(await described(world)), ['B:1', 'a:2', 'a:1', 'b:1', 'd:1']);
  const named = await described(world, { jobDefinitions: ['b', 'a:1', `${ARN}/a:2`, 'a', 'B'] });
  assert.deepEqual(order(named), ['B:1', 'a:2', 'a:1', 'b:1']);
});

test('S-097 W-070: maxResults of 1 and 100 are taken, 0, -1 and 101 are refused', async () => {
  const world = await makeWorld();
  for (const maxResults of [1, 100]) assert.equal((await described(world, { maxResults })).length, 1);
  for (const maxResults of [0, -1, 101]) {
    const refusal = await world.refused('describeJobDefinitions', { maxResults });
    assert.equal(refusal.message, 'maxResults must be between 1 and 100.');
  }
});

test('S-099 W-074: a token goes only with the selectors it was made for', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 2; i++) await register(world);
  const { nextToken } = await world.ask('describeJobDefinitions', { jobDefinitionName: 'x', maxResults: 1 });
  for (const selectors of [{}, { jobDefinitionName: 'y' }, { jobDefinitionName: 'x', status: 'ACTIVE' }]) {
    const refusal = await world.refused('describeJobDefinitions', { ...selectors, nextToken });
    assert.equal(refusal.message, 'Invalid nextToken.');
  }
  const refusal = await world.refused('describeJobDefinitions', { nextToken: `a.${'é'.repeat(22)}` });
  assert.equal(refusal.message, 'Invalid nextToken.');
});

test('W-072: a list of names goes with no token', async () => {
  const world = await makeWorld();
  const refusal = await world.refused('describeJobDefinitions', { jobDefinitions: ['d'], nextToken: 't' });
  assert.equal(refusal.message, 'JobDefinitions and NextToken cannot both be set');
});

test('J-055 W-072: a bare name of more than 1,000 revisions has pages, and its token goes with no other list', async () => {
  const world = await makeWorld();
  await register(world);
  await world.service.store.write((tx) =>
    tx.run(
      `WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
       INSERT INTO definitions (name, revision, status, doc)
       SELECT name, i, status, doc FROM definitions, n WHERE name = 'x'`,
    ),
  );
  const jobDefinitions = ['x', 'd'];
  const first = await world.ask('describeJobDefinitions', { jobDefinitions });
  const { nextToken } = first;
  const second = await world.ask('describeJobDefinitions', { jobDefinitions, nextToken });
  assert.equal('nextToken' in second, false);
  const names = [...first.jobDefinitions, ...second.jobDefinitions].map(
    (d: { jobDefinitionName: string; revision: number }) => `${d.jobDefinitionName}:${d.revision}`,
  );
  assert.equal(first.jobDefinitions.length, 1000);
  assert.equal(new Set(names).size, 1002);
  assert.equal(names.at(-1), 'x:1');
  const refusal = await world.refused('describeJobDefinitions', { jobDefinitions: ['x'], nextToken });
  assert.equal(refusal.message, 'JobDefinitions and NextToken cannot both be set');
});

test('S-096 W-073: a list of 100 names is taken', async () => {
  const world = await makeWorld();
  assert.equal((await described(world, { jobDefinitions: Array(100).fill('d') })).length, 1);
});

test('J-067: a job of a definition deregistered since keeps its ARN; a new one is refused', async () => {
  const world = await makeWorld();
  await register(world);
  const jobId = await world.submit({ jobDefinition: 'x:1' });
  await world.ask('deregisterJobDefinition', { jobDefinition: 'x:1' });
  await world.settle();
  assert.equal((await world.job(jobId)).jobDefinition, `${ARN}/x:1`);
  for (const jobDefinition of ['x:1', 'x', `${ARN}/x:1`]) {
    const refusal = await world.refused('submitJob', { jobName: 'j', jobQueue: 'q', jobDefinition });
    assert.equal(refusal.status, 400);
  }
});
