import type { ContainerSpec } from './container.ts';
import { type Refusal, refuseWrapped } from './refusal.ts';

/** `containerProperties` as it is sent: every member may be missing. */
export type ContainerInput = Partial<ContainerSpec>;

type Rule = (container: ContainerInput) => Refusal | undefined;

/** What a container of a definition must be (p. 86, rules J-015 to J-029, J-038, J-039). The first fault counts. */
export const checkContainer = (container: ContainerInput): Refusal | undefined => {
  for (const rule of RULES) {
    const wrong = rule(container);
    if (wrong) return wrong;
  }
  return undefined;
};

/** Rules J-015, J-085: shared by definitions and overrides. */
export const checkCommand = (command: readonly string[] | undefined): Refusal | undefined =>
  command?.includes('') ? refuseWrapped('Command field cannot have empty strings') : undefined;

/** Rules J-021, J-022, S-267, S-272. */
export const checkEnvironment = (variables: ContainerInput['environment']): Refusal | undefined => {
  for (const { name } of variables ?? []) {
    if (name === undefined || name === '') return refuseWrapped('Environment variable name is required.');
    if (name.startsWith('AWS_BATCH'))
      return refuseWrapped('Environment variable names cannot start with AWS_BATCH');
  }
  return undefined;
};

const TYPES = ['VCPU', 'MEMORY', 'GPU'];

/** Rules J-028, J-029: shared by definitions and overrides. */
export const checkRequirements = (
  requirements: ContainerInput['resourceRequirements'],
): Refusal | undefined => {
  const types = (requirements ?? []).map((r) => r.type);
  if (new Set(types).size < types.length)
    return refuseWrapped('Cannot provide duplicates in resourceRequirements.');
  for (const { type, value } of requirements ?? []) {
    if (!TYPES.includes(type)) {
      return refuseWrapped(`resourceRequirement type must be one of ${TYPES.join(', ')}, got '${type}'.`);
    }
    if (!isQuantity(value) || (type !== 'VCPU' && value.includes('.'))) {
      return refuseWrapped(
        `Value ${value} for type ${type} in resourceRequirement is not valid. Please provide a numeric value.`,
      );
    }
  }
  return undefined;
};

/** As large as the older members `vcpus` and `memory` can be: what is more could not be stored as an integer. */
const isQuantity = (value: string): boolean => /^\d+(\.\d+)?$/.test(value) && Number(value) < 2 ** 31;

const asked = (c: ContainerInput, type: string): string | undefined =>
  c.resourceRequirements?.find((r) => r.type === type)?.value;

const image: Rule = ({ image: name }) => {
  if (!name) return refuseWrapped('ECS Container Image must be provided.');
  if (name.length <= 255 && /^[A-Za-z0-9\-_:./#@]+$/.test(name)) return undefined;
  return refuseWrapped(
    `image must have up to 255 letters, digits, hyphens, underscores, colons, periods, slashes or number signs, got '${name.slice(0, 300)}'`,
  );
};

/** A 0 beside a requirement is what clients send for absent: only another number asks twice (rule J-027). */
const vcpus: Rule = (c) => {
  const requirement = asked(c, 'VCPU');
  if (c.vcpus && requirement !== undefined) return both('vcpus', 'VCPU');
  if (c.vcpus === undefined && requirement === undefined) return refuseWrapped('vCPU is not provided.');
  const number = Number(requirement ?? c.vcpus);
  const least = Number.isInteger(number) ? 1 : 0.25;
  return number < least ? refuseWrapped(`vCPU must be at least 1, got ${number}.`) : undefined;
};

const memory: Rule = (c) => {
  const requirement = asked(c, 'MEMORY');
  if (c.memory && requirement !== undefined) return both('memory', 'MEMORY');
  if (c.memory === undefined && requirement === undefined) return refuseWrapped('Memory is not provided.');
  const number = Number(requirement ?? c.memory);
  return number < 4 ? refuseWrapped(`Memory must be at least 4 Mib, got ${number} Mib.`) : undefined;
};

const both = (member: string, type: string): Refusal =>
  refuseWrapped(`Cannot use both ECS containerProperties ${member} and resourceRequirement ${type}.`);

/** Rule J-025: only a user without `:group` has a form. */
const user: Rule = ({ user: name }) => {
  if (name === undefined || name.includes(':') || /^([a-z0-9_][a-z0-9_-]{0,30})$/.test(name))
    return undefined;
  return refuseWrapped(`User '${name}' does not match regex ^([a-z0-9_][a-z0-9_-]{0,30})$`);
};

const VOLUME_NAME = /^[A-Za-z0-9_-]{1,255}$/;

const volumes: Rule = (c) => {
  const names = (c.volumes ?? []).map((volume) => String(volume.name ?? ''));
  const bad = names.find((name) => name !== '' && !VOLUME_NAME.test(name));
  if (bad)
    return refuseWrapped(
      `volumes: the name '${bad}' must have up to 255 letters, digits, hyphens or underscores`,
    );
  const double = names.find((name, at) => name !== '' && names.indexOf(name) !== at);
  if (double) return refuseWrapped(`volumes: the name '${double}' is given twice`);
  const lost = (c.mountPoints ?? []).find(
    ({ sourceVolume }) => sourceVolume && !names.includes(String(sourceVolume)),
  );
  return (
    lost &&
    refuseWrapped(`mountPoints: sourceVolume '${lost.sourceVolume}' names no volume of this definition`)
  );
};

const ULIMITS =
  'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(
    ' ',
  );

const ulimits: Rule = (c) => {
  const bad = (c.ulimits ?? []).find((limit) => !ULIMITS.includes(limit.name));
  return bad && refuseWrapped(`ulimits: name must be one of ${ULIMITS.join(', ')}, got '${bad.name}'`);
};

interface LinuxParameters {
  readonly devices?: readonly { readonly hostPath?: string; readonly permissions?: readonly string[] }[];
  readonly maxSwap?: number;
  readonly swappiness?: number;
  readonly tmpfs?: readonly { readonly containerPath: string; readonly size?: number }[];
}

const linux: Rule = (c) => {
  const { maxSwap, swappiness, tmpfs = [], devices = [] } = (c.linuxParameters ?? {}) as LinuxParameters;
  if (maxSwap !== undefined && maxSwap < 0) {
    return refuseWrapped(`Invalid swap memory size: ${maxSwap}, must be non-negative.`);
  }
  if (swappiness !== undefined && (swappiness < 0 || swappiness > 100)) {
    return refuseWrapped(`Invalid swappiness: ${swappiness}, must be between 0 and 100.`);
  }
  if (maxSwap && swappiness === undefined) {
    return refuseWrapped('When container specified swap memory, swappiness value is required.');
  }
  if (tmpfs.some(({ size }) => size === undefined || size < 1)) {
    return refuseWrapped('Size of a tmpfs is invalid. The size is required and must be a positive integer.');
  }
  for (const { hostPath, permissions = [] } of devices) {
    if (!hostPath) return refuseWrapped('linuxParameters.devices: hostPath is required');
    const bad = permissions.find((p) => !['READ', 'WRITE', 'MKNOD'].includes(p));
    if (bad) return refuseWrapped(`Invalid permission: ${bad} for device ${hostPath}`);
  }
  return undefined;
};

/** Those of the model, and `none`, for a job whose output nobody is to keep. */
const LOG_DRIVERS = [
  'json-file',
  'syslog',
  'journald',
  'gelf',
  'fluentd',
  'awslogs',
  'splunk',
  'awsfirelens',
  'none',
];

/** Those that ECS takes for it. */
const AWSLOGS_OPTIONS: readonly string[] = [
  'awslogs-create-group',
  'awslogs-region',
  'awslogs-endpoint',
  'awslogs-group',
  'awslogs-stream-prefix',
  'awslogs-datetime-format',
  'awslogs-multiline-pattern',
  'mode',
  'max-buffer-size',
];

const logging: Rule = (c) => {
  const driver = c.logConfiguration?.logDriver;
  if (driver !== undefined && !LOG_DRIVERS.includes(driver)) {
    return refuseWrapped(
      `logConfiguration.logDriver must be one of ${LOG_DRIVERS.join(', ')}, got '${driver}'`,
    );
  }
  const strange = Object.keys(c.logConfiguration?.options ?? {}).filter(
    (name) => !AWSLOGS_OPTIONS.includes(name),
  );
  if (driver === 'awslogs' && strange.length > 0)
    return refuseWrapped(`Log driver awslogs disallows options: ${strange.join(', ')}`);
  const secret = (c.secrets?.length ?? 0) + (c.logConfiguration?.secretOptions?.length ?? 0) > 0;
  if (secret && !c.executionRoleArn) {
    return refuseWrapped('executionRoleArn cannot be empty when using secrets or secretOptions');
  }
  return undefined;
};

const RULES: readonly Rule[] = [
  image,
  (c) => checkRequirements(c.resourceRequirements),
  vcpus,
  memory,
  (c) => checkCommand(c.command),
  (c) => checkEnvironment(c.environment),
  user,
  volumes,
  ulimits,
  linux,
  logging,
];

/** A container with the lists that it always has, though empty (rules J-044, J-045, J-159). */
export const withLists = (container: ContainerInput): ContainerSpec => ({
  command: [],
  environment: [],
  mountPoints: [],
  resourceRequirements: [],
  secrets: [],
  ulimits: [],
  volumes: [],
  ...container,
  ...(container.linuxParameters && { linuxParameters: filledLinux(container.linuxParameters) }),
  ...(container.logConfiguration && {
    logConfiguration: { options: {}, secretOptions: [], ...container.logConfiguration },
  }),
  ...(isRecord(container.fargatePlatformConfiguration) && {
    fargatePlatformConfiguration: { platformVersion: 'LATEST', ...container.fargatePlatformConfiguration },
  }),
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const filledLinux = (given: Record<string, unknown>): Record<string, unknown> => {
  const { devices = [], tmpfs = [], ...rest } = given as { devices?: object[]; tmpfs?: object[] };
  return {
    ...rest,
    devices: devices.map((device) => ({ permissions: [], ...device })),
    tmpfs: tmpfs.map((mount) => ({ mountOptions: [], ...mount })),
  };
};
