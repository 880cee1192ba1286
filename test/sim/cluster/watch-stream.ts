type Listener = (chunk: Buffer) => void;

/** A watch as its reader has it: `data` as it comes, until somebody ends it; then `close`. */
export class WatchStream {
  private chunks: Buffer[] = [];
  private isOver = false;
  private isClosed = false;
  private readonly listeners = new Map<string, Listener>();
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

  /** One listener of each event. */
  on(event: string, listener: Listener): void {
    this.listeners.set(event, listener);
    this.wake();
  }

  /** Nobody hears of something while he says it. */
  private wake(): void {
    queueMicrotask(() => {
      const [hear, close] = ['data', 'close'].map((event) => this.listeners.get(event));
      if (hear) for (const chunk of this.chunks.splice(0)) hear(chunk);
      if (!this.isOver || this.isClosed || !close) return;
      this.isClosed = true;
      close(Buffer.alloc(0));
    });
  }
}
