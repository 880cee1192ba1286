import { type ShareUse, type Span, unused, withSpan } from '../domain/fair-share/use.ts';
import type { UseClock } from '../domain/fair-share/use-clock.ts';
import { CommittedCache } from '../store/committed-cache.ts';
import { readUse, readUseClock, writeUse, writeUseClock } from '../store/share-uses.ts';
import type { Tx } from '../store/store.ts';

const MOST = 10_000;

const ONE = 0;

/** What shares have used, and the clock that tells it, read once and kept as they change. */
export class ShareUses {
  private readonly known = new CommittedCache<number, ShareUse>(MOST);
  private readonly mark = new CommittedCache<number, UseClock>(1);

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

  /** As it was written last. */
  async clock(tx: Tx): Promise<UseClock> {
    const known = this.mark.get(tx, ONE);
    if (known) return known;
    const read = await readUseClock(tx);
    this.mark.set(tx, ONE, read);
    return read;
  }

  async setClock(tx: Tx, mark: UseClock): Promise<void> {
    await writeUseClock(tx, mark);
    this.mark.set(tx, ONE, mark);
  }
}
