/**
 * What a daemon has when it is met is compared with the store, and what that has no use for is stopped: until that is gone
 * the host takes no tasks, or the next attempt of a job could run beside the lost one.
 */
export class Comparison {
  private state: 'none' | 'met' | 'shown' | 'over' = 'none';
  /** What may be no use of the store's. */
  private found = new Set<string>();
  /** Those of them that were stopped. */
  private readonly strays = new Set<string>();

  get isOver(): boolean {
    return this.state === 'over';
  }

  /** A daemon is met that has these live tasks. */
  begin(live: readonly string[]): void {
    this.state = 'met';
    this.found = new Set(live);
    this.strays.clear();
  }

  /** Its daemon is let go. */
  end(): void {
    this.state = 'none';
  }

  /** The store holds these as live. */
  holds(tasks: ReadonlySet<string>): void {
    for (const id of this.found) if (tasks.has(id)) this.found.delete(id);
  }

  stopped(taskId: string): void {
    if (this.found.has(taskId)) this.strays.add(taskId);
  }

  /**
   * What it has is listed, these tasks as live: then those are stopped that the store has no use for. `isToldAll`: the
   * store has the loss of all that was told lost, so that nothing is left out. Returns whether it has just come to its end.
   */
  look(live: readonly string[], isToldAll: boolean): boolean {
    if (!isToldAll || this.state === 'none' || this.state === 'over') return false;
    const isGone = this.state === 'shown' ? !live.some((id) => this.strays.has(id)) : this.found.size === 0;
    this.state = isGone ? 'over' : 'shown';
    return isGone;
  }
}
