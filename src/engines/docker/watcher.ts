import type { Timers } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { DaemonApi, DaemonEvent } from './api.ts';
import { jsonLines } from './client.ts';

/** All containers are compared with what is known this often, whatever the events say. */
const LOOK_MILLISECONDS = 10_000;
const AGAIN_MILLISECONDS = 500;

export interface Watched {
  readonly api: DaemonApi;
  readonly timers: Timers;
  readonly log: Log;
  readonly hear: (event: DaemonEvent) => void;
  /** Compares everything with the daemon's own list. */
  readonly sync: () => Promise<void>;
}

/** Events only make it look at once; a list after each new stream and every few seconds mends what they missed. */
export class Watcher {
  private readonly w: Watched;
  private endEvents = () => {};
  private cancelLook = () => {};
  private closed = false;

  constructor(watched: Watched) {
    this.w = watched;
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
        const stream = await this.w.api.events();
        this.endEvents = () => stream.destroy();
        await this.w.sync();
        for await (const event of jsonLines<DaemonEvent>(stream)) this.w.hear(event);
      } catch (error) {
        if (!this.closed) this.w.log.warn({ error: (error as Error).message }, 'the daemon is not heard');
      }
      await new Promise<void>((resolve) => void this.w.timers.after(AGAIN_MILLISECONDS, resolve));
    }
  }

  private look(): void {
    this.cancelLook = this.w.timers.after(LOOK_MILLISECONDS, () => {
      this.w
        .sync()
        .catch((error: Error) => this.w.log.warn({ error: error.message }, 'the daemon gives no list'))
        .finally(() => {
          if (!this.closed) this.look();
        });
    });
  }
}
