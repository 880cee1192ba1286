import type { IncomingMessage } from 'node:http';
import type { Clock, Timers } from '../../../lib/clock.ts';
import { ApiRefusal } from './answers.ts';
import type { KubeClient } from './client.ts';
import { Lines } from './lines.ts';
import { type Collection, listAll } from './pages.ts';
import { pauseAfter } from './retry.ts';
import { type WatchEvent, watchEventOf } from './watch-event.ts';
import { type WatchHead, watchHeadOf } from './watch-head.ts';

/** A list is made so often besides, whatever the watch says (K-087). */
const LIST_MILLISECONDS = 600_000;
const SHORTEST_WATCH_SECONDS = 300;
const LONGEST_WATCH_SECONDS = 600;
/** Bookmarks come each minute. */
const SILENCE_MILLISECONDS = 90_000;
/** Two ends within so long are no accident (K-084). */
const SOON_MILLISECONDS = 1000;

export interface Followed<T> extends Collection<T> {
  /** All that is there, once before any change is told, and again after each gap. What was known before the list began and is not in it is gone. */
  readonly listed: (items: readonly T[]) => void;
  /** Called as a list begins. */
  readonly listing?: () => void;
  readonly there: (item: T) => void;
  /** With its last state. */
  readonly gone: (item: T) => void;
  /** Asked first of each change: true where the beginning of what was told is enough, and is taken in. Then nothing else is called. */
  readonly isEnough?: (head: WatchHead) => boolean;
  /** The server answers again, or does not: told once each. */
  readonly heard?: () => void;
  readonly unheard?: (error: Error) => void;
}

export interface FollowerSettings {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly timers: Timers;
  /** 0 to 1, another each time. */
  readonly chance: () => number;
}

/**
 * Follows a collection: a list, then what changes from there on, over every break. A watch that ends goes on from the last
 * version; a list is made where that is forgotten, and every ten minutes.
 */
export class Follower<T> {
  private readonly settings: FollowerSettings;
  private readonly followed: Followed<T>;
  private version: string | undefined;
  private listedAt = 0;
  /** Ends that came soon, one after the other. */
  private failures = 0;
  private stream: IncomingMessage | undefined;
  private closed = false;
  private isHeard = true;
  private endPause = () => {};

  constructor(settings: FollowerSettings, followed: Followed<T>) {
    this.settings = settings;
    this.followed = followed;
  }

  /** Lists once; rejects when the server gives no list. Then `run` follows. */
  async list(): Promise<void> {
    this.followed.listing?.();
    const { items, version } = await listAll(this.settings.client, this.followed);
    if (this.closed) return;
    this.version = version;
    this.listedAt = this.settings.clock.steady();
    this.followed.listed(items);
  }

  /** Resolves when it is closed. */
  async run(): Promise<void> {
    while (!this.closed) {
      const error = await this.round().catch((reason: Error) => reason);
      if (this.closed) return;
      if (!error) continue;
      if (error instanceof ApiRefusal && error.status === 410) this.version = undefined;
      this.note(error);
      await this.pause(pauseAfter(error, this.failures++, this.settings.chance()));
    }
  }

  close(): void {
    this.closed = true;
    this.stream?.destroy();
    this.endPause();
  }

  /** A list, where one is due, and a watch to its end. */
  private async round(): Promise<void> {
    const { clock } = this.settings;
    if (this.version === undefined || clock.steady() - this.listedAt >= LIST_MILLISECONDS) await this.list();
    if (this.closed) return;
    const began = clock.steady();
    const isChanged = await this.watch(this.version!);
    if (isChanged || clock.steady() - began >= SOON_MILLISECONDS) this.failures = 0;
    else if (++this.failures > 1)
      await this.pause(pauseAfter(undefined, this.failures - 2, this.settings.chance()));
  }

  /** Whether anything came. Rejects with what ended it, if that was no plain end. */
  private async watch(from: string): Promise<boolean> {
    const { client } = this.settings;
    const query = {
      ...this.followed.selectors,
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: from,
      timeoutSeconds: this.watchSeconds(),
    };
    const stream = await client.stream(this.followed.path, {
      query,
      silenceMilliseconds: SILENCE_MILLISECONDS,
    });
    this.stream = stream;
    if (this.closed) stream.destroy();
    this.hear();
    const lines = new Lines();
    await untilEnd(stream, (chunk) => {
      for (const line of lines.push(chunk)) if (!this.isPassed(line)) this.take(watchEventOf(line));
    });
    return this.version !== from;
  }

  /** Never beyond the next list. */
  private watchSeconds(): number {
    const { chance, clock } = this.settings;
    const wanted = SHORTEST_WATCH_SECONDS + chance() * (LONGEST_WATCH_SECONDS - SHORTEST_WATCH_SECONDS);
    const left = (LIST_MILLISECONDS - (clock.steady() - this.listedAt)) / 1000;
    return Math.max(1, Math.ceil(Math.min(wanted, left)));
  }

  private isPassed(line: string): boolean {
    const { isEnough } = this.followed;
    const head = isEnough && !this.closed ? watchHeadOf(line) : undefined;
    if (!head || !isEnough?.(head)) return false;
    this.version = head.version;
    return true;
  }

  private take(event: WatchEvent | undefined): void {
    if (!event || this.closed) return;
    if (event.kind === 'error') {
      this.stream?.destroy();
      throw new ApiRefusal({ code: event.code, message: event.message, causes: [] });
    }
    this.version = event.version;
    if (event.kind === 'bookmark') return;
    const item = this.followed.read(event.object);
    if (item === undefined) return;
    if (event.kind === 'there') this.followed.there(item);
    else this.followed.gone(item);
  }

  private hear(): void {
    if (!this.isHeard) this.followed.heard?.();
    this.isHeard = true;
  }

  private note(error: Error): void {
    if (error instanceof ApiRefusal && error.status === 410) return;
    if (this.isHeard) this.followed.unheard?.(error);
    this.isHeard = false;
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.settings.timers.after(milliseconds, resolve);
      this.endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** A cut is an end like another: the next watch goes on from the last version. Rejects with what `take` throws. */
const untilEnd = (stream: IncomingMessage, take: (chunk: Buffer) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (error) {
        stream.destroy();
        reject(error);
      }
    });
    stream.on('end', resolve);
    stream.on('close', resolve);
  });
