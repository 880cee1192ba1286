import type { Timers } from '../../lib/clock.ts';
import type { Log } from '../../lib/logger.ts';
import { jsonLines } from './answers.ts';
import type { DaemonApi } from './api.ts';
import type { DaemonEvent } from './api-shapes.ts';
import type { Presence } from './presence.ts';

/** All containers are compared with what is known this often, whatever the events say. */
const LOOK_MILLISECONDS = 10_000;
const AGAIN_MILLISECONDS = 500;

export interface Watched {
  readonly api: DaemonApi;
  readonly timers: Timers;
  readonly log: Log;
  readonly presence?: Presence | undefined;
  readonly hear: (event: DaemonEvent) => void;
  /** Compares everything with the daemon's own list. */
  readonly sync: () => Promise<void>;
}

/** Events only make it look at once; a list after each new stream and every few seconds mends what they missed. */
export class Watcher {
  private readonly watched: Watched;
  private endEvents = () => {};
  private cancelLook = () => {};
  private closed = false;
  private isAway = false;

  constructor(watched: Watched) {
    this.watched = watched;
  }

  begin(): void {
    void this.listen();
    this.look();
  }

  close(): void {
    this.closed = true;
    this.cancelLook();
    this.endEvents();
  }

  private async listen(): Promise<void> {
    while (!this.closed) {
      try {
        const stream = await this.watched.api.events();
        this.endEvents = () => stream.destroy();
        await this.watched.sync();
        this.heard();
        for await (const event of jsonLines<DaemonEvent>(stream)) this.watched.hear(event);
      } catch (error) {
        this.unheard(error as Error);
      } finally {
        // one that nobody came to read stays open else
        this.endEvents();
      }
      await new Promise<void>((resolve) => void this.watched.timers.after(AGAIN_MILLISECONDS, resolve));
    }
  }

  private heard(): void {
    if (this.closed) return;
    const { log, presence } = this.watched;
    if (presence) presence.heard();
    else if (this.isAway) log.warn({}, 'the daemon is heard again');
    this.isAway = false;
  }

  /** Said once, not each time that it is tried: a daemon may be away for long. */
  private unheard({ message }: Error): void {
    if (this.closed) return;
    const { log, presence } = this.watched;
    if (presence) presence.unheard(message);
    else if (!this.isAway) log.warn({ error: message }, 'the daemon is not heard');
    this.isAway = true;
  }

  private look(): void {
    this.cancelLook = this.watched.timers.after(LOOK_MILLISECONDS, () => {
      this.watched
        .sync()
        .then(
          () => this.heard(),
          (error: Error) => this.unheard(error),
        )
        .finally(() => {
          if (!this.closed) this.look();
        });
    });
  }
}
