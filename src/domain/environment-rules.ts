import { expandInstanceTypes, isBundle } from './instance-types.ts';
import { type Refusal, refuse, refuseWrapped } from './refusal.ts';

/** `computeResources` of a create or an update, as far as the rules read it. */
export interface ComputeResources {
  readonly type?: string;
  readonly minvCpus?: number;
  readonly maxvCpus?: number;
  readonly desiredvCpus?: number;
  readonly instanceTypes?: readonly string[];
  readonly instanceRole?: string;
  readonly subnets?: readonly string[];
  readonly securityGroupIds?: readonly string[];
  readonly bidPercentage?: number;
  readonly spotIamFleetRole?: string;
  readonly allocationStrategy?: string;
  readonly launchTemplate?: LaunchTemplate;
  readonly ec2Configuration?: readonly Image[];
  readonly scalingPolicy?: { readonly minScaleDownDelayMinutes?: number };
  readonly [member: string]: unknown;
}

export interface Image {
  readonly imageType?: string;
  readonly imageIdOverride?: string;
  readonly imageKubernetesVersion?: string;
  /** Shown; what a client sends of it says nothing. */
  readonly batchImageStatus?: string;
}

export interface LaunchTemplate {
  readonly launchTemplateId?: string;
  readonly launchTemplateName?: string;
  readonly version?: string;
  readonly overrides?: readonly (LaunchTemplate & { readonly targetInstanceTypes?: readonly string[] })[];
}

/** What runs jobs on capacity of another kind than there is here. */
const kind = (r: ComputeResources): Refusal | undefined =>
  r.type === 'ECS_MANAGED_INSTANCES'
    ? refuse('computeResources.type ECS_MANAGED_INSTANCES is not supported by Longshore yet.')
    : undefined;

type Rule = (r: ComputeResources, isEks: boolean) => Refusal | undefined;

const isFargate = (r: ComputeResources): boolean => r.type === 'FARGATE' || r.type === 'FARGATE_SPOT';

/** Rules E-018 to E-021, E-027: the numbers, of a create or of what an update leads to. */
export const checkNumbers: Rule = ({
  minvCpus: min = 0,
  maxvCpus: max,
  desiredvCpus: desired,
  bidPercentage: bid,
}) => {
  if (min < 0) return refuseWrapped('minvCpus should be greater than or equal to 0.');
  if (max === undefined) return refuseWrapped('Resource maxvCpus is required.');
  if (max < min) return refuseWrapped('maxvCpus should be greater than or equal to minvCpus.');
  if (desired !== undefined && (desired < min || desired > max)) {
    return refuseWrapped('desiredvCpus should be between minvCpus and maxvCpus.');
  }
  if (bid !== undefined && (bid < 0 || bid > 100))
    return refuseWrapped('Bid percentage must be between 0 to 100.');
  return undefined;
};

const FARGATE_LACKS = [
  'allocationStrategy',
  'bidPercentage',
  'desiredvCpus',
  'ec2KeyPair',
  'imageId',
  'instanceRole',
  'instanceTypes',
  'launchTemplate',
  'minvCpus',
  'placementGroup',
  'spotIamFleetRole',
  'tags',
];

/** Rules E-038, E-039. */
const fargate: Rule = (r) => {
  const given = FARGATE_LACKS.find((member) => !isEmpty(r[member]));
  if (given) return refuseWrapped(`${given} is not applicable for Fargate.`);
  if (!r.subnets?.length) return refuseWrapped('Subnets are required.');
  if (r.subnets.length > 16) return refuseWrapped('Fargate supports a maximum of 16 subnets.');
  if (!r.securityGroupIds?.length) return refuseWrapped('Security group ids are required.');
  return r.securityGroupIds.length > 5
    ? refuseWrapped('Fargate supports a maximum of 5 security groups.')
    : undefined;
};

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value as object).length === 0);

/** Rules E-023 to E-025, E-028, E-047, E-049, E-057. */
const instances: Rule = (r) => {
  if (!r.instanceTypes?.length) return refuseWrapped('Resource instanceTypes are required.');
  const expanded = expandInstanceTypes(r.instanceTypes);
  if (expanded.kind === 'unknown') return refuseWrapped(`Instance type ${expanded.name} does not exist`);
  if (new Set(expanded.types.map((type) => type.architecture)).size > 1) {
    return refuseWrapped('arm-based instance type cannot be used with other instance types.');
  }
  if (!r.subnets?.length) return refuseWrapped('Subnets are required.');
  if (!r.instanceRole) return refuseWrapped('Instance role is required.');
  if (!r.securityGroupIds?.length && !r.launchTemplate)
    return refuseWrapped('Security group ids are required.');
  const bestFit = r.allocationStrategy === undefined || r.allocationStrategy === 'BEST_FIT';
  if (r.type === 'SPOT' && bestFit && !r.spotIamFleetRole) {
    return refuseWrapped('compute resource spotIamFleetRole is required.');
  }
  return undefined;
};

const STRATEGIES: Readonly<Record<string, 'EC2' | 'SPOT' | 'both'>> = {
  BEST_FIT: 'both',
  BEST_FIT_PROGRESSIVE: 'both',
  SPOT_CAPACITY_OPTIMIZED: 'SPOT',
  SPOT_PRICE_CAPACITY_OPTIMIZED: 'SPOT',
  BEST_FIT_PROGRESSIVE_ORDERED: 'EC2',
  SPOT_CAPACITY_OPTIMIZED_PRIORITIZED: 'SPOT',
};

/** Rules T-396, T-397: those that go by the order of instanceTypes. */
export const isOrderedStrategy = (name: string | undefined): boolean =>
  name === 'BEST_FIT_PROGRESSIVE_ORDERED' || name === 'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED';

/** Rules E-040, T-396, T-397. */
const strategy: Rule = ({ allocationStrategy: name, type, instanceTypes = [] }) => {
  if (name === undefined) return undefined;
  const needs = STRATEGIES[name];
  if (!needs) {
    return refuseWrapped(
      `allocationStrategy must be one of ${Object.keys(STRATEGIES).join(', ')}, got '${name}'.`,
    );
  }
  if (needs !== 'both' && needs !== type)
    return refuseWrapped(`Allocation strategy ${name} requires compute resource type ${needs}.`);
  return isOrderedStrategy(name) && instanceTypes.some(isBundle)
    ? refuseWrapped(
        `Instance type bundles (e.g. optimal, default_x86_64) are not allowed for ${name} allocation strategy. ` +
          'Specify instance families or types directly.',
      )
    : undefined;
};

const SYSTEMS = ['AL2', 'AL2_NVIDIA', 'AL2023', 'AL2023_NVIDIA'];

/** Rules E-043, E-044; E-052: without Kubernetes there is none whose version could fit. */
const images: Rule = ({ ec2Configuration, scalingPolicy }, isEks) => {
  if ((ec2Configuration?.length ?? 0) > 2) return refuseWrapped('ec2Configuration takes at most 2 entries.');
  if (ec2Configuration?.some(({ imageType }) => !isImageType(imageType, isEks))) {
    return refuseWrapped('Invalid imageType in ComputeResources.ec2Configuration');
  }
  if (
    ec2Configuration?.some(
      ({ imageKubernetesVersion: version }) => version && !(isEks && IS_VERSION.test(version)),
    )
  ) {
    return refuseWrapped('At least one imageKubernetesVersion in EC2Configuration is not supported.');
  }
  const delay = scalingPolicy?.minScaleDownDelayMinutes ?? 0;
  return delay === 0 || (delay >= 20 && delay <= 10_080)
    ? undefined
    : refuseWrapped(`minScaleDownDelayMinutes must be 0 or between 20 and 10080, got ${delay}.`);
};

const isImageType = (given: string | undefined, isEks: boolean): boolean =>
  SYSTEMS.some((system) => given === `${isEks ? 'EKS' : 'ECS'}_${system}`);

const IS_VERSION = /^1\.\d{1,2}$/;

/** Rules E-041, E-042. */
const launchTemplate: Rule = ({ launchTemplate: template, instanceTypes = [] }) => {
  if (!template) return undefined;
  const { overrides = [] } = template;
  if (!named(template) && overrides.length === 0) {
    return refuseWrapped(
      'One of LaunchTemplateId and LaunchTemplateName or LaunchTemplate.overrides should be provided',
    );
  }
  if (template.launchTemplateId && template.launchTemplateName) {
    return refuseWrapped(
      'One of LaunchTemplateId and LaunchTemplateName or LaunchTemplate.overrides should be provided',
    );
  }
  if (!/^(|\d+|\$Default|\$Latest)$/.test(template.version ?? '')) {
    return refuseWrapped('LaunchTemplateVersion must be either empty or a number or $Default or $Latest');
  }
  if (overrides.length > 10) return refuseWrapped('LaunchTemplate.overrides size cannot be greater than 10');
  const targets = overrides.flatMap((o) => o.targetInstanceTypes ?? []);
  if (overrides.some((o) => !named(o) || (o.launchTemplateId && o.launchTemplateName))) {
    return refuseWrapped(
      'LaunchTemplate.overrides should have either LaunchTemplateId or LaunchTemplateName',
    );
  }
  if (overrides.some((o) => !o.targetInstanceTypes?.length)) {
    return refuseWrapped('LaunchTemplate.overrides.targetInstanceTypes[] is required');
  }
  if (
    targets.some((target) => !instanceTypes.some((type) => target === type || target.startsWith(`${type}.`)))
  ) {
    return refuseWrapped('LaunchTemplate.overrides have targetInstanceTypes that do not match');
  }
  return new Set(targets).size < targets.length
    ? refuseWrapped('LaunchTemplate.overrides have duplicate targetInstanceTypes')
    : undefined;
};

const named = (template: LaunchTemplate): boolean =>
  !!(template.launchTemplateId || template.launchTemplateName);

/** Everything a managed environment's resources must be; `isEks`: its jobs are pods. The first fault counts. */
export const checkResources = (r: ComputeResources, isEks = false): Refusal | undefined => {
  const rules = isFargate(r)
    ? [fargate, checkNumbers]
    : [kind, checkNumbers, strategy, instances, images, launchTemplate];
  for (const rule of rules) {
    const wrong = rule(r, isEks);
    if (wrong) return wrong;
  }
  return undefined;
};
