import type { Catalog } from './catalog.ts';

const MOST = 10_000;

/**
 * What policies were told of queues and definitions: tags, and which revision a name means. True until the catalog forgets, so
 * that a submission reads no row for its caller's rights either.
 */
export class KnownFacts {
  private readonly catalog: Catalog;
  private readonly known = new Map<string, unknown>();
  private changes = 0;

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  /** The value of `key`, which `read` reads from the store; what changes meanwhile is not kept. */
  async get<T>(key: string, read: () => Promise<T>): Promise<T> {
    const { changes } = this.catalog;
    if (changes !== this.changes) this.known.clear();
    this.changes = changes;
    if (this.known.has(key)) return this.known.get(key) as T;
    const value = await read();
    if (changes === this.catalog.changes) {
      if (this.known.size >= MOST) this.known.clear();
      this.known.set(key, value);
    }
    return value;
  }
}
