import type { Clock, Timers } from '../../lib/clock.ts';
import type { Log } from '../../lib/logger.ts';
import type { EfsFolders } from '../efs.ts';
import type { Permissions } from '../mounts.ts';
import type { MemoryMode } from './memory-limits.ts';

export interface ProcessEngineSettings {
  readonly dataDir: string;
  /** Names what is this data folder's and no other's. */
  readonly dataId: string;
  /** PATH of the tasks. */
  readonly path: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** The file a task's output is appended to. */
  readonly outputPath: (taskId: string) => string;
  /** Tasks run as this user; only root can. */
  readonly runAs?: { readonly uid: number; readonly gid: number };
  /** Undefined: everything. */
  readonly permissions?: Permissions;
  readonly efs?: EfsFolders;
  /** Absolute. */
  readonly secretsFile?: string;
  /** How many there are to give. */
  readonly gpus?: number;
  /** Undefined: the best the machine lets us have. */
  readonly memoryMode?: MemoryMode;
}
