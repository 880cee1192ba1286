import type { ContainerSpec } from '../../../domain/container.ts';
import type { PodProperties } from '../../../domain/pods/pod.ts';
import { type Efs, efsName } from '../../efs.ts';
import type { LinuxParameters } from '../../linux-parameters.ts';
import { given, type MemberRules } from '../../member-rules.ts';
import { haveTargets, hostPaths, isPath, mayMountAll, mountedVolumes, mountsText } from '../../mounts.ts';
import { isSecretOfTask, secretOfTaskText } from '../names.ts';
import { type PodLimits, podFault } from './pod-fault.ts';
import { inCluster } from './secret-bodies.ts';
import type { PodSettings } from './settings.ts';

type Settings = PodLimits & Pick<PodSettings, 'serviceAccounts' | 'volumeClaims'>;

/** What this engine makes of each member of a container, with what the operator lets jobs do: docs/kubernetes-members.md. */
export const supportFor = ({ serviceAccounts, volumeClaims, ...limits }: Settings): MemberRules => ({
  ...WHATEVER_IS_ALLOWED,
  podProperties: {
    means: 'refused',
    when: (value) => podFault(value as PodProperties, limits) !== undefined,
    why: 'an operator can refuse what reaches the node, and all pods are in one namespace',
    otherWhy: (value) => podFault(value as PodProperties, limits),
  },
  volumes: {
    means: 'refused',
    when: (_, container) =>
      missingClaim(container, volumeClaims) !== undefined || !hostPaths(container).every(isPath),
    why: 'host.sourcePath must be an absolute path without a colon; a claim stands for EFS (`--volume-claim`)',
    otherWhy: (_, container) => missingClaim(container, volumeClaims),
  },
  mountPoints: {
    means: 'refused',
    when: (value, container) => !haveTargets(value) || !mayMountAll(container, limits.permissions),
    why: 'containerPath must be an absolute path without a colon',
    otherWhy: (value) => (haveTargets(value) ? mountsText(limits.permissions) : undefined),
  },
  privileged: {
    means: 'refused',
    when: (value) => value === true && !limits.permissions.privileged,
    why: 'an operator can refuse privileged jobs (--refuse privileged)',
  },
  jobRoleArn: {
    means: 'unused',
    when: (value) => !serviceAccounts.has(String(value)),
    why: 'a service account may stand for it (`--service-account`)',
  },
});

const WHATEVER_IS_ALLOWED: MemberRules = {
  image: {
    means: 'refused',
    when: (value) => value === 'none',
    why: "'none' stands for no image, and a pod runs one: name it (run --image IMAGE)",
  },
  command: { means: 'used', why: 'as `args`: the image’s entry point stays' },
  environment: { means: 'used' },
  vcpus: { means: 'used' },
  memory: { means: 'used' },
  ulimits: {
    means: 'refused',
    why: 'Kubernetes has no way to set them for one pod; set the runtime’s default on the nodes',
  },
  resourceRequirements: {
    means: 'used',
    why: 'a GPU is a device of the resource that `--gpu-resource` names',
  },
  secrets: {
    means: 'refused',
    when: (value) => takenSecret(value as Secrets) !== undefined,
    why: 'from the file of `--secrets`, or of the cluster’s own (`k8s:NAME/KEY`), but for those that a server made for a task',
    otherWhy: (value) => {
      const taken = takenSecret(value as Secrets);
      return taken === undefined ? undefined : secretOfTaskText(taken);
    },
  },
  linuxParameters: {
    means: 'refused',
    when: (value) => given((value as LinuxParameters).devices),
    unused: (value) => hasUnused(value as LinuxParameters),
    why: 'devices: a device plugin is how a node gives devices',
  },
  readonlyRootFilesystem: { means: 'used' },
  user: {
    means: 'refused',
    when: (value) => userOf(String(value)) === undefined,
    why: 'Kubernetes takes numbers only',
  },
  logConfiguration: {
    means: 'refused',
    when: (value) => !isKept(value as LogConfiguration),
    unused: (value) =>
      given((value as LogConfiguration).options) && (value as LogConfiguration).logDriver === 'json-file',
    why: `logDriver can be json-file, none, awslogs, and none of them takes secretOptions`,
  },
  executionRoleArn: { means: 'used', why: 'images, secrets and logs are had without it' },
  instanceType: { means: 'unused' },
  networkConfiguration: { means: 'unused' },
  fargatePlatformConfiguration: { means: 'unused' },
  runtimePlatform: { means: 'used', why: 'cpuArchitecture chooses nodes' },
  ephemeralStorage: { means: 'used' },
  repositoryCredentials: { means: 'used', why: 'from the file of `--secrets`' },
  enableExecuteCommand: { means: 'unused' },
};

type Secrets = ContainerSpec['secrets'];

const takenSecret = (secrets: Secrets): string | undefined =>
  secrets.flatMap(({ valueFrom }) => inCluster(valueFrom)?.name ?? []).find(isSecretOfTask);

type LogConfiguration = NonNullable<ContainerSpec['logConfiguration']>;

const isKept = ({ logDriver = 'json-file', secretOptions }: LogConfiguration): boolean =>
  ['json-file', 'none', 'awslogs'].includes(logDriver) && !given(secretOptions);

/** Swap is the nodes' own; of a tmpfs' options a pod has none but that it is read-only. */
const hasUnused = ({ maxSwap, swappiness, tmpfs = [] }: LinuxParameters): boolean =>
  maxSwap !== undefined ||
  swappiness !== undefined ||
  tmpfs.some(({ mountOptions = [] }) => mountOptions.some((option) => option !== 'ro'));

/** Rule K-113: `uid` or `uid:gid`. */
export const userOf = (user: string): { readonly uid: number; readonly gid?: number } | undefined => {
  const [, uid, gid] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(user) ?? [];
  if (uid === undefined || Number(uid) > MOST || Number(gid ?? 0) > MOST) return undefined;
  return { uid: Number(uid), ...(gid !== undefined && { gid: Number(gid) }) };
};

const MOST = 2 ** 31 - 1;

/** Rule K-116. */
const missingClaim = (container: ContainerSpec, claims: PodSettings['volumeClaims']): string | undefined => {
  const names = mountedVolumes(container).flatMap(({ efsVolumeConfiguration: efs }) =>
    efs ? [efsName(efs as Efs)] : [],
  );
  const missing = names.find((name) => !claims.has(name));
  if (missing === undefined) return undefined;
  return `no claim stands for the file system ${missing} (serve --volume-claim ${missing}=CLAIM)`;
};
