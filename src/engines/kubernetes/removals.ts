import type { Log } from '../../lib/logger.ts';
import { ApiRefusal } from './client/answers.ts';
import { type Insistence, insist } from './client/insist.ts';
import type { Pod } from './objects.ts';
import type { PodsApi } from './pods-api.ts';

/**
 * Takes pods away whose end is stored: the finalizer off, then the pod. Tried for ever, and by the next server, which finds them
 * again (K-013). Until the cluster says that a pod is gone it is known as on its way out, so that what is still told of it begins
 * nothing anew.
 */
export class Removals {
  private readonly api: PodsApi;
  private readonly log: Log;
  private readonly insistence: Insistence;
  /** By uid; whether all is asked for. */
  private readonly known = new Map<string, boolean>();

  constructor(api: PodsApi, log: Log, insistence: Insistence) {
    this.api = api;
    this.log = log;
    this.insistence = insistence;
  }

  has(uid: string): boolean {
    return this.known.has(uid);
  }

  add(pod: Pod): void {
    if (this.known.has(pod.uid)) return;
    this.known.set(pod.uid, false);
    void this.remove(pod);
  }

  /** It is gone from the cluster. */
  gone(uid: string): void {
    this.known.delete(uid);
  }

  /** What a list that began just now lacks is gone. */
  keep(there: ReadonlySet<string>): void {
    for (const [uid, isAsked] of this.known) if (isAsked && !there.has(uid)) this.known.delete(uid);
  }

  private async remove({ name, uid }: Pod): Promise<void> {
    try {
      const isThere = await insist(this.insistence, () => this.api.release(name, uid, true));
      if (isThere) await insist(this.insistence, () => this.api.delete(name, { uid }, 0, true));
      if (this.known.has(uid)) this.known.set(uid, true);
    } catch (error) {
      // another pod of that name: ours is gone
      if (error instanceof ApiRefusal && error.status === 409) this.known.set(uid, true);
      else this.failed(name, uid, error as Error);
    }
  }

  /** The next list finds it again. */
  private failed(name: string, uid: string, { message }: Error): void {
    this.known.delete(uid);
    if (!this.insistence.isVoid()) this.log.warn({ pod: name, error: message }, 'a pod was not removed');
  }
}
