import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BATCH } from '../../src/api/shapes.gen.ts';
import { NOT_YET } from '../../src/domain/not-yet.ts';
import type { Running } from '../../src/main/start-server.ts';
import { makePodWorld } from '../support/eks.ts';
import {
  POD_DEFINITION,
  POD_ENVIRONMENT,
  POD_RANGES,
  POD_RANGES_SUBMIT,
  POD_SUBMIT,
} from '../support/full-pods.ts';
import {
  CONSUMABLE_UPDATES,
  CONSUMABLES,
  DEFINITIONS,
  ENVIRONMENTS,
  POLICIES,
  POLICY_UPDATES,
  QUEUE_UPDATES,
  QUEUES,
  queueFor,
  RESOURCES,
  SUBMITS,
  UPDATES,
} from '../support/full-requests.ts';
import { serverFor } from '../support/server.ts';
import { ask } from '../support/signed.ts';

/*
 * Nothing is silently dropped: every member that the model has for what creates or changes something is sent in one of
 * these requests, and comes back as it was sent. A member that a later model adds fails the last test here until it is
 * in a request or among those that are refused.
 */

const stops: (() => Promise<void>)[] = [];
let server: Running;
before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
});
after(async () => {
  for (const stop of stops) await stop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a client would
const post = async (operation: string, body: unknown): Promise<any> => {
  const answer = await ask(server.url, server.rootKey, {
    path: `/v1/${operation.toLowerCase()}`,
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};

type Json = Record<string, unknown>;

/** Every leaf of `sent` stands in `shown` at the same place with the same value. */
const assertHolds = (shown: unknown, sent: unknown, path: string): void => {
  if (Array.isArray(sent)) {
    assert.ok(Array.isArray(shown), `${path} is ${JSON.stringify(shown)}`);
    assert.equal(shown.length, sent.length, path);
    for (const [at, item] of sent.entries()) assertHolds(shown[at], item, `${path}[${at}]`);
  } else if (typeof sent === 'object' && sent !== null) {
    assert.ok(typeof shown === 'object' && shown !== null, `${path} is ${JSON.stringify(shown)}`);
    for (const [key, value] of Object.entries(sent))
      assertHolds((shown as Json)[key], value, `${path}.${key}`);
  } else assert.equal(shown, sent, path);
};

for (const sent of ENVIRONMENTS) {
  test(`CreateComputeEnvironment ${sent.computeEnvironmentName}: what is sent is shown`, async () => {
    await post('CreateComputeEnvironment', sent);
    const computeEnvironments = [sent.computeEnvironmentName];
    const shown = await post('DescribeComputeEnvironments', { computeEnvironments });
    assertHolds(shown.computeEnvironments[0], sent, 'environment');
  });
}

for (const [at, update] of UPDATES.entries()) {
  test(`UpdateComputeEnvironment ${at + 1}: what is sent is shown`, async () => {
    const sent = JSON.parse(JSON.stringify(update));
    await post('UpdateComputeEnvironment', sent);
    const { computeEnvironment, ...rest } = sent;
    // goes by demand from the moment it is taken
    delete rest.computeResources?.desiredvCpus;
    const shown = await post('DescribeComputeEnvironments', { computeEnvironments: [computeEnvironment] });
    assertHolds(shown.computeEnvironments[0], rest, 'environment');
  });
}

test('UpdateComputeEnvironment: updateToLatestImageVersion is an order and no setting: it is not shown', async () => {
  const computeResources = { updateToLatestImageVersion: true, imageId: 'ami-9' };
  await post('CreateComputeEnvironment', {
    computeEnvironmentName: 'fresh',
    type: 'MANAGED',
    computeResources: RESOURCES,
  });
  await post('UpdateComputeEnvironment', { computeEnvironment: 'fresh', computeResources });
  const { computeEnvironments } = await post('DescribeComputeEnvironments', {
    computeEnvironments: ['fresh'],
  });
  assert.equal(computeEnvironments[0].computeResources.imageId, 'ami-9');
  assert.equal('updateToLatestImageVersion' in computeEnvironments[0].computeResources, false);
});

const policyShown = async (name: unknown) => {
  const arns = [`arn:aws:batch:us-east-1:012345678910:scheduling-policy/${name}`];
  return (await post('DescribeSchedulingPolicies', { arns })).schedulingPolicies[0];
};

test('CreateSchedulingPolicy and UpdateSchedulingPolicy: what is sent is shown', async () => {
  for (const sent of POLICIES) {
    await post('CreateSchedulingPolicy', sent);
    assertHolds(await policyShown(sent.name), sent, 'policy');
  }
  for (const sent of POLICY_UPDATES) {
    await post('UpdateSchedulingPolicy', sent);
    assertHolds(await policyShown(String(sent.arn).split('/')[1]), sent, 'policy');
  }
});

test('CreateJobQueue and UpdateJobQueue: what is sent is shown', async () => {
  for (const queue of QUEUES) await post('CreateJobQueue', queue);
  const show = async () => (await post('DescribeJobQueues', { jobQueues: ['full'] })).jobQueues[0];
  assertHolds(await show(), QUEUES[0], 'queue');
  await post('UpdateJobQueue', QUEUE_UPDATES[0]);
  const { jobQueue: _, ...rest } = QUEUE_UPDATES[0]!;
  assertHolds(await show(), rest, 'queue');
});

test('CreateConsumableResource and UpdateConsumableResource: what is sent is shown', async () => {
  const show = (consumableResource: unknown) => post('DescribeConsumableResource', { consumableResource });
  for (const sent of CONSUMABLES) {
    await post('CreateConsumableResource', sent);
    assertHolds(await show(sent.consumableResourceName), sent, 'consumable resource');
  }
  for (const [sent, totalQuantity] of CONSUMABLE_UPDATES) {
    await post('UpdateConsumableResource', sent);
    assertHolds(await show(sent.consumableResource), { totalQuantity }, 'consumable resource');
  }
});

for (const sent of DEFINITIONS) {
  test(`RegisterJobDefinition ${sent.jobDefinitionName}: what is sent is shown`, async () => {
    await post('RegisterJobDefinition', sent);
    const jobDefinitions = [sent.jobDefinitionName];
    const shown = await post('DescribeJobDefinitions', { jobDefinitions });
    assertHolds(shown.jobDefinitions[0], sent, 'definition');
  });
}

/** A job shows its nodes as they run: overrides have become what they override. */
const shownNodes = ({ numNodes, nodePropertyOverrides }: Json) => ({
  numNodes,
  nodeRangeProperties: (nodePropertyOverrides as Json[]).map((over) => ({
    container: over.containerOverrides,
    instanceTypes: over.instanceTypes,
    consumableResourceProperties: over.consumableResourcePropertiesOverride,
  })),
});

test('SubmitJob: what is sent is shown', async () => {
  let first = '';
  for (const template of SUBMITS) {
    const sent = JSON.parse(JSON.stringify(template).replace('the first one', first));
    const { jobId } = await post('SubmitJob', sent);
    first ||= jobId;
    const { jobQueue: _, jobDefinition: __, containerOverrides = {}, nodeOverrides, ...others } = sent;
    const { schedulingPriorityOverride, consumableResourcePropertiesOverride: tokens, ...same } = others;
    const rest = {
      ...same,
      ...(schedulingPriorityOverride && { schedulingPriority: 4 }),
      ...(tokens && { consumableResourceProperties: tokens }),
    };
    const { resourceRequirements = [], ...container } = containerOverrides;
    const { jobs } = await post('DescribeJobs', { jobs: [jobId] });
    const own = nodeOverrides ? rest : { ...rest, container };
    assertHolds(jobs[0], own, 'job');
    if (nodeOverrides) assertHolds(jobs[0].nodeProperties, shownNodes(nodeOverrides), 'nodes');
    for (const asked of resourceRequirements) {
      const { resourceRequirements: shown } = jobs[0].container;
      assert.deepEqual(
        shown.find(({ type }: { type: string }) => type === asked.type),
        asked,
      );
    }
  }
  await post('TerminateJob', { jobId: first, reason: 'seen' });
});

test('a job shows every member of its definition’s container', async () => {
  for (const { jobDefinitionName, containerProperties = {} } of DEFINITIONS) {
    const { jobId } = await post('SubmitJob', {
      jobName: 'j',
      jobQueue: queueFor(jobDefinitionName),
      jobDefinition: jobDefinitionName,
      ...(queueFor(jobDefinitionName) === 'full' && { shareIdentifier: 'one' }),
    });
    const { jobs } = await post('DescribeJobs', { jobs: [jobId] });
    assertHolds(jobs[0].container ?? {}, containerProperties, 'container');
    await post('TerminateJob', { jobId, reason: 'seen' });
  }
});

test('CreateComputeEnvironment and RegisterJobDefinition of pods: what is sent is shown', async () => {
  await post('CreateComputeEnvironment', POD_ENVIRONMENT);
  const { computeEnvironments } = await post('DescribeComputeEnvironments', {
    computeEnvironments: ['pods'],
  });
  assertHolds(computeEnvironments[0], POD_ENVIRONMENT, 'environment');
  for (const sent of [POD_DEFINITION, POD_RANGES]) {
    await post('RegisterJobDefinition', sent);
    const { jobDefinitions } = await post('DescribeJobDefinitions', {
      jobDefinitions: [sent.jobDefinitionName],
    });
    assertHolds(jobDefinitions[0], sent, 'definition');
  }
});

// this server's engine runs no pods: no queue takes them
test('SubmitJob of pods: what is sent is shown', async () => {
  const world = await makePodWorld();
  for (const [definition, submit] of [
    [POD_DEFINITION, POD_SUBMIT],
    [POD_RANGES, POD_RANGES_SUBMIT],
  ]) {
    await world.ask('registerJobDefinition', definition);
    const { jobId } = await world.ask('submitJob', submit);
    const job = await world.job(jobId);
    const [shown] = job.nodeProperties?.nodeRangeProperties ?? [job];
    assertHolds(shown.eksProperties, POD_SUBMIT.eksPropertiesOverride, 'pod');
  }
});

test('managed instances are refused by name, at create and at update', async () => {
  const refused = async (operation: string, body: unknown, text: RegExp) => {
    const path = `/v1/${operation.toLowerCase()}`;
    const answer = await ask(server.url, server.rootKey, { path, body: JSON.stringify(body) });
    assert.equal(answer.status, 400);
    assert.match(answer.json.message, text);
  };
  const managedInstancesProvider = {
    infrastructureRoleArn: 'r',
    instanceLaunchTemplate: {
      ec2InstanceProfileArn: 'p',
      networkConfiguration: { subnets: ['s'], securityGroups: ['g'] },
    },
  };
  const create = (computeResources: object) => ({
    computeEnvironmentName: 'managed',
    type: 'MANAGED',
    computeResources,
  });
  await refused(
    'CreateComputeEnvironment',
    create({ ...RESOURCES, managedInstancesProvider }),
    /^managedInstancesProvider is not supported/,
  );
  await refused(
    'CreateComputeEnvironment',
    create({ type: 'ECS_MANAGED_INSTANCES', maxvCpus: 4 }),
    /^computeResources.type ECS_MANAGED_INSTANCES is not supported/,
  );
  await refused(
    'UpdateComputeEnvironment',
    { computeEnvironment: 'full', computeResources: { managedInstancesProvider } },
    /^managedInstancesProvider is not supported/,
  );
});

/**
 * Sent by nobody: the service's own word in an answer, Kubernetes', an order that leaves nothing to show; nodes' own
 * containers are the same structures as a plain job's, which is sent whole.
 */
const NOT_SENT = new Set([
  'Ec2Configuration.batchImageStatus',
  'Ec2Configuration.imageKubernetesVersion',
  'ComputeResourceUpdate.updateToLatestImageVersion',
  'NodeRangeProperty.container',
  'NodePropertyOverride.containerOverrides',
]);

/** Paths of the model's members below a structure that are in none of the requests. */
const unsent = (shape: string, requests: readonly unknown[], path: string): string[] =>
  Object.entries(BATCH.shapes[shape]!).flatMap(([member, type]) => {
    if (NOT_SENT.has(`${shape}.${member}`)) return [];
    if (NOT_YET.some((entry) => entry.shape === shape && entry.member === member)) return [];
    const values = requests
      .map((request) => (request as Json | undefined)?.[member])
      .filter((value) => value !== undefined);
    if (values.length === 0) return [`${path}.${member}`];
    const inner = /@(\w+)/.exec(type)?.[1];
    return inner === undefined ? [] : unsent(inner, values.flat(), `${path}.${member}`);
  });

for (const [operation, requests] of [
  ['CreateComputeEnvironment', [...ENVIRONMENTS, POD_ENVIRONMENT]],
  ['UpdateComputeEnvironment', UPDATES],
  ['CreateSchedulingPolicy', POLICIES],
  ['UpdateSchedulingPolicy', POLICY_UPDATES],
  ['CreateConsumableResource', CONSUMABLES],
  ['UpdateConsumableResource', CONSUMABLE_UPDATES.map(([update]) => update)],
  ['CreateJobQueue', QUEUES],
  ['UpdateJobQueue', QUEUE_UPDATES],
  ['RegisterJobDefinition', [...DEFINITIONS, POD_DEFINITION, POD_RANGES]],
  ['SubmitJob', [...SUBMITS, POD_SUBMIT, POD_RANGES_SUBMIT]],
] as const) {
  test(`every member of ${operation} is sent here, or refused`, () => {
    assert.deepEqual(unsent(`${operation}Request`, requests, operation), []);
  });
}
