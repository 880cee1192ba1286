import { missingEfs } from '../efs.ts';
import type { LinuxParameters } from '../linux-parameters.ts';
import type { MemberRules } from '../member-rules.ts';
import { haveTargets, hostPaths, isPath, mayMountAll, mountsText, type Permissions } from '../mounts.ts';

const DRIVERS = ['json-file', 'none', 'awslogs'];

type Log = { readonly logDriver?: string; readonly secretOptions?: readonly unknown[] };

const hasDevices = (value: unknown): boolean => ((value as LinuxParameters).devices?.length ?? 0) > 0;

/** What this engine makes of each member, with what the operator lets jobs do. */
export const supportFor = (allowed: Permissions): MemberRules => ({
  image: {
    means: 'refused',
    when: (value) => value === 'none',
    why: "'none' stands for no image, and the docker engine runs jobs in one: name it (run --image IMAGE)",
  },
  command: { means: 'used' },
  environment: { means: 'used' },
  vcpus: { means: 'used' },
  memory: { means: 'used' },
  ulimits: { means: 'used' },
  volumes: {
    means: 'refused',
    when: (_, container) => missingEfs(container) !== undefined || !hostPaths(container).every(isPath),
    why: 'host.sourcePath must be an absolute path without a colon; a folder stands for EFS (`--efs`)',
    otherWhy: (_, container) => missingEfs(container),
  },
  mountPoints: {
    means: 'refused',
    when: (value, container) => !haveTargets(value) || !mayMountAll(container, allowed),
    why: 'containerPath must be an absolute path without a colon',
    otherWhy: (value) => (haveTargets(value) ? mountsText(allowed) : undefined),
  },
  resourceRequirements: { means: 'used', why: 'a GPU is a whole device, passed to the runtime' },
  secrets: { means: 'used', why: 'from the file of `--secrets`' },
  linuxParameters: {
    means: 'refused',
    when: (value) => hasDevices(value) && !allowed.devices,
    why: 'an operator can refuse devices to jobs (--refuse devices)',
  },
  readonlyRootFilesystem: { means: 'used' },
  user: { means: 'used' },
  privileged: {
    means: 'refused',
    when: (value) => value === true && !allowed.privileged,
    why: 'an operator can refuse privileged jobs (--refuse privileged)',
  },
  logConfiguration: {
    means: 'refused',
    when: (value) =>
      !DRIVERS.includes((value as Log).logDriver ?? 'json-file') ||
      ((value as Log).secretOptions?.length ?? 0) > 0,
    why: `logDriver can be ${DRIVERS.join(', ')}, and none of them takes secretOptions`,
  },
  jobRoleArn: { means: 'unused' },
  executionRoleArn: { means: 'used', why: 'images, secrets and logs are had without it' },
  instanceType: { means: 'unused' },
  networkConfiguration: { means: 'unused' },
  fargatePlatformConfiguration: { means: 'unused' },
  runtimePlatform: { means: 'unused' },
  ephemeralStorage: { means: 'unused' },
  repositoryCredentials: { means: 'used', why: 'from the file of `--secrets`' },
  enableExecuteCommand: { means: 'unused' },
  podProperties: { means: 'refused', why: 'a pod needs Kubernetes (serve --engine kubernetes)' },
});
