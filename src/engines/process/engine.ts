import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerSpec } from '../../domain/container.ts';
import type { Clock, Timers } from '../../lib/clock.ts';
import type { Log } from '../../lib/logger.ts';
import type { Engine, StartOrder, TaskReport, Verdict } from '../engine.ts';
import { Line } from '../line.ts';
import { Helper } from './helper.ts';
import { type Identity, isAlive, processesOf, signalGroup, trySignal } from './identity.ts';
import { judge } from './members.ts';
import { leaveRooms, type MemoryKeeper, type MemoryMode, OUT_OF_MEMORY, openMemory } from './memory.ts';
import { killOverMemory, type Running, wasKilledForMemory } from './over-memory.ts';
import { makeFolder, noteFailure, openForOthers, preparation, spread, writeTask } from './prepare.ts';
import { RECALLED, readLimits, readRecord } from './records.ts';
import { Removals } from './removals.ts';

export interface ProcessEngineSettings {
  readonly dataDir: string;
  /** Names what is this data folder's and no other's. */
  readonly dataId: string;
  /** PATH of the tasks. */
  readonly path: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** The file a task's output is appended to. */
  readonly outputPath: (taskId: string) => string;
  /** Tasks run as this user; only root can. */
  readonly runAs?: { readonly uid: number; readonly gid: number };
  /** Undefined: the best the machine lets us have. */
  readonly memoryMode?: MemoryMode;
}

const CHECK_MILLISECONDS = 1000;
/** A shim that takes longer than this to write a line is dead. */
const CLAIM_MILLISECONDS = 10_000;

/** How soon a stop is tried again that came between a task's claim and its command. */
const STOP_AGAIN_MILLISECONDS = 20;
/** A shim needs less than this from the end of a task to the claim of the next; an order in between is a fork in vain. */
const HANDOVER_MILLISECONDS = 10;
interface Watched {
  readonly memoryMiB: number;
  command: Identity | undefined;
}

/** Runs tasks as local processes through the helper (see `helper-script`). Needs Linux: /proc, setsid, FIFOs. */
export class ProcessEngine implements Engine {
  readonly name = 'process';
  readonly hasNoGpus = true;
  readonly memoryMode: MemoryMode;
  private readonly settings: ProcessEngineSettings;
  private readonly helper: Helper;
  private readonly memory: MemoryKeeper;
  private readonly tasks: string;
  /** Tasks that were ordered and have not ended, as far as this server knows. */
  private readonly live = new Map<string, Watched>();
  private readonly line = new Line();
  /** What calls off the KILL of a task that was told to stop. */
  private readonly graces = new Map<string, () => void>();
  /** When, by the steady clock, a task was first seen whose shim has not written who it is. */
  private readonly claims = new Map<string, number>();
  private readonly ended = new Set<string>();
  private readonly removals: Removals;
  private listener: (reports: readonly TaskReport[]) => void = () => {};
  private cancelCheck: () => void = () => {};
  private closed = false;

  constructor(settings: ProcessEngineSettings) {
    this.settings = settings;
    this.tasks = join(settings.dataDir, 'tasks');
    mkdirSync(this.tasks, { recursive: true, mode: 0o700 });
    spread(this.tasks);
    if (settings.runAs) openForOthers(settings.dataDir, this.tasks);
    this.memory = openMemory({ dataDir: settings.dataDir, id: settings.dataId }, settings.memoryMode);
    this.memoryMode = this.memory.mode;
    this.helper = new Helper(settings.dataDir, settings.clock.bootId, settings.timers, this.memory.root);
    this.removals = new Removals(
      (line) => this.helper.order(line),
      (id) => this.memory.close(id),
    );
    this.helper.open((lines) => this.hear(lines));
    this.check();
  }

  judge(container: ContainerSpec): readonly Verdict[] {
    return judge(container);
  }

  watch(listener: (reports: readonly TaskReport[]) => void): void {
    this.listener = listener;
  }

  async start(orders: readonly StartOrder[]): Promise<void> {
    const reports: TaskReport[] = [];
    const ready = orders.filter((order) => this.admitSafely(order, reports));
    for (const order of ready) this.place(order);
    if (reports.length > 0) this.settings.timers.soon(() => this.listener(reports));
  }

  /** What cannot even be noted (a full disk) is no reason to keep others back: the order will be repeated. */
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
    if (this.live.has(taskId)) return true;
    const folder = join(this.tasks, taskId);
    const isNew = makeFolder(folder);
    if (!isNew) this.adoptGroup(taskId);
    if (!isNew && !['none', 'ordered'].includes(readRecord(folder).kind)) {
      const report = this.look(taskId);
      if (report && report.kind !== 'waiting') reports.push(report);
      return false;
    }
    const reason = this.prepare(order, folder, isNew);
    if (reason === undefined) return true;
    reports.push({ taskId, kind: 'failed', stoppedAt: this.settings.clock.wall(), reason });
    if (order.after !== undefined) this.line.skip(taskId, order.after);
    return false;
  }

  /** Writes what the task needs to begin; the reason when it cannot. */
  private prepare(order: StartOrder, folder: string, isNew: boolean): string | undefined {
    const prepared = preparation(order, folder, this.settings);
    const logPath = this.settings.outputPath(order.taskId);
    if (typeof prepared !== 'string') {
      const { memoryMiB } = prepared;
      const openGroup = () => this.memory.open(order.taskId, memoryMiB, this.headFor(order));
      const wrong = writeTask({ ...prepared, logPath }, openGroup, isNew);
      if (wrong === undefined) {
        this.live.set(order.taskId, { memoryMiB, command: undefined });
        return undefined;
      }
      return noteFailure(order, folder, logPath, wrong);
    }
    return noteFailure(order, folder, logPath, prepared);
  }

  /** The task of its line that is to run just before it, as long as that is not over. */
  private headFor({ after }: StartOrder): string | undefined {
    const head = after === undefined ? undefined : this.line.headOf(after);
    return head !== undefined && this.live.has(head) ? head : undefined;
  }

  /** In line behind a task that runs, or to the helper. */
  private place(order: StartOrder): void {
    const { taskId } = order;
    const head = this.headFor(order);
    if (head === undefined) {
      this.helper.order(`t ${taskId}`);
      return;
    }
    this.line.put(taskId, head);
    try {
      writeFileSync(join(this.tasks, head, 'next'), `${taskId}\n`);
    } catch {
      // its turn comes by an order, when the one before it is over
    }
  }

  private hear(lines: readonly string[]): void {
    const reports: TaskReport[] = [];
    for (const id of new Set(lines.map((line) => line.slice(2)))) {
      if (!/^[0-9a-f]{32}$/.test(id)) continue;
      const report = this.lookSafely(id);
      if (report && report.kind !== 'waiting') reports.push(report);
    }
    if (reports.length > 0) this.listener(reports);
  }

  /** One that cannot be looked at holds up no other; the look of every second comes back to it. */
  private lookSafely(task: string): TaskReport | undefined {
    try {
      return this.look(task);
    } catch (error) {
      this.settings.log.error({ task, error: String((error as Error).stack) }, 'a look at a task failed');
      return undefined;
    }
  }

  /** What a task's folder says now, with what follows from its end. */
  private look(id: string): TaskReport | undefined {
    if (this.removals.has(id)) return undefined;
    const record = readRecord(join(this.tasks, id));
    switch (record.kind) {
      case 'none':
      case 'recalled':
        return undefined;
      case 'ordered':
        return { taskId: id, kind: 'waiting' };
      case 'failed':
        if (this.live.has(id)) this.letGo(id);
        return { taskId: id, kind: 'failed', stoppedAt: record.stoppedAt, reason: record.reason };
      case 'claimed':
        return this.lookAtClaimed(id, record.since);
      case 'begun':
        return this.lookAtBegun(id, record);
      case 'ended':
        return this.lookAtEnd(id, record);
    }
  }

  /** Neither waiting nor running: nothing to say, until it is plain that its shim died there. */
  private lookAtClaimed(id: string, since: number): TaskReport {
    const now = this.settings.clock.steady();
    const seen = this.claims.get(id) ?? now;
    this.claims.set(id, seen);
    if (now - seen < CLAIM_MILLISECONDS) return { taskId: id, kind: 'running', startedAt: since };
    this.letGo(id);
    return { taskId: id, kind: 'lost', stoppedAt: this.settings.clock.wall() };
  }

  private lookAtBegun(
    id: string,
    record: Extract<ReturnType<typeof readRecord>, { kind: 'begun' }>,
  ): TaskReport {
    const here = record.bootId === this.settings.clock.bootId;
    const alive = here && (isAlive(record.shim) || (record.command !== undefined && isAlive(record.command)));
    // between a shim's death and the command's line its child may still be about to begin
    if (here && !alive && !record.command) return this.lookAtClaimed(id, record.startedAt);
    if (!alive) {
      // the shim may have written the end between our two looks
      const again = readRecord(join(this.tasks, id));
      if (again.kind === 'ended') return this.lookAtEnd(id, again);
      this.letGo(id);
      return { taskId: id, kind: 'lost', startedAt: record.startedAt, stoppedAt: this.settings.clock.wall() };
    }
    const known = this.live.get(id);
    if (known) known.command = record.command;
    else this.adopt(id, record.command);
    return { taskId: id, kind: 'running', startedAt: record.startedAt };
  }

  /** A task that an earlier server started. */
  private adopt(id: string, command: Identity | undefined): void {
    this.live.set(id, { memoryMiB: this.adoptGroup(id), command });
  }

  /** Its limit and its group stand in its folder; returns the limit in MiB. */
  private adoptGroup(id: string): number {
    const { memoryMiB, groupFolder } = readLimits(join(this.tasks, id));
    if (groupFolder !== undefined) this.memory.adopt(id, memoryMiB, groupFolder);
    return memoryMiB;
  }

  private lookAtEnd(
    id: string,
    record: Extract<ReturnType<typeof readRecord>, { kind: 'ended' }>,
  ): TaskReport {
    if (!this.live.has(id)) this.adopt(id, undefined);
    const oom = record.exitCode !== 0 && (record.outOfMemory || wasKilledForMemory(join(this.tasks, id)));
    this.letGo(id);
    const { exitCode, startedAt, stoppedAt } = record;
    return {
      taskId: id,
      kind: 'exited',
      exitCode,
      startedAt,
      stoppedAt,
      ...(oom && { reason: OUT_OF_MEMORY }),
    };
  }

  /** A task is over: whoever waits for its room and was not seen by its shim is ordered now. */
  private letGo(id: string): void {
    this.live.delete(id);
    this.claims.delete(id);
    this.graces.get(id)?.();
    this.graces.delete(id);
    this.ended.add(id);
    const next = this.line.leave(id);
    if (next !== undefined)
      this.settings.timers.after(HANDOVER_MILLISECONDS, () => this.orderIfWaiting(next));
  }

  private orderIfWaiting(id: string | undefined): void {
    if (id !== undefined && readRecord(join(this.tasks, id)).kind === 'ordered') this.helper.order(`t ${id}`);
  }

  async recall(taskId: string): Promise<boolean> {
    const folder = join(this.tasks, taskId);
    makeFolder(folder);
    try {
      writeFileSync(join(folder, 'start'), RECALLED, { flag: 'wx' });
    } catch {
      return readRecord(folder).kind === 'recalled';
    }
    this.live.delete(taskId);
    this.orderIfWaiting(this.line.takeOut(taskId));
    return true;
  }

  async stop(taskId: string, graceSeconds: number): Promise<void> {
    const record = readRecord(join(this.tasks, taskId));
    if (record.kind === 'claimed' || (record.kind === 'begun' && !record.command)) {
      if (this.closed || !this.live.has(taskId)) return;
      this.settings.timers.after(STOP_AGAIN_MILLISECONDS, () => void this.stop(taskId, graceSeconds));
    }
    if (record.kind !== 'begun' || record.bootId !== this.settings.clock.bootId || !record.command) return;
    const { command } = record;
    signalGroup(command, graceSeconds > 0 ? 'SIGTERM' : 'SIGKILL');
    if (graceSeconds === 0 || this.graces.has(taskId)) return;
    const kill = () => signalGroup(command, 'SIGKILL');
    this.graces.set(taskId, this.settings.timers.after(graceSeconds * 1000, kill));
  }

  async list(): Promise<readonly TaskReport[]> {
    const reports: TaskReport[] = [];
    const ids = readdirSync(this.tasks);
    this.removals.again(new Set(ids));
    for (const id of ids) {
      const report = this.look(id);
      if (report) reports.push(report);
    }
    return reports;
  }

  async forget(taskIds: readonly string[]): Promise<void> {
    this.removals.forget(taskIds);
  }

  /** Once a second: who vanished, who uses too much, what is left of those that ended. */
  private check(): void {
    this.cancelCheck = this.settings.timers.after(CHECK_MILLISECONDS, () => {
      if (this.closed) return;
      try {
        this.checkLive();
        this.killLeftovers();
        this.memory.sweep();
        this.removals.flush();
        this.repeatLostOrders();
      } catch (error) {
        this.settings.log.error({ error: String((error as Error).stack) }, 'a look at the tasks failed');
      }
      this.check();
    });
  }

  private checkLive(): void {
    const reports: TaskReport[] = [];
    const running: Running[] = [];
    for (const [id, task] of [...this.live]) {
      if (task.command && isAlive(task.command)) {
        running.push({ id, memoryMiB: task.memoryMiB, command: task.command });
        continue;
      }
      const report = this.lookSafely(id);
      if (report && report.kind !== 'waiting' && report.kind !== 'running') reports.push(report);
    }
    if (this.memoryMode === 'watched' && running.length > 0)
      killOverMemory(this.tasks, running, this.settings.log);
    if (reports.length > 0) this.listener(reports);
  }

  /** A helper that died took with it what it had not read; a claim keeps a repeated order from running twice. */
  private repeatLostOrders(): void {
    const waiting = [...this.live].filter(([id, task]) => !task.command && !this.line.has(id));
    if (waiting.length === 0 || !this.helper.hasDied()) return;
    for (const [id] of waiting) this.orderIfWaiting(id);
  }

  private killLeftovers(): void {
    if (this.ended.size === 0) return;
    const pids =
      this.memory.mode === 'watched'
        ? processesOf(this.ended)
        : [...this.ended].flatMap((id) => this.memory.members(id));
    for (const pid of pids) trySignal(pid, 'SIGKILL');
    this.ended.clear();
  }

  /** Tasks go on; without any the helper ends too. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.cancelCheck();
    for (const callOff of this.graces.values()) callOff();
    this.removals.flush();
    const isIdle = this.live.size === 0;
    if (isIdle) this.killLeftovers();
    this.helper.close(isIdle);
    await leaveRooms(this.memory, isIdle, this.settings.timers);
  }
}
