import type { Service } from '../../service/service.ts';
import type { Tx } from '../../store/store.ts';

/** Between two notes of one key (rule A-015). */
const MINUTE = 60_000;
const MOST = 10_000;

/** Notes when keys were used last, beside the requests: none of them waits for it, and a note that is lost is one of the next minute. */
export class LastUse {
  private readonly noted = new Map<string, number>();

  note(service: Service, accessKeyId: string, write: (tx: Tx, now: number) => Promise<unknown>): void {
    const now = service.clock.wall();
    const before = this.noted.get(accessKeyId);
    if (before !== undefined && Math.abs(now - before) < MINUTE) return;
    if (this.noted.size >= MOST) this.noted.clear();
    this.noted.set(accessKeyId, now);
    service.store
      .write((tx) => write(tx, now))
      .catch((error: unknown) =>
        service.log.error({ error: String(error) }, 'the use of a key could not be noted'),
      );
  }
}
