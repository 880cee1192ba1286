import type { Log } from '../../lib/log.ts';
import type { DaemonApi } from './api.ts';
import { DaemonRefusal } from './client.ts';
import { LABEL } from './container.ts';

/** How many are removed at a time: beside the starts, which are waited for. */
const AT_ONCE = 3;

/** Removes containers that are over, away from everybody's path. One that cannot be removed is found again by the next look. */
export class Removals {
  private readonly api: DaemonApi;
  private readonly log: Log;
  private readonly waiting: string[] = [];
  private readonly known = new Set<string>();
  private busy = 0;
  private closed = false;

  constructor(api: DaemonApi, log: Log) {
    this.api = api;
    this.log = log;
  }

  add(container: string): void {
    if (this.known.has(container)) return;
    this.known.add(container);
    this.waiting.push(container);
    if (this.busy < AT_ONCE) this.work();
  }

  /** Whether a container is on its way out. */
  has(container: string): boolean {
    return this.known.has(container);
  }

  /** Volumes of tasks that are no more; `isKnown` says of a task whether it still is. */
  async sweepVolumes(isKnown: (taskId: string) => boolean): Promise<void> {
    for (const { Name, Labels } of await this.api.volumes()) {
      if (!isKnown(Labels[LABEL.task] ?? '')) await this.api.removeVolume(Name).catch(() => {});
    }
  }

  /** What is not removed yet is for the next server. */
  close(): void {
    this.closed = true;
  }

  private work(): void {
    const container = this.closed ? undefined : this.waiting.shift();
    if (container === undefined) return;
    this.busy++;
    void this.remove(container).finally(() => {
      this.busy--;
      this.work();
    });
  }

  private async remove(container: string): Promise<void> {
    try {
      await this.api.remove(container);
    } catch (error) {
      if (!this.closed && !(error instanceof DaemonRefusal && error.status === 404)) {
        this.log.warn({ container, error: (error as Error).message }, 'a container was not removed');
      }
    } finally {
      this.known.delete(container);
    }
  }
}
