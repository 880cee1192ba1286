import { createHash } from 'node:crypto';

/** What happened, a line each, for people; and a hash of all of it, for telling two runs apart. */
export class Trace {
  private readonly hash = createHash('sha256');
  private readonly kept: string[] = [];
  private readonly most: number;
  lines = 0;

  /** `most`: how many of the last lines are kept. */
  constructor(most: number) {
    this.most = most;
  }

  add(line: string): void {
    this.lines++;
    this.hash.update(line);
    this.kept.push(line);
    if (this.kept.length > 2 * this.most) this.kept.splice(0, this.kept.length - this.most);
  }

  last(): readonly string[] {
    return this.kept.slice(-this.most);
  }

  digest(): string {
    return this.hash.copy().digest('hex').slice(0, 16);
  }
}

/** How often what happened. */
export class Tally {
  readonly counts = new Map<string, number>();

  add(kind: string, name: string, times = 1): void {
    const key = `${kind}: ${name}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + times);
  }

  merge(other: Tally): void {
    for (const [key, times] of other.counts) this.counts.set(key, (this.counts.get(key) ?? 0) + times);
  }

  /** A line each, by kind; what is seldom stands out. */
  lines(): string[] {
    const keys = [...this.counts.keys()].sort();
    return keys.map((key) => `${String(this.counts.get(key)).padStart(9)}  ${key}`);
  }
}
