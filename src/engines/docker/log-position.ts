import type { Position } from '../logs/position.ts';

/** A log of so many messages is read from its beginning in no time. */
const SHORT = 200_000;

/** What the daemon has of a log: all of it, or what its own rotation has left. */
export type LogKind = 'whole' | 'rotated';

/**
 * Where to follow on from after a break. The daemon hides what is stamped before the second that is asked for, also if its
 * clock is set back later: so a log that is not long is asked for whole. Not one that rotates: what is kept already may be
 * gone there, and as many new lines would be taken for it.
 */
export const followFrom = (position: Position, kind: LogKind): Position =>
  kind === 'rotated' || position.total > SHORT
    ? position
    : { since: 0, skip: position.total, total: position.total };
