/** How many containers are being made or started at one time: more at once only wait inside the daemon. */
const AT_ONCE = 8;

/** At most so many hold a permit at a time; others wait for one in the order they ask. */
export class Permits {
  private free = AT_ONCE;
  private readonly waiting: (() => void)[] = [];

  /** Resolves with what gives the permit back; a second call of it does nothing. */
  async take(): Promise<() => void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    let isHeld = true;
    return () => {
      if (isHeld) this.give();
      isHeld = false;
    };
  }

  private give(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free++;
  }
}
