/**
 * How long an instance without a task stays unless the operator says otherwise: short, for an instance costs nothing; long
 * enough to be found again by the next job of the same hand.
 */
export const IDLE_GRACE_SECONDS = 30;
