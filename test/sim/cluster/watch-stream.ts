/** A watch as its reader has it: chunks as they come, until somebody ends it. */
export class WatchStream implements AsyncIterable<Buffer> {
  private chunks: Buffer[] = [];
  private isOver = false;
  private wake = () => {};
  /** What is told comes nowhere, and nobody notices for a while. */
  isDeaf = false;
  private readonly onDeaf: () => void;
  /** Whoever reads it lives. */
  readonly isHeard: () => boolean;

  constructor(isHeard: () => boolean, onDeaf: (stream: WatchStream) => void) {
    this.isHeard = isHeard;
    this.onDeaf = () => onDeaf(this);
  }

  deafen(): void {
    if (this.isDeaf || this.isDone) return;
    this.isDeaf = true;
    this.onDeaf();
  }

  push(line: string): void {
    if (this.isDeaf || this.isOver) return;
    this.chunks.push(Buffer.from(`${line}\n`));
    this.wake();
  }

  /** What was told is read to its end. */
  end(): void {
    if (this.isDeaf) return;
    this.isOver = true;
    this.wake();
  }

  destroy(): void {
    this.chunks = [];
    this.isOver = true;
    this.wake();
  }

  get isDone(): boolean {
    return this.isOver || !this.isHeard();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.chunks.shift();
      if (chunk) yield chunk;
      else if (this.isOver) return;
      else await new Promise<void>((done) => (this.wake = done));
    }
  }
}
