import type { Bucket, ShareUse } from '../domain/fair-share/use.ts';
import type { UseClock } from '../domain/fair-share/use-clock.ts';
import type { ShareUseRow } from './schema.ts';
import type { Tx } from './store.ts';

export const readUseClock = async (tx: Tx): Promise<UseClock> =>
  (await tx.all<UseClock>('SELECT age, steady, boot FROM use_clock'))[0]!;

export const writeUseClock = (tx: Tx, { age, steady, boot }: UseClock): Promise<number> =>
  tx.run('UPDATE use_clock SET age = ?, steady = ?, boot = ?', [age, steady, boot]);

const bucketOf = ({ start, used, moment, ended_milli_vcpus, ended_used }: ShareUseRow): Bucket => ({
  start,
  used,
  moment,
  endedMilliVcpus: ended_milli_vcpus,
  endedUsed: ended_used,
});

/** What the ended attempts of a share used; undefined when nothing of it counts any more. */
export const readUse = async (tx: Tx, share: number): Promise<ShareUse | undefined> => {
  const rows = await tx.all<ShareUseRow>('SELECT * FROM share_uses WHERE share = ? ORDER BY start', [share]);
  return rows[0] && { width: rows[0].width, buckets: rows.map(bucketOf) };
};

const PUT = `
  INSERT INTO share_uses (share, start, width, used, moment, ended_milli_vcpus, ended_used)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (share, start) DO UPDATE SET used = excluded.used, moment = excluded.moment,
    ended_milli_vcpus = excluded.ended_milli_vcpus, ended_used = excluded.ended_used`;

/** Writes what is another than before, and removes what does not count any more. */
export const writeUse = async (tx: Tx, share: number, before: ShareUse, use: ShareUse): Promise<void> => {
  const isSame = before.width === use.width;
  const known = new Set(isSame ? before.buckets : []);
  const oldest = isSame ? use.buckets[0]!.start : Number.MAX_SAFE_INTEGER;
  if (!isSame || before.buckets.some(({ start }) => start < oldest))
    await tx.run('DELETE FROM share_uses WHERE share = ? AND start < ?', [share, oldest]);
  for (const bucket of use.buckets) {
    if (known.has(bucket)) continue;
    const { start, used, moment, endedMilliVcpus, endedUsed } = bucket;
    await tx.run(PUT, [share, start, use.width, used, moment, endedMilliVcpus, endedUsed]);
  }
};

/** What was used before `age`. */
export const deleteOldUses = (tx: Tx, age: number): Promise<number> =>
  tx.run('DELETE FROM share_uses WHERE start < ? - width', [age]);
