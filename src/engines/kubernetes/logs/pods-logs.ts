import type { Clock, Timers } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/logger.ts';
import { type LogFile, noteRest } from '../../logs/log-file.ts';
import { writeReason } from '../../logs/write-reason.ts';
import { ANNOTATION } from '../names.ts';
import type { Pod } from '../objects.ts';
import { Followed, type FollowLimits } from './followed.ts';
import { LogReader } from './log-reader.ts';
import { type PodLogs, statusIn } from './pod-logs.ts';
import { Poller } from './poller.ts';
import { TaskLog } from './task-log.ts';

export interface PodsLogsSettings {
  readonly logs: PodLogs;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Where a task's output is kept. */
  readonly openLog: (taskId: string) => LogFile;
  readonly limits: FollowLimits;
  /** Whether a node's kubelet does not answer. */
  readonly isSilent: (nodeName: string) => boolean;
  /** Whether the API server answers nobody. */
  readonly isAway: () => boolean;
}

/** Before an ended log that is refused is asked for again; after the last of them the task ends without its rest (K-132). */
const PAUSES_MILLISECONDS = [1000, 4000, 16_000, 45_000];
/** Where the API server answers nobody, or is busy, as long as it takes. */
const AWAY_MILLISECONDS = [500, 1000, 2000, 4000, 8000, 15_000];
interface Kept {
  readonly reader: LogReader;
  readonly task: TaskLog;
  readonly file: LogFile;
}

/** Keeps what tasks print: follows or polls those that run, and reads those that have ended to their end. */
export class PodsLogs {
  private readonly settings: PodsLogsSettings;
  private readonly kept = new Map<string, Kept>();
  private readonly followed: Followed;
  private readonly poller: Poller;
  private readonly closing = new AbortController();

  constructor(settings: PodsLogsSettings) {
    this.settings = settings;
    this.followed = new Followed(settings.limits);
    this.poller = new Poller(settings.clock, settings.timers, (id) => this.promote(id));
  }

  /** It runs: what it prints is kept as it comes, or now and then. */
  follow(taskId: string, pod: Pod): void {
    if (this.closing.signal.aborted || this.kept.has(taskId) || keepsNothing(pod)) return;
    this.guarded(taskId, () => {
      const { task } = this.open(taskId, pod);
      const demoted = this.followed.add(taskId, task.node);
      task.follow(() => this.demote(taskId));
      if (demoted !== undefined) void this.demote(demoted);
    });
  }

  /** It is about to be taken away: resolves when all is kept that is printed. Never rejects. */
  async catchUp(taskId: string, pod: Pod): Promise<void> {
    this.follow(taskId, pod);
    const task = this.kept.get(taskId)?.task;
    if (!task) return;
    await task.readOn();
    const isFollowed = this.followed.has(taskId) && !this.closing.signal.aborted;
    if (isFollowed) task.follow(() => this.demote(taskId), 0);
  }

  /** It has ended: resolves when all is kept that can be had, or the server lets go. Never rejects. */
  async finish(taskId: string, pod: Pod): Promise<void> {
    if (keepsNothing(pod)) return;
    try {
      await this.keepEnd(taskId, pod);
    } catch (error) {
      this.complain(taskId, error as Error);
    }
    this.kept.delete(taskId);
  }

  private async keepEnd(taskId: string, pod: Pod): Promise<void> {
    const { task, reader, file } = this.kept.get(taskId) ?? this.open(taskId, pod);
    this.followed.remove(taskId);
    this.poller.remove(taskId);
    await task.letGo();
    const why = await this.readEnd(reader, pod);
    if (why !== undefined) noteRest(file, new Error(why), this.settings.clock.wall());
  }

  /** A file that cannot be opened costs the log, not the task. */
  private guarded(taskId: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.complain(taskId, error as Error);
    }
  }

  private complain(taskId: string, { message: error }: Error): void {
    this.settings.log.error({ task: taskId, error }, 'a log was not kept');
  }

  /** Nobody will ask for its end: its pod has vanished. */
  async drop(taskId: string): Promise<void> {
    this.followed.remove(taskId);
    this.poller.remove(taskId);
    await this.kept.get(taskId)?.task.letGo();
    this.kept.delete(taskId);
  }

  /** A line of ours. */
  write(taskId: string, text: string): void {
    writeReason(this.settings, taskId, text);
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.poller.close();
    await Promise.all([...this.kept.values()].map(({ task }) => task.letGo()));
  }

  private open(taskId: string, pod: Pod): Kept {
    const { logs, clock, timers, openLog } = this.settings;
    const file = openLog(taskId);
    const reader = new LogReader({ logs, file, clock, pod });
    const kept = { reader, file, task: new TaskLog(pod.nodeName ?? '', { clock, timers, reader }) };
    this.kept.set(taskId, kept);
    return kept;
  }

  /** Others are followed in its place, or it cannot be. */
  private async demote(taskId: string): Promise<void> {
    this.followed.remove(taskId);
    await this.kept.get(taskId)?.task.letGo();
    const kept = this.kept.get(taskId);
    if (kept && !this.closing.signal.aborted) this.poller.add(taskId, kept.task);
  }

  /** One that is polled is followed once there is room for it. */
  private promote(taskId: string): boolean {
    const task = this.kept.get(taskId)?.task;
    if (!task || task.isHindered || !this.followed.hasRoom(task.node)) return false;
    this.followed.add(taskId, task.node);
    task.follow(() => this.demote(taskId));
    return true;
  }

  /** Why there is a rest that cannot be had; undefined when there is none. Rules K-128, K-131, K-132. */
  private async readEnd(reader: LogReader, pod: Pod): Promise<string | undefined> {
    const { signal } = this.closing;
    for (let faults = 0, away = 0; !signal.aborted; ) {
      const { kept } = reader;
      if (this.settings.isSilent(pod.nodeName ?? '')) return `its node ${pod.nodeName} does not answer`;
      try {
        return await reader.finish(signal);
      } catch (error) {
        const status = statusIn(error);
        if (status === 404 && GONE.test((error as Error).message)) return (error as Error).message;
        if (reader.kept > kept) faults = 0;
        const isFault = status === undefined ? !this.settings.isAway() : status !== 429;
        const pause = isFault ? PAUSES_MILLISECONDS[faults++] : (AWAY_MILLISECONDS[away++] ?? LONGEST_AWAY);
        if (pause === undefined) return (error as Error).message;
        await this.pause(pause);
      }
    }
    return undefined;
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.settings.timers.after(milliseconds, resolve));
  }
}

const LONGEST_AWAY = AWAY_MILLISECONDS.at(-1)!;

/** In the API server's own words; a kubelet that has just begun says of each pod that it knows none. */
const GONE = /^(pods|nodes) "[^"]*" not found/;

/** Rule K-133. */
const keepsNothing = ({ annotations }: Pod): boolean => annotations[ANNOTATION.log] === 'none';
