import type { ContainerSpec } from '../../domain/container.ts';
import type { Verdict } from '../engine.ts';
import { given, judgeBy, type MemberRules } from '../members.ts';

type Named = { readonly name?: string; readonly host?: { readonly sourcePath?: string } };
type Mount = { readonly sourceVolume?: string; readonly containerPath?: string };

/** A volume can be had only where it is: there is no mount in a process. */
const mountedElsewhere = (value: unknown, container: ContainerSpec): boolean =>
  (value as readonly Mount[]).some((mount) => {
    const volume = (container.volumes as readonly Named[]).find((v) => v.name === mount.sourceVolume);
    return volume?.host?.sourcePath === undefined || volume.host.sourcePath !== mount.containerPath;
  });

type Linux = { readonly devices?: readonly unknown[]; readonly tmpfs?: readonly unknown[] };

export const MEMBERS: MemberRules = {
  command: { means: 'done' },
  environment: { means: 'done' },
  vcpus: { means: 'done' },
  memory: { means: 'done' },
  ulimits: { means: 'done' },
  volumes: { means: 'done' },
  mountPoints: {
    means: 'impossible',
    when: mountedElsewhere,
    why: 'a process sees a volume only where it is: host.sourcePath and containerPath must be the same',
  },
  resourceRequirements: {
    means: 'impossible',
    when: (value) =>
      (value as readonly { type: string; value: string }[]).some((r) => r.type === 'GPU' && r.value !== '0'),
    why: 'the process engine has no GPU to give',
  },
  secrets: { means: 'impossible', when: given, why: 'the process engine has no secrets to give' },
  linuxParameters: {
    means: 'impossible',
    when: (value) => ((value as Linux).devices?.length ?? 0) + ((value as Linux).tmpfs?.length ?? 0) > 0,
    unused: (value) => Object.keys(value as Linux).some((key) => key !== 'devices' && key !== 'tmpfs'),
    why: 'devices and tmpfs need a container; the rest has no meaning here',
  },
  readonlyRootFilesystem: { means: 'impossible', when: given, why: 'a read-only root needs a container' },
  user: { means: 'impossible', when: given, why: 'tasks run as the user of the server, or of its --run-as' },
  logConfiguration: {
    means: 'done',
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

export const judge = (container: ContainerSpec): Verdict[] => judgeBy(MEMBERS, container);
