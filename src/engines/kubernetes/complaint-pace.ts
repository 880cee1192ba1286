const PACE_MILLISECONDS = 60_000;

/** Lets the same complaint be made once a minute at most. */
export class ComplaintPace {
  private last = Number.NEGATIVE_INFINITY;

  /** `now`: milliseconds of the steady clock. */
  isDue(now: number): boolean {
    if (now - this.last < PACE_MILLISECONDS) return false;
    this.last = now;
    return true;
  }
}
