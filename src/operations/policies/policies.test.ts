import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

const ARN = 'arn:aws:batch:us-east-1:012345678910';
const arnOf = (name: string) => `${ARN}:scheduling-policy/${name}`;
const DEFAULTS = { shareDecaySeconds: 0, computeReservation: 0, shareDistribution: [] };
const ORDER = [{ order: 1, computeEnvironment: 'e' }];

const make = (world: World, name: string, more: object = {}) =>
  world.ask('createSchedulingPolicy', { name, ...more });
const shown = async (world: World, name: string) =>
  (await world.ask('describeSchedulingPolicies', { arns: [arnOf(name)] })).schedulingPolicies[0];
const shares = (...entries: readonly (readonly [string, number?])[]) => ({
  fairsharePolicy: {
    shareDistribution: entries.map(([shareIdentifier, weightFactor]) => ({ shareIdentifier, weightFactor })),
  },
});
const queue = (name: string, policy: string) => ({
  jobQueueName: name,
  priority: 1,
  computeEnvironmentOrder: ORDER,
  schedulingPolicyArn: arnOf(policy),
});
const queueOf = async (world: World, name: string) =>
  (await world.ask('describeJobQueues', { jobQueues: [name] })).jobQueues[0];

test('T-061 T-083 E-193: a policy is made with its name, and is shown at once', async () => {
  const world = await makeWorld();
  assert.deepEqual(await make(world, 'p'), { name: 'p', arn: arnOf('p') });
  assert.equal((await shown(world, 'p')).name, 'p');
});

test('T-063 T-080: one of which nothing is said is of fair shares, with defaults', async () => {
  const world = await makeWorld();
  await make(world, 'p');
  assert.deepEqual(await shown(world, 'p'), {
    name: 'p',
    arn: arnOf('p'),
    fairsharePolicy: DEFAULTS,
    tags: {},
  });
});

test('T-071 T-072 T-080: members are shown as sent, weights to four decimals, the absent one as 1', async () => {
  const world = await makeWorld();
  const entries = shares(['a', 0.0001], ['b*', 999.9999], ['c']).fairsharePolicy.shareDistribution;
  const policy = { shareDecaySeconds: 604_800, computeReservation: 99, shareDistribution: entries };
  await make(world, 'p', { fairsharePolicy: policy });
  assert.deepEqual((await shown(world, 'p')).fairsharePolicy, {
    ...policy,
    shareDistribution: [
      { shareIdentifier: 'a', weightFactor: 0.0001 },
      { shareIdentifier: 'b*', weightFactor: 999.9999 },
      { shareIdentifier: 'c', weightFactor: 1 },
    ],
  });
});

const QUOTA = { quotaSharePolicy: { idleResourceAssignmentStrategy: 'FIFO' } };
const many = (count: number) => shares(...Array.from({ length: count }, (_, n) => [`s${n}`] as const));
const PATTERN = 'ShareIdentifier name should match a valid pattern.';
const WEIGHT = 'Weight factor should be between 0.0001 and 999.9999.';

/** Of each: rules, the policy, what is said of it. */
const REFUSED: readonly (readonly [string, object, string])[] = [
  [
    'T-062 E-199',
    { ...QUOTA, ...shares() },
    'A scheduling policy can have either fairsharePolicy or quotaSharePolicy',
  ],
  [
    'T-064',
    { fairsharePolicy: { shareDecaySeconds: -1 } },
    'Share decay seconds should be between 0 and 604800.',
  ],
  [
    'T-064',
    { fairsharePolicy: { shareDecaySeconds: 604_801 } },
    'Share decay seconds should be between 0 and 604800.',
  ],
  [
    'T-065',
    { fairsharePolicy: { computeReservation: 100 } },
    'Compute reservation should be between 0 and 99.',
  ],
  [
    'T-065',
    { fairsharePolicy: { computeReservation: -1 } },
    'Compute reservation should be between 0 and 99.',
  ],
  ['T-066 E-198', many(501), 'ShareDistribution size cannot be greater than 500.'],
  ['T-067', shares(['a'], ['b'], ['a']), 'Cannot have two or more identical shareIdentifiers.'],
  [
    'T-068',
    shares(['UserA1'], ['UserA*']),
    'Share identifier UserA1 matches another share identifier UserA*.',
  ],
  [
    'T-068',
    shares(['UserA*'], ['UserAB*']),
    'Share identifier UserAB* matches another share identifier UserA*.',
  ],
  ['T-069', shares(['UserA'], ['UserA*']), 'Share identifier UserA matches another share identifier UserA*.'],
  ['T-070', shares(['a b']), PATTERN],
  ['T-070', shares(['a*b']), PATTERN],
  ['T-070', shares(['']), PATTERN],
  ['T-070', shares(['x'.repeat(256)]), PATTERN],
  ['T-071', shares(['a', 0]), WEIGHT],
  ['T-071', shares(['a', 1000]), WEIGHT],
  [
    'T-073',
    { quotaSharePolicy: { idleResourceAssignmentStrategy: 'LIFO' } },
    'Idle resource assignment strategy must be one of [FIFO].',
  ],
];

for (const [at, [rules, policy, text]] of REFUSED.entries()) {
  test(`${rules} T-076: refused when it is made and when it is updated, case ${at + 1}: ${text}`, async () => {
    const world = await makeWorld();
    await make(world, 'is', shares(['z', 0.5]));
    const made = await world.refused('createSchedulingPolicy', { name: 'new', ...policy });
    const updated = await world.refused('updateSchedulingPolicy', { arn: arnOf('is'), ...policy });
    for (const { type, status, message, wrapped } of [made, updated])
      assert.deepEqual([type, status, message, wrapped], ['ClientException', 400, text, true]);
    assert.equal(await shown(world, 'new'), undefined);
    assert.equal((await shown(world, 'is')).fairsharePolicy.shareDistribution.length, 1);
  });
}

test('T-066 T-069 T-070: 500 entries, a share beside another’s prefix, and 255 characters are fine', async () => {
  const world = await makeWorld();
  await make(world, 'a', many(500));
  await make(world, 'b', shares(['UserB'], ['UserA*'], ['with-hyphen_'], ['x'.repeat(255)]));
  await make(world, 'c', shares(['*']));
  assert.equal((await shown(world, 'a')).fairsharePolicy.shareDistribution.length, 500);
});

test('T-008 T-009 T-010: names', async () => {
  const world = await makeWorld();
  for (const name of ['', 'a b', 'x'.repeat(129)]) {
    const { message } = await world.refused('createSchedulingPolicy', { name });
    assert.equal(message, 'Scheduling policy name should match a valid pattern.');
  }
  await make(world, 'p');
  await make(world, 'P');
  assert.equal(
    (await world.refused('createSchedulingPolicy', { name: 'p' })).message,
    'Object already exists',
  );
});

test('T-074 E-194: an update replaces the policy as a whole', async () => {
  const world = await makeWorld();
  await make(world, 'p', { fairsharePolicy: { shareDecaySeconds: 700, computeReservation: 10 } });
  const update = { arn: arnOf('p'), ...shares(['a', 0.25]) };
  assert.deepEqual(await world.ask('updateSchedulingPolicy', update), {});
  const shareDistribution = [{ shareIdentifier: 'a', weightFactor: 0.25 }];
  assert.deepEqual((await shown(world, 'p')).fairsharePolicy, { ...DEFAULTS, shareDistribution });
});

test('T-074: an update of nothing changes nothing', async () => {
  const world = await makeWorld();
  await make(world, 'p', { fairsharePolicy: { shareDecaySeconds: 700 } });
  await world.ask('updateSchedulingPolicy', { arn: arnOf('p') });
  assert.equal((await shown(world, 'p')).fairsharePolicy.shareDecaySeconds, 700);
});

test('T-075 E-199: the kind cannot change', async () => {
  const world = await makeWorld();
  await make(world, 'p');
  await make(world, 'quota', QUOTA);
  const { message } = await world.refused('updateSchedulingPolicy', { arn: arnOf('p'), ...QUOTA });
  assert.equal(message, 'A scheduling policy of type fairsharePolicy cannot be changed to quotaSharePolicy.');
  await world.refused('updateSchedulingPolicy', { arn: arnOf('quota'), ...shares() });
  assert.deepEqual(await shown(world, 'quota'), { name: 'quota', arn: arnOf('quota'), ...QUOTA, tags: {} });
});

test('T-077 T-013: unknown ARNs: an update is refused, a deletion has nothing to do', async () => {
  const world = await makeWorld();
  const { message } = await world.refused('updateSchedulingPolicy', { arn: arnOf('x'), ...shares() });
  assert.equal(message, `${arnOf('x')} does not exist`);
  assert.deepEqual(await world.ask('deleteSchedulingPolicy', { arn: arnOf('x') }), {});
});

test('E-005: policies are named by their ARN alone', async () => {
  const world = await makeWorld();
  await make(world, 'p');
  for (const [operation, input] of [
    ['updateSchedulingPolicy', { arn: 'p' }],
    ['deleteSchedulingPolicy', { arn: 'p' }],
    ['describeSchedulingPolicies', { arns: ['p'] }],
  ] as const)
    assert.equal(
      (await world.refused(operation, input)).message,
      'Only scheduling policy Arn can be allowed.',
    );
});

test('T-012 T-060 E-195: deleted, it and its tags are gone', async () => {
  const world = await makeWorld();
  await make(world, 'p', { tags: { a: 'b' } });
  assert.deepEqual(await world.ask('deleteSchedulingPolicy', { arn: arnOf('p') }), {});
  assert.equal(await shown(world, 'p'), undefined);
  await make(world, 'p');
  assert.deepEqual((await shown(world, 'p')).tags, {});
});

test('T-078: a policy that a queue goes by stays, also while that is being deleted', async () => {
  const world = await makeWorld({ command: ['run'] });
  await make(world, 'p');
  await world.ask('createJobQueue', queue('shared', 'p'));
  const text = 'Cannot delete, found existing JobQueue relationship';
  const refused = async () => (await world.refused('deleteSchedulingPolicy', { arn: arnOf('p') })).message;
  assert.equal(await refused(), text);
  const more = { shareIdentifier: 'a', schedulingPriorityOverride: 0 };
  await world.submit({ jobQueue: 'shared', ...more });
  await world.settle();
  await world.ask('updateJobQueue', { jobQueue: 'shared', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'shared' });
  await world.settle();
  assert.equal((await queueOf(world, 'shared')).status, 'DELETING');
  assert.equal(await refused(), text);
  world.clock.advance(60_000);
  for (const { taskId } of await world.engine.list()) world.engine.end(taskId, 0);
  await world.settle();
  assert.equal(await queueOf(world, 'shared'), undefined);
  assert.deepEqual(await world.ask('deleteSchedulingPolicy', { arn: arnOf('p') }), {});
});

test('T-079 T-006 E-196: described in the order asked, each once, unknown ones left out', async () => {
  const world = await makeWorld();
  for (const name of ['a', 'b', 'c']) await make(world, name);
  const elsewhere = 'arn:aws:batch:eu-west-1:012345678910:scheduling-policy/a';
  const arns = [arnOf('c'), arnOf('x'), arnOf('a'), elsewhere, arnOf('c')];
  const { schedulingPolicies } = await world.ask('describeSchedulingPolicies', { arns });
  assert.deepEqual(
    schedulingPolicies.map(({ name }: { name: string }) => name),
    ['c', 'a'],
  );
});

test('T-081: more than 100 are refused', async () => {
  const world = await makeWorld();
  const { message } = await world.refused('describeSchedulingPolicies', {
    arns: Array(101).fill(arnOf('a')),
  });
  assert.equal(message, 'Maximum number of scheduling policies supported is  100');
});

test('T-082 T-004 E-197: listed by ARN alone, in pages', async () => {
  const world = await makeWorld();
  for (const name of ['a', 'b', 'c']) await make(world, name);
  const first = await world.ask('listSchedulingPolicies', { maxResults: 2 });
  assert.deepEqual(first.schedulingPolicies, [{ arn: arnOf('a') }, { arn: arnOf('b') }]);
  const second = await world.ask('listSchedulingPolicies', { maxResults: 2, nextToken: first.nextToken });
  assert.deepEqual(second, { schedulingPolicies: [{ arn: arnOf('c') }] });
});

test('T-005 T-007: pages of no or more than 100 entries, and damaged tokens, are refused', async () => {
  const world = await makeWorld();
  for (const name of ['a', 'b']) await make(world, name);
  const first = await world.ask('listSchedulingPolicies', { maxResults: 1 });
  for (const input of [{ maxResults: 0 }, { maxResults: 101 }, { nextToken: `${first.nextToken}x` }])
    assert.equal((await world.refused('listSchedulingPolicies', input)).type, 'ClientException');
});

test('T-084: a queue is made with a policy and shows it; without one it shows none', async () => {
  const world = await makeWorld();
  await make(world, 'p');
  await world.ask('createJobQueue', queue('shared', 'p'));
  assert.equal((await queueOf(world, 'shared')).schedulingPolicyArn, arnOf('p'));
  assert.equal('schedulingPolicyArn' in (await queueOf(world, 'q')), false);
});

for (const [rules, arn, text] of [
  ['T-084 E-115', 'p', 'Only scheduling policy Arn can be allowed.'],
  ['T-084 E-115', `${ARN}:job-queue/q`, 'Only scheduling policy Arn can be allowed.'],
  ['T-084 E-115', arnOf('nobody'), `SchedulingPolicy ${arnOf('nobody')} not found.`],
  [
    'T-084',
    'arn:aws:batch:eu-west-1:012345678910:scheduling-policy/p',
    'SchedulingPolicy arn:aws:batch:eu-west-1:012345678910:scheduling-policy/p not found.',
  ],
  ['T-085', arnOf('quota'), 'Quota Management feature is only supported for SageMaker Training job queues.'],
] as const) {
  test(`${rules}: ${arn} is no policy for a queue, when it is made or changed`, async () => {
    const world = await makeWorld();
    await make(world, 'p');
    await make(world, 'quota', QUOTA);
    await world.ask('createJobQueue', queue('shared', 'p'));
    const made = await world.refused('createJobQueue', { ...queue('new', 'p'), schedulingPolicyArn: arn });
    const changed = await world.refused('updateJobQueue', { jobQueue: 'shared', schedulingPolicyArn: arn });
    assert.deepEqual([made.message, changed.message], [text, text]);
    assert.equal((await queueOf(world, 'shared')).schedulingPolicyArn, arnOf('p'));
  });
}

test('T-086 T-087 E-125: a queue’s policy is replaced by another; an empty ARN changes nothing', async () => {
  const world = await makeWorld();
  await make(world, 'p');
  await make(world, 'other');
  await world.ask('createJobQueue', queue('shared', 'p'));
  const update = (schedulingPolicyArn?: string) =>
    world.ask('updateJobQueue', { jobQueue: 'shared', priority: 2, schedulingPolicyArn });
  await update(arnOf('other'));
  assert.equal((await queueOf(world, 'shared')).schedulingPolicyArn, arnOf('other'));
  await update('');
  await update();
  assert.equal((await queueOf(world, 'shared')).schedulingPolicyArn, arnOf('other'));
  await world.ask('deleteSchedulingPolicy', { arn: arnOf('p') });
});

test('T-087: a policy cannot be added to a queue that has none', async () => {
  const world = await makeWorld();
  await make(world, 'p');
  const { type, message } = await world.refused('updateJobQueue', {
    jobQueue: 'q',
    schedulingPolicyArn: arnOf('p'),
  });
  assert.deepEqual(
    [type, message],
    ['ClientException', 'Scheduling policy cannot be added to a job queue without scheduling policy.'],
  );
  await world.ask('updateJobQueue', { jobQueue: 'q', schedulingPolicyArn: '' });
});
