import type { Tmpfs } from './mounts.ts';

/** What is read of `linuxParameters`; sizes in MiB. */
export interface LinuxParameters {
  readonly devices?: readonly {
    readonly hostPath: string;
    readonly containerPath?: string;
    readonly permissions?: readonly string[];
  }[];
  readonly initProcessEnabled?: boolean;
  readonly sharedMemorySize?: number;
  readonly tmpfs?: readonly Tmpfs[];
  readonly maxSwap?: number;
  readonly swappiness?: number;
}
