import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ContainerSpec } from '../../domain/container.ts';
import { mountedVolumes } from './container-members.ts';
import { isBelow } from './support.ts';

/**
 * With an allow-list, the container with its host paths as they really are: a link below an allowed folder must not lead
 * out of it. Throws when one does, or when this server may not see where it leads: the daemon may, and would follow it.
 * Without a list the container as it is. Of this machine: the daemon must be on it.
 */
export const resolveMounts = (
  container: ContainerSpec,
  allowed: readonly string[] | undefined,
): ContainerSpec => {
  if (allowed === undefined) return container;
  const volumes = mountedVolumes(container).map((volume) => {
    const given = volume.host?.sourcePath;
    return given ? { ...volume, host: { sourcePath: allowedPath(given, allowed) } } : volume;
  });
  return { ...container, volumes: volumes as readonly object[] as ContainerSpec['volumes'] };
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

/** With every link followed, as far as the path exists; the daemon makes the rest. */
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
