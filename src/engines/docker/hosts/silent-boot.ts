import type { Boot } from '../outcome.ts';
import type { HostState } from './host-state.ts';

/** Clocks of two machines differ by less. */
const SKEW_MILLISECONDS = 5000;

/**
 * When a machine may have been booted that is not this one: while it was silent. Nobody says when it was; before it is first
 * heard, at any time.
 */
export class SilentBoot implements Boot {
  readonly id = '';
  beganAt = 0;
  until = Number.POSITIVE_INFINITY;

  /** It is in another state since `at`, wall milliseconds. */
  note(kind: HostState['kind'], at: number): void {
    switch (kind) {
      case 'silent':
        this.beganAt = at - SKEW_MILLISECONDS;
        this.until = Number.POSITIVE_INFINITY;
        break;
      case 'heard':
        this.until = at + SKEW_MILLISECONDS;
        break;
      case 'unheard':
      case 'lost':
        break;
    }
  }
}
