import { duration } from './shown-times.ts';
import { fitted } from './table.ts';

/** What a terminal and a pipe have in common. */
interface Out {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR = 20;
/** Where nobody watches, a line each so much of the whole, or each so many milliseconds. */
const SHARE = 0.1;
const PIPED_MILLISECONDS = 10_000;

/** An array's progress: on a terminal one line with a bar, the rate and the time left; piped, a line now and then. */
export class Progress {
  private readonly out: Out;
  private readonly now: () => number;
  private readonly began: number;
  private first: number | undefined;
  private shown = '';
  private lastShare = -1;
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(out: Out, now: () => number) {
    this.out = out;
    this.now = now;
    this.began = now();
  }

  /** Children by state. */
  show(counts: Readonly<Record<string, number>>): void {
    const size = Object.values(counts).reduce((sum, n) => sum + n, 0);
    if (size === 0) return;
    const ended = (counts.SUCCEEDED ?? 0) + (counts.FAILED ?? 0);
    this.first ??= ended;
    const text = Object.entries(counts)
      .filter(([, n]) => n > 0)
      .map(([state, n]) => `${n} ${state}`)
      .join(', ');
    if (this.out.isTTY) this.redraw(text, ended, size);
    else this.tell(text, ended, size);
  }

  end(): void {
    if (this.out.isTTY) this.out.write('\n');
  }

  private redraw(text: string, ended: number, size: number): void {
    // a line that wraps could not be written over
    const line = fitted(`[${bar(ended / size)}] ${text}${this.pace(ended, size)}`, this.out.columns || 80);
    if (line !== this.shown) this.out.write(`\r\u001b[K${line}`);
    this.shown = line;
  }

  private tell(text: string, ended: number, size: number): void {
    const share = Math.floor(ended / size / SHARE);
    const isDue = share > this.lastShare || this.now() - this.lastAt >= PIPED_MILLISECONDS;
    if (text === this.shown || !isDue) return;
    this.out.write(`${text}\n`);
    this.shown = text;
    this.lastShare = share;
    this.lastAt = this.now();
  }

  private pace(ended: number, size: number): string {
    const seconds = (this.now() - this.began) / 1000;
    const done = ended - this.first!;
    if (done <= 0 || seconds < 1 || ended === size) return '';
    const rate = done / seconds;
    return `, ${rate.toFixed(1)}/s, ${duration(((size - ended) / rate) * 1000)} left`;
  }
}

const bar = (share: number): string => '#'.repeat(Math.round(share * BAR)).padEnd(BAR, '.');
