import { cutReason } from '../../domain/attempt-reason.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/logger.ts';
import type { StartOrder } from '../engine.ts';
import { ApiRefusal, NoAnswer } from './client/answers.ts';
import { Gate } from './client/gate.ts';
import { type Insistence, insist } from './client/insist.ts';
import { mayPass } from './client/retry.ts';
import { ComplaintPace } from './complaint-pace.ts';
import type { Made } from './given.ts';
import type { LateCreates } from './late-creates.ts';
import type { Pod } from './objects.ts';
import type { SecretBody } from './pod/secret-bodies.ts';
import type { PodsApi } from './pods-api.ts';
import { type Refused, refusedAs } from './refused-create.ts';
import { podIn } from './stage.ts';
import type { TaskEvent } from './task-events.ts';
import type { TaskSecrets } from './task-secrets.ts';
import type { Task } from './tasks.ts';
import type { WaitReasons } from './wait-reasons.ts';

/** Bodies are large: of thousands that are to be made so many are at hand at a time, twice as many as calls go out. */
const MOST_AT_HAND = 64;
/** A quota, or a right that was taken away, is asked for again after so long (K-150). */
const WAIT_MILLISECONDS = 30_000;

export interface CreatingParts {
  readonly api: PodsApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly insistence: Insistence;
  readonly bodyOf: (order: StartOrder) => Made;
  readonly nameOf: (taskId: string) => string;
  /** Whether nothing more is to be sent of a task: it is recalled, being recalled, or the server lets go. */
  readonly isVoid: (task: Task) => boolean;
  readonly tell: (task: Task, event: TaskEvent) => void;
  readonly meet: (task: Task, pod: Pod) => void;
  readonly waits: WaitReasons;
  readonly secrets: TaskSecrets;
  readonly late: LateCreates;
}

/** Brings orders to pods: at most one each, whatever the API server answers. */
export class Creating {
  private readonly parts: CreatingParts;
  private readonly complaints = new ComplaintPace();
  /** Tasks whose pods are being made. */
  private readonly busy = new Set<string>();
  /** Creates that are with the API server now, by task. */
  private readonly sent = new Map<string, Promise<unknown>>();
  private readonly gate = new Gate(MOST_AT_HAND);

  constructor(parts: CreatingParts) {
    this.parts = parts;
  }

  /** Again of one that is being made does nothing. Never rejects. */
  create(task: Task): void {
    if (this.busy.has(task.id)) return;
    this.busy.add(task.id);
    void this.make(task)
      .catch((error: Error) => {
        if (!this.parts.isVoid(task))
          this.parts.tell(task, this.failed(task, `CannotCreateContainerError: ${error.message}`));
      })
      .finally(() => {
        this.busy.delete(task.id);
        this.parts.waits.forget(task.id);
        // it was held, and is let go in this very moment
        if (!this.parts.isVoid(task)) this.create(task);
      });
  }

  /** Resolves when no create of the task is with the API server now: what it answered is told. */
  async settled(task: Task): Promise<void> {
    await this.sent.get(task.id);
  }

  private async make(task: Task): Promise<void> {
    const making: Making = { task, secrets: [] };
    await this.sendUntilMade(making);
    const pod = podIn(task.stage);
    if (pod && making.secrets.length > 0) await this.parts.secrets.own(making.secrets, pod);
  }

  private async sendUntilMade(making: Making): Promise<void> {
    const { task } = making;
    while (!this.parts.isVoid(task)) {
      const answer = await this.send(making);
      if (answer === undefined) return;
      if (answer.kind === 'over') return this.giveUp(task, answer.event);
      if (answer.kind === 'failed') return this.giveUp(task, this.failed(task, answer.reason));
      if (isStopped(task)) return this.giveUp(task, { kind: 'gone', at: this.parts.clock.wall() });
      this.complain(answer.why);
      this.parts.waits.note(task.id, answer.why);
      await this.wait(WAIT_MILLISECONDS);
    }
  }

  /** Not before it is known that nothing which was sent of it comes any more: a refusal says nothing of an earlier try. */
  private async giveUp(task: Task, event: TaskEvent): Promise<void> {
    const { late, waits, insistence, api, nameOf, isVoid, meet, tell } = this.parts;
    const left = late.left(task);
    if (left > 0) {
      waits.note(task.id, 'waits for a pod that the Kubernetes API may still make');
      await this.wait(left);
      if (isVoid(task)) return;
      const found = await insist({ ...insistence, isVoid: () => isVoid(task) }, () =>
        api.get(nameOf(task.id)),
      );
      if (found) return meet(task, found);
    }
    if (!isVoid(task)) tell(task, event);
  }

  /** Undefined when the pod is known, or nobody wants it. */
  private async send(making: Making): Promise<Answer | undefined> {
    const { task } = making;
    const { insistence, isVoid, tell, waits, late } = this.parts;
    const failed = ({ message }: Error) => waits.note(task.id, `waits for the Kubernetes API: ${message}`);
    const sendOnce = () => this.gate.through(false, () => this.sendOnce(making));
    try {
      return await insist({ ...insistence, isVoid: () => isVoid(task), failed }, sendOnce);
    } catch (error) {
      if (mayPass(error) && isVoid(task)) return undefined;
      if (!(error instanceof ApiRefusal)) throw error;
      if (late.left(task) === 0) tell(task, { kind: 'unsent' });
      return refusedAs(error.said);
    }
  }

  private async sendOnce(making: Making): Promise<Answer | undefined> {
    const { task } = making;
    const { isVoid, bodyOf } = this.parts;
    if (isVoid(task)) return undefined;
    const made = bodyOf(task.order!);
    switch (made.kind) {
      case 'refused':
        return { kind: 'over', event: this.failed(task, made.reason) };
      case 'unplaced':
        return { kind: 'over', event: unstarted(task, made.reason) };
      case 'made':
        making.secrets = made.secrets;
        await this.sendBody(task, made);
        return undefined;
    }
  }

  private async sendBody(task: Task, { pod, name, secrets }: Whole): Promise<void> {
    const { isVoid, tell, api, late } = this.parts;
    await this.parts.secrets.make(name, secrets);
    if (isVoid(task)) return;
    tell(task, { kind: 'sending' });
    const answered = late
      .send(task.id, () => api.create(pod))
      .then(
        (created) => this.parts.meet(task, created),
        (error: unknown) => {
          if (!(error instanceof ApiRefusal && error.status === 409)) throw error;
          if (error.said.reason === 'AlreadyExists') return this.find(task, name);
          // two counted against a quota at once
          throw new NoAnswer(error.message);
        },
      );
    this.sent.set(
      task.id,
      answered.catch(() => {}),
    );
    await answered.finally(() => this.sent.delete(task.id));
  }

  /** Rule K-005: it was made before, by us or a server before us. One that is gone again is never made anew under its name (K-008). */
  private async find(task: Task, name: string): Promise<void> {
    const { api, meet, tell } = this.parts;
    const found = await api.get(name);
    if (found) meet(task, found);
    else tell(task, unstarted(task, 'its pod vanished before it began'));
  }

  private failed({ id: taskId }: Task, said: string): TaskEvent {
    const reason = cutReason(said);
    return {
      kind: 'failed',
      report: { kind: 'failed', taskId, stoppedAt: this.parts.clock.wall(), reason },
      said,
    };
  }

  /** Rule K-095: once a minute at most. */
  private complain(why: string): void {
    const { clock, log } = this.parts;
    if (this.complaints.isDue(clock.steady())) log.warn({ why }, 'pods are not made');
  }

  private wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.parts.insistence.timers.after(milliseconds, resolve));
  }
}

type Whole = Extract<Made, { kind: 'made' }>;

interface Making {
  readonly task: Task;
  /** That may be there, and are the pod's once it is known. */
  secrets: readonly SecretBody[];
}

/** Why there is no pod. `over`: it is not to be had where it was placed, or never. */
type Answer = Refused | { readonly kind: 'over'; readonly event: TaskEvent };

const unstarted = ({ id: taskId }: Task, reason: string): TaskEvent => ({
  kind: 'failed',
  report: { taskId, kind: 'unstarted', reason },
});

/** Nobody waits for its pod any more. */
const isStopped = ({ stage }: Task): boolean => stage.kind === 'ordered' && stage.stopSeconds !== undefined;
