import type { Books } from './books/books.ts';
import { must } from './books/model.ts';
import type { Change, Disk } from './disk.ts';

type Counts = ReadonlyMap<string, number>;

interface Row {
  readonly queue: number;
  readonly state: number;
  readonly n: number;
}

const RECOUNT =
  'SELECT queue, state, count(*) AS n FROM jobs WHERE size = 0 AND role = 0 GROUP BY queue, state';

const mapOf = (rows: readonly Row[]): Counts =>
  new Map(rows.map(({ queue, state, n }) => [`${queue}/${state}`, n]));

/** How many jobs of each queue are in each state, counted anew from every change of a row. */
export class QueueCounts {
  private readonly counts = new Map<string, number>();

  read(changes: readonly Change[], books: Books): void {
    for (const { kind, id, before, after } of changes) {
      if (kind !== 'job' || before === after) continue;
      const job = books.jobBySeq.get(id)!;
      if (job.size > 0 || job.role !== 'none') continue;
      this.add(`${job.queue.seq}/${before}`, before, -1);
      this.add(`${job.queue.seq}/${after}`, after, 1);
    }
  }

  /** The service's own counts are these. */
  check(disk: Disk): void {
    compare(disk, this.counts);
  }

  private add(key: string, state: number, by: number): void {
    if (state < 0) return;
    const n = (this.counts.get(key) ?? 0) + by;
    if (n === 0) this.counts.delete(key);
    else this.counts.set(key, n);
  }
}

/** The service's counts are what a recount of its rows gives. */
export const checkRecount = (disk: Disk): void => {
  compare(disk, mapOf(disk.all<Row>(RECOUNT)));
  checkUnfinished(disk);
};

const UNFINISHED = `
  SELECT u.principal, u.jobs AS kept, (
    SELECT coalesce(sum(iif(j.size > 0, j.live, j.state < 5)), 0)
    FROM jobs j JOIN submitters s ON s.seq = j.submitter WHERE s.principal = u.principal AND j.parent = 0
  ) AS counted FROM unfinished_jobs u`;

interface Unfinished {
  readonly principal: string;
  readonly kept: number;
  readonly counted: number;
}

/** Of each principal so many jobs have not finished, children each: a limit goes by it. */
const checkUnfinished = (disk: Disk): void => {
  for (const { principal, kept, counted } of disk.all<Unfinished>(UNFINISHED))
    must(kept === counted, 'unfinished jobs are counted', () => `${principal}: ${kept}, counted ${counted}`);
};

const compare = (disk: Disk, counted: Counts): void => {
  const kept = mapOf(disk.all<Row>('SELECT queue, state, n FROM queue_counts WHERE n <> 0'));
  const isSame = kept.size === counted.size && [...counted].every(([key, n]) => kept.get(key) === n);
  must(isSame, 'queues are counted', () => {
    return `kept ${JSON.stringify([...kept])}, counted ${JSON.stringify([...counted])}`;
  });
};
