/** What comes first is taken first. */
export class Heap<T> {
  private readonly all: T[] = [];
  private readonly before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.before = before;
  }

  first(): T | undefined {
    return this.all[0];
  }

  push(one: T): void {
    const { all, before } = this;
    let at = all.push(one) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (before(all[parent]!, one)) break;
      all[at] = all[parent]!;
      at = parent;
    }
    all[at] = one;
  }

  pop(): T | undefined {
    const { all, before } = this;
    const first = all[0];
    const last = all.pop();
    if (all.length === 0 || last === undefined) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= all.length) break;
      if (child + 1 < all.length && before(all[child + 1]!, all[child]!)) child++;
      if (before(last, all[child]!)) break;
      all[at] = all[child]!;
      at = child;
    }
    all[at] = last;
    return first;
  }
}
