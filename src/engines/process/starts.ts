import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StartOrder, TaskReport } from '../engine.ts';
import type { Helper } from './helper.ts';
import type { MemoryKeeper } from './memory-limits.ts';
import { planTask, type TaskHost } from './plan-task.ts';
import { readRecord } from './records.ts';
import type { ProcessEngineSettings } from './settings.ts';
import { makeFolder, noteFailure, writeTask } from './task-folder.ts';
import type { Tasks } from './tasks.ts';

interface Parts {
  readonly settings: ProcessEngineSettings;
  readonly tasks: Tasks;
  readonly helper: Helper;
  readonly memory: MemoryKeeper;
  readonly host: TaskHost;
}

/** Takes start orders: writes down what each task needs to begin, and hands it to the helper or puts it in line. */
export class Starts {
  private readonly settings: ProcessEngineSettings;
  private readonly tasks: Tasks;
  private readonly helper: Helper;
  private readonly memory: MemoryKeeper;
  private readonly host: TaskHost;

  constructor({ settings, tasks, helper, memory, host }: Parts) {
    this.settings = settings;
    this.tasks = tasks;
    this.helper = helper;
    this.memory = memory;
    this.host = host;
  }

  /** Reports of those that are over already, or cannot begin. */
  start(orders: readonly StartOrder[]): TaskReport[] {
    const reports: TaskReport[] = [];
    const ready = orders.filter((order) => this.admitSafely(order, reports));
    for (const order of ready) this.place(order);
    return reports;
  }

  /** What cannot even be noted (a full disk) is no reason to keep others back: what is not noted is absent at the next comparison. */
  private admitSafely(order: StartOrder, reports: TaskReport[]): boolean {
    try {
      return this.admit(order, reports);
    } catch (error) {
      this.settings.log.error(
        { task: order.taskId, error: (error as Error).message },
        'a task is not written',
      );
      return false;
    }
  }

  /** Whether there is something to hand over; of what is over already, or cannot begin, a report is added. */
  private admit(order: StartOrder, reports: TaskReport[]): boolean {
    const { taskId } = order;
    if (this.tasks.live.unended(taskId)) return true;
    const folder = this.tasks.folderOf(taskId);
    const isNew = makeFolder(folder);
    if (!isNew) this.tasks.adoptHeld(taskId);
    if (!isNew && !['none', 'ordered'].includes(readRecord(folder).kind)) {
      const report = this.tasks.look(taskId);
      if (report && report.kind !== 'waiting') reports.push(report);
      if (!this.tasks.live.unended(taskId)) this.tasks.gpus.release(taskId);
      return false;
    }
    const reason = this.prepare(order, isNew);
    if (reason === undefined) return true;
    this.tasks.gpus.release(taskId);
    reports.push({ taskId, kind: 'failed', stoppedAt: this.settings.clock.wall(), reason });
    if (order.after !== undefined) this.tasks.line.skip(taskId, order.after);
    return false;
  }

  /** Writes what the task needs to begin; the reason when it cannot. */
  private prepare(order: StartOrder, isNew: boolean): string | undefined {
    const folder = this.tasks.folderOf(order.taskId);
    const logPath = this.settings.outputPath(order.taskId);
    const takeGpus = (count: number) => this.tasks.gpus.take(order.taskId, count, this.headFor(order));
    const planned = planTask(order, folder, this.host, takeGpus);
    if (planned.kind === 'failed') return noteFailure(folder, logPath, planned.reason);
    const { plan, ownFolders } = planned;
    const { memoryMiB } = plan;
    const openGroup = () => this.memory.open(order.taskId, memoryMiB, this.headFor(order));
    const wrong = writeTask(folder, { ...plan, logPath }, ownFolders, openGroup, isNew);
    if (wrong !== undefined) return noteFailure(folder, logPath, wrong);
    this.tasks.live.order(order.taskId, memoryMiB, this.settings.clock.steady());
    return undefined;
  }

  /** The task of its line that is to run just before it, as long as that is not over. */
  private headFor({ after }: StartOrder): string | undefined {
    const head = after === undefined ? undefined : this.tasks.line.headOf(after);
    return head !== undefined && this.tasks.live.unended(head) ? head : undefined;
  }

  /** In line behind a task that runs, or to the helper. */
  private place(order: StartOrder): void {
    const { taskId } = order;
    const head = this.headFor(order);
    if (head === undefined) {
      this.helper.order(`t ${taskId}`);
      return;
    }
    this.tasks.line.put(taskId, head);
    try {
      writeFileSync(join(this.tasks.folderOf(head), 'next'), `${taskId}\n`);
    } catch {
      // its turn comes by an order, when the one before it is over
    }
  }
}
