import { BoundedCache } from '../lib/bounded-cache.ts';
import type { Tx } from './store.ts';

/** What one group remembers of rows that are not durable yet. */
interface Uncommitted<K, V> {
  readonly entries: Map<K, V>;
  /** What was known before does not hold any more. */
  hasForgotten: boolean;
}

/**
 * What was read or written in transactions, to be found again without the store. It is true of what is durable: what a
 * transaction remembers is known to its own group until the commit, to everybody from then on, and to nobody when the
 * commit is lost. For example: a job's spec gets the number 7 in a transaction that a turn of the loops shares; the turn
 * reads it once and remembers it; the commit is lost, and the next spec is number 7. See docs/decisions/what-is-remembered.md.
 */
export class CommittedCache<K, V> {
  private readonly known: BoundedCache<K, V>;
  /** By the group's object: gone with the group. */
  private readonly uncommitted = new WeakMap<object, Uncommitted<K, V>>();

  /** See `BoundedCache`. */
  constructor(mostEntries: number, mostCharacters = Number.POSITIVE_INFINITY) {
    this.known = new BoundedCache(mostEntries, mostCharacters);
  }

  get(tx: Tx, key: K): V | undefined {
    // a neighbour that was undone alone may have written what is known here, and one that stands may have changed it
    if (!tx.group) return undefined;
    const own = this.uncommitted.get(tx.group);
    return own?.entries.get(key) ?? (own?.hasForgotten ? undefined : this.known.get(key));
  }

  /** `characters`: of the text that it was made from. */
  set(tx: Tx, key: K, value: V, characters = 0): void {
    if (tx.group) this.ofGroup(tx.group).entries.set(key, value);
    tx.onCommit(() => this.known.set(key, value, characters));
  }

  /** Call it right after a write that makes some of it untrue: whoever comes next in the group reads again. */
  forget(tx: Tx): void {
    if (tx.group) {
      const own = this.ofGroup(tx.group);
      own.entries.clear();
      own.hasForgotten = true;
    }
    tx.onCommit(() => this.known.clear());
  }

  private ofGroup(group: object): Uncommitted<K, V> {
    const own = this.uncommitted.get(group) ?? { entries: new Map(), hasForgotten: false };
    this.uncommitted.set(group, own);
    return own;
  }
}
