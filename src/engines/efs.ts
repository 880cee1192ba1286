import { join } from 'node:path';
import type { ContainerSpec } from '../domain/container.ts';
import { mountedVolumes, type Volume } from './mounts.ts';

/**
 * The operator's folders that stand for file systems: by `fs-…`, by `fs-…:fsap-…` for an access point, or `*` for all
 * that are not named. Absolute.
 */
export type EfsFolders = ReadonlyMap<string, string>;

export const NO_FOLDERS: EfsFolders = new Map();

/** What is asked for in `efsVolumeConfiguration`. */
export interface Efs {
  readonly fileSystemId?: string;
  readonly rootDirectory?: string;
  readonly authorizationConfig?: { readonly accessPointId?: string };
}

/** The container with folders of this host for its file systems, as far as there are any. An access point has its own. */
export const withEfs = (container: ContainerSpec, folders: EfsFolders): ContainerSpec => {
  if (!(container.volumes as readonly Volume[]).some((volume) => volume.efsVolumeConfiguration))
    return container;
  return { ...container, volumes: container.volumes.map((volume) => withFolder(volume, folders)) };
};

const withFolder = (volume: Record<string, unknown>, folders: EfsFolders): Record<string, unknown> => {
  const { efsVolumeConfiguration, ...rest } = volume as { efsVolumeConfiguration?: Efs };
  if (!efsVolumeConfiguration) return volume;
  const { rootDirectory = '/' } = efsVolumeConfiguration;
  const within = folders.get(efsName(efsVolumeConfiguration)) ?? folders.get('*');
  // an absolute path is worked out before it is put behind the folder: `..` leads nowhere else
  if (within === undefined) return volume;
  return { ...rest, host: { sourcePath: join(within, join('/', rootDirectory)) }, within };
};

/** `fs-…`, or `fs-…:fsap-…` of an access point. */
export const efsName = ({ fileSystemId = '', authorizationConfig }: Efs): string => {
  const point = authorizationConfig?.accessPointId;
  return point ? `${fileSystemId}:${point}` : fileSystemId;
};

/** Why a volume's file system cannot be had, where no folder stands for it. */
export const missingEfs = (container: ContainerSpec): string | undefined => {
  const missing = mountedVolumes(container).find((volume) => volume.efsVolumeConfiguration);
  if (!missing) return undefined;
  const name = efsName(missing.efsVolumeConfiguration as Efs);
  return `no folder stands for the file system ${name} (serve --efs ${name}=DIR)`;
};
