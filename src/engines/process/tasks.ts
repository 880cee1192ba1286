import { join } from 'node:path';
import type { Clock, Timers } from '../../lib/clock.ts';
import type { TaskReport } from '../engine.ts';
import { Line } from '../line.ts';
import { Gpus } from './gpus.ts';
import type { Helper } from './helper.ts';
import { LiveTasks, type UnendedTask } from './live-tasks.ts';
import type { MemoryKeeper } from './memory-limits.ts';
import { observe, reportOf, type Sight } from './observe.ts';
import type { Identity } from './processes.ts';
import { findTask, readHolds, readRecord } from './records.ts';

/** A shim needs less than this from the end of a task to the claim of the next; an order in between is a fork in vain. */
const HANDOVER_MILLISECONDS = 10;

interface Parts {
  /** Where each task has a folder, by its id. */
  readonly folder: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly helper: Helper;
  readonly memory: MemoryKeeper;
  /** How many there are. */
  readonly gpus: number;
}

/**
 * The tasks: what each is in, and who waits for whose room. `see` reads, `take` acts on what was seen; each may be repeated.
 */
export class Tasks {
  readonly live = new LiveTasks();
  readonly line = new Line();
  readonly gpus: Gpus;
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
    this.gpus = new Gpus(parts.gpus);
  }

  folderOf(id: string): string {
    return join(this.parts.folder, id);
  }

  /** What there is of a task now. Changes nothing. */
  see(id: string): Sight {
    const { clock } = this.parts;
    const found = findTask(this.folderOf(id), clock.bootId);
    return observe(found, this.live.get(id), { wall: clock.wall(), steady: clock.steady() });
  }

  /** Takes over what was seen of a task, with what follows from its end. */
  take(id: string, sight: Sight): void {
    switch (sight.kind) {
      case 'nothing':
      case 'waiting':
      case 'starting':
        return;
      case 'claimed':
        this.live.claim(id, this.adopted(id), sight.since);
        return;
      case 'running':
        this.live.run(id, this.adopted(id), sight.command);
        return;
      case 'failed':
        if (this.live.unended(id)) this.letGo(id);
        return;
      case 'exited':
        // of an earlier server: its group is to be looked through, and given back one day
        this.adopted(id);
        this.letGo(id);
        return;
      case 'lost':
        this.letGo(id);
        return;
    }
  }

  /** `see` and `take`; what is to be told. */
  look(id: string): TaskReport | undefined {
    const sight = this.see(id);
    this.take(id, sight);
    return reportOf(id, sight);
  }

  /** Told to end; killed by `kill` after its grace, unless that has been arranged already. */
  stop(id: string, command: Identity, graceMilliseconds: number, kill: () => void): void {
    const task = this.live.run(id, this.adopted(id), command);
    if (task.kind === 'running') this.live.stop(id, task, this.parts.timers.after(graceMilliseconds, kill));
  }

  /** It can never run: whoever stands behind it may have to be ordered now. */
  recalled(id: string): void {
    this.live.drop(id);
    this.gpus.release(id);
    this.orderIfWaiting(this.line.takeOut(id));
  }

  /** A claim keeps an order that is given twice from running twice. */
  orderIfWaiting(id: string | undefined): void {
    if (id === undefined || readRecord(this.folderOf(id)).kind !== 'ordered') return;
    const task = this.live.get(id);
    if (task?.kind === 'ordered') this.live.order(id, task.memoryMiB, this.parts.clock.steady());
    this.parts.helper.order(`t ${id}`);
  }

  /** What a task holds that an earlier server ordered stands in its folder. Returns its memory's limit in MiB. */
  adoptHeld(id: string): number {
    const { memoryMiB, groupFolder, gpus } = readHolds(this.folderOf(id));
    if (groupFolder !== undefined) this.parts.memory.adopt(id, memoryMiB, groupFolder);
    this.gpus.adopt(id, gpus);
    return memoryMiB;
  }

  /** Those of tasks that may run or begin yet: no other is to be given them. */
  adoptGpus(ids: readonly string[]): void {
    for (const id of ids) {
      const found = findTask(this.folderOf(id), this.parts.clock.bootId);
      const mayRun =
        found.kind === 'ordered' || found.kind === 'claimed' || (found.kind === 'begun' && found.isAlive);
      if (mayRun) this.gpus.adopt(id, readHolds(this.folderOf(id)).gpus);
    }
  }

  private adopted(id: string): UnendedTask {
    return (
      this.live.unended(id) ?? {
        kind: 'ordered',
        memoryMiB: this.adoptHeld(id),
        since: this.parts.clock.steady(),
      }
    );
  }

  /** A task is over: whoever waits for its room and was not seen by its shim is ordered now. */
  private letGo(id: string): void {
    this.live.end(id);
    this.gpus.release(id);
    const next = this.line.leave(id);
    if (next !== undefined) this.parts.timers.after(HANDOVER_MILLISECONDS, () => this.orderIfWaiting(next));
  }
}
