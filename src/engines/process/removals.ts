import type { LiveTasks } from './live-tasks.ts';

const AT_ONCE = 64;

/** Folders of tasks that nobody asks about any more; the helper removes them, many at a time. */
export class Removals {
  private readonly live: LiveTasks;
  private readonly order: (line: string) => void;
  private readonly closeGroup: (id: string) => void;
  private forgotten: string[] = [];

  constructor(live: LiveTasks, order: (line: string) => void, closeGroup: (id: string) => void) {
    this.live = live;
    this.order = order;
    this.closeGroup = closeGroup;
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
    const removing = this.live.removing();
    for (const id of removing) if (!there.has(id)) this.live.drop(id);
    const left = removing.filter((id) => there.has(id));
    while (left.length > 0) this.order(`x ${left.splice(0, AT_ONCE).join(' ')}`);
  }

  private remove(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) {
      this.closeGroup(id);
      this.live.remove(id);
    }
    this.order(`x ${ids.join(' ')}`);
  }
}
