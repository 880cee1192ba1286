import { isAbsolute, normalize } from 'node:path';
import { type ContainerSpec, resourcesOf } from '../../domain/container.ts';
import { missingEfs } from '../efs.ts';
import type { MemberRules } from '../member-rules.ts';
import { given } from '../member-rules.ts';
import {
  type MountPoint,
  mayMountAll,
  mountedVolumes,
  mountsText,
  type Permissions,
  type Tmpfs,
  type Volume,
} from '../mounts.ts';

/** What a server can give its processes, and lets them have. */
export interface Abilities {
  readonly permissions: Permissions;
  /** How many there are. */
  readonly gpus: number;
  /** Whether a task can have mounts of its own. */
  readonly canMount: boolean;
}

type Limit = { readonly name: string; readonly softLimit: number; readonly hardLimit: number };
type Logging = { readonly logDriver?: string; readonly secretOptions?: readonly unknown[] };

const isPath = (path: string | undefined): boolean => path !== undefined && isAbsolute(path);

/** A mount point at `/` would leave nothing of the host to run. */
const isTarget = (path: string | undefined): boolean => isPath(path) && normalize(path!) !== '/';

const haveTargets = (value: unknown): boolean =>
  (value as readonly MountPoint[]).every(({ containerPath }) => isTarget(containerPath));

/** Whether a volume is to be seen where it is and as it is: then a process needs no mount. */
const isInPlace = (
  { sourceVolume, containerPath, readOnly }: MountPoint,
  container: ContainerSpec,
): boolean => {
  const source = mountedVolumes(container).find(({ name }) => name === sourceVolume)?.host?.sourcePath;
  return source !== undefined && normalize(source) === normalize(containerPath ?? '') && readOnly !== true;
};

export const mountsInPlace = (container: ContainerSpec): boolean =>
  (container.mountPoints as readonly MountPoint[]).every((mount) => isInPlace(mount, container));

/** -1 stands for none. */
const isBelow = (hard: number, soft: number): boolean => hard >= 0 && (soft < 0 || soft > hard);

type Linux = { readonly devices?: readonly unknown[]; readonly tmpfs?: readonly Tmpfs[] };

const NO_MOUNTS =
  'this server cannot give a task mounts of its own: it must be root, or user namespaces be allowed to it';

/** What has no use here, whatever a server can do. */
const UNUSED: MemberRules = {
  // what `run` sends when no image is named
  image: { means: 'unused', when: (value) => value !== 'none' },
  jobRoleArn: { means: 'unused' },
  executionRoleArn: { means: 'unused' },
  instanceType: { means: 'unused' },
  networkConfiguration: { means: 'unused' },
  fargatePlatformConfiguration: { means: 'unused' },
  runtimePlatform: { means: 'unused' },
  ephemeralStorage: { means: 'unused' },
  repositoryCredentials: { means: 'unused' },
  enableExecuteCommand: { means: 'unused' },
  podProperties: { means: 'refused', why: 'a pod needs Kubernetes (serve --engine kubernetes)' },
};

/** What a task sees of the file system: its own mounts, where the server can give them. */
const mountRules = (permissions: Permissions, canMount: boolean): MemberRules => ({
  volumes: {
    means: 'refused',
    when: (_, container) =>
      missingEfs(container) !== undefined ||
      !(container.volumes as readonly Volume[]).every(({ host }) => isAbsolute(host?.sourcePath || '/')),
    why: 'host.sourcePath must be an absolute path; a folder stands for EFS (`--efs`)',
    otherWhy: (_, container) => missingEfs(container),
  },
  mountPoints: {
    means: 'refused',
    when: (value, container) =>
      !haveTargets(value) || !mayMountAll(container, permissions) || (!canMount && !mountsInPlace(container)),
    why: 'containerPath must be an absolute path below /; mounts elsewhere than where a folder is, and read-only ones, need root or user namespaces',
    otherWhy: (value, container) => {
      if (!haveTargets(value)) return 'containerPath must be an absolute path below /';
      return mayMountAll(container, permissions) ? NO_MOUNTS : mountsText(permissions);
    },
  },
  linuxParameters: {
    means: 'refused',
    when: (value) =>
      hasDevices(value) ||
      (!canMount && hasTmpfs(value)) ||
      !haveTmpfsTargets(value) ||
      otherMount(value) !== undefined,
    unused: (value) => Object.keys(value as Linux).some((key) => key !== 'devices' && key !== 'tmpfs'),
    why: 'devices need a container, tmpfs root or user namespaces; the rest has no meaning here',
    otherWhy: (value) => {
      if (hasDevices(value)) return 'devices need a container: serve --engine docker';
      if (!haveTmpfsTargets(value)) return 'a tmpfs needs an absolute containerPath below /';
      const other = otherMount(value);
      return other === undefined
        ? `tmpfs: ${NO_MOUNTS}`
        : `the mountOptions '${other}' of a tmpfs would change another mount: leave it out`;
    },
  },
  readonlyRootFilesystem: {
    means: 'refused',
    when: (value) => given(value) && !canMount,
    why: 'needs root or user namespaces; /proc and /dev stay as they are',
    otherWhy: () => NO_MOUNTS,
  },
});

/** What this engine makes of each member, by what the server can do and lets jobs do. */
export const supportFor = ({ permissions, gpus, canMount }: Abilities): MemberRules => ({
  command: { means: 'used' },
  environment: { means: 'used' },
  vcpus: { means: 'used' },
  memory: { means: 'used' },
  ulimits: {
    means: 'refused',
    when: (value) => (value as readonly Limit[]).some((limit) => isBelow(limit.hardLimit, limit.softLimit)),
    why: 'a softLimit cannot be above its hardLimit',
  },
  ...mountRules(permissions, canMount),
  resourceRequirements: {
    means: 'refused',
    when: (_, container) => resourcesOf(container).gpus > gpus,
    why: 'there are as many GPUs as `--capacity …,gpus=N` says',
    otherWhy: () => `this server has ${gpus} GPUs to give (serve --capacity vcpus=N,memory=NGiB,gpus=N)`,
  },
  secrets: { means: 'used', why: 'from the file of `--secrets`' },
  user: { means: 'used', why: 'where the server is root, and with `--run-as` none but that one' },
  privileged: {
    means: 'refused',
    when: (value) => value === true && !permissions.privileged,
    unused: (value) => value === true,
    why: 'a process has what its user has; an operator can refuse privileged jobs (--refuse privileged)',
    otherWhy: () => 'this server refuses privileged jobs (--refuse privileged)',
  },
  logConfiguration: {
    means: 'used',
    unused: (value) =>
      ((value as Logging).logDriver ?? 'awslogs') !== 'awslogs' || given((value as Logging).secretOptions),
    why: 'without a driver it is awslogs; awslogs-group, awslogs-stream-prefix, awslogs-multiline-pattern and awslogs-datetime-format count; the output goes to the log of this service whatever the driver',
  },
  ...UNUSED,
});

const hasDevices = (value: unknown): boolean => ((value as Linux).devices?.length ?? 0) > 0;

const hasTmpfs = (value: unknown): boolean => ((value as Linux).tmpfs?.length ?? 0) > 0;

const haveTmpfsTargets = (value: unknown): boolean =>
  ((value as Linux).tmpfs ?? []).every(({ containerPath }) => isTarget(containerPath));

/** What `mount` takes for another thing to do than to mount a tmpfs: the host's own file system would be changed. */
const OTHER_MOUNTS: ReadonlySet<string> = new Set(['remount', 'bind', 'rbind', 'move']);

const otherMount = (value: unknown): string | undefined =>
  ((value as Linux).tmpfs ?? [])
    .flatMap(({ mountOptions = [] }) => mountOptions)
    .flatMap((options) => options.split(','))
    .map((option) => option.trim())
    .find((option) => OTHER_MOUNTS.has(option));
