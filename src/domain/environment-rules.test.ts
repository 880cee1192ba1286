import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ComputeResources, checkResources } from './environment-rules.ts';

const EC2: ComputeResources = {
  type: 'EC2',
  minvCpus: 2,
  maxvCpus: 8,
  instanceTypes: ['c4.large', 'm4'],
  instanceRole: 'role',
  subnets: ['subnet-1'],
  securityGroupIds: ['sg-1'],
};
const SPOT = { ...EC2, type: 'SPOT', spotIamFleetRole: 'role' };
const FARGATE: ComputeResources = {
  type: 'FARGATE',
  maxvCpus: 8,
  subnets: ['subnet-1'],
  securityGroupIds: ['sg-1'],
};
const without = (member: string, from = EC2): ComputeResources => ({ ...from, [member]: undefined });
const template = (launchTemplate: object): ComputeResources => ({ ...EC2, launchTemplate });
const over = (...overrides: object[]): ComputeResources => template({ overrides });
const entry = { launchTemplateId: 'lt-1', targetInstanceTypes: ['m4.large'] };
const many = (length: number, make: (i: number) => unknown = String) =>
  Array.from({ length }, (_, i) => make(i));

const TAKEN: readonly (readonly [string, string, ComputeResources])[] = [
  ['E-018', 'minvCpus of 0', { ...EC2, minvCpus: 0 }],
  ['E-019', 'no minvCpus', without('minvCpus')],
  ['E-020', 'maxvCpus equal to minvCpus', { ...EC2, maxvCpus: 2 }],
  ['E-021', 'desiredvCpus at the least', { ...EC2, desiredvCpus: 2 }],
  ['E-021', 'desiredvCpus at the most', { ...EC2, desiredvCpus: 8 }],
  ['E-027', 'a bid of 0', { ...SPOT, bidPercentage: 0 }],
  ['E-027', 'a bid of 100', { ...SPOT, bidPercentage: 100 }],
  [
    'E-028',
    'SPOT without a fleet role, but for BEST_FIT',
    { ...without('spotIamFleetRole', SPOT), allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED' },
  ],
  ['E-038', 'FARGATE', FARGATE],
  ['E-038', 'FARGATE_SPOT with empty members', { ...FARGATE, type: 'FARGATE_SPOT', imageId: '', tags: {} }],
  ['E-039', 'FARGATE with 16 subnets', { ...FARGATE, subnets: many(16) as string[] }],
  ['E-039', 'FARGATE with 5 groups', { ...FARGATE, securityGroupIds: many(5) as string[] }],
  ['E-040', 'BEST_FIT on EC2', { ...EC2, allocationStrategy: 'BEST_FIT' }],
  ['E-040', 'BEST_FIT_PROGRESSIVE on EC2', { ...EC2, allocationStrategy: 'BEST_FIT_PROGRESSIVE' }],
  ['E-040', 'BEST_FIT_PROGRESSIVE on SPOT', { ...SPOT, allocationStrategy: 'BEST_FIT_PROGRESSIVE' }],
  [
    'E-040',
    'SPOT_PRICE_CAPACITY_OPTIMIZED on SPOT',
    { ...SPOT, allocationStrategy: 'SPOT_PRICE_CAPACITY_OPTIMIZED' },
  ],
  ['E-041', 'a template by id', template({ launchTemplateId: 'lt-1' })],
  ['E-041', 'a template by name, of $Latest', template({ launchTemplateName: 't', version: '$Latest' })],
  ['E-041', 'a template of $Default', template({ launchTemplateName: 't', version: '$Default' })],
  ['E-041', 'a template of a number', template({ launchTemplateName: 't', version: '12' })],
  ['E-041', 'a template of an empty version', template({ launchTemplateName: 't', version: '' })],
  [
    'E-042',
    'ten overrides',
    {
      ...over(...many(10, (i) => ({ ...entry, targetInstanceTypes: [`m4.${i}`] })).map((o) => o as object)),
    },
  ],
  ['E-042', 'an override of a whole family', over({ launchTemplateName: 't', targetInstanceTypes: ['m4'] })],
  [
    'E-043',
    'two images',
    { ...EC2, ec2Configuration: many(2, () => ({ imageType: 'ECS_AL2' })) as object[] },
  ],
  ['E-044', 'a delay of 0', { ...EC2, scalingPolicy: { minScaleDownDelayMinutes: 0 } }],
  ['E-044', 'a delay of 20', { ...EC2, scalingPolicy: { minScaleDownDelayMinutes: 20 } }],
  ['E-044', 'a delay of 10080', { ...EC2, scalingPolicy: { minScaleDownDelayMinutes: 10_080 } }],
  [
    'E-049',
    'no groups, but a template',
    { ...without('securityGroupIds'), launchTemplate: { launchTemplateId: 'lt-1' } },
  ],
];

for (const [rule, what, resources] of TAKEN) {
  test(`${rule}: ${what}: taken`, () => assert.equal(checkResources(resources)?.message, undefined));
}

const EITHER =
  'One of LaunchTemplateId and LaunchTemplateName or LaunchTemplate.overrides should be provided';
const ONE_OF = 'LaunchTemplate.overrides should have either LaunchTemplateId or LaunchTemplateName';

const REFUSED: readonly (readonly [string, ComputeResources, string])[] = [
  ['E-018', { ...EC2, minvCpus: -1 }, 'minvCpus should be greater than or equal to 0.'],
  ['S-238', without('maxvCpus'), 'Resource maxvCpus is required.'],
  ['E-020', { ...EC2, maxvCpus: 1 }, 'maxvCpus should be greater than or equal to minvCpus.'],
  ['E-021', { ...EC2, desiredvCpus: 1 }, 'desiredvCpus should be between minvCpus and maxvCpus.'],
  ['E-021', { ...EC2, desiredvCpus: 9 }, 'desiredvCpus should be between minvCpus and maxvCpus.'],
  ['E-023', without('instanceTypes'), 'Resource instanceTypes are required.'],
  ['E-023', { ...EC2, instanceTypes: [] }, 'Resource instanceTypes are required.'],
  ['E-024', without('instanceRole'), 'Instance role is required.'],
  ['E-025', without('securityGroupIds'), 'Security group ids are required.'],
  ['E-025', { ...EC2, securityGroupIds: [] }, 'Security group ids are required.'],
  ['S-242', without('subnets'), 'Subnets are required.'],
  ['S-242', { ...EC2, subnets: [] }, 'Subnets are required.'],
  ['E-027', { ...SPOT, bidPercentage: -1 }, 'Bid percentage must be between 0 to 100.'],
  ['E-027', { ...SPOT, bidPercentage: 101 }, 'Bid percentage must be between 0 to 100.'],
  ['E-028', without('spotIamFleetRole', SPOT), 'compute resource spotIamFleetRole is required.'],
  [
    'E-028',
    { ...without('spotIamFleetRole', SPOT), allocationStrategy: 'BEST_FIT' },
    'compute resource spotIamFleetRole is required.',
  ],
  ['E-038', { ...FARGATE, minvCpus: 0 }, 'minvCpus is not applicable for Fargate.'],
  ['E-038', { ...FARGATE, type: 'FARGATE_SPOT', tags: { a: 'b' } }, 'tags is not applicable for Fargate.'],
  ['E-038', without('maxvCpus', FARGATE), 'Resource maxvCpus is required.'],
  ['E-039', without('subnets', FARGATE), 'Subnets are required.'],
  ['E-039', without('securityGroupIds', FARGATE), 'Security group ids are required.'],
  ['E-039', { ...FARGATE, subnets: many(17) as string[] }, 'Fargate supports a maximum of 16 subnets.'],
  [
    'E-039',
    { ...FARGATE, securityGroupIds: many(6) as string[] },
    'Fargate supports a maximum of 5 security groups.',
  ],
  [
    'E-040',
    { ...EC2, allocationStrategy: 'FASTEST' },
    'allocationStrategy must be one of BEST_FIT, BEST_FIT_PROGRESSIVE, SPOT_CAPACITY_OPTIMIZED, ' +
      'SPOT_PRICE_CAPACITY_OPTIMIZED, BEST_FIT_PROGRESSIVE_ORDERED, SPOT_CAPACITY_OPTIMIZED_PRIORITIZED, ' +
      "got 'FASTEST'.",
  ],
  [
    'T-396',
    { ...SPOT, allocationStrategy: 'BEST_FIT_PROGRESSIVE_ORDERED' },
    'Allocation strategy BEST_FIT_PROGRESSIVE_ORDERED requires compute resource type EC2.',
  ],
  [
    'T-397',
    { ...EC2, allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED' },
    'Allocation strategy SPOT_CAPACITY_OPTIMIZED_PRIORITIZED requires compute resource type SPOT.',
  ],
  [
    'T-397',
    { ...SPOT, instanceTypes: ['c5', 'optimal'], allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED' },
    'Instance type bundles (e.g. optimal, default_x86_64) are not allowed for SPOT_CAPACITY_OPTIMIZED_PRIORITIZED ' +
      'allocation strategy. Specify instance families or types directly.',
  ],
  [
    'T-396',
    { ...EC2, instanceTypes: ['default_x86_64'], allocationStrategy: 'BEST_FIT_PROGRESSIVE_ORDERED' },
    'Instance type bundles (e.g. optimal, default_x86_64) are not allowed for BEST_FIT_PROGRESSIVE_ORDERED ' +
      'allocation strategy. Specify instance families or types directly.',
  ],
  [
    'E-040',
    { ...EC2, allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED' },
    'Allocation strategy SPOT_CAPACITY_OPTIMIZED requires compute resource type SPOT.',
  ],
  ['E-041', template({}), EITHER],
  ['E-041', template({ launchTemplateId: 'lt-1', launchTemplateName: 't' }), EITHER],
  [
    'E-041',
    template({ launchTemplateId: 'lt-1', version: 'newest' }),
    'LaunchTemplateVersion must be either empty or a number or $Default or $Latest',
  ],
  [
    'E-042',
    over(...many(11, () => entry).map((o) => o as object)),
    'LaunchTemplate.overrides size cannot be greater than 10',
  ],
  ['E-042', over({ targetInstanceTypes: ['m4.large'] }), ONE_OF],
  ['E-042', over({ ...entry, launchTemplateName: 't' }), ONE_OF],
  ['E-042', over({ launchTemplateId: 'lt-1' }), 'LaunchTemplate.overrides.targetInstanceTypes[] is required'],
  [
    'E-042',
    over({ launchTemplateId: 'lt-1', targetInstanceTypes: [] }),
    'LaunchTemplate.overrides.targetInstanceTypes[] is required',
  ],
  [
    'E-042',
    over({ ...entry, targetInstanceTypes: ['m4.large', 'm5.large'] }),
    'LaunchTemplate.overrides have targetInstanceTypes that do not match',
  ],
  ['E-042', over(entry, entry), 'LaunchTemplate.overrides have duplicate targetInstanceTypes'],
  [
    'E-043',
    { ...EC2, ec2Configuration: many(3, () => ({ imageType: 'ECS_AL2' })) as object[] },
    'ec2Configuration takes at most 2 entries.',
  ],
  [
    'E-043',
    { ...EC2, ec2Configuration: [{ imageType: 'ECS_AL2' }, {}] },
    'Invalid imageType in ComputeResources.ec2Configuration',
  ],
  ...[1, 19, 10_081].map(
    (delay) =>
      [
        'E-044',
        { ...EC2, scalingPolicy: { minScaleDownDelayMinutes: delay } },
        `minScaleDownDelayMinutes must be 0 or between 20 and 10080, got ${delay}.`,
      ] as const,
  ),
  [
    'E-047',
    { ...EC2, instanceTypes: ['c4', 'a1'] },
    'arm-based instance type cannot be used with other instance types.',
  ],
  [
    'E-051',
    { ...EC2, type: 'ECS_MANAGED_INSTANCES' },
    'computeResources.type ECS_MANAGED_INSTANCES is not supported by Longshore yet.',
  ],
  ['E-057', { ...EC2, instanceTypes: ['c4', 'c4.huge'] }, 'Instance type c4.huge does not exist'],
];

for (const [at, [rule, resources, text]] of REFUSED.entries()) {
  test(`${rule}: resources are refused, case ${at + 1}: ${text}`, () =>
    assert.equal(checkResources(resources)?.message, text));
}
