const NEWLINE = 10;

/** Cuts bytes into lines as they come. A line may be larger than any chunk, and a chunk may end within a character. */
export class Lines {
  private rest: Buffer[] = [];

  /** The lines that this chunk completes, without their ends. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      lines.push(this.withRest(chunk.subarray(from, at)));
      from = at + 1;
    }
    if (from < chunk.length) this.rest.push(chunk.subarray(from));
    return lines;
  }

  private withRest(end: Buffer): string {
    const line = this.rest.length === 0 ? end : Buffer.concat([...this.rest, end]);
    this.rest = [];
    return line.toString('utf8');
  }
}
