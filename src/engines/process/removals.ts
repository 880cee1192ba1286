const AT_ONCE = 64;

/** Folders of tasks that nobody asks about any more; the helper removes them, many at a time. */
export class Removals {
  private readonly order: (line: string) => void;
  private readonly closeGroup: (id: string) => void;
  private forgotten: string[] = [];
  /** Being removed: what their folders still say is of the past, their groups are others' by now. */
  private readonly under = new Set<string>();

  constructor(order: (line: string) => void, closeGroup: (id: string) => void) {
    this.order = order;
    this.closeGroup = closeGroup;
  }

  has(id: string): boolean {
    return this.under.has(id);
  }

  forget(ids: readonly string[]): void {
    this.forgotten.push(...ids);
    while (this.forgotten.length >= AT_ONCE) this.remove(this.forgotten.splice(0, AT_ONCE));
  }

  /** Those that are too few to be worth a process of their own, after a while. */
  flush(): void {
    this.remove(this.forgotten.splice(0));
  }

  /** A helper that died may have left folders behind. `there`: all that are there. */
  again(there: ReadonlySet<string>): void {
    for (const id of this.under) if (!there.has(id)) this.under.delete(id);
    const left = [...this.under];
    while (left.length > 0) this.order(`x ${left.splice(0, AT_ONCE).join(' ')}`);
  }

  private remove(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) {
      this.closeGroup(id);
      this.under.add(id);
    }
    this.order(`x ${ids.join(' ')}`);
  }
}
