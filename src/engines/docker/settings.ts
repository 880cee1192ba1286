import type { Clock, Timers } from '../../lib/clock.ts';
import type { Log } from '../../lib/logger.ts';
import type { EfsFolders } from '../efs.ts';
import type { LogFile } from '../logs/log-file.ts';
import type { Permissions } from '../mounts.ts';
import type { Address } from './address.ts';
import type { PullPolicy } from './launch.ts';
import type { Boot } from './outcome.ts';
import type { Presence } from './presence.ts';
import type { PullLimits } from './pulls.ts';

export interface DockerEngineSettings {
  readonly address: Address;
  /** Tells our containers from those of every other server and person. */
  readonly dataId: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Where a task's output is kept. */
  readonly openLog: (taskId: string) => LogFile;
  readonly network: string;
  readonly permissions: Permissions;
  readonly pull: PullPolicy;
  readonly secretsFile?: string;
  readonly efs?: EfsFolders;
  /** Docker's own config, for credentials. */
  readonly configFolder: string;
  readonly pullLimits?: Partial<PullLimits>;
  /** Where the daemon is one of several. */
  readonly presence?: Presence;
  /** The daemon's folders are not those of this machine. */
  readonly isElsewhere?: boolean;
  /** Of its machine; undefined: this machine's. */
  readonly boot?: Boot;
}
