import type { Eyes, InstanceSeen, ShareSeen, TaskSeen } from './books/eyes.ts';
import { type Disk, useAge } from './disk.ts';
import type { Ground } from './ground.ts';
import { jobRow } from './invariants.ts';
import type { Time } from './time.ts';

/** What the books see of a world: its rows, and what really became of its tasks. */
export const eyesOf = (
  disk: Disk,
  ground: Ground,
  time: Time,
  keepMilliseconds: number | undefined,
): Eyes => {
  return {
    job: (seq) => jobRow(disk, seq),
    task: (id) => disk.all<TaskSeen>('SELECT * FROM tasks WHERE id = ?', id)[0],
    share: (seq) => disk.all<ShareSeen>('SELECT * FROM shares WHERE seq = ?', seq)[0],
    shares: () => disk.all('SELECT * FROM shares'),
    buckets: (share) => disk.all('SELECT * FROM share_uses WHERE share = ?', share),
    useAge: () => useAge(disk, time),
    instance: (id) => disk.all<InstanceSeen>('SELECT * FROM instances WHERE id = ?', id)[0]!,
    fate: (id) => ground.fate(id, disk.all<TaskSeen>('SELECT * FROM tasks WHERE id = ?', id)[0]),
    seqOf: (table, name, known) =>
      disk
        .all<{ seq: number }>(`SELECT seq FROM ${table} WHERE name = ? ORDER BY seq`, name)
        .find(({ seq }) => !known.has(seq))!.seq,
    cluster: (seq) =>
      disk.all<{ cluster: string }>('SELECT cluster FROM environments WHERE seq = ?', seq)[0]!.cluster,
    mayGo: (job) => time.ageSince(job.ended) >= (keepMilliseconds ?? Number.POSITIVE_INFINITY),
    now: () => time.now,
    wall: () => time.wall(),
    boot: () => time.bootId,
  };
};
