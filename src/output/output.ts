import { closeSync, fstatSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timers } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { Follower, type Mark } from './follower.ts';
import { type Bytes, type LogEvent, readBackward, readForward } from './lines.ts';
import { LogFile } from './log-file.ts';

export interface ReadRequest {
  /** Byte offset at which an event begins or ends. */
  readonly from: number;
  readonly direction: 'forward' | 'backward';
  readonly limit: number;
  /** Inclusive and exclusive, wall milliseconds. */
  readonly startTime?: number;
  readonly endTime?: number;
  /** The task has ended: a last line without its line feed is whole. */
  readonly complete: boolean;
}

export interface TimedEvent extends LogEvent {
  readonly time: number;
}

const LOOK_MILLISECONDS = 500;

/**
 * What attempts print: an append-only file for each, written by the task's own processes, and beside it, for those that
 * run long, an index of how far it had grown when. Lines after the last mark have the file's last change as their time.
 * An engine whose tasks cannot write there hands over what they print instead (`openLog`), with its times.
 */
export class OutputStore {
  private readonly folder: string;
  private readonly clock: Clock;
  private readonly timers: Timers;
  private readonly log: Log;
  private readonly followed = new Map<string, Follower>();
  /** Tasks whose last look failed: said once, not twice a second. */
  private readonly failing = new Set<string>();
  private readonly isHandedOver: boolean;
  private cancel: () => void = () => {};

  /** `isHandedOver`: the engine writes through `openLog`, so that nobody need look at how files grow. */
  constructor(dataDir: string, clock: Clock, timers: Timers, log: Log, isHandedOver = false) {
    this.folder = join(dataDir, 'logs');
    this.clock = clock;
    this.timers = timers;
    this.log = log;
    this.isHandedOver = isHandedOver;
  }

  /** For an engine that hands over what a task prints. */
  openLog(taskId: string): LogFile {
    return new LogFile(this.pathOf(taskId), this.indexOf(taskId));
  }

  /** Spread over folders by the last two digits of the id. */
  pathOf(taskId: string): string {
    return join(this.folder, taskId.slice(-2), `${taskId}.log`);
  }

  /** Looks at a running task's output from now on. */
  follow(taskId: string): void {
    if (this.isHandedOver || this.followed.has(taskId)) return;
    this.followed.set(taskId, new Follower(this.pathOf(taskId), this.indexOf(taskId)));
    if (this.followed.size === 1) this.look();
  }

  ended(taskId: string): void {
    this.followed.delete(taskId);
    this.failing.delete(taskId);
    if (this.followed.size === 0) this.cancel();
  }

  close(): void {
    this.followed.clear();
    this.cancel();
  }

  private look(): void {
    this.cancel = this.timers.after(LOOK_MILLISECONDS, () => {
      for (const [taskId, follower] of this.followed) this.mark(taskId, follower);
      if (this.followed.size > 0) this.look();
    });
  }

  /** What cannot be written now (a full disk) is written at a later look. */
  private mark(task: string, follower: Follower): void {
    try {
      follower.look(this.clock);
      this.failing.delete(task);
    } catch (error) {
      if (!this.failing.has(task))
        this.log.error({ task, error: (error as Error).message }, 'the times of a log are not written');
      this.failing.add(task);
    }
  }

  private indexOf(taskId: string): string {
    return this.pathOf(taskId).replace(/log$/, 'idx');
  }

  private marks(taskId: string): Mark[] {
    try {
      const lines = readFileSync(this.indexOf(taskId), 'utf8').split('\n').slice(0, -1);
      return lines.map((line) => {
        const [offset = 0, time = 0] = line.split(' ').map(Number);
        return { offset, time };
      });
    } catch {
      return [];
    }
  }

  private stat(taskId: string): { size: number; changed: number } {
    try {
      const { size, mtimeMs } = statSync(this.pathOf(taskId));
      return { size, changed: Math.round(mtimeMs) };
    } catch {
      return { size: 0, changed: 0 };
    }
  }

  /** All marks, with one for what came after the last. */
  private timeline(taskId: string): Mark[] {
    const marks = this.marks(taskId);
    const { size, changed } = this.stat(taskId);
    const last = marks.at(-1);
    if (size > (last?.offset ?? 0)) marks.push({ offset: size, time: Math.max(changed, last?.time ?? 0) });
    return marks;
  }

  /** First and last event's time; undefined while nothing was printed. */
  span(taskId: string): { first: number; last: number } | undefined {
    const timeline = this.timeline(taskId);
    return timeline.length === 0 ? undefined : { first: timeline[0]!.time, last: timeline.at(-1)!.time };
  }

  /** Size in bytes. */
  size(taskId: string): number {
    return this.stat(taskId).size;
  }

  /**
   * A page of events, oldest first whatever the direction, and where it begins and ends. Memory is bounded by the page:
   * the file is read in slices.
   */
  read(taskId: string, request: ReadRequest): { events: TimedEvent[]; begin: number; end: number } {
    const timeline = this.timeline(taskId);
    const low = lowest(timeline, request.startTime);
    const high = Math.max(low, highest(timeline, request.endTime));
    const from = Math.min(Math.max(request.from, low), high);
    if (high === low) return { events: [], begin: from, end: from };
    return this.withFile(taskId, (bytes) => {
      const read = request.direction === 'forward' ? readForward : readBackward;
      const events = read(bytes, { from, low, high, limit: request.limit, complete: request.complete });
      const timed = events.map((event) => ({ ...event, time: timeOf(timeline, event.end) }));
      return { events: timed, begin: timed[0]?.begin ?? from, end: timed.at(-1)?.end ?? from };
    });
  }

  private withFile<T>(taskId: string, use: (bytes: Bytes) => T): T {
    const fd = openSync(this.pathOf(taskId), 'r');
    try {
      const { size } = fstatSync(fd);
      return use({ size, read: (into, position) => readSync(fd, into, 0, into.length, position) });
    } finally {
      closeSync(fd);
    }
  }

  remove(taskId: string): void {
    rmSync(this.pathOf(taskId), { force: true });
    rmSync(this.indexOf(taskId), { force: true });
  }
}

const timeOf = (timeline: readonly Mark[], end: number): number =>
  timeline.find((mark) => mark.offset >= end)?.time ?? timeline.at(-1)?.time ?? 0;

/** Where the first event at or after `time` may begin. */
const lowest = (timeline: readonly Mark[], time: number | undefined): number => {
  if (time === undefined) return 0;
  return timeline.findLast((mark) => mark.time < time)?.offset ?? 0;
};

/** Where the last event before `time` ends. */
const highest = (timeline: readonly Mark[], time: number | undefined): number => {
  if (time === undefined) return timeline.at(-1)?.offset ?? 0;
  return timeline.findLast((mark) => mark.time < time)?.offset ?? 0;
};
