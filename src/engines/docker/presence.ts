import type { StartOrder } from '../engine.ts';
import type { Machine } from './api-shapes.ts';

/** Who keeps an eye on a daemon that is one of several. */
export interface Presence {
  /** Told before each look at its containers what the daemon says of itself. Throws when it is another than before: then nothing of it counts. */
  meet(machine: Machine): void;
  /** All its containers were looked at. */
  heard(): void;
  /** It was tried in vain, and why: each time. */
  unheard(why: string): void;
  /** It answers 5xx to the creates of an order's container, and why: true when the order is to be left to others. */
  isLeft(order: StartOrder, why: string): boolean;
}
