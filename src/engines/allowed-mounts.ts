import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import type { ContainerSpec } from '../domain/container.ts';
import { isFolder } from './folders.ts';
import { isBelow, mountedVolumes, type Volume } from './mounts.ts';

/**
 * With an allow-list, the container with its host paths as they really are: a link below an allowed folder must not lead
 * out of it. Throws when one does, or when this server may not see where it leads: who mounts it may, and would follow it.
 * Without a list the container as it is, but for what lies within a folder that stands for a file system: no link leads
 * out of that, and it must be there. Of this machine: whoever mounts must be on it.
 */
export const resolveMounts = (
  container: ContainerSpec,
  allowed: readonly string[] | undefined,
): ContainerSpec => {
  const mounted = mountedVolumes(container);
  if (allowed === undefined && mounted.every(({ within }) => within === undefined)) return container;
  const resolved = mounted.map((volume) => resolve(volume, allowed));
  return { ...container, volumes: resolved as readonly object[] as ContainerSpec['volumes'] };
};

/**
 * The same where the paths are another machine's, and nobody here can see what is there or where its links lead. What
 * stands for a file system must be there all the same, which its daemon looks at; where jobs may not mount what they
 * like, that is the folder itself and nothing below it.
 */
export const mountsElsewhere = (
  container: ContainerSpec,
  allowed: readonly string[] | undefined,
): ContainerSpec => {
  const mounted = mountedVolumes(container);
  if (mounted.every(({ within }) => within === undefined)) return container;
  const resolved = mounted.map((volume) => withinElsewhere(volume, allowed));
  return { ...container, volumes: resolved as readonly object[] as ContainerSpec['volumes'] };
};

const withinElsewhere = (volume: Volume, allowed: readonly string[] | undefined): Volume => {
  const { host, within } = volume;
  if (within === undefined) return volume;
  if (allowed === undefined || normalize(`${host?.sourcePath}/`) === normalize(`${within}/`))
    return { ...volume, mustExist: true };
  throw new Error(
    `volumes: where ${host?.sourcePath} leads on another host cannot be looked at: only the folder of a file system itself can be mounted there (--refuse mounts)`,
  );
};

const resolve = (volume: Volume, allowed: readonly string[] | undefined): Volume => {
  const { host, within } = volume;
  const given = host?.sourcePath;
  if (!given) return volume;
  if (within !== undefined) return { ...volume, host: { sourcePath: pathWithin(given, within) } };
  return allowed === undefined ? volume : { ...volume, host: { sourcePath: allowedPath(given, allowed) } };
};

const pathWithin = (given: string, folder: string): string => {
  const path = realPath(given);
  if (!isFolder(path)) throw new Error(`volumes: ${given}, which stands for a file system, is no folder`);
  if (isReallyBelow(path, folder)) return path;
  throw new Error(`volumes: ${given} leads to ${path}, out of the folder that stands for its file system`);
};

const allowedPath = (given: string, allowed: readonly string[]): string => {
  const path = realPath(given);
  if (allowed.some((folder) => isReallyBelow(path, folder))) return path;
  throw new Error(
    `mountPoints: ${given} leads to ${path}, which this server does not let jobs mount (--allow-mounts)`,
  );
};

/** What is allowed and cannot be told, a link to nowhere among them, has nothing below it. */
const isReallyBelow = (path: string, folder: string): boolean => {
  try {
    return isBelow(path, realPath(folder));
  } catch {
    return false;
  }
};

/** With every link followed, as far as the path exists; who mounts it makes the rest. */
const realPath = (path: string): string => {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!isAbsent(path)) {
      throw new Error(`mountPoints: where ${path} leads cannot be told (${(error as Error).message})`);
    }
    const above = dirname(path);
    return above === path ? path : join(realPath(above), basename(path));
  }
};

/** Nothing of this name is there, not even a link to nowhere. */
const isAbsent = (path: string): boolean => {
  try {
    lstatSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
};
