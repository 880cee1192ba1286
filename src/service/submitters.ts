import { CommittedCache } from '../store/committed-cache.ts';
import type { Tx } from '../store/store.ts';
import { type KnownSubmitter, type Submitter, submitterBySeq, submitterFor } from '../store/submitters.ts';

const MOST = 10_000;

/** Who submitted jobs: rows that many jobs name, found and made without a read for each. */
export class Submitters {
  private readonly known = new CommittedCache<string, KnownSubmitter>(MOST);
  private readonly shown = new CommittedCache<number, Submitter>(MOST);

  /** The row's seq, for the job with the seq `job`. */
  async of(tx: Tx, who: Submitter, job: number): Promise<number> {
    const key = `${who.accessKeyId} ${who.sourceIp} ${who.userId} ${who.arn}`;
    const known = this.known.get(tx, key);
    if (known && job < known.until) return known.seq;
    const found = await submitterFor(tx, who, job);
    this.known.set(tx, key, found);
    return found.seq;
  }

  /** Undefined of a job of an earlier version. */
  async bySeq(tx: Tx, seq: number): Promise<Submitter | undefined> {
    const known = this.shown.get(tx, seq);
    if (known || seq === 0) return known;
    const row = await submitterBySeq(tx, seq);
    if (row) this.shown.set(tx, seq, row);
    return row;
  }
}
