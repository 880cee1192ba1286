/**
 * So many are inside at a time, the others wait: those that somebody waits for first, then what is only tidied up. Within
 * each the first to come is the first to enter.
 */
export class Gate {
  private free: number;
  private readonly first: (() => void)[] = [];
  private readonly last: (() => void)[] = [];

  constructor(places: number) {
    this.free = places;
  }

  /** Runs `act` inside. */
  async through<T>(isLast: boolean, act: () => Promise<T>): Promise<T> {
    await this.enter(isLast);
    try {
      return await act();
    } finally {
      this.leave();
    }
  }

  private async enter(isLast: boolean): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((done) => (isLast ? this.last : this.first).push(done));
  }

  private leave(): void {
    const next = this.first.shift() ?? this.last.shift();
    if (next) next();
    else this.free++;
  }
}
