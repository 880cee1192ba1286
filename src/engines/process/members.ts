import { isAbsolute } from 'node:path';
import type { ContainerSpec } from '../../domain/container.ts';
import type { Support } from '../engine.ts';
import { given, judgeBy, type MemberRules } from '../member-rules.ts';

type Named = { readonly name?: string; readonly host?: { readonly sourcePath?: string } };
type Mount = {
  readonly sourceVolume?: string;
  readonly containerPath?: string;
  readonly readOnly?: boolean;
};
type Limit = { readonly name: string; readonly softLimit: number; readonly hardLimit: number };
type Logging = { readonly logDriver?: string; readonly secretOptions?: readonly unknown[] };

/** A volume is a folder of this host, or nothing that is mounted. */
const isNoFolder = ({ name: _, host, ...others }: Named): boolean =>
  !isAbsolute(host?.sourcePath || '/') || Object.values(others).some(given);

/** A volume can be had only where it is and as it is: there is no mount in a process. */
const mountedElsewhere = (value: unknown, container: ContainerSpec): boolean =>
  (value as readonly Mount[]).some((mount) => {
    const volume = (container.volumes as readonly Named[]).find((v) => v.name === mount.sourceVolume);
    const { sourcePath } = volume?.host ?? {};
    return sourcePath === undefined || sourcePath !== mount.containerPath || mount.readOnly === true;
  });

/** -1 stands for none. */
const isBelow = (hard: number, soft: number): boolean => hard >= 0 && (soft < 0 || soft > hard);

type Linux = { readonly devices?: readonly unknown[]; readonly tmpfs?: readonly unknown[] };

export const MEMBERS: MemberRules = {
  command: { means: 'used' },
  environment: { means: 'used' },
  vcpus: { means: 'used' },
  memory: { means: 'used' },
  ulimits: {
    means: 'refused',
    when: (value) => (value as readonly Limit[]).some((limit) => isBelow(limit.hardLimit, limit.softLimit)),
    why: 'a softLimit cannot be above its hardLimit',
  },
  volumes: {
    means: 'refused',
    when: (value) => (value as readonly Named[]).some(isNoFolder),
    why: 'a process has only folders of this host, by an absolute host.sourcePath',
  },
  mountPoints: {
    means: 'refused',
    when: mountedElsewhere,
    why: 'a process sees a volume only where it is and as it is: host.sourcePath and containerPath must be the same, readOnly false',
  },
  resourceRequirements: {
    means: 'refused',
    when: (value) =>
      (value as readonly { type: string; value: string }[]).some((r) => r.type === 'GPU' && r.value !== '0'),
    why: 'the process engine has no GPU to give',
  },
  secrets: { means: 'refused', when: given, why: 'the process engine has no secrets to give' },
  linuxParameters: {
    means: 'refused',
    when: (value) => ((value as Linux).devices?.length ?? 0) + ((value as Linux).tmpfs?.length ?? 0) > 0,
    unused: (value) => Object.keys(value as Linux).some((key) => key !== 'devices' && key !== 'tmpfs'),
    why: 'devices and tmpfs need a container; the rest has no meaning here',
  },
  readonlyRootFilesystem: { means: 'refused', when: given, why: 'a read-only root needs a container' },
  user: { means: 'refused', when: given, why: 'tasks run as the user of the server, or of its --run-as' },
  logConfiguration: {
    means: 'used',
    unused: (value) =>
      ((value as Logging).logDriver ?? 'awslogs') !== 'awslogs' || given((value as Logging).secretOptions),
    why: 'without a driver it is awslogs; awslogs-group and awslogs-stream-prefix count; the output goes to the log of this service whatever the driver',
  },
  // what `run` sends when no image is named
  image: { means: 'unused', when: (value) => value !== 'none' },
  jobRoleArn: { means: 'unused' },
  executionRoleArn: { means: 'unused' },
  privileged: { means: 'unused' },
  instanceType: { means: 'unused' },
  networkConfiguration: { means: 'unused' },
  fargatePlatformConfiguration: { means: 'unused' },
  runtimePlatform: { means: 'unused' },
  ephemeralStorage: { means: 'unused' },
  repositoryCredentials: { means: 'unused' },
  enableExecuteCommand: { means: 'unused' },
};

export const judge = (container: ContainerSpec): Support[] => judgeBy(MEMBERS, container);
