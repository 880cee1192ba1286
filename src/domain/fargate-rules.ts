import type { ContainerInput } from './container-rules.ts';
import { type Refusal, refuseWrapped } from './refusal.ts';

const CAPABILITIES = ['FARGATE', 'EC2', 'MANAGED_INSTANCES'];

/** Rule J-034. Absent means EC2; an empty list is taken as absent, since clients send it. */
export const checkCapabilities = (capabilities: readonly string[] | undefined): Refusal | undefined => {
  if (!capabilities || capabilities.length === 0) return undefined;
  const bad = capabilities.find((capability) => !CAPABILITIES.includes(capability));
  if (bad !== undefined)
    return refuseWrapped(`Capability ${bad} is not valid. Valid capabilities: [${CAPABILITIES.join(', ')}]`);
  return capabilities.length > 1 ? refuseWrapped('Exactly 1 capability must be provided.') : undefined;
};

/** Rule J-033: members that only Fargate has. */
export const checkEc2 = (container: ContainerInput): Refusal | undefined => {
  for (const member of ['networkConfiguration', 'fargatePlatformConfiguration'] as const) {
    if (container[member] !== undefined) return refuseWrapped(`${member} not applicable for EC2.`);
  }
  return container.runtimePlatform === undefined
    ? undefined
    : refuseWrapped('runtimePlatform is not applicable for EC2.');
};

/** Every size from `least` to `most`, in MiB. */
const steps = (least: number, most: number, step: number): readonly number[] =>
  Array.from({ length: (most - least) / step + 1 }, (_, at) => least + at * step);

/** MiB that go with each number of vCPUs (rule J-035; ResourceRequirement in today's API reference). */
const SIZES: ReadonlyMap<string, readonly number[]> = new Map([
  ['0.25', [512, 1024, 2048]],
  ['0.5', steps(1024, 4096, 1024)],
  ['1', steps(2048, 8192, 1024)],
  ['2', steps(4096, 16384, 1024)],
  ['4', steps(8192, 30720, 1024)],
  ['8', steps(16384, 61440, 4096)],
  ['16', steps(32768, 122880, 8192)],
]);

/** Rules J-035 to J-037: what Fargate demands and what it has not. */
export const checkFargate = (c: ContainerInput): Refusal | undefined => {
  if (!c.executionRoleArn) return refuseWrapped('executionRoleArn is required for Fargate jobs.');
  if (c.privileged) return refuseWrapped('privileged is not applicable for Fargate.');
  if (c.ulimits?.length) return refuseWrapped('ulimits is not applicable for Fargate.');
  if (c.resourceRequirements?.some((r) => r.type === 'GPU'))
    return refuseWrapped('GPU is not applicable for Fargate.');
  for (const member of ['devices', 'maxSwap', 'sharedMemorySize', 'swappiness', 'tmpfs']) {
    const value = c.linuxParameters?.[member];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) {
      return refuseWrapped(`linuxParameter.${member} is not allowed for Fargate.`);
    }
  }
  if (c.volumes?.some((v) => (v.host as { sourcePath?: string } | undefined)?.sourcePath)) {
    return refuseWrapped('host.sourcePath should not be set for volumes in Fargate.');
  }
  const driver = c.logConfiguration?.logDriver;
  if (driver !== undefined && driver !== 'awslogs' && driver !== 'splunk') {
    return refuseWrapped(`Log driver for Fargate is not valid: ${driver}`);
  }
  return checkSize(c);
};

const checkSize = (c: ContainerInput): Refusal | undefined => {
  const of = (type: string) => c.resourceRequirements?.find((r) => r.type === type)?.value;
  const vcpu = String(Number(of('VCPU') ?? c.vcpus));
  const mib = Number(of('MEMORY') ?? c.memory);
  const sizes = SIZES.get(vcpu);
  if (sizes?.includes(mib)) return undefined;
  return refuseWrapped(
    sizes
      ? `Fargate: ${vcpu} vCPU goes with a memory of ${sizes.join(', ')} MiB, got ${mib}.`
      : `Fargate: vCPU must be one of ${[...SIZES.keys()].join(', ')}, got ${vcpu}.`,
  );
};
