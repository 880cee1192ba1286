import type { Log } from '../../lib/logger.ts';
import { DaemonRefusal } from './answers.ts';
import type { DaemonApi } from './api.ts';
import { LABEL } from './labels.ts';
import type { Networks } from './networks.ts';

/** How many are removed at a time: beside the starts, which are waited for. */
const AT_ONCE = 3;

export interface ContainerRemovalsSettings {
  readonly log: Log;
  readonly networks: Networks;
  /** Whether a task is left of the nodes with this label. */
  readonly hasTasks: (nodes: string) => boolean;
}

/**
 * Removes containers that are over, and with the last of an attempt's nodes their network, away from everybody's path.
 * What cannot be removed is found again by the next look.
 */
export class ContainerRemovals {
  private readonly api: DaemonApi;
  private readonly settings: ContainerRemovalsSettings;
  private readonly waiting: string[] = [];
  /** By container, the nodes it is one of. */
  private readonly known = new Map<string, string | undefined>();
  private busy = 0;
  private sweeping: Promise<void> | undefined;
  private isUnswept = false;
  private closed = false;

  constructor(api: DaemonApi, settings: ContainerRemovalsSettings) {
    this.api = api;
    this.settings = settings;
  }

  /** `nodes`: see `LABEL.nodes`. */
  add(container: string, nodes?: string): void {
    if (this.known.has(container)) return;
    this.known.set(container, nodes);
    this.waiting.push(container);
    if (this.busy < AT_ONCE) this.work();
  }

  /** Whether a container is on its way out. */
  has(container: string): boolean {
    return this.known.has(container);
  }

  /**
   * Volumes and networks of tasks that are no more; `isKnown` says of a task whether it still is. Nobody needs to wait for
   * it, and it never rejects: a daemon that cannot list them runs tasks all the same.
   */
  sweep(isKnown: (taskId: string) => boolean): Promise<void> {
    this.sweeping ??= this.sweepAll(isKnown)
      .then(
        () => {
          this.isUnswept = false;
        },
        (error: Error) => this.unswept(error),
      )
      .finally(() => {
        this.sweeping = undefined;
      });
    return this.sweeping;
  }

  /** What is not removed yet is for the next server. */
  close(): void {
    this.closed = true;
  }

  private async sweepAll(isKnown: (taskId: string) => boolean): Promise<void> {
    await this.settings.networks.sweep((nodes) => this.isNeeded(nodes));
    for (const { Name, Labels } of await this.api.volumes()) {
      if (!isKnown(Labels[LABEL.task] ?? '')) await this.api.removeVolume(Name).catch(() => {});
    }
  }

  /** Said once, not at each look. */
  private unswept({ message }: Error): void {
    if (!this.closed && !this.isUnswept) {
      this.settings.log.warn({ error: message }, 'volumes and networks of old tasks are not removed');
    }
    this.isUnswept = true;
  }

  private isNeeded(nodes: string): boolean {
    return this.settings.hasTasks(nodes) || [...this.known.values()].includes(nodes);
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
        this.settings.log.warn({ container, error: (error as Error).message }, 'a container was not removed');
      }
    } finally {
      this.removed(container);
    }
  }

  private removed(container: string): void {
    const nodes = this.known.get(container);
    this.known.delete(container);
    if (nodes === undefined || this.closed || this.isNeeded(nodes)) return;
    void this.settings.networks.remove(nodes, () => this.isNeeded(nodes));
  }
}
