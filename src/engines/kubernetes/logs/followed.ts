export interface FollowLimits {
  /** Of all tasks. */
  readonly most: number;
  readonly mostOnNode: number;
}

/** A follow costs memory here, in the API server and on the node, and one of the node's few watchers of files. */
export const FOLLOW_LIMITS: FollowLimits = { most: 1000, mostOnNode: 100 };

/** Which tasks' logs are followed: the newest, within limits; the others are polled (K-126). */
export class Followed {
  private readonly limits: FollowLimits;
  /** By task, its node; the oldest first. */
  private readonly nodes = new Map<string, string>();
  private readonly byNode = new Map<string, Set<string>>();

  constructor(limits: FollowLimits) {
    this.limits = limits;
  }

  has(id: string): boolean {
    return this.nodes.has(id);
  }

  hasRoom(node: string): boolean {
    return this.nodes.size < this.limits.most && this.on(node).size < this.limits.mostOnNode;
  }

  /** Takes one in. Returns who is followed no longer for it: the oldest of its node where that is full, else of all. */
  add(id: string, node: string): string | undefined {
    const isFull = this.on(node).size >= this.limits.mostOnNode;
    const [oldest] = this.hasRoom(node) ? [] : isFull ? this.on(node) : this.nodes.keys();
    if (oldest !== undefined) this.remove(oldest);
    this.nodes.set(id, node);
    this.byNode.set(node, this.on(node).add(id));
    return oldest;
  }

  remove(id: string): void {
    const node = this.nodes.get(id);
    if (node === undefined) return;
    this.nodes.delete(id);
    const there = this.on(node);
    there.delete(id);
    if (there.size === 0) this.byNode.delete(node);
  }

  private on(node: string): Set<string> {
    return this.byNode.get(node) ?? new Set();
  }
}
