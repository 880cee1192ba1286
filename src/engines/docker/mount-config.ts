import { createHash } from 'node:crypto';
import type { ContainerSpec } from '../../domain/container.ts';
import type { MountPoint, Volume } from '../mounts.ts';
import { containerName, LABEL } from './labels.ts';

/** Rules S-289 to S-291, S-335 to S-337: a host path is bound (and made); a volume without one goes with its task. */
export const mountConfig = (
  container: ContainerSpec,
  dataId: string,
  taskId: string,
): { Binds?: string[]; Mounts?: object[] } => {
  const binds: string[] = [];
  const mounts: object[] = [];
  const labels = { [LABEL.data]: dataId, [LABEL.task]: taskId };
  for (const {
    sourceVolume,
    containerPath,
    readOnly = false,
  } of container.mountPoints as readonly MountPoint[]) {
    const volume = (container.volumes as readonly Volume[]).find(({ name }) => name === sourceVolume);
    const path = volume?.host?.sourcePath;
    if (path && volume?.mustExist) {
      mounts.push({ Type: 'bind', Source: path, Target: containerPath, ReadOnly: readOnly });
      continue;
    }
    if (path) {
      binds.push(`${path}:${containerPath}${readOnly ? ':ro' : ''}`);
      continue;
    }
    mounts.push({
      Type: 'volume',
      Target: containerPath,
      ReadOnly: readOnly,
      ...(sourceVolume && { Source: volumeName(dataId, taskId, sourceVolume) }),
      VolumeOptions: { Labels: labels },
    });
  }
  return { ...(binds.length > 0 && { Binds: binds }), ...(mounts.length > 0 && { Mounts: mounts }) };
};

/** A file system's limit, which volumes' folders are made in. */
const LONGEST_NAME = 255;
const HASH = 32;

/** Two mount points of one volume share it, so it has a name; one that is too long ends with its hash. */
const volumeName = (dataId: string, taskId: string, name: string): string => {
  const full = `${containerName(dataId, taskId)}-${name}`;
  if (full.length <= LONGEST_NAME) return full;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH);
  return `${full.slice(0, LONGEST_NAME - HASH - 1)}-${hash}`;
};
