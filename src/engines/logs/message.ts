/** Something printed: a line with its line feed, or a piece of a long one. */
export interface Piece {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly bytes: Buffer;
}

/** One message of a container's log. */
export interface Message extends Piece {
  /** Its time as it was written there, to the nanosecond. */
  readonly stamp: string;
}
