import type { Clock, Timers } from '../../lib/clock.ts';
import { ApiRefusal } from './client/answers.ts';
import { type Insistence, insist } from './client/insist.ts';
import { mayPass } from './client/retry.ts';
import type { Creating } from './creating.ts';
import type { LateCreates } from './late-creates.ts';
import type { Pod } from './objects.ts';
import type { PodsApi } from './pods-api.ts';
import type { Removals } from './removals.ts';
import type { TaskEvent } from './task-events.ts';
import type { Task } from './tasks.ts';
import type { Tombstones } from './tombstones.ts';

/** Whoever asks waits no longer: a task that cannot be recalled by then counts as begun, and is stopped. */
const LIMIT_MILLISECONDS = 5000;

export interface RecallParts {
  readonly api: PodsApi;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly insistence: Insistence;
  readonly creating: Creating;
  readonly tombstones: Tombstones;
  readonly late: LateCreates;
  readonly removals: Removals;
  readonly nameOf: (taskId: string) => string;
  readonly tell: (task: Task, event: TaskEvent) => void;
  readonly meet: (task: Task, pod: Pod) => void;
  /** It was not recalled: its pod is to be made. */
  readonly goOn: (task: Task) => void;
}

/** Takes tasks back whose creates were sent: see docs/decisions/kubernetes.md. */
export class Recalls {
  private readonly parts: RecallParts;
  /** Tasks of which no create is sent meanwhile. */
  private readonly held = new Set<string>();

  constructor(parts: RecallParts) {
    this.parts = parts;
  }

  holds(taskId: string): boolean {
    return this.held.has(taskId);
  }

  /** Whether the task can never begin. False too where that is not known in time. */
  async recall(task: Task): Promise<boolean> {
    const { timers } = this.parts;
    let isLate = false;
    let callOff = () => {};
    const late = new Promise<false>((resolve) => {
      callOff = timers.after(LIMIT_MILLISECONDS, () => {
        isLate = true;
        resolve(false);
      });
    });
    this.held.add(task.id);
    try {
      // the watch may have told it in the last moment
      return (await Promise.race([this.work(task, () => isLate), late])) || isRecalled(task);
    } finally {
      callOff();
      this.held.delete(task.id);
      if (task.stage.kind === 'ordered') this.parts.goOn(task);
    }
  }

  private async work(task: Task, isLate: () => boolean): Promise<boolean> {
    while (!isLate()) {
      try {
        const answer = await this.workOnce(task, isLate);
        if (answer !== undefined) return answer;
      } catch (error) {
        if (!mayPass(error) && !(error instanceof ApiRefusal)) throw error;
        return false;
      }
    }
    return false;
  }

  /** Undefined: to be looked at again. */
  private async workOnce(task: Task, isLate: () => boolean): Promise<boolean | undefined> {
    const { stage } = task;
    switch (stage.kind) {
      case 'recalled':
        return true;
      case 'lined':
        this.parts.tell(task, { kind: 'recall' });
        return undefined;
      case 'ordered':
        return this.bury(task, isLate);
      case 'there':
        return isUnbegun(stage.pod) ? this.undo(task, stage.pod, isLate) : false;
      case 'ending':
      case 'over':
        return false;
    }
  }

  /** Whatever was sent of it and is not answered comes too late. */
  private async bury(task: Task, isLate: () => boolean): Promise<boolean | undefined> {
    const { creating, tombstones, late, api, nameOf, tell, meet } = this.parts;
    await creating.settled(task);
    if (task.stage.kind !== 'ordered' || isLate()) return undefined;
    if (late.left(task) === 0) tell(task, { kind: 'unsent' });
    tell(task, { kind: 'recall' });
    if (isRecalled(task)) return true;
    if (await tombstones.put(task.id, isLate)) this.tellBack(task, isLate);
    else {
      const found = await api.get(nameOf(task.id));
      if (found) meet(task, found);
    }
    return isRecalled(task) ? true : undefined;
  }

  /** Rules K-016, K-017: the pod as it was seen unbound, or none. */
  private async undo(task: Task, pod: Pod, isLate: () => boolean): Promise<boolean | undefined> {
    const { api, insistence, tell, meet, clock } = this.parts;
    const { name, uid, resourceVersion } = pod;
    const insistent = { ...insistence, isVoid: isLate };
    try {
      const wasThere = await insist(insistent, () => api.delete(name, { uid, resourceVersion }, 0));
      if (!wasThere) tell(task, { kind: 'gone', at: clock.wall() });
      else {
        // when it is gone this says why, if the watch tells that first
        meet(task, { ...pod, deletedAt: clock.wall() });
        await this.release(task, pod);
        this.tellBack(task, isLate);
      }
    } catch (error) {
      if (!(error instanceof ApiRefusal && error.status === 409)) throw error;
      await this.look(task, name, insistent);
    }
    return isRecalled(task) ? true : undefined;
  }

  /** While a create may still come the deleted pod has the name, which its finalizer keeps. */
  private async release(task: Task, pod: Pod): Promise<void> {
    const { api, insistence, late, removals } = this.parts;
    const left = late.left(task);
    if (left > 0) removals.add(pod, left);
    else await insist(insistence, () => api.release(pod.name, pod.uid));
  }

  /** Whoever asked and was told that it has begun hears what became of it. */
  private tellBack(task: Task, isLate: () => boolean): void {
    this.parts.tell(task, isLate() ? { kind: 'gone', at: this.parts.clock.wall() } : { kind: 'recalled' });
  }

  private async look(task: Task, name: string, insistent: Insistence): Promise<void> {
    const { api, clock, tell, meet } = this.parts;
    const found = await insist(insistent, () => api.get(name));
    if (found) meet(task, found);
    else tell(task, { kind: 'gone', at: clock.wall() });
  }
}

const isRecalled = ({ stage }: Task): boolean => stage.kind === 'recalled';

/** Rule K-015. One that is deleted already is never bound. */
const isUnbegun = ({ nodeName, phase }: Pod): boolean => nodeName === undefined && phase === 'Pending';
