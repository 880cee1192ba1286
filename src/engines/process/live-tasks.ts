import type { Identity } from './processes.ts';

/** What a task is in, as far as this server knows. One that is not here was never ordered by it, or has long been over. */
export type LiveTask =
  /** Handed to the helper at `since` (steady clock), or in line; nothing of it has been seen. */
  | { readonly kind: 'ordered'; readonly memoryMiB: number; readonly since: number }
  /** Its shim has claimed it and not told of the command. `since`: when that was first seen, by the steady clock. */
  | { readonly kind: 'claimed'; readonly memoryMiB: number; readonly since: number }
  | { readonly kind: 'running'; readonly memoryMiB: number; readonly command: Identity }
  /** Told to end, and killed when its grace is over. */
  | {
      readonly kind: 'stopping';
      readonly memoryMiB: number;
      readonly command: Identity;
      readonly callOffKill: () => void;
    }
  /** It has ended; what it left behind is still to be killed. */
  | { readonly kind: 'over' }
  /** Forgotten: its folder is going, and what that says is of the past. Its memory group is others' by now. */
  | { readonly kind: 'removing'; readonly isSwept: boolean };

/** One that was ordered and has not ended. */
export type UnendedTask = Exclude<LiveTask, { kind: 'over' | 'removing' }>;

/** One whose command is known. */
export type BegunTask = Extract<LiveTask, { kind: 'running' | 'stopping' }>;

/** The tasks of this server, each in one state; the only writer of these states. */
export class LiveTasks {
  private readonly tasks = new Map<string, LiveTask>();

  get(id: string): LiveTask | undefined {
    return this.tasks.get(id);
  }

  /** Undefined also of one that is over. */
  unended(id: string): UnendedTask | undefined {
    const task = this.tasks.get(id);
    return task?.kind === 'over' || task?.kind === 'removing' ? undefined : task;
  }

  allUnended(): [id: string, task: UnendedTask][] {
    return [...this.tasks].filter(
      (entry): entry is [string, UnendedTask] => entry[1].kind !== 'over' && entry[1].kind !== 'removing',
    );
  }

  isIdle(): boolean {
    return this.allUnended().length === 0;
  }

  order(id: string, memoryMiB: number, since: number): void {
    this.tasks.set(id, { kind: 'ordered', memoryMiB, since });
  }

  claim(id: string, { memoryMiB }: UnendedTask, since: number): void {
    this.tasks.set(id, { kind: 'claimed', memoryMiB, since });
  }

  /** One that was told to stop goes on stopping. */
  run(id: string, task: UnendedTask, command: Identity): BegunTask {
    if (task.kind === 'running' || task.kind === 'stopping') return task;
    const running: BegunTask = { kind: 'running', memoryMiB: task.memoryMiB, command };
    this.tasks.set(id, running);
    return running;
  }

  stop(id: string, { memoryMiB, command }: BegunTask, callOffKill: () => void): void {
    this.tasks.set(id, { kind: 'stopping', memoryMiB, command, callOffKill });
  }

  end(id: string): void {
    const task = this.tasks.get(id);
    if (task?.kind === 'stopping') task.callOffKill();
    this.tasks.set(id, { kind: 'over' });
  }

  remove(id: string): void {
    this.tasks.set(id, { kind: 'removing', isSwept: this.tasks.get(id)?.kind !== 'over' });
  }

  /** Nothing is known of it any more. */
  drop(id: string): void {
    this.tasks.delete(id);
  }

  removing(): string[] {
    return [...this.tasks].filter(([, task]) => task.kind === 'removing').map(([id]) => id);
  }

  /** Those whose leftovers nobody has looked for since they ended; asked again, it names others. */
  takeUnswept(): Set<string> {
    const unswept = new Set<string>();
    for (const [id, task] of this.tasks) {
      if (task.kind === 'removing' && !task.isSwept) this.tasks.set(id, { kind: 'removing', isSwept: true });
      else if (task.kind === 'over') this.tasks.delete(id);
      else continue;
      unswept.add(id);
    }
    return unswept;
  }

  callOffKills(): void {
    for (const task of this.tasks.values()) if (task.kind === 'stopping') task.callOffKill();
  }
}
