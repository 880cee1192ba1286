import { type ShareUse, type Span, unused, withSpan } from '../domain/fair-share/use.ts';
import { CommittedCache } from '../store/committed-cache.ts';
import { readUse, writeUse } from '../store/share-uses.ts';
import type { Tx } from '../store/store.ts';

const MOST = 10_000;

/** What shares have used, read once and kept as it changes. */
export class ShareUses {
  private readonly known = new CommittedCache<number, ShareUse>(MOST);

  async of(tx: Tx, share: number, window: number): Promise<ShareUse> {
    const known = this.known.get(tx, share);
    if (known) return known;
    const read = (await readUse(tx, share)) ?? unused(window);
    this.known.set(tx, share, read);
    return read;
  }

  /** An attempt of the share has ended. */
  async add(tx: Tx, share: number, span: Span, window: number): Promise<void> {
    const before = await this.of(tx, share, window);
    const use = withSpan(before, span, window);
    await writeUse(tx, share, before, use);
    this.known.set(tx, share, use);
  }
}
