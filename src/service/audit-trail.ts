import { recordOfFailures } from '../domain/audit/record.ts';
import type { Ids } from '../lib/ids.ts';

/** What is kept of what is not written yet. */
const MOST_LINES = 10_000;
const MOST_FAILING = 10_000;
const MINUTE = 60_000;

interface Failing {
  readonly accessKeyId: string;
  readonly sourceIp: string;
  readonly errorCode: string;
  readonly minute: number;
  count: number;
}

/**
 * Records that no change writes with itself: refusals, reads where they are asked for, and failed signatures by key, address and minute.
 * They are written some at a time (`AuditExport`); what cannot be written for so long that it fills up is counted alone.
 */
export class AuditTrail {
  private readonly account: string;
  private readonly ids: Ids;
  private lines: string[] = [];
  private failing = new Map<string, Failing>();
  private lost = 0;
  /** Undefined while the files can be written; else why not, for whoever lets no change pass without them. */
  broken: string | undefined;

  constructor(account: string, ids: Ids) {
    this.account = account;
    this.ids = ids;
  }

  note(line: string): void {
    if (this.lines.length < MOST_LINES) this.lines.push(line);
    else this.lost++;
  }

  /** `now`: wall milliseconds. Who guesses at keys by the thousand is counted by its address alone. */
  failed(accessKeyId: string, sourceIp: string, errorCode: string, now: number): void {
    const minute = Math.floor(now / MINUTE);
    const isFull = this.failing.size >= MOST_FAILING;
    const told = isFull ? { accessKeyId: '', sourceIp: '' } : { accessKeyId, sourceIp };
    const key = JSON.stringify([minute, told.accessKeyId, told.sourceIp, errorCode]);
    const known = this.failing.get(key);
    if (known) known.count++;
    else this.failing.set(key, { ...told, errorCode, minute, count: 1 });
  }

  /** What is to be written now: minutes that are over, or all of it. */
  take(now: number, all = false): readonly string[] {
    const minute = Math.floor(now / MINUTE);
    for (const [key, one] of this.failing) {
      // a clock that was set back leaves minutes that are to come
      if (!all && one.minute === minute) continue;
      this.failing.delete(key);
      const { accessKeyId, sourceIp, errorCode, count } = one;
      const failed = {
        at: one.minute * MINUTE,
        account: this.account,
        accessKeyId,
        sourceIp,
        errorCode,
        count,
      };
      this.note(recordOfFailures(failed, this.ids.uuid()));
    }
    const taken = this.lines;
    this.lines = [];
    return taken;
  }

  /** They could not be written. */
  giveBack(lines: readonly string[]): void {
    const room = MOST_LINES - this.lines.length;
    this.lost += Math.max(0, lines.length - room);
    this.lines = [...lines.slice(0, room), ...this.lines];
  }

  /** How many records were lost since the last time that was asked. */
  takeLost(): number {
    const { lost } = this;
    this.lost = 0;
    return lost;
  }
}
