import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ContainerSpec } from '../../domain/container.ts';
import { isBelow, type Volume } from './members.ts';

/**
 * With an allow-list, the container with its host paths as they really are: a link below an allowed folder must not lead
 * out of it. Throws when one does. Without a list the container as it is.
 */
export const resolveMounts = (
  container: ContainerSpec,
  allowed: readonly string[] | undefined,
): ContainerSpec => {
  if (allowed === undefined) return container;
  const folders = allowed.map(realPath);
  const volumes = (container.volumes as readonly Volume[]).map((volume) => {
    const given = volume.host?.sourcePath;
    if (!given) return volume;
    const sourcePath = realPath(given);
    if (folders.some((folder) => isBelow(sourcePath, folder))) return { ...volume, host: { sourcePath } };
    throw new Error(
      `mountPoints: ${given} leads to ${sourcePath}, which this server does not let jobs mount`,
    );
  });
  return { ...container, volumes: volumes as readonly object[] as ContainerSpec['volumes'] };
};

/** With every link followed, as far as the path exists. */
const realPath = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realPath(above), basename(path));
  }
};
