/** What can be read of a map. */
export interface Table<K, V> {
  get(key: K): V | undefined;
  has(key: K): boolean;
  values(): Iterable<V>;
  readonly size: number;
}

/** Values in the order in which their keys came, with holes where some have gone. */
interface List<V> {
  readonly values: (V | undefined)[];
  /** How many, so that whether there are any is not looked for. */
  holes: number;
}

/** What copies share. */
interface Below<K, V> {
  readonly places: Map<K, number>;
  readonly list: List<V>;
  /** What `mapped` has made of the list, by its functions. */
  readonly made: Map<Made<V>, List<V>>;
}

type Made<V> = (value: V) => V | undefined;

const GONE = Symbol('gone');

/**
 * A map whose copy costs what was changed since `fold`, not all that is in it: copies share what is below, and each has
 * changes of its own. A walk over all costs what a walk over an array does. In the order in which keys came.
 */
export class Layered<K, V extends {}> implements Table<K, V> {
  private below: Below<K, V>;
  /** Undefined without changes: most copies have none, and each turn makes many. */
  private own: Map<K, V | typeof GONE> | undefined;
  /** Until the next change. */
  private all: readonly V[] | undefined;

  private constructor(below: Below<K, V>) {
    this.below = below;
  }

  static of<K, V extends {}>(entries: Iterable<readonly [K, V]> = []): Layered<K, V> {
    return new Layered(belowOf(entries));
  }

  get(key: K): V | undefined {
    const own = this.own?.get(key);
    if (own !== undefined) return own === GONE ? undefined : own;
    const place = this.below.places.get(key);
    return place === undefined ? undefined : this.below.list.values[place];
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  get size(): number {
    return this.values().length;
  }

  /** As they are now: changes that follow are not seen in it. */
  values(): readonly V[] {
    this.all ??= this.merged();
    return this.all;
  }

  keys(): SetIterator<K> {
    const keys = new Set(this.below.places.keys());
    for (const key of this.own?.keys() ?? []) keys.add(key);
    for (const key of keys) if (!this.has(key)) keys.delete(key);
    return keys.values();
  }

  set(key: K, value: V): void {
    this.own ??= new Map();
    this.own.set(key, value);
    this.all = undefined;
  }

  delete(key: K): void {
    if (this.below.places.has(key)) {
      this.own ??= new Map();
      this.own.set(key, GONE);
    } else if (!this.own?.delete(key)) return;
    this.all = undefined;
  }

  /** One of many changes begins anew, so that copies of copies that nobody folds cost what changed, too. */
  copy(): Layered<K, V> {
    if (this.own && this.own.size > FEW + this.below.places.size / 8) return Layered.of(this.entries());
    const copy = new Layered<K, V>(this.below);
    if (this.own) copy.own = new Map(this.own);
    copy.all = this.all;
    return copy;
  }

  /**
   * A copy in which each is another, or gone where that is undefined; it is never folded. Of what did not change since
   * the same function was given last, nothing is made again.
   */
  mapped(to: (value: V) => V | undefined): Layered<K, V> {
    const { places, list, made } = this.below;
    const ours = made.get(to) ?? mappedBy(to, list);
    made.set(to, ours);
    const copy = new Layered<K, V>({ places, list: ours, made: new Map() });
    for (const [key, value] of this.own ?? []) {
      const now = value === GONE ? undefined : to(value);
      if (now !== undefined) copy.set(key, now);
      else copy.delete(key);
    }
    return copy;
  }

  /** Writes the changes into what is below: copies made before are used no more. */
  fold(): void {
    if (!this.own) return;
    const { places, list, made } = this.below;
    for (const [key, value] of this.own) {
      const place = places.get(key) ?? list.values.length;
      const now = value === GONE ? undefined : value;
      setIn(list, place, now);
      for (const [to, ours] of made) setIn(ours, place, now === undefined ? undefined : to(now));
      if (now === undefined) places.delete(key);
      else places.set(key, place);
    }
    this.own = undefined;
    if (list.values.length > 2 * places.size + FEW) this.below = belowOf(entriesOf(this.below));
  }

  private entries(): (readonly [K, V])[] {
    return Array.from(this.keys(), (key) => [key, this.get(key)!] as const);
  }

  private merged(): readonly V[] {
    const { places, list } = this.below;
    const merged: List<V> = { values: list.values.slice(), holes: list.holes };
    for (const [key, value] of this.own ?? [])
      setIn(merged, places.get(key) ?? merged.values.length, value === GONE ? undefined : value);
    const { values, holes } = merged;
    return (holes === 0 ? values : values.filter((value) => value !== undefined)) as readonly V[];
  }
}

/** At the place of another, of a hole, or at the end. */
const setIn = <V>(list: List<V>, place: number, value: V | undefined): void => {
  const was = place === list.values.length ? 0 : hole(list.values[place]);
  list.holes += hole(value) - was;
  list.values[place] = value;
};

const hole = (value: unknown): 0 | 1 => (value === undefined ? 1 : 0);

const mappedBy = <V>(to: Made<V>, { values }: List<V>): List<V> => {
  const mapped: List<V> = { values: [], holes: 0 };
  for (const value of values)
    setIn(mapped, mapped.values.length, value === undefined ? undefined : to(value));
  return mapped;
};

/** So many holes are not worth being closed. */
const FEW = 16;

const belowOf = <K, V extends {}>(entries: Iterable<readonly [K, V]>): Below<K, V> => {
  const below: Below<K, V> = { places: new Map(), list: { values: [], holes: 0 }, made: new Map() };
  const { values } = below.list;
  for (const [key, value] of entries) {
    const place = below.places.get(key);
    if (place === undefined) below.places.set(key, values.push(value) - 1);
    else values[place] = value;
  }
  return below;
};

const entriesOf = <K, V extends {}>({ places, list }: Below<K, V>): (readonly [K, V])[] =>
  Array.from(places, ([key, place]) => [key, list.values[place]!] as const).sort(
    ([a], [b]) => places.get(a)! - places.get(b)!,
  );
