/**
 * Which GPUs are whose, by number. A task in line takes those of the one before it, which has ended when it begins. What a
 * task has stands in its `run` file too (see `readHolds`): the next server finds it there.
 */
export class Gpus {
  private readonly count: number;
  private readonly taken = new Map<string, readonly number[]>();

  /** `count`: how many there are. */
  constructor(count: number) {
    this.count = count;
  }

  /** So many for a task, the same each time it asks; those of `head`, which it follows, first. Throws when there are too few. */
  take(taskId: string, count: number, head: string | undefined): readonly number[] {
    const own = this.taken.get(taskId);
    if (own?.length === count) return own;
    this.taken.delete(taskId);
    if (count === 0) return [];
    const used = new Set([...this.taken.values()].flat());
    const before = (head === undefined ? undefined : this.taken.get(head)) ?? [];
    const free = Array.from({ length: this.count }, (_, at) => at).filter((at) => !used.has(at));
    const gpus = [...before, ...free].slice(0, count).sort((a, b) => a - b);
    if (gpus.length < count) throw new Error(`resourceRequirements: of ${this.count} GPUs too few are free`);
    this.taken.set(taskId, gpus);
    return gpus;
  }

  /** What an earlier server gave a task. */
  adopt(taskId: string, gpus: readonly number[]): void {
    if (gpus.length > 0) this.taken.set(taskId, gpus);
  }

  release(taskId: string): void {
    this.taken.delete(taskId);
  }
}
