import { isAbsolute, normalize } from 'node:path';
import type { ContainerSpec } from '../domain/container.ts';

/** What jobs may do to the host. An operator who runs it for others takes these away. */
export interface Permissions {
  readonly privileged: boolean;
  readonly devices: boolean;
  /** Folders of the host below which jobs may mount; undefined: everywhere. */
  readonly mounts: readonly string[] | undefined;
}

export const EVERYTHING: Permissions = { privileged: true, devices: true, mounts: undefined };

export interface Volume {
  readonly name?: string;
  readonly host?: { readonly sourcePath?: string };
  readonly efsVolumeConfiguration?: unknown;
  /** Of one that stands for a file system: the operator's folder, which it lies in. */
  readonly within?: string;
  /** Whoever mounts it makes nothing that is not there. */
  readonly mustExist?: boolean;
}

export interface MountPoint {
  readonly sourceVolume?: string;
  readonly containerPath?: string;
  readonly readOnly?: boolean;
}

export interface Tmpfs {
  readonly containerPath: string;
  /** MiB. */
  readonly size: number;
  readonly mountOptions?: readonly string[];
}

/** What is mounted nowhere does nothing, and is not judged. */
export const mountedVolumes = ({ volumes, mountPoints }: ContainerSpec): Volume[] => {
  const mounted = new Set((mountPoints as readonly MountPoint[]).map(({ sourceVolume }) => sourceVolume));
  return (volumes as readonly Volume[]).filter(({ name }) => mounted.has(name));
};

/** Neither Docker's `source:target:mode` nor a pod has a way to say a path with a colon. */
export const isPath = (path: string | undefined): boolean =>
  path !== undefined && isAbsolute(path) && !path.includes(':');

/** Of the host, where they are mounted. An empty one is none. */
export const hostPaths = (container: ContainerSpec): string[] =>
  mountedVolumes(container).flatMap(({ host }) => host?.sourcePath || []);

/** Of `mountPoints`. */
export const haveTargets = (value: unknown): boolean =>
  (value as readonly MountPoint[]).every((mount) => isPath(mount.containerPath));

/** Whether `path` is `folder` or lies below it, after `..` and the like are worked out. */
export const isBelow = (path: string, folder: string): boolean => {
  const [inner, outer] = [normalize(`${path}/`), normalize(`${folder}/`)];
  return inner.startsWith(outer);
};

/** Whether all that a container mounts of the host may be mounted, as it is written; links are followed later. */
export const mayMountAll = (container: ContainerSpec, { mounts }: Permissions): boolean =>
  mountedVolumes(container).every(({ host, within }) => {
    const path = host?.sourcePath;
    const allowed = within === undefined ? mounts : [within];
    return !path || allowed === undefined || allowed.some((folder) => isBelow(path, folder));
  });

export const mountsText = ({ mounts = [] }: Permissions): string =>
  mounts.length === 0
    ? 'this server lets jobs mount nothing of the host (--refuse mounts)'
    : `this server lets jobs mount what is below ${mounts.join(', ')} only (--allow-mounts)`;
