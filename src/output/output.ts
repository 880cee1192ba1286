import { closeSync, fstatSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timers } from '../lib/clock.ts';
import type { Log } from '../lib/logger.ts';
import { Follower, thinned } from './follower.ts';
import { readJoinedBackward, readJoinedForward } from './joined.ts';
import type { Joining } from './joined-view.ts';
import { type Bytes, type LogEvent, type Page, readBackward, readForward } from './lines.ts';
import { LogFile } from './log-file.ts';
import { MarkReader } from './mark-reader.ts';
import { Timeline } from './timeline.ts';

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
  /** Whether a line begins an event; without it each does. */
  readonly begins?: ((line: string) => boolean) | undefined;
}

export interface TimedEvent extends LogEvent {
  readonly time: number;
}

const LOOK_MILLISECONDS = 500;

/**
 * What attempts print: an append-only file for each, written by the task's own processes, and beside it, for those that
 * run long, an index of how far it had grown when. Lines after the last mark have the file's last change as their time.
 * An engine whose tasks cannot write there hands over what they print instead (`openLog`), with its times.
 * What is in them and what is not: docs/decisions/what-a-log-holds.md.
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

  private stat(taskId: string): { size: number; changed: number } {
    try {
      const { size, mtimeMs } = statSync(this.pathOf(taskId));
      return { size, changed: Math.round(mtimeMs) };
    } catch {
      return { size: 0, changed: 0 };
    }
  }

  private withTimeline<T>(taskId: string, use: (timeline: Timeline) => T): T {
    return withFile(this.indexOf(taskId), (bytes) =>
      use(new Timeline(new MarkReader(bytes), this.stat(taskId))),
    );
  }

  /** First and last event's time; undefined while nothing was printed. */
  span(taskId: string): { first: number; last: number } | undefined {
    return this.withTimeline(taskId, (timeline) => timeline.span());
  }

  /** Size in bytes. */
  size(taskId: string): number {
    return this.stat(taskId).size;
  }

  /**
   * A page of events, oldest first whatever the direction, and where it begins and ends. Memory is bounded by the page:
   * the file is read in slices, and of its index what the page needs.
   */
  read(taskId: string, request: ReadRequest): Page<TimedEvent> {
    return this.withTimeline(taskId, (timeline) => {
      const { startTime, endTime } = request;
      const low = startTime === undefined ? 0 : timeline.endBefore(startTime);
      const high = endTime === undefined ? timeline.end : timeline.endBefore(endTime);
      const read = this.readerOf(request, timeline);
      const page = withFile(this.pathOf(taskId), (bytes) => read(bytes, { ...request, low, high }));
      return {
        ...page,
        events: page.events.map((event) => ({
          ...event,
          time: timeline.timeOf(event.firstEnd ?? event.end),
        })),
      };
    });
  }

  private readerOf({ direction, begins }: ReadRequest, timeline: Timeline): typeof readForward {
    const isForward = direction === 'forward';
    if (!begins) return isForward ? readForward : readBackward;
    const joining: Joining = { begins, timeOf: (end) => timeline.timeOf(end), now: this.clock.wall() };
    const read = isForward ? readJoinedForward : readJoinedBackward;
    return (bytes, window) => read(bytes, window, joining);
  }

  remove(taskId: string): void {
    rmSync(this.pathOf(taskId), { force: true });
    rmSync(this.indexOf(taskId), { force: true });
    rmSync(thinned(this.indexOf(taskId)), { force: true });
  }
}

/** A file that is not there is empty. */
const withFile = <T>(path: string, use: (bytes: Bytes) => T): T => {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return use({ size: 0, read: () => 0 });
  }
  try {
    const { size } = fstatSync(fd);
    return use({ size, read: (into, position) => readSync(fd, into, 0, into.length, position) });
  } finally {
    closeSync(fd);
  }
};
