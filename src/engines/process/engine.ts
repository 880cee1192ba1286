import { appendFileSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ContainerSpec, resourcesOf } from '../../domain/container.ts';
import type { Clock, Timers } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Engine, StartOrder, TaskReport, Verdict } from '../engine.ts';
import { Helper } from './helper.ts';
import { type Identity, isAlive, processesOf, residentOf, signalGroup, trySignal } from './identity.ts';
import { judge } from './members.ts';
import { type MemoryKeeper, type MemoryMode, OUT_OF_MEMORY, openMemory } from './memory.ts';
import { findProgram } from './program.ts';
import { RECALLED, readRecord } from './records.ts';
import { environmentOf, runScript } from './run-script.ts';

export interface ProcessEngineSettings {
  readonly dataDir: string;
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
const FORGET_AT_ONCE = 64;
/** A shim that takes longer than this to write a line is dead. */
const CLAIM_MILLISECONDS = 10_000;

interface Watched {
  readonly memoryMiB: number;
  command: Identity | undefined;
  oom: boolean;
}

/** Runs tasks as local processes through the helper (see `helper-script`). Needs Linux: /proc, setsid, FIFOs. */
export class ProcessEngine implements Engine {
  readonly name = 'process';
  readonly memoryMode: MemoryMode;
  private readonly s: ProcessEngineSettings;
  private readonly helper: Helper;
  private readonly memory: MemoryKeeper;
  private readonly tasks: string;
  /** Tasks that were ordered and have not ended, as far as this server knows. */
  private readonly live = new Map<string, Watched>();
  /** The task that takes this one's room. */
  private readonly successors = new Map<string, string>();
  private readonly ended = new Set<string>();
  private forgotten: string[] = [];
  private listener: (reports: readonly TaskReport[]) => void = () => {};
  private cancelCheck: () => void = () => {};
  private closed = false;

  constructor(settings: ProcessEngineSettings) {
    this.s = settings;
    this.tasks = join(settings.dataDir, 'tasks');
    mkdirSync(this.tasks, { recursive: true, mode: settings.runAs ? 0o711 : 0o700 });
    const inode = statSync(settings.dataDir).ino;
    this.memory = openMemory(String(inode), settings.memoryMode);
    this.memoryMode = this.memory.mode;
    this.helper = new Helper(settings.dataDir, settings.clock.bootId, settings.timers);
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
    const failed: TaskReport[] = [];
    for (const order of orders) {
      const reason = this.prepare(order);
      if (reason === undefined) this.place(order);
      else failed.push(this.failedStart(order, reason));
    }
    if (failed.length > 0) this.s.timers.soon(() => this.listener(failed));
  }

  /** Writes the task's folder; a reason when it can never run. What is there already stays as it is. */
  private prepare(order: StartOrder): string | undefined {
    const impossible = judge(order.container).find((verdict) => verdict.kind === 'impossible');
    if (impossible?.kind === 'impossible') return `CannotCreateContainerError: ${impossible.why}`;
    const folder = join(this.tasks, order.taskId);
    const home = join(folder, 'work');
    const workDir = order.container.environment.find((v) => v.name === 'LONGSHORE_WORKDIR')?.value ?? home;
    const path = environmentOf({ order, path: this.s.path, home }).get('PATH')!;
    const [word] = order.container.command;
    if (word === undefined) {
      return 'CannotStartContainerError: the command is empty, and an image has its own only with the Docker engine';
    }
    const program = findProgram(word, path, workDir);
    if (program === undefined) {
      return `CannotStartContainerError: Error response from daemon: exec: "${word}": executable file not found in $PATH`;
    }
    if (workDir !== home && !isFolder(workDir)) {
      return `CannotStartContainerError: LONGSHORE_WORKDIR ${workDir} is no folder`;
    }
    this.write(order, { folder, home, workDir, program });
    return undefined;
  }

  private write(
    order: StartOrder,
    at: { folder: string; home: string; workDir: string; program: string },
  ): void {
    if (this.live.has(order.taskId)) return;
    const { memoryMiB } = resourcesOf(order.container);
    this.live.set(order.taskId, { memoryMiB, command: undefined, oom: false });
    if (!makeFolder(at.folder)) return;
    mkdirSync(at.home);
    const { runAs } = this.s;
    if (runAs) chownSync(at.home, runAs.uid, runAs.gid);
    makeVolumes(order.container);
    const logPath = this.s.outputPath(order.taskId);
    mkdirSync(dirname(logPath), { recursive: true });
    const cgroupProcs = this.memory.open(order.taskId, memoryMiB);
    writeFileSync(
      join(at.folder, 'run'),
      runScript({ ...at, order, logPath, path: this.s.path, cgroupProcs, runAs }),
    );
  }

  /** In line behind a task that runs, or to the helper. */
  private place(order: StartOrder): void {
    const { after, taskId } = order;
    if (after !== undefined && this.live.has(after)) {
      this.successors.set(after, taskId);
      writeFileSync(join(this.tasks, after, 'next'), `${taskId}\n`);
      return;
    }
    this.helper.order(`t ${taskId}`);
  }

  private failedStart(order: StartOrder, reason: string): TaskReport {
    const logPath = this.s.outputPath(order.taskId);
    mkdirSync(dirname(logPath), { recursive: true });
    appendFileSync(logPath, `${[...order.preamble, reason].join('\n')}\n`);
    this.live.delete(order.taskId);
    return { taskId: order.taskId, kind: 'failed', stoppedAt: this.s.clock.wall(), reason };
  }

  private hear(lines: readonly string[]): void {
    const reports: TaskReport[] = [];
    for (const line of lines) {
      const id = line.slice(2);
      if (!/^[0-9a-f]{32}$/.test(id)) continue;
      const report = this.look(id);
      if (report && report.kind !== 'waiting') reports.push(report);
    }
    if (reports.length > 0) this.listener(reports);
  }

  /** What a task's folder says now, with what follows from its end. */
  private look(id: string): TaskReport | undefined {
    const record = readRecord(join(this.tasks, id));
    switch (record.kind) {
      case 'none':
      case 'recalled':
        return undefined;
      case 'ordered':
        return { taskId: id, kind: 'waiting' };
      case 'claimed':
        return this.lookAtClaimed(id, record.since);
      case 'begun':
        return this.lookAtBegun(id, record);
      case 'ended':
        return this.lookAtEnd(id, record);
    }
  }

  /** Neither waiting nor running: nothing to say, until it is plain that its shim died there. */
  private lookAtClaimed(id: string, since: number): TaskReport | undefined {
    const now = this.s.clock.wall();
    if (Math.abs(now - since) < CLAIM_MILLISECONDS) return { taskId: id, kind: 'running', startedAt: since };
    this.letGo(id);
    return { taskId: id, kind: 'lost', stoppedAt: now };
  }

  private lookAtBegun(
    id: string,
    record: Extract<ReturnType<typeof readRecord>, { kind: 'begun' }>,
  ): TaskReport {
    const here = record.bootId === this.s.clock.bootId;
    const alive = here && (isAlive(record.shim) || (record.command !== undefined && isAlive(record.command)));
    if (!alive) {
      // the shim may have written the end between our two looks
      const again = readRecord(join(this.tasks, id));
      if (again.kind === 'ended') return this.lookAtEnd(id, again);
      this.letGo(id);
      return { taskId: id, kind: 'lost', startedAt: record.startedAt, stoppedAt: this.s.clock.wall() };
    }
    const known = this.live.get(id);
    if (known) known.command = record.command;
    else this.live.set(id, { memoryMiB: Number.POSITIVE_INFINITY, command: record.command, oom: false });
    return { taskId: id, kind: 'running', startedAt: record.startedAt };
  }

  private lookAtEnd(
    id: string,
    record: Extract<ReturnType<typeof readRecord>, { kind: 'ended' }>,
  ): TaskReport {
    const oom = this.live.get(id)?.oom || (record.exitCode !== 0 && this.memory.wasKilled(id));
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
    this.ended.add(id);
    const next = this.successors.get(id);
    this.successors.delete(id);
    if (next !== undefined && readRecord(join(this.tasks, next)).kind === 'ordered')
      this.helper.order(`t ${next}`);
  }

  async recall(taskId: string): Promise<boolean> {
    const folder = join(this.tasks, taskId);
    makeFolder(folder);
    try {
      writeFileSync(join(folder, 'start'), RECALLED, { flag: 'wx' });
      this.live.delete(taskId);
      return true;
    } catch {
      return readRecord(folder).kind === 'recalled';
    }
  }

  async stop(taskId: string, graceSeconds: number): Promise<void> {
    const record = readRecord(join(this.tasks, taskId));
    if (record.kind !== 'begun' || record.bootId !== this.s.clock.bootId || !record.command) return;
    const { command } = record;
    signalGroup(command, graceSeconds > 0 ? 'SIGTERM' : 'SIGKILL');
    if (graceSeconds > 0) this.s.timers.after(graceSeconds * 1000, () => signalGroup(command, 'SIGKILL'));
  }

  async list(): Promise<readonly TaskReport[]> {
    const reports: TaskReport[] = [];
    for (const id of readdirSync(this.tasks)) {
      const report = this.look(id);
      if (report) reports.push(report);
    }
    return reports;
  }

  async forget(taskIds: readonly string[]): Promise<void> {
    this.forgotten.push(...taskIds);
    while (this.forgotten.length >= FORGET_AT_ONCE) this.remove(this.forgotten.splice(0, FORGET_AT_ONCE));
  }

  private remove(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) this.memory.close(id);
    this.helper.order(`x ${ids.join(' ')}`);
  }

  /** Once a second: who vanished, who uses too much, what is left of those that ended. */
  private check(): void {
    this.cancelCheck = this.s.timers.after(CHECK_MILLISECONDS, () => {
      if (this.closed) return;
      try {
        this.checkLive();
        this.killLeftovers();
        this.remove(this.forgotten.splice(0));
      } catch (error) {
        this.s.log.error({ error: String((error as Error).stack) }, 'a look at the tasks failed');
      }
      this.check();
    });
  }

  private checkLive(): void {
    const reports: TaskReport[] = [];
    for (const [id, task] of [...this.live]) {
      if (task.command && isAlive(task.command)) {
        this.checkMemory(task, task.command);
        continue;
      }
      const report = this.look(id);
      if (report && report.kind !== 'waiting' && report.kind !== 'running') reports.push(report);
    }
    if (reports.length > 0) this.listener(reports);
  }

  private checkMemory(task: Watched, command: Identity): void {
    if (this.memory.mode !== 'watched' || residentOf(command.pid) <= task.memoryMiB * 1_048_576) return;
    task.oom = true;
    signalGroup(command, 'SIGKILL');
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
    this.closed = true;
    this.cancelCheck();
    this.remove(this.forgotten.splice(0));
    this.helper.close(this.live.size === 0);
  }
}

const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

/** False when it was there already: the same order, come again. */
const makeFolder = (path: string): boolean => {
  try {
    mkdirSync(path, { mode: 0o711 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/** Rule S-290: a host path that does not exist is made. */
const makeVolumes = (container: ContainerSpec): void => {
  for (const volume of container.volumes as readonly { host?: { sourcePath?: string } }[]) {
    const path = volume.host?.sourcePath;
    if (path) mkdirSync(path, { recursive: true });
  }
};
