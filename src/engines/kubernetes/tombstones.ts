import type { Timers } from '../../lib/clock.ts';
import { ApiRefusal } from './client/answers.ts';
import { type Insistence, insist } from './client/insist.ts';
import type { Pod } from './objects.ts';
import type { PodsApi } from './pods-api.ts';
import type { Removals } from './removals.ts';

/** A request may lie in an API server for 60 seconds before it is given up there. */
const LATE_MILLISECONDS = 70_000;

export interface TombstoneParts {
  readonly api: PodsApi;
  readonly timers: Timers;
  readonly insistence: Insistence;
  readonly removals: Removals;
  readonly bodyOf: (taskId: string) => unknown;
}

/**
 * Pods that stand under a task's name and can never start, for a scheduling gate holds them: a create of the task that still
 * lies with the API server meets them, and is refused (K-018).
 */
export class Tombstones {
  private readonly parts: TombstoneParts;
  /** By uid. */
  private readonly known = new Set<string>();

  constructor(parts: TombstoneParts) {
    this.parts = parts;
  }

  has(uid: string): boolean {
    return this.known.has(uid);
  }

  /** False where a pod of that name is there. Rejects once `isVoid`. */
  async put(taskId: string, isVoid: () => boolean): Promise<boolean> {
    const { api, insistence, bodyOf } = this.parts;
    try {
      this.keep(await insist({ ...insistence, isVoid }, () => api.create(bodyOf(taskId))));
      return true;
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 409) return false;
      throw error;
    }
  }

  /** One that is found, also of a server before us, stays until no create can come any more. */
  keep(pod: Pod): void {
    if (this.known.has(pod.uid)) return;
    this.known.add(pod.uid);
    this.parts.timers.after(LATE_MILLISECONDS, () => this.parts.removals.add(pod));
  }

  gone(uid: string): void {
    this.known.delete(uid);
  }
}
