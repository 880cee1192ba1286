import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';
import { TAGGED_KINDS, type TaggedKind } from '../../domain/tags.ts';

const ARN = 'arn:aws:batch:us-east-1:012345678910';
const TAGS = { team: 'blue', 'cost centre': '', 'a:b/c+d': '10 @ 5' };

type Record_ = Record<string, string>;

/** What a resource of each kind is made with, how it is described, and its ARN: a new kind is an entry. */
const KINDS: Readonly<
  Record<
    TaggedKind,
    {
      readonly make: (world: World, tags?: Record_) => Promise<string>;
      readonly described: (world: World, arn: string) => Promise<Record_>;
    }
  >
> = {
  'compute-environment': {
    make: async (world, tags) =>
      (
        await world.ask('createComputeEnvironment', {
          computeEnvironmentName: 'tagged',
          type: 'UNMANAGED',
          serviceRole: 'r',
          ...(tags && { tags }),
        })
      ).computeEnvironmentArn,
    described: async (world, arn) =>
      (await world.ask('describeComputeEnvironments', { computeEnvironments: [arn] })).computeEnvironments[0]
        .tags,
  },
  'job-queue': {
    make: async (world, tags) =>
      (
        await world.ask('createJobQueue', {
          jobQueueName: 'tagged',
          priority: 1,
          computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
          ...(tags && { tags }),
        })
      ).jobQueueArn,
    described: async (world, arn) =>
      (await world.ask('describeJobQueues', { jobQueues: [arn] })).jobQueues[0].tags,
  },
  'job-definition': {
    make: async (world, tags) =>
      (
        await world.ask('registerJobDefinition', {
          jobDefinitionName: 'tagged',
          type: 'container',
          containerProperties: { image: 'i', vcpus: 1, memory: 4 },
          ...(tags && { tags }),
        })
      ).jobDefinitionArn,
    described: async (world, arn) =>
      (await world.ask('describeJobDefinitions', { jobDefinitions: [arn] })).jobDefinitions[0].tags,
  },
  job: {
    make: async (world, tags) => `${ARN}:job/${await world.submit(tags && { tags })}`,
    described: async (world, arn) => (await world.ask('describeJobs', { jobs: [arn] })).jobs[0].tags,
  },
  'scheduling-policy': {
    make: async (world, tags) =>
      (await world.ask('createSchedulingPolicy', { name: 'tagged', ...(tags && { tags }) })).arn,
    described: async (world, arn) =>
      (await world.ask('describeSchedulingPolicies', { arns: [arn] })).schedulingPolicies[0].tags,
  },
  'consumable-resource': {
    make: async (world, tags) =>
      (
        await world.ask('createConsumableResource', {
          consumableResourceName: 'tagged',
          ...(tags && { tags }),
        })
      ).consumableResourceArn,
    described: async (world, arn) =>
      (await world.ask('describeConsumableResource', { consumableResource: arn })).tags,
  },
};

const listed = async (world: World, resourceArn: string): Promise<Record_> =>
  (await world.ask('listTagsForResource', { resourceArn })).tags;
const tag = (world: World, resourceArn: string, tags: Record_) =>
  world.ask('tagResource', { resourceArn, tags });
const untag = (world: World, resourceArn: string, ...tagKeys: string[]) =>
  world.ask('untagResource', { resourceArn, tagKeys });
const many = (count: number, from = 0) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${from + at}`, 'v']));

for (const kind of TAGGED_KINDS) {
  const { make, described } = KINDS[kind];

  test(`T-015 T-046 E-187: ${kind}: tags that it is made with are shown and listed; without any there are none`, async () => {
    const world = await makeWorld();
    const arn = await make(world, TAGS);
    assert.deepEqual([await described(world, arn), await listed(world, arn)], [TAGS, TAGS]);
    const other = await makeWorld();
    const bare = await make(other);
    assert.deepEqual([await described(other, bare), await listed(other, bare)], [{}, {}]);
  });

  test(`T-035 T-049 T-055: ${kind}: tags are added to those there are, overwrite those of the same keys, and show at once`, async () => {
    const world = await makeWorld();
    const arn = await make(world, { team: 'blue', old: 'x' });
    assert.deepEqual(await tag(world, arn, { team: 'red', new: '' }), {});
    const merged = { team: 'red', old: 'x', new: '' };
    assert.deepEqual([await described(world, arn), await listed(world, arn)], [merged, merged]);
  });

  test(`T-043 E-191: ${kind}: tags are removed by key; keys that are not there are none to remove`, async () => {
    const world = await makeWorld();
    const arn = await make(world, TAGS);
    assert.deepEqual(await untag(world, arn, 'cost centre', 'nobody', 'a:b/c+d'), {});
    assert.deepEqual(
      [await described(world, arn), await listed(world, arn)],
      [{ team: 'blue' }, { team: 'blue' }],
    );
    await untag(world, arn, 'team');
    assert.deepEqual(await listed(world, arn), {});
  });

  test(`T-041 T-042: ${kind}: more than 50 in the end are refused and change nothing; at 50 they can be overwritten`, async () => {
    const world = await makeWorld();
    const arn = await make(world, many(49));
    const refusal = await world.refused('tagResource', {
      resourceArn: arn,
      tags: { k0: 'w', ...many(2, 49) },
    });
    assert.equal(refusal.message, `Resource ${arn} can have at most 50 tags.`);
    assert.equal(refusal.type, 'ClientException');
    assert.deepEqual(await listed(world, arn), many(49));
    await tag(world, arn, { k49: 'v' });
    await tag(world, arn, { k0: 'w' });
    assert.deepEqual(await listed(world, arn), { ...many(50), k0: 'w' });
  });

  test(`T-054 T-039: ${kind}: what TagResource refuses is refused when it is made, and nothing is`, async () => {
    const world = await makeWorld();
    for (const [tags, type] of [
      [many(51), 'ClientException'],
      [{ 'aws:x': 'y' }, 'ClientException'],
      [{ ['k'.repeat(129)]: 'y' }, 'ClientException'],
      [{ x: '^GATC' }, 'BadRequestException'],
      [{ x: '2.8.1+mc(0.10.0)' }, 'BadRequestException'],
    ] as const) {
      await assert.rejects(make(world, tags));
      const resourceArn = `${ARN}:job-queue/q`;
      assert.equal((await world.refused('tagResource', { resourceArn, tags })).type, type);
    }
    assert.equal((await world.ask('describeJobQueues')).jobQueues.length, 1);
    assert.equal((await world.ask('describeComputeEnvironments')).computeEnvironments.length, 1);
    assert.equal((await world.ask('describeJobDefinitions')).jobDefinitions.length, 1);
    assert.equal((await world.ask('listSchedulingPolicies')).schedulingPolicies.length, 0);
    assert.equal((await world.ask('searchJobs')).jobs.length, 0);
  });
}

test('T-039: SubmitJob says BadRequestException of an illegal value, with the value alone', async () => {
  const world = await makeWorld();
  const input = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd', tags: { barcode: '^GATC' } };
  const { type, message, wrapped } = await world.refused('submitJob', input);
  assert.deepEqual(
    [type, message, wrapped],
    [
      'BadRequestException',
      "'^GATC' is not a valid value for TagValue - it contains illegal characters",
      false,
    ],
  );
});

test('T-050: revisions have tags of their own; a definition without a revision is refused', async () => {
  const world = await makeWorld();
  const { make } = KINDS['job-definition'];
  const [first, second] = [await make(world, { a: '1' }), await make(world, { a: '2' })];
  await tag(world, first, { a: '3' });
  assert.deepEqual([await listed(world, first), await listed(world, second)], [{ a: '3' }, { a: '2' }]);
  const resourceArn = `${ARN}:job-definition/tagged`;
  assert.equal(
    (await world.refused('listTagsForResource', { resourceArn })).message,
    `Invalid ARN: ${resourceArn}`,
  );
});

test('T-051 E-189: children and nodes are not tagged by themselves, and show their parent’s', async () => {
  const world = await makeWorld();
  const id = await world.submit({ arrayProperties: { size: 2 }, tags: { a: 'b' } });
  for (const part of [`${id}:0`, `${id}#0`]) {
    const resourceArn = `${ARN}:job/${part}`;
    for (const [operation, more] of [
      ['tagResource', { tags: { c: 'd' } }],
      ['untagResource', { tagKeys: ['a'] }],
      ['listTagsForResource', {}],
    ] as const)
      assert.equal(
        (await world.refused(operation, { resourceArn, ...more })).message,
        `Tagging is not supported for child jobs: ${resourceArn}`,
      );
  }
  await tag(world, `${ARN}:job/${id}`, { c: 'd' });
  assert.deepEqual((await world.job(`${id}:1`)).tags, { a: 'b', c: 'd' });
});

const NOBODY = '11111111-1111-4111-8111-111111111111';

for (const [rule, arn, text] of [
  ['T-052', 'q', 'Invalid ARN: q'],
  ['T-052', '', 'Invalid ARN: '],
  ['T-052', `${ARN}`, `Invalid ARN: ${ARN}`],
  ['T-052', `${ARN}:job-queue`, `Invalid ARN: ${ARN}:job-queue`],
  ['T-052', `${ARN}:job-queue/`, `Invalid ARN: ${ARN}:job-queue/`],
  ['T-052', `${ARN}:job/j`, `Invalid ARN: ${ARN}:job/j`],
  ['T-052', `${ARN}:job-queue/nobody`, `${ARN}:job-queue/nobody does not exist`],
  ['T-052', `${ARN}:compute-environment/q`, `${ARN}:compute-environment/q does not exist`],
  ['T-052', `${ARN}:job-definition/d:2`, `${ARN}:job-definition/d:2 does not exist`],
  ['T-052', `${ARN}:job/${NOBODY}`, `${ARN}:job/${NOBODY} does not exist`],
  ['T-052', `${ARN}:teapot/q`, `${ARN}:teapot/q does not exist`],
  ['T-053', 'arn:aws:batch:us-east-1:000000000000:job-queue/q', /:job-queue\/q does not exist$/],
  ['T-053', 'arn:aws:batch:eu-west-1:012345678910:job-queue/q', /:job-queue\/q does not exist$/],
  ['T-053', 'arn:aws:ecs:us-east-1:012345678910:job-queue/q', /:job-queue\/q does not exist$/],
  ['T-053', 'arn:aws-cn:batch:us-east-1:012345678910:job-queue/q', /:job-queue\/q does not exist$/],
] as const) {
  test(`${rule} T-003: '${arn}' is nobody’s`, async () => {
    const world = await makeWorld();
    for (const [operation, more] of [
      ['tagResource', { tags: { a: 'b' } }],
      ['untagResource', { tagKeys: ['a'] }],
      ['listTagsForResource', {}],
    ] as const) {
      const { type, status, message } = await world.refused(operation, { resourceArn: arn, ...more });
      assert.deepEqual([type, status], ['ClientException', 400]);
      if (typeof text === 'string') assert.equal(message, text);
      else assert.match(message, text);
    }
  });
}

test('T-056 E-192: tags of instances are others than those of their environment', async () => {
  const world = await makeWorld();
  const [{ computeEnvironmentArn, computeResources }] = (await world.ask('describeComputeEnvironments'))
    .computeEnvironments;
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'two',
    type: 'MANAGED',
    computeResources: { ...computeResources, tags: { Name: 'instance' } },
    tags: { team: 'x' },
  });
  const arn = computeEnvironmentArn.replace(/e$/, 'two');
  assert.deepEqual(await listed(world, arn), { team: 'x' });
  await tag(world, arn, { more: 'y' });
  const [two] = (await world.ask('describeComputeEnvironments', { computeEnvironments: [arn] }))
    .computeEnvironments;
  assert.deepEqual([two.tags, two.computeResources.tags], [{ team: 'x', more: 'y' }, { Name: 'instance' }]);
});

test('T-057: a definition’s tags are not its jobs’, before and after they are changed', async () => {
  const world = await makeWorld();
  const arn = await KINDS['job-definition'].make(world, { of: 'definition' });
  const id = await world.submit({ jobDefinition: 'tagged', tags: { of: 'job' } });
  await tag(world, arn, { more: 'x' });
  const other = await world.submit({ jobDefinition: 'tagged' });
  assert.deepEqual((await world.job(id)).tags, { of: 'job' });
  assert.deepEqual((await world.job(other)).tags, {});
});

test('J-115 T-041: a task has its definition’s tags as they are when the job is submitted', async () => {
  const world = await makeWorld();
  const arn = await KINDS['job-definition'].make(world, many(25));
  const submit = () => world.submit({ jobDefinition: 'tagged', tags: many(25, 100), propagateTags: true });
  const fits = await submit();
  await tag(world, arn, { one: 'more' });
  const tooMany = await submit();
  await world.settle();
  assert.equal((await world.job(fits)).status, 'RUNNING');
  assert.match((await world.job(tooMany)).statusReason, /have 51 tags together/);
});

test('T-058: tags of what is DISABLED can be changed, and nothing is UPDATING for it', async () => {
  const world = await makeWorld();
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  await tag(world, `${ARN}:job-queue/q`, { a: 'b' });
  await tag(world, `${ARN}:compute-environment/e`, { a: 'b' });
  const [queue] = (await world.ask('describeJobQueues')).jobQueues;
  const [environment] = (await world.ask('describeComputeEnvironments')).computeEnvironments;
  assert.deepEqual([queue.status, queue.state, queue.tags], ['VALID', 'DISABLED', { a: 'b' }]);
  assert.deepEqual(
    [environment.status, environment.state, environment.tags],
    ['VALID', 'DISABLED', { a: 'b' }],
  );
});

test('T-059: definitions that are INACTIVE and jobs that are over can be tagged', async () => {
  const world = await makeWorld();
  const id = await world.submit();
  await world.settle();
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
  await tag(world, `${ARN}:job/${id}`, { a: 'b' });
  assert.deepEqual((await world.job(id)).tags, { a: 'b' });
  await world.ask('deregisterJobDefinition', { jobDefinition: 'd:1' });
  await tag(world, `${ARN}:job-definition/d:1`, { a: 'b' });
  assert.deepEqual(await listed(world, `${ARN}:job-definition/d:1`), { a: 'b' });
});

test('a queue that is being deleted shows its tags, and they cannot be changed', async () => {
  const world = await makeWorld({ command: ['run'] });
  await world.submit();
  await world.settle();
  const arn = `${ARN}:job-queue/q`;
  await tag(world, arn, { a: 'b' });
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
  assert.deepEqual(await listed(world, arn), { a: 'b' });
  for (const [operation, more] of [
    ['tagResource', { tags: { c: 'd' } }],
    ['untagResource', { tagKeys: ['a'] }],
  ] as const)
    assert.match((await world.refused(operation, { resourceArn: arn, ...more })).message, /being deleted/);
});

test('T-060: what is made anew under an old name has none of the old tags', async () => {
  const world = await makeWorld();
  for (const kind of ['compute-environment', 'job-queue'] as const) {
    const { make } = KINDS[kind];
    const arn = await make(world, { old: 'x' });
    const [remove, update, member] =
      kind === 'job-queue'
        ? ['deleteJobQueue', 'updateJobQueue', 'jobQueue']
        : ['deleteComputeEnvironment', 'updateComputeEnvironment', 'computeEnvironment'];
    await world.ask(update!, { [member!]: 'tagged', state: 'DISABLED' });
    await world.ask(remove!, { [member!]: 'tagged' });
    await world.settle();
    assert.match(
      (await world.refused('listTagsForResource', { resourceArn: arn })).message,
      /does not exist/,
    );
    assert.equal(await make(world), arn);
    assert.deepEqual(await listed(world, arn), {});
  }
  const rows = await world.service.store.read((tx) => tx.all('SELECT * FROM tags'));
  assert.deepEqual(rows, []);
});

test('T-035: odd keys are keys like others', async () => {
  const world = await makeWorld();
  const arn = `${ARN}:job-queue/q`;
  const odd = JSON.parse('{"__proto__":"x","constructor":"y","0":"z"}') as Record_;
  await tag(world, arn, odd);
  assert.deepEqual(Object.entries(await listed(world, arn)).sort(), Object.entries(odd).sort());
});
