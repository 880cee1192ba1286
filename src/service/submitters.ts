import { CommittedCache } from '../store/committed-cache.ts';
import type { Tx } from '../store/store.ts';
import {
  type CountedSubmitter,
  type KnownSubmitter,
  type Submitter,
  submitterBySeq,
  submitterFor,
} from '../store/submitters.ts';

const MOST = 10_000;

/** Who submitted jobs: rows that many jobs name, found and made without a read for each. */
export class Submitters {
  private readonly known = new CommittedCache<string, KnownSubmitter>(MOST);
  /** Who submitted last submits again, most of the time: that is sooner compared than looked up. */
  private last: { readonly who: Submitter; readonly known: KnownSubmitter } | undefined;
  private readonly shown = new CommittedCache<number, Submitter>(MOST);

  /** The row's seq, for the job with the seq `job`. */
  async of(tx: Tx, who: CountedSubmitter, job: number): Promise<number> {
    const { last } = this;
    // as in `CommittedCache`: nothing is remembered where one may be undone alone
    if (tx.group && last && job < last.known.until && isSame(last.who, who)) return last.known.seq;
    const key = `${who.accessKeyId} ${who.sourceIp} ${who.arn} ${who.userId} ${who.userAgent}`;
    const found = this.known.get(tx, key);
    const known = found && job < found.until ? found : await submitterFor(tx, who, job);
    if (known !== found) this.known.set(tx, key, known);
    tx.onCommit(() => {
      this.last = { who, known };
    });
    return known.seq;
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

const isSame = (a: Submitter, b: Submitter): boolean =>
  a.accessKeyId === b.accessKeyId &&
  a.sourceIp === b.sourceIp &&
  a.userAgent === b.userAgent &&
  a.arn === b.arn &&
  a.userId === b.userId;
