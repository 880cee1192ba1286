import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerSpec } from '../../domain/container.ts';
import { NO_FOLDERS, withEfs } from '../efs.ts';
import type { Engine, StartOrder, Support, TaskReport } from '../engine.ts';
import { judgeBy } from '../member-rules.ts';
import { EVERYTHING } from '../mounts.ts';
import { leaveRooms, openMemory } from './choose-memory-limits.ts';
import { Helper } from './helper.ts';
import { supportFor } from './members.ts';
import type { MemoryKeeper, MemoryMode } from './memory-limits.ts';
import { type MountWay, mountWay } from './mount-ability.ts';
import { reportOf } from './observe.ts';
import type { TaskHost } from './plan-task.ts';
import { isAlive, killGroup, terminate } from './processes.ts';
import { RECALLED, readRecord } from './records.ts';
import { Removals } from './removals.ts';
import { goRound, killLeftovers } from './rounds.ts';
import type { ProcessEngineSettings } from './settings.ts';
import { Starts } from './starts.ts';
import { makeFolder, openForOthers, spread } from './task-folder.ts';
import { Tasks } from './tasks.ts';

const ROUND_MILLISECONDS = 1000;

/** How soon a stop is tried again that came between a task's claim and its command. */
const STOP_AGAIN_MILLISECONDS = 20;

/** Runs tasks as local processes through the helper (see `helper.sh`). Needs Linux: /proc, setsid, FIFOs. See docs/decisions/process-engine.md. */
export class ProcessEngine implements Engine {
  readonly name = 'process';
  readonly hasNoGpus: boolean;
  readonly memoryMode: MemoryMode;
  /** How tasks get mounts of their own; undefined: they cannot. */
  readonly mountWay: MountWay | undefined;
  private readonly settings: ProcessEngineSettings;
  private readonly folder: string;
  private readonly host: TaskHost;
  private readonly memory: MemoryKeeper;
  private readonly helper: Helper;
  private readonly tasks: Tasks;
  private readonly starts: Starts;
  private readonly removals: Removals;
  private listener: (reports: readonly TaskReport[]) => void = () => {};
  private cancelRound: () => void = () => {};
  private closed = false;

  constructor(settings: ProcessEngineSettings) {
    const { dataDir, dataId, clock, timers } = settings;
    this.settings = settings;
    this.folder = join(dataDir, 'tasks');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    spread(this.folder);
    if (settings.runAs) openForOthers(dataDir, this.folder);
    this.host = hostOf(settings);
    const { host } = this;
    this.hasNoGpus = host.gpus === 0;
    this.mountWay = host.mountWay;
    const memory = openMemory({ dataDir, id: dataId }, settings.memoryMode);
    const helper = new Helper(dataDir, clock.bootId, timers, memory.root);
    this.memory = memory;
    this.memoryMode = memory.mode;
    this.helper = helper;
    this.tasks = new Tasks({ folder: this.folder, clock, timers, helper, memory, gpus: host.gpus });
    this.starts = new Starts({ settings, tasks: this.tasks, helper, memory, host });
    if (host.gpus > 0) this.tasks.adoptGpus(readdirSync(this.folder));
    this.removals = new Removals(
      this.tasks.live,
      (line) => helper.order(line),
      (id) => memory.close(id),
    );
    helper.open((lines) => this.hear(lines));
    this.goRound();
  }

  judge(container: ContainerSpec): readonly Support[] {
    const rules = supportFor({ ...this.host, canMount: this.host.mountWay !== undefined });
    return judgeBy(rules, withEfs(container, this.host.efs));
  }

  watch(listener: (reports: readonly TaskReport[]) => void): void {
    this.listener = listener;
  }

  async start(orders: readonly StartOrder[]): Promise<void> {
    const reports = this.starts.start(orders);
    if (reports.length > 0) this.settings.timers.soon(() => this.listener(reports));
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

  /** One that cannot be looked at holds up no other; the round of every second comes back to it. */
  private lookSafely(task: string): TaskReport | undefined {
    try {
      return this.tasks.look(task);
    } catch (error) {
      this.settings.log.error({ task, error: String((error as Error).stack) }, 'a look at a task failed');
      return undefined;
    }
  }

  async recall(taskId: string): Promise<boolean> {
    const folder = this.tasks.folderOf(taskId);
    makeFolder(folder);
    try {
      writeFileSync(join(folder, 'start'), RECALLED, { flag: 'wx' });
    } catch {
      return readRecord(folder).kind === 'recalled';
    }
    this.tasks.recalled(taskId);
    return true;
  }

  async stop(taskId: string, graceSeconds: number): Promise<void> {
    const record = readRecord(this.tasks.folderOf(taskId));
    if (record.kind === 'claimed' || (record.kind === 'begun' && !record.command)) {
      this.stopSoon(taskId, graceSeconds);
      return;
    }
    if (record.kind !== 'begun' || record.bootId !== this.settings.clock.bootId) return;
    const command = record.command!;
    if (!isAlive(command)) return;
    if (graceSeconds === 0) return killGroup(command);
    terminate(command);
    this.tasks.stop(taskId, command, graceSeconds * 1000, () => killGroup(command));
  }

  private stopSoon(taskId: string, graceSeconds: number): void {
    if (this.closed || !this.tasks.live.unended(taskId)) return;
    this.settings.timers.after(STOP_AGAIN_MILLISECONDS, () => void this.stop(taskId, graceSeconds));
  }

  /** Sees all tasks first, and then takes over what it saw; folders that a dead helper left behind are ordered to go again. */
  async list(): Promise<readonly TaskReport[]> {
    const ids = readdirSync(this.folder);
    this.removals.again(new Set(ids));
    const seen = ids.map((id) => ({ id, sight: this.tasks.see(id) }));
    for (const { id, sight } of seen) this.tasks.take(id, sight);
    return seen.flatMap(({ id, sight }) => reportOf(id, sight) ?? []);
  }

  async forget(taskIds: readonly string[]): Promise<void> {
    this.removals.forget(taskIds);
  }

  private goRound(): void {
    this.cancelRound = this.settings.timers.after(ROUND_MILLISECONDS, () => {
      if (this.closed) return;
      const { folder, tasks, memory, removals, helper } = this;
      const { log, clock } = this.settings;
      const lookSafely = (id: string) => this.lookSafely(id);
      const tell = (reports: readonly TaskReport[]) => this.listener(reports);
      try {
        goRound({ folder, tasks, memory, removals, helper, log, clock, lookSafely, tell });
      } catch (error) {
        log.error({ error: String((error as Error).stack) }, 'a look at the tasks failed');
      }
      this.goRound();
    });
  }

  /** Tasks go on; without any the helper ends too. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.cancelRound();
    this.tasks.live.callOffKills();
    this.removals.flush();
    const { tasks, memory } = this;
    const isIdle = tasks.live.isIdle();
    if (isIdle) killLeftovers({ tasks, memory });
    this.helper.close(isIdle);
    await leaveRooms(memory, isIdle, this.settings.timers);
  }
}

/** A folder that a mount is tried on lies beside the tasks', where a task's user can come to. */
const hostOf = (settings: ProcessEngineSettings): TaskHost => {
  const {
    dataDir,
    path,
    runAs,
    permissions = EVERYTHING,
    efs = NO_FOLDERS,
    secretsFile,
    gpus = 0,
  } = settings;
  const self = { uid: process.getuid!(), gid: process.getgid!() };
  const way = mountWay(join(dataDir, 'tasks'), runAs);
  return { path, self, runAs, permissions, efs, secretsFile, gpus, mountWay: way };
};
