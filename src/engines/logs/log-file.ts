import type { Piece } from './message.ts';
import type { Position } from './position.ts';

/** Where a task's output is kept; survives the server. */
export interface LogFile {
  /** Undefined: nothing of the container's was kept yet. */
  readonly position: Position | undefined;
  /** In bytes. */
  readonly size: number;
  /** Appends what was printed, each piece with its time, and where to go on from after it: all or, for the next open, nothing. */
  append(pieces: readonly Piece[], position: Position | undefined): void;
}

/** A task that ends without the rest of its log says so in it: whoever has it is there and does not give it. */
export const noteRest = (file: LogFile, error: Error, time: number): void => {
  const line = `longshore: the rest of this log could not be read: ${error.message}\n`;
  file.append([{ bytes: Buffer.from(line), time }], undefined);
};
