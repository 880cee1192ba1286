/** So many jobs are remembered, the last ones. */
const MOST = 1000;
/** A job whose container one host will not make for so many orders is at fault itself, as far as anybody can tell. */
const MOST_ORDERS = 5;

interface Refused {
  readonly host: string;
  readonly tasks: Set<string>;
}

/**
 * Which jobs' containers a daemon would not make, for a fault of its own (5xx): each goes elsewhere without an attempt. One
 * that another host will not make either is given up, or it would close one host after the other.
 */
export class RefusedOrders {
  private readonly byJob = new Map<string, Refused>();

  /** Whether an order that a host answered so is to go elsewhere; false when its job's attempt is to fail. */
  isLeft(host: string, order: { readonly jobId: string; readonly taskId: string }): boolean {
    const { jobId, taskId } = order;
    const known = this.byJob.get(jobId);
    const refused = known ?? { host, tasks: new Set() };
    this.byJob.delete(jobId);
    if (refused.host !== host) return false;
    if (refused.tasks.add(taskId).size > MOST_ORDERS) return false;
    this.byJob.set(jobId, refused);
    for (const oldest of this.byJob.keys()) {
      if (this.byJob.size <= MOST) break;
      this.byJob.delete(oldest);
    }
    return true;
  }
}
