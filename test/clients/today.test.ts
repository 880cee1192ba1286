import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { startServe } from '../support/cli.ts';
import { environmentOf } from '../support/clients.ts';

/*
 * What came after the 16 operations, with the aws CLI. CancelJobs and TerminateJobs are not in its version 1.45: the newest
 * client of JavaScript shows them (test/e2e).
 */

const run = promisify(execFile);

// biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a person would
type Aws = (...args: string[]) => Promise<any>;

/** `aws batch`, of a server with an environment and a definition; queues are for whoever wants one. */
const startAws = async (t: TestContext): Promise<Aws> => {
  const { dataDir } = await startServe(t);
  const env = await environmentOf(dataDir);
  const aws: Aws = async (...args) => {
    const { stdout } = await run('aws', ['batch', ...args, '--output', 'json'], { env });
    return stdout === '' ? {} : JSON.parse(stdout);
  };
  const resources =
    'type=EC2,minvCpus=0,maxvCpus=2,instanceTypes=c5.large,c5.xlarge,subnets=subnet-1,securityGroupIds=sg-1,' +
    'instanceRole=ecsInstanceRole,allocationStrategy=BEST_FIT_PROGRESSIVE_ORDERED';
  await aws(
    'create-compute-environment',
    ...['--compute-environment-name', 'cli', '--type', 'MANAGED', '--compute-resources', resources],
  );
  const container = JSON.stringify({ image: 'busybox', vcpus: 2, memory: 64, command: ['sleep', '300'] });
  await aws(
    'register-job-definition',
    ...['--job-definition-name', 'cli', '--type', 'container', '--scheduling-priority', '5'],
    ...['--container-properties', container],
  );
  return aws;
};

const queueOf = async (aws: Aws, name: string, ...more: string[]): Promise<string> =>
  (
    await aws(
      'create-job-queue',
      ...['--job-queue-name', name, '--priority', '1', ...more],
      ...['--compute-environment-order', 'order=1,computeEnvironment=cli'],
    )
  ).jobQueueArn;

test('the aws CLI tags, reads tags and takes them away', { timeout: 240_000 }, async (t) => {
  const aws = await startAws(t);
  const queue = await queueOf(aws, 'q', '--tags', 'team=red,stage=test');
  const there = ['--resource-arn', queue];
  await aws('tag-resource', ...there, '--tags', 'team=blue');
  assert.deepEqual((await aws('list-tags-for-resource', ...there)).tags, { team: 'blue', stage: 'test' });
  await aws('untag-resource', ...there, '--tag-keys', 'stage');
  const { jobQueues } = await aws('describe-job-queues');
  assert.deepEqual(jobQueues[0].tags, { team: 'blue' });
});

test('the aws CLI makes a policy, shares a queue by it, and sees who is first', {
  timeout: 240_000,
}, async (t) => {
  const aws = await startAws(t);
  const shares =
    'shareDistribution=[{shareIdentifier=red,weightFactor=1},{shareIdentifier=blue,weightFactor=0.5}]';
  const { arn } = await aws('create-scheduling-policy', '--name', 'teams', '--fairshare-policy', shares);
  const queue = await queueOf(aws, 'q', '--scheduling-policy-arn', arn);
  const submit = async (share: string) =>
    (
      await aws(
        'submit-job',
        ...['--job-name', share, '--job-queue', 'q', '--job-definition', 'cli', '--share-identifier', share],
      )
    ).jobArn;
  await submit('red');
  const [red, blue] = [await submit('red'), await submit('blue')];
  const { frontOfQueue, queueUtilization } = await aws('get-job-queue-snapshot', '--job-queue', queue);
  assert.deepEqual(
    frontOfQueue.jobs.map(({ jobArn }: { jobArn: string }) => jobArn),
    [blue, red],
  );
  assert.deepEqual(queueUtilization.totalCapacityUsage, [{ capacityUnit: 'VCPU', quantity: 2 }]);
  const listed = await aws(
    'list-jobs',
    ...['--job-queue', 'q', '--job-status', 'RUNNABLE', '--filters', 'name=SHARE_IDENTIFIER,values=blue'],
  );
  assert.deepEqual(
    listed.jobSummaryList.map(({ jobArn }: { jobArn: string }) => jobArn),
    [blue],
  );
  await aws('update-scheduling-policy', '--arn', arn, '--fairshare-policy', 'computeReservation=10');
  const { schedulingPolicies } = await aws('describe-scheduling-policies', '--arns', arn);
  assert.equal(schedulingPolicies[0].fairsharePolicy.computeReservation, 10);
  await assert.rejects(aws('delete-scheduling-policy', '--arn', arn), /ClientException/);
  await aws('create-scheduling-policy', '--name', 'unused');
  const unused = arn.replace('teams', 'unused');
  await aws('delete-scheduling-policy', '--arn', unused);
  assert.deepEqual((await aws('list-scheduling-policies')).schedulingPolicies, [{ arn }]);
});

test('the aws CLI counts licences', { timeout: 240_000 }, async (t) => {
  const aws = await startAws(t);
  await queueOf(aws, 'q');
  const { consumableResourceArn } = await aws(
    'create-consumable-resource',
    ...['--consumable-resource-name', 'licence', '--total-quantity', '1', '--resource-type', 'REPLENISHABLE'],
  );
  const list = `consumableResourceList=[{consumableResource=${consumableResourceArn},quantity=1}]`;
  const submit = async (name: string) =>
    (
      await aws(
        'submit-job',
        ...['--job-name', name, '--job-queue', 'q', '--job-definition', 'cli'],
        ...['--consumable-resource-properties-override', list],
        ...['--container-overrides', 'vcpus=1'],
      )
    ).jobId;
  await submit('holds');
  const waits = await submit('waits');
  const named = ['--consumable-resource', 'licence'];
  for (let i = 0; i < 100; i++) {
    const { inUseQuantity } = await aws('describe-consumable-resource', ...named);
    if (inUseQuantity === 1) break;
  }
  const [job] = (await aws('describe-jobs', '--jobs', waits)).jobs;
  assert.equal(job.status, 'RUNNABLE');
  assert.match(job.statusReason, /licence/);
  const { jobs } = await aws('list-jobs-by-consumable-resource', ...named);
  assert.deepEqual(jobs.map(({ jobName }: { jobName: string }) => jobName).sort(), ['holds', 'waits']);
  await aws('update-consumable-resource', ...named, '--operation', 'ADD', '--quantity', '1');
  for (let i = 0; i < 100; i++) {
    const { availableQuantity } = await aws('describe-consumable-resource', ...named);
    if (availableQuantity === 0) break;
  }
  const all = (await aws('list-consumable-resources')).consumableResources;
  assert.deepEqual(all[0].inUseQuantity, 2);
  await assert.rejects(aws('delete-consumable-resource', ...named), /ClientException/);
});
