import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../../test/support/world.ts';

const CONTAINER = { image: 'busybox', vcpus: 1, memory: 128 };
const BASE = { jobDefinitionName: 'x', type: 'container', containerProperties: CONTAINER };
const EC2_ROLE = 'arn:aws:iam::012345678910:role/exec';

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
  ['J-031 T-100', {}, { schedulingPriority: 10_000 }, 'Scheduling priority must be between 0 and 9999.'],
  [
    'J-032 E-190',
    {},
    { tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])) },
    /tags takes at most 50/,
  ],
  ['E-190', {}, { tags: { 'AWS:x': 'v' } }, /^aws: prefixed/],
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
  ['J-034', {}, { platformCapabilities: [''] }, /^Capability {2}is not valid\./],
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
