import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withLists } from './container-rules.ts';
import { checkCapabilities, checkEc2, checkFargate } from './fargate-rules.ts';

const sized = (vcpu: string, memory: string | number) => ({
  resourceRequirements: [
    { type: 'VCPU', value: vcpu },
    { type: 'MEMORY', value: String(memory) },
  ],
});
const check = (more: object): string | undefined =>
  checkFargate(withLists({ image: 'x', executionRoleArn: 'r', ...sized('1', 2048), ...more }))?.message;

/** vCPUs, and MiB that go and do not go with them. */
const SIZES: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['0.25', [512, 1024, 2048], [256, 1536, 3072]],
  ['0.5', [1024, 2048, 4096], [512, 1536, 5120]],
  ['1', [2048, 5120, 8192], [1024, 2500, 9216]],
  ['2', [4096, 16384], [3072, 17408]],
  ['4', [8192, 30720], [7168, 31744]],
  ['8', [16384, 20480, 61440], [15360, 17408, 65536]],
  ['16', [32768, 40960, 122880], [24576, 36864, 131072]],
];

for (const [vcpu, fit, unfit] of SIZES) {
  test(`J-035: ${vcpu} vCPU on Fargate goes with ${fit.join(', ')} and not with ${unfit.join(', ')} MiB`, () => {
    for (const memory of fit) assert.equal(check(sized(vcpu, memory)), undefined, `${memory}`);
    for (const memory of unfit) {
      assert.match(
        check(sized(vcpu, memory)) ?? '',
        new RegExp(`^Fargate: ${vcpu} vCPU goes with .*, got ${memory}\\.$`),
      );
    }
  });
}

test('J-035: another number of vCPUs is refused', () => {
  assert.equal(check(sized('3', 8192)), 'Fargate: vCPU must be one of 0.25, 0.5, 1, 2, 4, 8, 16, got 3.');
});

const linux = (linuxParameters: object) => ({ linuxParameters });

const REFUSED: readonly (readonly [string, object, string])[] = [
  ['J-036', { executionRoleArn: undefined }, 'executionRoleArn is required for Fargate jobs.'],
  [
    'J-037',
    { ulimits: [{ name: 'core', softLimit: 0, hardLimit: 0 }] },
    'ulimits is not applicable for Fargate.',
  ],
  ['J-037', { resourceRequirements: [{ type: 'GPU', value: '1' }] }, 'GPU is not applicable for Fargate.'],
  ['J-037', { privileged: true }, 'privileged is not applicable for Fargate.'],
  ['J-037', linux({ devices: [{ hostPath: '/d' }] }), 'linuxParameter.devices is not allowed for Fargate.'],
  ['J-037', linux({ maxSwap: 0 }), 'linuxParameter.maxSwap is not allowed for Fargate.'],
  ['J-037', linux({ sharedMemorySize: 64 }), 'linuxParameter.sharedMemorySize is not allowed for Fargate.'],
  ['J-037', linux({ swappiness: 60 }), 'linuxParameter.swappiness is not allowed for Fargate.'],
  ['J-037', linux({ tmpfs: [{ size: 1 }] }), 'linuxParameter.tmpfs is not allowed for Fargate.'],
  [
    'J-037',
    { volumes: [{ name: 'v', host: { sourcePath: '/data' } }] },
    'host.sourcePath should not be set for volumes in Fargate.',
  ],
  ['J-037', { logConfiguration: { logDriver: 'gelf' } }, 'Log driver for Fargate is not valid: gelf'],
];

for (const [rules, more, text] of REFUSED) {
  test(`${rules}: on Fargate refused: ${text}`, () => assert.equal(check(more), text));
}

const TAKEN: readonly (readonly [string, object])[] = [
  ['empty lists', { ulimits: [], volumes: [], ...linux({ devices: [], tmpfs: [] }) }],
  ['an init process', linux({ initProcessEnabled: true })],
  ['awslogs', { logConfiguration: { logDriver: 'awslogs' } }],
  ['splunk', { logConfiguration: { logDriver: 'splunk' } }],
  ['privileged false', { privileged: false }],
  ['its own members', { networkConfiguration: { assignPublicIp: 'ENABLED' }, runtimePlatform: {} }],
];

for (const [what, more] of TAKEN) {
  test(`J-037: Fargate takes ${what}`, () => assert.equal(check(more), undefined));
}

test('J-033: EC2 takes a container without the members of Fargate', () => {
  assert.equal(checkEc2({ image: 'x' }), undefined);
});

test('J-034: each capability alone is taken, and so is none', () => {
  for (const one of [['FARGATE'], ['EC2'], ['MANAGED_INSTANCES'], [], undefined]) {
    assert.equal(checkCapabilities(one), undefined);
  }
});
