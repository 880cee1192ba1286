import type { Clock } from '../lib/clock.ts';

/**
 * How long the server has watched its jobs: what finished jobs age by. Only the differences of two ages mean anything.
 * `wall`, `steady` and `boot` are those of the moment it was written down.
 */
export interface AgeMark {
  /** Milliseconds. */
  readonly age: number;
  readonly wall: number;
  readonly steady: number;
  /** Empty before the first look. */
  readonly boot: string;
}

const DAY = 24 * 3_600_000;

/** An age is written down at least this often, when something is looked at. */
export const AGE_STEP_MILLISECONDS = 600_000;

/**
 * The age now. Time that was watched counts as the steady clock has it. What was not (the machine asleep or off, the
 * clock set) counts as the wall clock has it, but a day at the most for each such stretch, and nothing when it runs
 * backwards: a clock set forward by a year makes jobs a day older, and no job is gone before its time for longer.
 */
export const ageAt = (clock: Clock, mark: AgeMark): number => {
  if (mark.boot === '') return mark.age;
  const watched = mark.boot === clock.bootId ? Math.max(0, clock.steady() - mark.steady) : 0;
  const unwatched = clock.wall() - mark.wall - watched;
  return mark.age + watched + Math.min(DAY, Math.max(0, unwatched));
};
