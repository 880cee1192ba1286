import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContainerInput, checkContainer, withLists } from './container-rules.ts';

const CONTAINER: ContainerInput = { image: 'busybox', vcpus: 1, memory: 128 };
const ASKS = (vcpu: string, memory: string) => ({
  vcpus: undefined,
  memory: undefined,
  resourceRequirements: [
    { type: 'VCPU', value: vcpu },
    { type: 'MEMORY', value: memory },
  ],
});
const check = (more: object): string | undefined =>
  checkContainer({ ...CONTAINER, ...more } as ContainerInput)?.message;
const device = (permissions: string[]) => ({
  linuxParameters: { devices: [{ hostPath: '/dev/fuse', permissions }] },
});

const REFUSED: readonly (readonly [string, string, object, string])[] = [
  ['S-284 J-017', 'a negative number of vCPUs', { vcpus: -1 }, 'vCPU must be at least 1, got -1.'],
  ['J-017', 'a requirement of no vCPU', ASKS('0', '128'), 'vCPU must be at least 1, got 0.'],
  ['J-018', 'a requirement of 3 MiB', ASKS('1', '3'), 'Memory must be at least 4 Mib, got 3 Mib.'],
  ['J-016', 'vcpus 0 with no requirement', { vcpus: 0 }, 'vCPU must be at least 1, got 0.'],
  [
    'J-027',
    'memory twice',
    { resourceRequirements: [{ type: 'MEMORY', value: '128' }] },
    'Cannot use both ECS containerProperties memory and resourceRequirement MEMORY.',
  ],
  [
    'J-029',
    'memory that no integer holds',
    ASKS('1', '9'.repeat(25)),
    `Value ${'9'.repeat(25)} for type MEMORY in resourceRequirement is not valid. Please provide a numeric value.`,
  ],
  [
    'J-029',
    'vCPUs that no integer holds',
    ASKS('9'.repeat(400), '128'),
    `Value ${'9'.repeat(400)} for type VCPU in resourceRequirement is not valid. Please provide a numeric value.`,
  ],
  [
    'J-029',
    'half a GPU',
    { resourceRequirements: [{ type: 'GPU', value: '0.5' }] },
    'Value 0.5 for type GPU in resourceRequirement is not valid. Please provide a numeric value.',
  ],
  [
    'J-039',
    'options that awslogs does not know',
    {
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': 'g', 'awslogs-stream': 's', 'max-size': '1m' },
      },
    },
    'Log driver awslogs disallows options: awslogs-stream, max-size',
  ],
  ['J-021', 'an empty name', { environment: [{ name: '' }] }, 'Environment variable name is required.'],
  [
    'J-025',
    'a user with a blank',
    { user: 'No Body' },
    "User 'No Body' does not match regex ^([a-z0-9_][a-z0-9_-]{0,30})$",
  ],
  [
    'J-025',
    'a user of 32 letters',
    { user: 'a'.repeat(32) },
    `User '${'a'.repeat(32)}' does not match regex ^([a-z0-9_][a-z0-9_-]{0,30})$`,
  ],
  [
    'J-038',
    'swap without swappiness',
    { linuxParameters: { maxSwap: 100 } },
    'When container specified swap memory, swappiness value is required.',
  ],
  [
    'J-038',
    'a swappiness below 0',
    { linuxParameters: { swappiness: -1 } },
    'Invalid swappiness: -1, must be between 0 and 100.',
  ],
  [
    'J-038',
    'a tmpfs of size 0',
    { linuxParameters: { tmpfs: [{ containerPath: '/t', size: 0 }] } },
    'Size of a tmpfs is invalid. The size is required and must be a positive integer.',
  ],
  ['J-038', 'a permission of none', device(['EXEC']), 'Invalid permission: EXEC for device /dev/fuse'],
  [
    'J-039',
    'secretOptions without a role',
    { logConfiguration: { logDriver: 'splunk', secretOptions: [{ name: 'a', valueFrom: 'b' }] } },
    'executionRoleArn cannot be empty when using secrets or secretOptions',
  ],
  [
    'J-317',
    'a log driver that nobody has',
    { logConfiguration: { logDriver: 'paper' } },
    "logConfiguration.logDriver must be one of json-file, syslog, journald, gelf, fluentd, awslogs, splunk, awsfirelens, none, got 'paper'",
  ],
];

for (const [rules, what, more, text] of REFUSED) {
  test(`${rules}: ${what} is refused`, () => assert.equal(check(more), text));
}

const TAKEN: readonly (readonly [string, string, object])[] = [
  ['S-277 J-018', 'the least memory', { memory: 4 }],
  ['S-284 J-017', 'the fewest vCPUs', { vcpus: 1 }],
  ['J-017', 'a quarter of a vCPU as a requirement', ASKS('0.25', '128')],
  ['J-027', 'vcpus and memory 0 beside requirements', { ...ASKS('1', '128'), vcpus: 0, memory: 0 }],
  ['J-015', 'no command', { command: [] }],
  ['J-022', 'a name that has AWS_BATCH further on', { environment: [{ name: 'MY_AWS_BATCH' }] }],
  ['J-025 S-283', 'a user with its group', { user: '1000:1000' }],
  ['J-025 J-311', 'a group with a user of any form', { user: 'Domain.User:staff' }],
  ['J-025', 'a user of 31 letters', { user: 'a'.repeat(31) }],
  ['S-337 S-335', 'a mount point that names no volume', { mountPoints: [{ containerPath: '/x' }] }],
  ['S-341 S-342', 'a volume with neither name nor host', { volumes: [{}] }],
  ['S-342', 'the longest name of a volume', { volumes: [{ name: 'v'.repeat(255) }] }],
  ['J-038', 'swap with its swappiness', { linuxParameters: { maxSwap: 100, swappiness: 0 } }],
  ['J-038 J-315', 'no swap at all', { linuxParameters: { maxSwap: 0 } }],
  ['J-038', 'every permission there is', device(['READ', 'WRITE', 'MKNOD'])],
  ['J-317', 'log driver none, beside those of the model', { logConfiguration: { logDriver: 'none' } }],
  ['J-039', 'secrets with a role', { secrets: [{ name: 'a', valueFrom: 'b' }], executionRoleArn: 'r' }],
];

for (const [rules, what, more] of TAKEN) {
  test(`${rules}: ${what} is taken`, () => assert.equal(check(more), undefined));
}

test('J-045: what is inside linuxParameters, logConfiguration and the Fargate platform is filled as well', () => {
  const filled = withLists({
    ...CONTAINER,
    linuxParameters: { tmpfs: [{ containerPath: '/t', size: 1 }], devices: [{ hostPath: '/dev/null' }] },
    logConfiguration: { logDriver: 'awslogs' },
    fargatePlatformConfiguration: {},
  });
  assert.deepEqual(filled.linuxParameters, {
    tmpfs: [{ containerPath: '/t', size: 1, mountOptions: [] }],
    devices: [{ hostPath: '/dev/null', permissions: [] }],
  });
  assert.deepEqual(filled.logConfiguration, { logDriver: 'awslogs', options: {}, secretOptions: [] });
  assert.deepEqual(filled.fargatePlatformConfiguration, { platformVersion: 'LATEST' });
});

test('J-045 J-046: what was not given is not made up', () => {
  const filled = withLists(CONTAINER);
  for (const member of ['linuxParameters', 'logConfiguration', 'fargatePlatformConfiguration', 'user']) {
    assert.ok(!(member in filled), member);
  }
});
