/**
 * Chance that repeats: a generator for each purpose, made from the seed and from what it is for, so that taking one move
 * out of a run leaves the choices of the others as they were.
 */
export class Random {
  private state: number;

  constructor(...parts: readonly (string | number)[]) {
    let hash = 2166136261;
    for (const part of parts) {
      const text = `${part}/`;
      for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
    }
    this.state = hash >>> 0;
    this.unit();
  }

  /** From 0 up to 1, without it. */
  unit(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** An integer from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  /** Small numbers often, large ones seldom: from `low` to `high`. */
  skewed(low: number, high: number): number {
    return low + Math.floor(this.unit() ** 3 * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.unit() * from.length)]!;
  }

  /** One of the names, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const names = Object.keys(weights) as K[];
    let left = this.unit() * names.reduce((sum, name) => sum + weights[name], 0);
    for (const name of names) {
      left -= weights[name];
      if (left < 0) return name;
    }
    return names.at(-1)!;
  }
}
