/** What can be read of a map. */
export interface Table<K, V> {
  get(key: K): V | undefined;
  has(key: K): boolean;
  values(): Iterable<V>;
}

const GONE = Symbol('gone');

/**
 * A map whose copy costs what was changed since `settle`, not all that is in it: copies share the map below, and each has
 * changes of its own. In the order in which keys came.
 */
export class Layered<K, V> implements Table<K, V> {
  private readonly below: Map<K, V>;
  private readonly own: Map<K, V | typeof GONE>;

  constructor(entries: Iterable<readonly [K, V]> = []) {
    this.below = new Map(entries);
    this.own = new Map();
  }

  get(key: K): V | undefined {
    const own = this.own.size > 0 ? this.own.get(key) : undefined;
    if (own === undefined) return this.below.get(key);
    return own === GONE ? undefined : own;
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  values(): Iterable<V> {
    return this.own.size === 0 ? this.below.values() : this.mixed();
  }

  set(key: K, value: V): void {
    this.own.set(key, value);
  }

  delete(key: K): void {
    if (this.below.has(key)) this.own.set(key, GONE);
    else this.own.delete(key);
  }

  copy(): Layered<K, V> {
    const { below, own } = this;
    return Object.assign(Object.create(Layered.prototype), { below, own: new Map(own) });
  }

  /** Writes the changes into the map below: copies made before are used no more. */
  settle(): void {
    const { below, own } = this;
    for (const [key, value] of own) {
      if (value === GONE) below.delete(key);
      else below.set(key, value);
    }
    own.clear();
  }

  private *mixed(): Generator<V> {
    const { below, own } = this;
    for (const [key, value] of below) {
      const changed = own.get(key);
      if (changed === undefined) yield value;
      else if (changed !== GONE) yield changed;
    }
    for (const [key, value] of own) if (value !== GONE && !below.has(key)) yield value;
  }
}
