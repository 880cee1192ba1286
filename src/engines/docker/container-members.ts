import type { ContainerSpec } from '../../domain/container.ts';

/** The shapes of what a container's members hold, as they were registered. */

export interface Volume {
  readonly name?: string;
  readonly host?: { readonly sourcePath?: string };
  readonly efsVolumeConfiguration?: unknown;
}

export interface MountPoint {
  readonly sourceVolume?: string;
  readonly containerPath?: string;
  readonly readOnly?: boolean;
}

export interface LinuxParameters {
  readonly devices?: readonly {
    readonly hostPath: string;
    readonly containerPath?: string;
    readonly permissions?: readonly string[];
  }[];
  readonly initProcessEnabled?: boolean;
  readonly sharedMemorySize?: number;
  readonly tmpfs?: readonly {
    readonly containerPath: string;
    readonly size: number;
    readonly mountOptions?: readonly string[];
  }[];
  readonly maxSwap?: number;
  readonly swappiness?: number;
}

/** What is mounted nowhere does nothing, and is not judged. */
export const mountedVolumes = ({ volumes, mountPoints }: ContainerSpec): Volume[] => {
  const mounted = new Set((mountPoints as readonly MountPoint[]).map(({ sourceVolume }) => sourceVolume));
  return (volumes as readonly Volume[]).filter(({ name }) => mounted.has(name));
};
