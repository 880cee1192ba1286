import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Running } from '../../src/main/start-server.ts';
import { serverFor, until } from '../support/server.ts';
import { ask } from '../support/signed.ts';

/*
 * The sample requests of the API reference, each sent as printed with ids and names filled in. They carry no
 * Content-Type and `Accept-Encoding: identity` (rule S-004).
 */

const stops: (() => Promise<void>)[] = [];
let server: Running;
before(async () => {
  // room for all the instances that the samples name and want
  const capacity = { milliVcpus: 128_000, memoryMiB: 999_424, gpus: 0 };
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) }, { capacity });
});
after(async () => {
  for (const stop of stops) await stop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a client would
const post = async (path: string, body: unknown): Promise<any> => {
  const headers = { 'Accept-Encoding': 'identity', 'User-Agent': 'aws-cli/1.10.47' };
  const answer = await ask(server.url, server.rootKey, {
    path: `/v1/${path}`,
    headers,
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.equal(answer.headers['content-length'], String(Buffer.byteLength(answer.text)));
  assert.match(String(answer.headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/);
  return answer.json;
};

const SUBNETS = ['subnet-220c0e0a', 'subnet-1a95556d', 'subnet-978f6dce'];
const ROLE = 'arn:aws:iam::012345678910:role/AWSBatchServiceRole';
const EMPTY = { environment: [], mountPoints: [], ulimits: [], volumes: [] };

test('S-004 S-040 S-023: CreateComputeEnvironment, an On-Demand environment', async () => {
  assert.deepEqual(
    await post('createcomputeenvironment', {
      computeEnvironmentName: 'C4OnDemand',
      state: 'ENABLED',
      type: 'MANAGED',
      computeResources: {
        subnets: SUBNETS,
        tags: { Name: 'Batch Instance - C4OnDemand' },
        desiredvCpus: 48,
        minvCpus: 0,
        instanceTypes: ['c4.large', 'c4.xlarge', 'c4.2xlarge', 'c4.4xlarge', 'c4.8xlarge'],
        securityGroupIds: ['sg-cf5093b2'],
        instanceRole: 'ecsInstanceRole',
        maxvCpus: 128,
        type: 'EC2',
        ec2KeyPair: 'id_rsa',
      },
      serviceRole: ROLE,
    }),
    {
      computeEnvironmentName: 'C4OnDemand',
      computeEnvironmentArn: 'arn:aws:batch:us-east-1:012345678910:compute-environment/C4OnDemand',
    },
  );
});

test('S-041: CreateComputeEnvironment, a Spot environment', async () => {
  const answer = await post('createcomputeenvironment', {
    computeEnvironmentName: 'M4Spot',
    state: 'ENABLED',
    type: 'MANAGED',
    computeResources: {
      subnets: SUBNETS,
      type: 'SPOT',
      spotIamFleetRole: 'arn:aws:iam::012345678910:role/aws-ec2-spot-fleet-role',
      tags: { Name: 'Batch Instance - M4Spot' },
      desiredvCpus: 4,
      minvCpus: 0,
      instanceTypes: ['m4'],
      securityGroupIds: ['sg-cf5093b2'],
      instanceRole: 'ecsInstanceRole',
      maxvCpus: 128,
      bidPercentage: 20,
      ec2KeyPair: 'id_rsa',
    },
    serviceRole: ROLE,
  });
  assert.equal(answer.computeEnvironmentName, 'M4Spot');
  assert.match(answer.computeEnvironmentArn, /:compute-environment\/M4Spot$/);
});

test('S-056 S-042: CreateJobQueue LowPriority', async () => {
  assert.deepEqual(
    await post('createjobqueue', {
      priority: 1,
      state: 'ENABLED',
      computeEnvironmentOrder: [{ computeEnvironment: 'M4Spot', order: 1 }],
      jobQueueName: 'LowPriority',
    }),
    {
      jobQueueName: 'LowPriority',
      jobQueueArn: 'arn:aws:batch:us-east-1:012345678910:job-queue/LowPriority',
    },
  );
});

test('S-057 S-115 S-106: CreateJobQueue HighPriority, then DescribeJobQueues', async () => {
  const answer = await post('createjobqueue', {
    priority: 10,
    state: 'ENABLED',
    computeEnvironmentOrder: [
      { computeEnvironment: 'C4OnDemand', order: 1 },
      { computeEnvironment: 'M4Spot', order: 2 },
    ],
    jobQueueName: 'HighPriority',
  });
  assert.match(answer.jobQueueArn, /:job-queue\/HighPriority$/);
  const { jobQueues } = await post('describejobqueues', { jobQueues: ['HighPriority'] });
  assert.equal(jobQueues.length, 1);
  const [queue] = jobQueues;
  assert.equal(queue.status, 'VALID');
  assert.equal(queue.state, 'ENABLED');
  assert.equal(queue.statusReason, 'JobQueue Healthy');
  assert.equal(queue.priority, 10);
  assert.deepEqual(queue.computeEnvironmentOrder[0], {
    order: 1,
    computeEnvironment: 'arn:aws:batch:us-east-1:012345678910:compute-environment/C4OnDemand',
  });
});

const P3 = {
  type: 'EC2',
  minvCpus: 0,
  maxvCpus: 128,
  desiredvCpus: 48,
  instanceTypes: ['p3'],
  subnets: SUBNETS,
  securityGroupIds: ['sg-cf5093b2'],
  ec2KeyPair: 'id_rsa',
  instanceRole: 'ecsInstanceRole',
  tags: { Name: 'Batch Instance - P3OnDemand' },
};

test('S-093 S-092 S-083: DescribeComputeEnvironments P3OnDemand', async () => {
  const created = {
    computeEnvironmentName: 'P3OnDemand',
    type: 'MANAGED',
    state: 'ENABLED',
    computeResources: P3,
  };
  await post('createcomputeenvironment', { ...created, serviceRole: ROLE });
  const { computeEnvironments } = await post('describecomputeenvironments', {
    computeEnvironments: ['P3OnDemand'],
  });
  const [environment] = computeEnvironments;
  assert.equal(environment.computeEnvironmentName, 'P3OnDemand');
  assert.match(
    environment.ecsClusterArn,
    /^arn:aws:ecs:us-east-1:012345678910:cluster\/P3OnDemand_Batch_[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f-]{20,}$/,
  );
  assert.equal(environment.type, 'MANAGED');
  assert.equal(environment.state, 'ENABLED');
  assert.equal(environment.status, 'VALID');
  assert.equal(environment.statusReason, 'ComputeEnvironment Healthy');
  const ec2Configuration = [{ imageType: 'ECS_AL2023_NVIDIA', batchImageStatus: 'LATEST' }];
  assert.deepEqual(
    environment.computeResources,
    { ...P3, ec2Configuration },
    'E-050 T-383: as printed, with its image',
  );
  assert.equal(environment.serviceRole, ROLE);
});

test('S-192 S-182: UpdateComputeEnvironment P3OnDemand to DISABLED', async () => {
  assert.deepEqual(
    await post('updatecomputeenvironment', { computeEnvironment: 'P3OnDemand', state: 'DISABLED' }),
    {
      computeEnvironmentName: 'P3OnDemand',
      computeEnvironmentArn: 'arn:aws:batch:us-east-1:012345678910:compute-environment/P3OnDemand',
    },
  );
});

test('S-066 S-058 S-063: DeleteComputeEnvironment P3OnDemand', async () => {
  assert.deepEqual(await post('deletecomputeenvironment', { computeEnvironment: 'P3OnDemand' }), {});
});

test('S-202 S-075 S-193: UpdateJobQueue GPGPU to DISABLED, then DeleteJobQueue', async () => {
  const order = [{ computeEnvironment: 'C4OnDemand', order: 1 }];
  await post('createjobqueue', { priority: 5, computeEnvironmentOrder: order, jobQueueName: 'GPGPU' });
  assert.deepEqual(await post('updatejobqueue', { state: 'DISABLED', jobQueue: 'GPGPU' }), {
    jobQueueName: 'GPGPU',
    jobQueueArn: 'arn:aws:batch:us-east-1:012345678910:job-queue/GPGPU',
  });
  assert.deepEqual(await post('deletejobqueue', { jobQueue: 'GPGPU' }), {});
});

test('S-149 S-136: RegisterJobDefinition sleep10', async () => {
  const containerProperties = {
    mountPoints: [],
    image: 'busybox',
    environment: [],
    vcpus: 1,
    command: ['sleep', '10'],
  };
  assert.deepEqual(
    await post('registerjobdefinition', {
      type: 'container',
      containerProperties: { ...containerProperties, volumes: [], memory: 128, ulimits: [] },
      jobDefinitionName: 'sleep10',
    }),
    {
      jobDefinitionName: 'sleep10',
      jobDefinitionArn: 'arn:aws:batch:us-east-1:012345678910:job-definition/sleep10:1',
      revision: 1,
    },
  );
});

test('S-150: RegisterJobDefinition EchoAttemptNumber, with memory 4 for the 2 that its own rule forbids', async () => {
  const answer = await post('registerjobdefinition', {
    containerProperties: {
      ...EMPTY,
      image: 'amazonlinux',
      vcpus: 1,
      command: ['/bin/bash', '-c', 'exit $AWS_BATCH_JOB_ATTEMPT'],
      memory: 4,
    },
    retryStrategy: { attempts: 3 },
    jobDefinitionName: 'EchoAttemptNumber',
    parameters: {},
    type: 'container',
  });
  assert.match(answer.jobDefinitionArn, /job-definition\/EchoAttemptNumber:1$/);
  assert.equal(answer.revision, 1);
});

test('S-105 S-094: DescribeJobDefinitions of status ACTIVE', async () => {
  const properties = { image: 'busybox', vcpus: 1, memory: 128, command: ['sleep', '60'] };
  await post('registerjobdefinition', {
    type: 'container',
    containerProperties: properties,
    jobDefinitionName: 'sleep60',
  });
  const { jobDefinitions } = await post('describejobdefinitions', { status: 'ACTIVE' });
  const found = jobDefinitions.find((d: { jobDefinitionName: string }) => d.jobDefinitionName === 'sleep60');
  assert.equal(found.jobDefinitionArn, 'arn:aws:batch:us-east-1:012345678910:job-definition/sleep60:1');
  assert.equal(found.revision, 1);
  assert.equal(found.status, 'ACTIVE');
  assert.equal(found.type, 'container');
  for (const [member, value] of Object.entries({ ...properties, ...EMPTY })) {
    assert.deepEqual(found.containerProperties[member], value, member);
  }
});

test('S-082 S-076: DeregisterJobDefinition by a bare name', async () => {
  assert.deepEqual(await post('deregisterjobdefinition', { jobDefinition: 'sleep10' }), {});
});

test('S-169 S-151: SubmitJob example, definition by a bare name', async () => {
  const answer = await post('submitjob', {
    jobName: 'example',
    jobQueue: 'HighPriority',
    jobDefinition: 'sleep60',
  });
  assert.equal(answer.jobName, 'example');
  assert.match(answer.jobId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test('S-134 S-135: ListJobs, RUNNING ones and SUBMITTED ones', async () => {
  const running = await until(async () => {
    const { jobSummaryList } = await post('listjobs', { jobQueue: 'HighPriority' });
    return jobSummaryList.length > 0 ? jobSummaryList : undefined;
  });
  assert.equal(running[0].jobName, 'example');
  assert.ok(running[0].jobId);
  assert.ok(
    Array.isArray(
      (await post('listjobs', { jobQueue: 'HighPriority', jobStatus: 'SUBMITTED' })).jobSummaryList,
    ),
  );
});

test('S-181 S-170 S-178: TerminateJob', async () => {
  const { jobSummaryList } = await post('listjobs', { jobQueue: 'HighPriority' });
  const { jobId } = jobSummaryList[0];
  assert.deepEqual(await post('terminatejob', { reason: 'Terminating job.', jobId }), {});
  const job = await until(async () => {
    const { jobs } = await post('describejobs', { jobs: [jobId] });
    return jobs[0].status === 'FAILED' ? jobs[0] : undefined;
  });
  assert.equal(job.statusReason, 'Terminating job.');
});

test('S-022 S-009 S-019: CancelJob', async () => {
  const overrides = { vcpus: 200 };
  const submitted = {
    jobName: 'example',
    jobQueue: 'LowPriority',
    jobDefinition: 'sleep60',
    containerOverrides: overrides,
  };
  const { jobId } = await post('submitjob', submitted);
  assert.deepEqual(await post('canceljob', { reason: 'Cancelling job.', jobId }), {});
  const { jobs } = await post('describejobs', { jobs: [jobId] });
  assert.equal(jobs[0].statusReason, 'Cancelling job.');
});

test('S-116 S-121: DescribeJobs of a job that failed three times, by real processes', async () => {
  const { jobId } = await post('submitjob', {
    jobName: 'echo',
    jobQueue: 'HighPriority',
    jobDefinition: 'EchoAttemptNumber',
  });
  const job = await until(async () => {
    const { jobs } = await post('describejobs', { jobs: [jobId] });
    return jobs[0].status === 'FAILED' ? jobs[0] : undefined;
  });
  assert.deepEqual(
    job.attempts.map((a: { container: { exitCode: number } }) => a.container.exitCode),
    [1, 2, 3],
  );
  assert.equal(job.statusReason, 'Essential container in task exited');
});
