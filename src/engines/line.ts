/**
 * Who takes whose room. A task that will not run (recalled, or its start failed) hands its place in the line to
 * whoever comes after it.
 */
export class Line {
  private readonly successors = new Map<string, string>();
  private readonly heads = new Map<string, string>();
  /** Tasks that left the line without having run, and the one they stood behind. */
  private readonly skipped = new Map<string, string>();

  /** The task that `id` now stands for: itself, unless it has left the line. */
  headOf(id: string): string {
    const before = this.skipped.get(id);
    return before === undefined ? id : this.headOf(before);
  }

  put(id: string, head: string): void {
    this.successors.set(head, id);
    this.heads.set(id, head);
  }

  has(id: string): boolean {
    return this.heads.has(id);
  }

  /** `id` will not run and stood, or would have stood, behind `head`. */
  skip(id: string, head: string): void {
    this.skipped.set(id, this.headOf(head));
  }

  /** `id` will not run: returns who may go now in its place, when nobody is before it. */
  takeOut(id: string): string | undefined {
    const head = this.heads.get(id);
    const next = this.unlink(id);
    if (head === undefined) return next;
    this.skip(id, head);
    this.successors.delete(head);
    if (next !== undefined) this.put(next, head);
    return undefined;
  }

  /** `id` has ended: returns who takes its room. */
  leave(id: string): string | undefined {
    for (const [other, head] of this.skipped) if (head === id) this.skipped.delete(other);
    return this.unlink(id);
  }

  private unlink(id: string): string | undefined {
    const next = this.successors.get(id);
    this.successors.delete(id);
    this.heads.delete(id);
    if (next !== undefined) this.heads.delete(next);
    return next;
  }
}
