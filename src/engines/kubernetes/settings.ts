import type { Clock, Timers } from '../../lib/clock.ts';
import type { Log } from '../../lib/logger.ts';

export interface KubernetesEngineSettings {
  readonly namespace: string;
  /** Sixteen hexadecimal digits: tells our pods from those of every other server and person. */
  readonly dataId: string;
  readonly clock: Clock;
  readonly timers: Timers;
  /** 0 to 1, another each time. */
  readonly chance: () => number;
  readonly log: Log;
}
