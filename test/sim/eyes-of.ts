import type { Eyes, InstanceSeen, ShareSeen, TaskSeen } from './books/eyes.ts';
import { type Disk, useAge } from './disk.ts';
import type { Host } from './host.ts';
import { jobRow } from './invariants.ts';
import type { Time } from './time.ts';

/** What the books see of a world: its rows, and what really became of its tasks. */
export const eyesOf = (disk: Disk, host: Host, time: Time, keepMilliseconds: number | undefined): Eyes => {
  return {
    job: (seq) => jobRow(disk, seq),
    task: (id) => disk.all<TaskSeen>('SELECT * FROM tasks WHERE id = ?', id)[0],
    share: (seq) => disk.all<ShareSeen>('SELECT * FROM shares WHERE seq = ?', seq)[0],
    shares: () => disk.all('SELECT * FROM shares'),
    buckets: (share) => disk.all('SELECT * FROM share_uses WHERE share = ?', share),
    useAge: () => useAge(disk, time),
    instance: (id) => disk.all<InstanceSeen>('SELECT * FROM instances WHERE id = ?', id)[0]!,
    fate: (id) => {
      const truth = host.truth.get(id);
      if (!truth) return undefined;
      const { began, wronged, startedAt, beganAt, askedAt } = truth;
      const report = host.reportOf(id);
      const exitCode = report && 'exitCode' in report ? report.exitCode : undefined;
      return {
        kind: report?.kind ?? 'waiting',
        exitCode,
        began,
        wronged,
        startedAt,
        stoppedAt: report && 'stoppedAt' in report ? report.stoppedAt : undefined,
        reason: report && 'reason' in report ? report.reason : undefined,
        askedAfter: askedAt === undefined ? undefined : askedAt - beganAt,
      };
    },
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
