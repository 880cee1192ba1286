import { join, normalize } from 'node:path';
import type { ContainerSpec } from '../../../domain/container.ts';
import { type Efs, efsName } from '../../efs.ts';
import type { LinuxParameters } from '../../linux-parameters.ts';
import { type MountPoint, mountedVolumes, type Volume } from '../../mounts.ts';
import type { PodSettings } from './settings.ts';

/** `volumes` of a pod and `volumeMounts` of its container. */
export interface Mounted {
  readonly volumes: readonly object[];
  readonly volumeMounts: readonly object[];
}

/** Rules K-114, K-116, K-117. */
export const mountsOf = (container: ContainerSpec, claims: PodSettings['volumeClaims']): Mounted => {
  const parts = [...namedVolumes(container, claims), ...unnamedMounts(container), ...memoryMounts(container)];
  return {
    volumes: parts.map(({ volume }) => volume),
    volumeMounts: parts.flatMap(({ mounts }) => mounts),
  };
};

interface Part {
  readonly volume: object;
  readonly mounts: readonly object[];
}

/** A volume is there once, however many mount points name it. */
const namedVolumes = (container: ContainerSpec, claims: PodSettings['volumeClaims']): Part[] =>
  mountedVolumes(container).map((volume, at) => {
    const name = `v${at}`;
    const subPath = subPathOf(volume);
    const points = (container.mountPoints as readonly MountPoint[]).filter(
      ({ sourceVolume }) => sourceVolume === volume.name,
    );
    return {
      volume: { name, ...sourceOf(volume, claims) },
      mounts: points.map((point) => ({ ...mountOf(name, point), ...(subPath !== '' && { subPath }) })),
    };
  });

/** A path of the host is made where it is not there, as with Docker: one of a type would have to be. */
const sourceOf = (
  { host, efsVolumeConfiguration: efs }: Volume,
  claims: PodSettings['volumeClaims'],
): object => {
  if (efs) return { persistentVolumeClaim: { claimName: claims.get(efsName(efs as Efs)) } };
  return host?.sourcePath ? { hostPath: { path: normalize(host.sourcePath) } } : { emptyDir: {} };
};

/** An absolute path is worked out first: `..` leads nowhere else. */
const subPathOf = ({ efsVolumeConfiguration: efs }: Volume): string =>
  efs ? join('/', (efs as Efs).rootDirectory ?? '/').slice(1) : '';

/** A mount point without a volume has a folder of its own. */
const unnamedMounts = ({ mountPoints }: ContainerSpec): Part[] =>
  (mountPoints as readonly MountPoint[])
    .filter(({ sourceVolume }) => !sourceVolume)
    .map((point, at) => ({
      volume: { name: `m${at}`, emptyDir: {} },
      mounts: [mountOf(`m${at}`, point)],
    }));

const mountOf = (name: string, { containerPath, readOnly = false }: MountPoint): object => ({
  name,
  mountPath: containerPath,
  ...(readOnly && { readOnly }),
});

const memoryMounts = ({ linuxParameters }: ContainerSpec): Part[] => {
  const { sharedMemorySize, tmpfs = [] } = (linuxParameters ?? {}) as LinuxParameters;
  const inMemory = (name: string, path: string, mebibytes: number, readOnly: boolean): Part => ({
    volume: { name, emptyDir: { medium: 'Memory', sizeLimit: `${mebibytes}Mi` } },
    mounts: [mountOf(name, { containerPath: path, readOnly })],
  });
  return [
    ...(sharedMemorySize === undefined ? [] : [inMemory('shm', '/dev/shm', sharedMemorySize, false)]),
    ...tmpfs.map(({ containerPath, size, mountOptions = [] }, at) =>
      inMemory(`t${at}`, containerPath, size, mountOptions.includes('ro')),
    ),
  ];
};
