import { type Asks, type ForeignPod, NO_ASKS, plus } from './foreign-pod.ts';

/** What others' pods take of a node together. */
export interface ForeignSum {
  readonly asks: Asks;
  readonly pods: number;
}

export const NO_FOREIGN: ForeignSum = { asks: NO_ASKS, pods: 0 };

/** Others' pods, and their sum on each node: one addition an event. */
export class ForeignSums {
  private readonly byUid = new Map<string, ForeignPod>();
  private readonly byNode = new Map<string, ForeignSum>();

  on(nodeName: string): ForeignSum {
    return this.byNode.get(nodeName) ?? NO_FOREIGN;
  }

  /** The node that a pod takes something of. */
  nodeOf(uid: string): string | undefined {
    return this.byUid.get(uid)?.nodeName;
  }

  /** It is there, as it says now. */
  put(pod: ForeignPod): void {
    this.remove(pod.uid);
    this.byUid.set(pod.uid, pod);
    this.add(pod.nodeName, pod.asks, 1);
  }

  /** It is gone, or over. Returns the node that has more room for it. */
  remove(uid: string): string | undefined {
    const pod = this.byUid.get(uid);
    if (!pod) return undefined;
    this.byUid.delete(uid);
    const { milliVcpus, bytes, gpus } = pod.asks;
    this.add(pod.nodeName, { milliVcpus: -milliVcpus, bytes: -bytes, gpus: -gpus }, -1);
    return pod.nodeName;
  }

  uids(): readonly string[] {
    return [...this.byUid.keys()];
  }

  private add(nodeName: string, asks: Asks, pods: number): void {
    const before = this.on(nodeName);
    const after = { asks: plus(before.asks, asks), pods: before.pods + pods };
    if (after.pods === 0) this.byNode.delete(nodeName);
    else this.byNode.set(nodeName, after);
  }
}
