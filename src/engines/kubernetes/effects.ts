import type { TaskReport } from '../engine.ts';
import type { Line } from '../line.ts';
import type { Creating } from './creating.ts';
import { deleteUnbound } from './delete-unbound.ts';
import type { TaskLogs } from './given.ts';
import type { Pod } from './objects.ts';
import type { Persistence } from './persistence.ts';
import { GRACE_SECONDS } from './pod/settings.ts';
import type { PodsApi } from './pods-api.ts';
import { reportOf } from './stage.ts';
import { hasLogs } from './status/own.ts';
import type { Effect, TaskEvent } from './task-events.ts';
import type { Task, Tasks } from './tasks.ts';

export interface EffectParts {
  readonly api: PodsApi;
  readonly persistence: Persistence;
  readonly creating: Creating;
  readonly logs: TaskLogs;
  readonly tasks: Tasks;
  readonly line: Line;
  readonly tell: (task: Task, event: TaskEvent) => void;
  readonly meet: (task: Task, pod: Pod) => void;
  readonly isClosed: () => boolean;
  readonly report: (report: TaskReport) => void;
}

/** Does what is to be done of a task; what comes of it is told as an event. Nothing here is waited for. */
export class Effects {
  private readonly parts: EffectParts;
  private readonly keeping = new Set<Promise<void>>();

  constructor(parts: EffectParts) {
    this.parts = parts;
  }

  do(task: Task, effect: Effect): void {
    const { creating, logs, line, report } = this.parts;
    switch (effect.kind) {
      case 'create':
        creating.create(task);
        break;
      case 'write':
        logs.write(task.id, effect.reason);
        break;
      case 'say':
        report(reportOf(task.id, task.stage));
        break;
      case 'follow':
        logs.follow(task.id, effect.pod);
        break;
      case 'keep-log':
        this.keepLog(task, effect.pod);
        break;
      case 'stop-pod':
        void this.stopPod(task, effect.pod, effect.graceSeconds);
        break;
      case 'delete-pod':
        void this.giveUp(task, effect.pod);
        break;
      case 'leave-room':
        this.free(line.leave(task.id));
        break;
      case 'leave-line':
        this.free(line.takeOut(task.id));
        break;
    }
  }

  /** Resolves when the ends whose logs are being kept now are told. */
  async ends(): Promise<void> {
    await Promise.all(this.keeping);
  }

  private free(id: string | undefined): void {
    const follower = id === undefined ? undefined : this.parts.tasks.get(id);
    if (follower) this.parts.tell(follower, { kind: 'freed' });
  }

  private keepLog(task: Task, pod: Pod): void {
    const { logs, tell } = this.parts;
    const kept = logs
      .finish(task.id, pod)
      .then(() => tell(task, { kind: 'kept' }))
      .finally(() => this.keeping.delete(kept));
    this.keeping.add(kept);
  }

  /** Rule K-166: marked before it is deleted, so that no later server takes its end for somebody else's doing. */
  private async stopPod(task: Task, { name, uid }: Pod, graceSeconds: number): Promise<void> {
    const { api, persistence } = this.parts;
    const persist = (ask: () => Promise<unknown>) =>
      persistence.persist('a pod is not stopped', ask, () => !this.isToGo(task, uid, graceSeconds));
    if (!(await persist(() => api.markStopped(name, uid)))) return;
    if (isStillTold(task, graceSeconds)) await persist(() => api.delete(name, { uid }, graceSeconds));
  }

  /** A kubelet drops the logs of what is deleted. */
  private async giveUp(task: Task, pod: Pod): Promise<void> {
    if (hasLogs(pod)) await this.parts.logs.catchUp(task.id, pod);
    await this.deletePod(task, pod);
  }

  /** One whose containers run in part ends as by a stop: they may heed it, and their logs are there to be read. */
  private async deletePod(task: Task, pod: Pod): Promise<void> {
    if (hasLogs(pod)) return this.stopPod(task, pod, GRACE_SECONDS);
    if (pod.nodeName === undefined) return deleteUnbound(task, pod, this.parts);
    const { api, persistence } = this.parts;
    const { name, uid } = pod;
    await persistence.persist(
      'a pod that cannot begin is not deleted',
      () => api.delete(name, { uid }, 0),
      () => !this.isToGo(task, uid, 0),
    );
  }

  /** What was refused is worth another try. */
  private isToGo(task: Task, uid: string, graceSeconds: number): boolean {
    const isThere = this.parts.tasks.has(task) && task.stage.kind === 'there' && task.stage.pod.uid === uid;
    return isThere && isStillTold(task, graceSeconds);
  }
}

/** A shorter grace may have been told meanwhile, by a call that went past this one. */
const isStillTold = ({ stage }: Task, graceSeconds: number): boolean =>
  stage.kind !== 'there' || stage.stopSeconds === undefined || stage.stopSeconds >= graceSeconds;
