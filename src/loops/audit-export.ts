import { dayOf, timeText } from '../domain/audit/record.ts';
import type { Timers } from '../lib/clock.ts';
import type { AuditTrail } from '../service/audit-trail.ts';
import type { Service } from '../service/service.ts';
import { SubmissionRecords } from '../service/submission-records.ts';
import {
  type AuditRow,
  auditDays,
  deleteRecords,
  forgetDay,
  noteDay,
  oldestRecords,
} from '../store/audit-rows.ts';
import {
  forgetSubmittedTags,
  lastSeq,
  setToldUpTo,
  submittedBehind,
  toldUpTo,
} from '../store/submissions.ts';
import { ageNow } from '../transitions/retention/age-now.ts';

type Parts = Pick<Service, 'store' | 'clock' | 'log' | 'account' | 'names' | 'submitters'>;

/** Where records go for good. */
export interface DayFiles {
  /** Rejects when it may not be on disk. */
  append(day: string, text: string): Promise<void>;
  /** No more is expected of the day. */
  pack(day: string): Promise<void>;
  remove(day: string): Promise<void>;
}

const LOOK_MILLISECONDS = 1000;
const TIDY_MILLISECONDS = 60_000;
/** While the files cannot be written: said once in so many looks. */
const PATIENCE = 60;
/** Groups of transactions at a time. */
const AT_ONCE = 100;
/** Jobs at a time: a millisecond or two, for which others wait. */
const SLICE = 250;
/** So many submissions in a look are recorded at once; of a burst a part in each, so that it has cost nothing when it is over. */
const FEW = 500;
const PARTS = 60;

/** Whole lines of a day. */
type DayText = readonly [day: string, text: string];

const linesOf = (rows: readonly AuditRow[]): DayText[] =>
  rows.flatMap(({ text }) =>
    text.split('\n').flatMap((line): DayText[] => (line === '' ? [] : [[dayOf(line), `${line}\n`]])),
  );

const paceOf = (jobs: number): number => FEW + Math.ceil(jobs / PARTS);

/**
 * Brings records from the database to their files: append, sync, and only then the rows go, so that a crash between writes some twice
 * and none never (rules ). Files that cannot be written stop nothing: the rows wait.
 */
export class AuditExport {
  private readonly service: Parts;
  private readonly trail: AuditTrail;
  private readonly files: DayFiles;
  private readonly timers: Timers;
  private readonly keepMilliseconds: number;
  private cancel: () => void = () => {};
  private busy: Promise<void> = Promise.resolve();
  private stopped = false;
  private failures = 0;
  private readonly records: SubmissionRecords;
  private toldUpTo = 0;
  private tidiedAt: number | undefined;
  private tidying: Promise<void> | undefined;

  constructor(service: Parts, trail: AuditTrail, files: DayFiles, timers: Timers, keepMilliseconds: number) {
    this.service = service;
    this.records = new SubmissionRecords(service);
    this.trail = trail;
    this.files = files;
    this.timers = timers;
    this.keepMilliseconds = keepMilliseconds;
  }

  /** Before the first request: jobs of an earlier version have no records. */
  async start(): Promise<void> {
    const { store } = this.service;
    this.toldUpTo = await store.write(async (tx) => {
      const known = await toldUpTo(tx);
      if (known !== undefined) return known;
      const last = await lastSeq(tx);
      await setToldUpTo(tx, last);
      return last;
    });
    this.wait();
  }

  /** What was noted is written, and what is written is brought to its files. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel();
    await this.busy;
    await this.look(true);
    await this.tidying;
  }

  private wait(): void {
    if (this.stopped) return;
    this.cancel = this.timers.after(LOOK_MILLISECONDS, () => {
      this.tidyBeside();
      this.busy = this.look(false).then(() => this.wait());
    });
  }

  /** `all`: minutes of failed signatures that are not over, too. */
  async look(all: boolean): Promise<void> {
    try {
      await this.writeNoted(all);
      while (await this.exportSome()) {}
      this.trail.broken = undefined;
      this.failures = 0;
    } catch (error) {
      this.trail.broken = String((error as Error).message);
      if (this.failures++ % PATIENCE === 0)
        this.service.log.error(
          { error: String((error as Error).stack ?? error) },
          'the audit cannot be written; its records wait in the database',
        );
    }
  }

  private async writeNoted(all: boolean): Promise<void> {
    const lines = this.trail.take(this.service.clock.wall(), all);
    const lost = this.trail.takeLost();
    if (lost > 0) this.service.log.error({ records: lost }, 'records of refusals were lost');
    if (lines.length === 0) return;
    try {
      await this.service.store.write(async (tx) => {
        for (const line of lines) tx.record(line);
      });
    } catch (error) {
      this.trail.giveBack(lines);
      throw error;
    }
  }

  /** Resolves to whether there may be more records that changes wrote; submissions go at a pace of their own. */
  private async exportSome(): Promise<boolean> {
    const { store, clock } = this.service;
    const rows = await store.read((tx) => oldestRecords(tx, AT_ONCE));
    const jobs = await this.submissions();
    const days = Map.groupBy([...linesOf(rows), ...jobs.lines], ([day]) => day);
    for (const [day, some] of days) await this.files.append(day, some.map(([, text]) => text).join(''));
    if (rows.length === 0 && jobs.upTo === this.toldUpTo) return false;
    await store.write(async (tx) => {
      const age = await ageNow(tx, clock);
      for (const day of days.keys()) await noteDay(tx, day, age);
      if (rows.length > 0) await deleteRecords(tx, rows.at(-1)!.seq);
      if (jobs.upTo !== this.toldUpTo) {
        await setToldUpTo(tx, jobs.upTo);
        await forgetSubmittedTags(tx, jobs.upTo);
      }
    });
    this.toldUpTo = jobs.upTo;
    return rows.length === AT_ONCE;
  }

  /** Records of the next jobs, and up to which seq all have theirs then; a slice after the other, so that nobody waits for them. */
  private async submissions(): Promise<{ readonly lines: readonly DayText[]; readonly upTo: number }> {
    const { store } = this.service;
    const last = await store.read(lastSeq);
    const lines: DayText[] = [];
    let upTo = this.toldUpTo;
    for (let left = paceOf(last - upTo); left > 0 && upTo < last; left -= SLICE) {
      const from = upTo;
      const slice = await store.read(async (tx) => {
        const rows = await submittedBehind(tx, from, last, SLICE);
        const days = await this.records.of(tx, rows);
        return { days, to: rows.length < SLICE ? last : rows.at(-1)!.seq };
      });
      lines.push(...slice.days);
      upTo = slice.to;
    }
    return { lines, upTo };
  }

  /** To pack a day takes long: meanwhile records go on to their files. */
  private tidyBeside(): void {
    const now = this.service.clock.steady();
    if (this.tidying || (this.tidiedAt !== undefined && now - this.tidiedAt < TIDY_MILLISECONDS)) return;
    this.tidiedAt = now;
    this.tidying = this.tidy()
      .catch((error: unknown) =>
        this.service.log.error({ error: String(error) }, 'files of the audit could not be packed or removed'),
      )
      .finally(() => {
        this.tidying = undefined;
      });
  }

  /** Packs the files of days that are over, and removes those that were kept long enough, by the store's age: a clock may leap. */
  async tidy(): Promise<void> {
    const { store, clock } = this.service;
    const days = await store.read(auditDays);
    if (days.length === 0) return;
    const age = await store.write((tx) => ageNow(tx, clock));
    const today = timeText(clock.wall()).slice(0, 10);
    for (const { day, age: writtenAt } of days) {
      if (age - writtenAt > this.keepMilliseconds) {
        await this.files.remove(day);
        await store.write((tx) => forgetDay(tx, day));
      } else if (day !== today) await this.files.pack(day);
    }
  }
}
