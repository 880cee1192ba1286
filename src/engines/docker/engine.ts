import type { ContainerSpec } from '../../domain/container.ts';
import { NO_FOLDERS, withEfs } from '../efs.ts';
import type { Engine, StartOrder, Support, TaskReport } from '../engine.ts';
import { Line } from '../line.ts';
import { judgeBy, type MemberRules } from '../member-rules.ts';
import { type DaemonApi, type DaemonEvent, DESTROY } from './api.ts';
import { DaemonRefusal } from './client.ts';
import { LABEL } from './container.ts';
import { Removals } from './container-removals.ts';
import { Launcher } from './launch.ts';
import { LogKeeper } from './log-keeper.ts';
import { Networks } from './networks.ts';
import { type Boot, cutReason, type Inspected, outcomeOf } from './outcome.ts';
import { Pulls } from './pulls.ts';
import { readEnd } from './read-end.ts';
import { RollCall } from './roll-call.ts';
import type { DockerEngineSettings } from './settings.ts';
import { membersFor } from './support.ts';
import { freeGpus, newTask, reportOf, type Task } from './task.ts';
import type { Gate } from './ticket.ts';
import { Waits } from './wait-reasons.ts';
import { Watcher } from './watcher.ts';

/** A task that is still there after this is told as running; shorter ones are told by their end alone. */
const SETTLE_MILLISECONDS = 250;
/** A log is followed from then on; of a shorter task it is read at the end, which costs the daemon less. */
const FOLLOW_MILLISECONDS = 500;
/** How soon what did not work is tried again. */
const AGAIN_MILLISECONDS = 500;

const ENDS_MILLISECONDS = 2000;

/** Runs tasks as containers of a Docker daemon. Memory holds what is active; the daemon's labels hold it for the next server. */
export class DockerEngine implements Engine {
  readonly name = 'docker';
  readonly startsSlowly = true;
  private readonly settings: DockerEngineSettings;
  private readonly api: DaemonApi;
  private readonly rules: MemberRules;
  private readonly boot: Boot;
  private readonly pulls: Pulls;
  private readonly launcher: Launcher;
  private readonly networks: Networks;
  private readonly removals: Removals;
  private readonly rollCall: RollCall;
  private readonly watcher: Watcher;
  private readonly tasks = new Map<string, Task>();
  /** Taken back, or told so before they were known: never to begin. */
  private readonly recalled = new Set<string>();
  private readonly line = new Line();
  private readonly waits = new Waits();
  private unheard: TaskReport[] = [];
  private listener: (reports: readonly TaskReport[]) => void = () => {};
  private closed = false;

  constructor(settings: DockerEngineSettings, api: DaemonApi) {
    this.settings = settings;
    this.api = api;
    const { clock, timers, log, dataId, network, permissions, pull, secretsFile } = settings;
    this.rules = membersFor(permissions);
    this.boot = { id: clock.bootId, beganAt: clock.wall() - clock.steady() };
    this.pulls = new Pulls(api, {
      clock,
      timers,
      log,
      configFolder: settings.configFolder,
      ...(settings.pullLimits && { limits: settings.pullLimits }),
    });
    this.networks = new Networks(api, settings);
    const { networks } = this;
    this.launcher = new Launcher(api, this.pulls, networks, {
      timers,
      dataId,
      bootId: clock.bootId,
      network,
      rules: this.rules,
      mounts: permissions.mounts,
      pull,
      secretsFile,
      efs: settings.efs ?? NO_FOLDERS,
    });
    const hasTasks = (nodes: string) => [...this.tasks.values()].some((task) => task.nodes === nodes);
    this.removals = new Removals(api, { log, networks, hasTasks });
    this.rollCall = new RollCall(api, {
      log,
      boot: this.boot,
      tasks: this.tasks,
      recalled: this.recalled,
      removals: this.removals,
      runs: (task, startedAt) => this.runs(task, startedAt),
      finish: (task) => this.finish(task),
      unstarted: (task, inspected) => this.ended(task, inspected),
    });
    this.watcher = new Watcher({
      api,
      timers,
      log,
      hear: (event) => this.hear(event),
      sync: () => this.rollCall.call(),
    });
  }

  /** Takes over what an earlier server left, then follows what happens. One that rejects can be tried again. */
  async adopt(): Promise<void> {
    await this.rollCall.call();
    const ends = Promise.all([...this.tasks.values()].map((task) => task.ending));
    // what ended meanwhile is told with its start, unless its log takes longer than anybody waits for a server
    await Promise.race([
      ends,
      new Promise<void>((done) => this.settings.timers.after(ENDS_MILLISECONDS, done)),
    ]);
    this.watcher.begin();
  }

  judge(container: ContainerSpec): readonly Support[] {
    return judgeBy(this.rules, withEfs(container, this.settings.efs ?? NO_FOLDERS));
  }

  waitReason(jobId: string): string | undefined {
    return this.waits.of(jobId);
  }

  watch(listener: (reports: readonly TaskReport[]) => void): void {
    this.listener = listener;
  }

  async start(orders: readonly StartOrder[]): Promise<void> {
    for (const order of orders) this.take(order);
  }

  private take(order: StartOrder): void {
    const { taskId, after } = order;
    if (this.recalled.has(taskId)) return;
    const known = this.tasks.get(taskId);
    if (known && known.stage.kind !== 'made') {
      if (known.stage.kind === 'over') this.say(known.stage.report);
      return;
    }
    const head = after === undefined ? undefined : this.line.headOf(after);
    const task = newTask(taskId, order, { kind: 'ordered' });
    task.gpus = known?.gpus ?? [];
    this.tasks.set(taskId, task);
    if (head !== undefined && this.holdsRoom(head)) {
      task.stage = { kind: 'lined' };
      this.line.put(taskId, head);
    } else void this.launch(task, order);
  }

  private holdsRoom(taskId: string): boolean {
    const task = this.tasks.get(taskId);
    return task !== undefined && task.stage.kind !== 'over';
  }

  private async launch(task: Task, order: StartOrder): Promise<void> {
    task.stage = { kind: 'ordered' };
    const launched = await this.launcher.launch(order, this.gateOf(task, order));
    if (this.closed) return;
    switch (launched.kind) {
      case 'begun':
        task.container = launched.container;
        return this.begun(task);
      case 'unstarted':
        task.container = launched.inspected.Id;
        return this.ended(task, launched.inspected);
      case 'shut':
        if (launched.container !== undefined) this.removals.add(launched.container, task.nodes);
        return;
      case 'failed':
        task.container = launched.container;
        return this.fail(task, launched.reason);
    }
  }

  private gateOf(task: Task, order: StartOrder): Gate {
    return {
      isShut: () => this.closed || this.tasks.get(task.id) !== task,
      starting: (container) => {
        task.container = container;
        task.stage = { kind: 'starting' };
      },
      gpus: (count) => {
        if (task.gpus.length !== count) task.gpus = freeGpus(this.tasks.values(), count);
        return task.gpus;
      },
      waits: (why, act) => this.waits.during(order, why, act),
    };
  }

  /** A job that never ran has its reason as its log; of what an earlier server wrote of it only the rest is added. */
  private writeReason(task: Task, reason: string): void {
    if (!task.order) return;
    try {
      const file = this.settings.openLog(task.id);
      const bytes = Buffer.from(`${reason}\n`).subarray(file.size);
      if (bytes.length > 0) file.append([{ bytes, time: this.settings.clock.wall() }], undefined);
    } catch (error) {
      this.settings.log.error({ task: task.id, error: (error as Error).message }, 'a log was not written');
    }
  }

  private fail(task: Task, reason: string): void {
    this.writeReason(task, reason);
    const stoppedAt = this.settings.clock.wall();
    this.end(task, { taskId: task.id, kind: 'failed', stoppedAt, reason: cutReason(reason) });
  }

  /** The daemon has started it; it may be over by now. */
  private begun(task: Task): void {
    if (task.stage.kind === 'starting' || task.stage.kind === 'ordered') task.stage = { kind: 'running' };
    if (task.stopGraceSeconds !== undefined) void this.tellStop(task, task.stopGraceSeconds);
    this.settings.timers.after(SETTLE_MILLISECONDS, () => void this.settle(task));
  }

  /** Asks when it began, tells it, and follows its log. */
  private async settle(task: Task): Promise<void> {
    if (this.closed || task.ending || task.stage.kind !== 'running' || task.stage.startedAt !== undefined)
      return;
    try {
      const outcome = outcomeOf(await this.api.inspect(task.container!), this.boot);
      if (outcome.kind === 'running') this.runs(task, outcome.startedAt);
      else this.finish(task);
    } catch {
      this.settings.timers.after(AGAIN_MILLISECONDS, () => void this.settle(task));
    }
  }

  private runs(task: Task, startedAt: number): void {
    if (task.ending || task.stage.kind === 'over') return;
    task.stage = { kind: 'running', startedAt };
    this.say({ taskId: task.id, kind: 'running', startedAt });
    this.settings.timers.after(FOLLOW_MILLISECONDS, () => this.follow(task));
  }

  private follow(task: Task): void {
    if (this.closed || task.ending || task.stage.kind !== 'running' || task.log === 'none' || task.keeper)
      return;
    const again = () => {
      task.keeper = undefined;
      this.settings.timers.after(AGAIN_MILLISECONDS, () => this.follow(task));
    };
    try {
      task.keeper = new LogKeeper(this.api, task.container!, this.settings.openLog(task.id), task.log);
      task.keeper.follow(again);
    } catch (error) {
      this.settings.log.error({ task: task.id, error: (error as Error).message }, 'a log is not followed');
      again();
    }
  }

  /** It has ended, as an event or a look says: its log is read to the end, then its end is told. */
  private finish(task: Task): void {
    task.ending ??= this.readEnd(task).finally(() => {
      task.ending = undefined;
    });
  }

  private async readEnd(task: Task): Promise<void> {
    await task.keeper?.letGo();
    task.keeper = undefined;
    const { clock, timers, openLog } = this.settings;
    const found = await readEnd({ api: this.api, clock, timers, openLog, isClosed: () => this.closed }, task);
    if (found === 'gone') this.lose(task);
    else if (found) this.ended(task, found);
  }

  private ended(task: Task, inspected: Inspected): void {
    const outcome = outcomeOf(inspected, this.boot);
    if (outcome.kind === 'over') this.end(task, outcome.report, inspected);
    else this.settings.timers.soon(() => this.follow(task));
  }

  /** Somebody else removed its container. */
  private lose(task: Task): void {
    const startedAt = task.stage.kind === 'running' ? task.stage.startedAt : undefined;
    const stoppedAt = this.settings.clock.wall();
    this.end(task, {
      taskId: task.id,
      kind: 'lost',
      stoppedAt,
      ...(startedAt !== undefined && { startedAt }),
    });
  }

  private end(task: Task, report: TaskReport, inspected?: Inspected): void {
    if (task.stage.kind === 'over' || this.tasks.get(task.id) !== task) return;
    if (report.kind === 'failed' && inspected) this.writeReason(task, report.reason);
    task.stage = { kind: 'over', report };
    task.keeper = undefined;
    this.say(report);
    const next = this.line.leave(task.id);
    const follower = next === undefined ? undefined : this.tasks.get(next);
    if (follower?.order) void this.launch(follower, follower.order);
  }

  private say(report: TaskReport): void {
    this.unheard.push(report);
    if (this.unheard.length === 1) this.settings.timers.soon(() => this.listener(this.unheard.splice(0)));
  }

  async recall(taskId: string): Promise<boolean> {
    const task = this.tasks.get(taskId);
    switch (task?.stage.kind) {
      case 'starting':
      case 'running':
      case 'over':
        return false;
      case 'made':
        this.removals.add(task.container!, task.nodes);
        break;
      case undefined:
      case 'lined':
      case 'ordered':
        break;
    }
    this.recalled.add(taskId);
    this.tasks.delete(taskId);
    const next = this.line.takeOut(taskId);
    const follower = next === undefined ? undefined : this.tasks.get(next);
    if (follower?.order) void this.launch(follower, follower.order);
    return true;
  }

  async stop(taskId: string, graceSeconds: number): Promise<void> {
    const task = this.tasks.get(taskId);
    if (task?.stage.kind === 'starting') task.stopGraceSeconds = graceSeconds;
    if (task?.stage.kind === 'running') void this.tellStop(task, graceSeconds);
  }

  /** Not waited for: the daemon answers when the container has ended. */
  private async tellStop(task: Task, graceSeconds: number): Promise<void> {
    while (!this.closed && task.stage.kind === 'running' && !task.ending) {
      try {
        if (graceSeconds === 0) await this.api.kill(task.container!);
        else await this.api.stop(task.container!, graceSeconds);
        return;
      } catch (error) {
        if (error instanceof DaemonRefusal && error.status < 500) return;
        await new Promise<void>((resolve) => void this.settings.timers.after(AGAIN_MILLISECONDS, resolve));
      }
    }
  }

  /** From memory, which is compared with the daemon's own list at the start, after each break, and every few seconds. */
  async list(): Promise<readonly TaskReport[]> {
    return [...this.tasks.values()].map(reportOf);
  }

  async forget(taskIds: readonly string[]): Promise<void> {
    for (const id of taskIds) {
      this.recalled.delete(id);
      const task = this.tasks.get(id);
      if (task?.stage.kind !== 'over') continue;
      this.tasks.delete(id);
      if (task.container !== undefined) this.removals.add(task.container, task.nodes);
    }
  }

  /** A container that goes while it is starting is the launcher's to judge: it may have removed it itself. */
  private hear({ Action, Actor: { ID: container, Attributes } }: DaemonEvent): void {
    const task = this.tasks.get(Attributes[LABEL.task] ?? '');
    if (task?.container !== container) return;
    const { kind } = task.stage;
    if (kind === 'running' || (kind === 'starting' && !DESTROY.includes(Action))) this.finish(task);
  }

  /** Containers go on; the next server finds them. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.watcher.close();
    this.pulls.close();
    this.removals.close();
    await Promise.all([...this.tasks.values()].map((task) => task.keeper?.letGo()));
    this.api.client.close();
  }
}
