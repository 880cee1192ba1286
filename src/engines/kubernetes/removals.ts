import type { Timers } from '../../lib/clock.ts';
import type { Pod } from './objects.ts';
import type { Persistence } from './persistence.ts';
import type { PodsApi } from './pods-api.ts';
import type { TaskSecrets } from './task-secrets.ts';

export interface RemovalParts {
  readonly api: PodsApi;
  readonly timers: Timers;
  readonly persistence: Persistence;
  readonly secrets: TaskSecrets;
}

/**
 * Takes pods away whose end is stored: what is left of their Secrets, the pod, then the finalizer that keeps it. Tried for ever, and by the next
 * server, which finds them again (K-013). Until the cluster says that a pod is gone it is known as on its way out, so that what is
 * still told of it begins nothing anew.
 */
export class Removals {
  private readonly parts: RemovalParts;
  /** By uid; whether all is asked for. */
  private readonly known = new Map<string, boolean>();
  /** Call off those whose time has not come. */
  private readonly waiting = new Set<() => void>();

  constructor(parts: RemovalParts) {
    this.parts = parts;
  }

  has(uid: string): boolean {
    return this.known.has(uid);
  }

  /** Of one that is known already nothing changes: what stands for a time stands so long. */
  add(pod: Pod, delayMilliseconds = 0): void {
    if (this.known.has(pod.uid)) return;
    this.known.set(pod.uid, false);
    if (delayMilliseconds === 0) void this.remove(pod);
    else this.wait(pod, delayMilliseconds);
  }

  /** It is gone from the cluster. */
  gone(uid: string): void {
    this.known.delete(uid);
  }

  /** What a list that began just now lacks is gone. */
  keep(there: ReadonlySet<string>): void {
    for (const [uid, isAsked] of this.known) if (isAsked && !there.has(uid)) this.known.delete(uid);
  }

  /** What waits is left to the next server. */
  close(): void {
    for (const callOff of this.waiting) callOff();
  }

  private wait(pod: Pod, delayMilliseconds: number): void {
    const callOff = this.parts.timers.after(delayMilliseconds, () => {
      this.waiting.delete(callOff);
      void this.remove(pod);
    });
    this.waiting.add(callOff);
  }

  private async remove({ name, uid }: Pod): Promise<void> {
    const { api, persistence, secrets } = this.parts;
    await secrets.sweep(name);
    await persistence.persist('a pod is not removed', async () => {
      // a pod with a finalizer is written twice until it is gone; one without it three times: marked as deleted, and then removed
      if (await api.delete(name, { uid }, 0, true)) await api.release(name, uid, true);
    });
    if (this.known.has(uid)) this.known.set(uid, true);
  }
}
