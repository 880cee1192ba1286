import type { TaskReport } from '../engine.ts';
import type { Line } from '../line.ts';
import { writeReason } from '../logs/write-reason.ts';
import { DaemonRefusal } from './answers.ts';
import type { DaemonApi } from './api.ts';
import type { ContainerRemovals } from './container-removals.ts';
import type { Launching } from './launching.ts';
import { LogKeeper } from './log-keeper.ts';
import { type Boot, outcomeOf } from './outcome.ts';

import { readEnd } from './read-end.ts';
import type { DockerEngineSettings } from './settings.ts';
import { reportOf } from './stage.ts';
import type { Task } from './task.ts';
import type { Effect, TaskEvent } from './task-events.ts';
import type { Tasks } from './tasks.ts';

/** How soon what the daemon did not answer is asked again. */
const AGAIN_MILLISECONDS = 500;

export interface EffectParts {
  readonly settings: DockerEngineSettings;
  readonly api: DaemonApi;
  readonly boot: Boot;
  readonly launching: Launching;
  readonly tasks: Tasks;
  readonly line: Line;
  readonly removals: ContainerRemovals;
  /** What has happened to a task. */
  readonly tell: (task: Task, event: TaskEvent) => void;
  readonly report: (report: TaskReport) => void;
  readonly isClosed: () => boolean;
}

/** Does what is to be done of a task; what comes of it is told as an event. Nothing here is waited for. */
export class Effects {
  private readonly parts: EffectParts;
  private readonly reading = new Set<Promise<void>>();

  constructor(parts: EffectParts) {
    this.parts = parts;
  }

  do(task: Task, effect: Effect): void {
    const { launching, settings, removals, line, report } = this.parts;
    switch (effect.kind) {
      case 'launch':
        void launching.launch(task, task.order!);
        break;
      case 'write':
        if (task.order) writeReason(settings, task.id, effect.reason);
        break;
      case 'say':
        report(reportOf(task.id, task.stage));
        break;
      case 'later':
        this.later(task, effect.event, effect.milliseconds);
        break;
      case 'look':
        void this.look(task, effect.container);
        break;
      case 'follow':
        this.follow(task, effect.container);
        break;
      case 'read-end':
        this.readEnd(task, effect.container, effect.keeper);
        break;
      case 'tell-stop':
        void this.tellStop(task, effect.container, effect.graceSeconds);
        break;
      case 'remove':
        removals.add(effect.container, task.nodes);
        break;
      case 'leave-room':
        this.free(line.leave(task.id));
        break;
      case 'leave-line':
        this.free(line.takeOut(task.id));
        break;
    }
  }

  /** Resolves when the ends that are being read now are told. */
  async ends(): Promise<void> {
    await Promise.all(this.reading);
  }

  private later(task: Task, event: TaskEvent, milliseconds: number): void {
    this.parts.settings.timers.after(milliseconds, () => this.parts.tell(task, event));
  }

  private free(id: string | undefined): void {
    const follower = id === undefined ? undefined : this.parts.tasks.get(id);
    if (follower) this.parts.tell(follower, { kind: 'freed' });
  }

  private async look(task: Task, container: string): Promise<void> {
    const { api, boot, tell } = this.parts;
    try {
      const outcome = outcomeOf(await api.inspect(container), boot);
      tell(
        task,
        outcome.kind === 'running' ? { kind: 'runs', startedAt: outcome.startedAt } : { kind: 'ended' },
      );
    } catch {
      this.later(task, { kind: 'look-due' }, AGAIN_MILLISECONDS);
    }
  }

  private follow(task: Task, container: string): void {
    const { api, settings, tell } = this.parts;
    if (task.log === 'none') return;
    try {
      const keeper = new LogKeeper(api, container, settings.openLog(task.id), task.log);
      tell(task, { kind: 'follows', keeper });
      keeper.follow(() => tell(task, { kind: 'broke' }));
    } catch (error) {
      settings.log.error({ task: task.id, error: (error as Error).message }, 'a log is not followed');
      tell(task, { kind: 'broke' });
    }
  }

  private readEnd(task: Task, container: string, keeper: LogKeeper | undefined): void {
    const read = this.endOf(task, container, keeper).finally(() => this.reading.delete(read));
    this.reading.add(read);
  }

  private async endOf(task: Task, container: string, keeper: LogKeeper | undefined): Promise<void> {
    const { api, boot, isClosed, tell } = this.parts;
    const { clock, timers, openLog } = this.parts.settings;
    await keeper?.letGo();
    const found = await readEnd({ api, clock, timers, openLog, isClosed }, task, container);
    if (found === 'gone') tell(task, { kind: 'gone', at: clock.wall() });
    else if (found) tell(task, { kind: 'seen', outcome: outcomeOf(found, boot) });
  }

  /** Not waited for: the daemon answers when the container has ended. */
  private async tellStop(task: Task, container: string, graceSeconds: number): Promise<void> {
    const { api } = this.parts;
    try {
      if (graceSeconds === 0) await api.kill(container);
      else await api.stop(container, graceSeconds);
    } catch (error) {
      if (error instanceof DaemonRefusal && error.status < 500) return;
      this.later(task, { kind: 'stop-due' }, AGAIN_MILLISECONDS);
    }
  }
}
