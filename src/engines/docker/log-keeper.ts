import type { IncomingMessage } from 'node:http';
import { Keeping } from '../logs/keeping.ts';
import type { LogFile } from '../logs/log-file.ts';
import { type Position, START } from '../logs/position.ts';
import { DaemonRefusal, NoAnswer } from './answers.ts';
import type { DaemonApi } from './api.ts';
import { Frames } from './frames.ts';
import { followFrom, type LogKind } from './log-position.ts';

/** Reads a container's log from where it was left into its file, once or for as long as the container prints. */
export class LogKeeper {
  private readonly api: DaemonApi;
  private readonly container: string;
  private readonly file: LogFile;
  private readonly kind: LogKind;
  private stream: IncomingMessage | undefined;
  private done: Promise<void> = Promise.resolve();
  private isOver = false;

  constructor(api: DaemonApi, container: string, file: LogFile, kind: LogKind) {
    this.api = api;
    this.container = container;
    this.file = file;
    this.kind = kind;
  }

  /** Follows until the container ends or the stream breaks; then `broke` is called, unless it was let go. */
  follow(broke: () => void): void {
    this.done = this.read(true)
      .catch(() => {})
      .then(() => {
        if (!this.isOver) broke();
      });
  }

  /** Ends the following and reads the rest. Rejects when the daemon cannot be asked: then it is to be tried again. */
  async finish(): Promise<void> {
    await this.letGo();
    await this.read(false);
  }

  async letGo(): Promise<void> {
    this.isOver = true;
    this.stream?.destroy();
    await this.done;
  }

  private async read(follow: boolean): Promise<void> {
    const position = this.file.position ?? START;
    const from = follow ? followFrom(position, this.kind) : position;
    const missing = await this.readFrom(from, follow);
    // somebody cut the log at its front: what came is not what was kept
    if (missing > 0 && from !== position) await this.readFrom(position, follow);
  }

  /** How many messages are missing of those that were kept. */
  private async readFrom(from: Position, follow: boolean): Promise<number> {
    const stream = await this.open(from.since, follow);
    if (!stream) return 0;
    this.stream = stream;
    if (follow && this.isOver) {
      stream.destroy();
      return 0;
    }
    const frames = new Frames();
    const keeping = new Keeping(this.file, from);
    for await (const chunk of stream) keeping.take(frames.push(chunk as Buffer));
    keeping.end();
    return keeping.missing;
  }

  /** Undefined where the log cannot be read by anybody: the driver keeps none, or the container is gone. */
  private async open(since: number, follow: boolean): Promise<IncomingMessage | undefined> {
    try {
      return await this.api.logs(this.container, since, follow);
    } catch (error) {
      if (error instanceof DaemonRefusal && UNREADABLE.has(error.status)) return undefined;
      throw error;
    }
  }
}

const UNREADABLE = new Set([404, 409, 501]);

/** What of a log's reading that failed is the log's own fault, and not that of a daemon that is gone. */
export const isFault = (error: unknown): boolean =>
  error instanceof DaemonRefusal || (error instanceof NoAnswer && error.timedOut);
