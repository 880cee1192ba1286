import type { ContainerSpec } from '../../domain/container.ts';
import type { HostView } from '../../domain/host.ts';
import type { Engine, PodPlace, StartOrder, Support, TaskReport } from '../engine.ts';
import type { Given } from './given.ts';
import { groupNameIn, jobLabelOf } from './names.ts';
import { growthHostOf, type Pod } from './objects.ts';
import { type Parts, partsOf } from './parts.ts';
import type { KubernetesEngineSettings } from './settings.ts';
import { podIn } from './stage.ts';
import type { TaskEvent } from './task-events.ts';
import { next } from './task-life.ts';
import { newTask, type Task } from './tasks.ts';
import { isTombstone } from './tombstones.ts';

/** A server that starts waits so long for the logs of what ended while it was away. */
const ENDS_MILLISECONDS = 2000;
/** Reports that come within so long are told together: one turn for many costs less than one each, and a pod takes longer to come. */
const GATHER_MILLISECONDS = 30;
/** What waits in the cluster is looked at so often: some things are over by time alone. */
const LOOK_MILLISECONDS = 1000;

const WAITING = { kind: 'waiting' } as const;

/**
 * Runs tasks as pods of a Kubernetes cluster, each pinned to the node that it was placed on. Memory holds what is active; the
 * pods hold it for the next server. What happens to a task goes through `tell` alone: `next` says what it becomes, and
 * `Effects` does what is to be done. See docs/decisions/kubernetes.md.
 */
export class KubernetesEngine implements Engine {
  readonly name = 'kubernetes';
  readonly startsSlowly = true;
  readonly timesAreElsewhere = true;
  readonly hasWholeHosts = true;
  readonly pods: PodPlace;
  private readonly settings: KubernetesEngineSettings;
  private readonly parts: Parts;
  private unheard: TaskReport[] = [];
  /** Steady milliseconds; reports were told last. */
  private toldAt = Number.NEGATIVE_INFINITY;
  private listener: (reports: readonly TaskReport[]) => void = () => {};
  private endLook = () => {};
  private closed = false;

  constructor(settings: KubernetesEngineSettings, given: Given) {
    this.settings = settings;
    this.pods = { namespace: settings.namespace, nameOf: (taskId) => given.bodies.nameOf(taskId) };
    this.parts = partsOf(settings, given, {
      tell: (task, event) => this.tell(task, event),
      meet: (task, pod) => this.meet(task, pod),
      vanish: (task) => this.vanish(task),
      report: (report) => this.report(report),
      isClosed: () => this.closed,
      goOn: (task) => this.goOn(task),
    });
  }

  /** Takes over what an earlier server left, then follows what happens. One that rejects can be tried again. */
  async adopt(): Promise<void> {
    const { hosts, follower, effects, pauses } = this.parts;
    await hosts.list();
    await follower.list();
    let callOff = () => {};
    const late = new Promise<void>((done) => (callOff = pauses.after(ENDS_MILLISECONDS, done)));
    await Promise.race([effects.ends(), late]).finally(() => callOff());
    hosts.follow();
    void follower.run();
    this.look();
  }

  hosts(): readonly HostView[] {
    return this.parts.hosts.views();
  }

  judge(container: ContainerSpec): readonly Support[] {
    return this.parts.bodies.judge(container);
  }

  waitReason(jobId: string): string | undefined {
    const label = jobLabelOf(jobId);
    for (const { jobLabel, id, stage } of this.parts.tasks.all()) {
      if (jobLabel !== label) continue;
      const why = stage.kind === 'there' ? stage.why : this.parts.waits.of(id);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  watch(listener: (reports: readonly TaskReport[]) => void): void {
    this.listener = listener;
  }

  async start(orders: readonly StartOrder[]): Promise<void> {
    for (const order of orders) this.take(order);
  }

  private take(order: StartOrder): void {
    const { tasks, line, secrets, bodies } = this.parts;
    const known = tasks.get(order.taskId);
    if (known) {
      this.tell(known, { kind: 'order' });
      return;
    }
    const task = newTask(order.taskId, order, { kind: 'lined' });
    tasks.put(task);
    secrets.begin(bodies.nameOf(task.id));
    const head = order.after === undefined ? undefined : line.headOf(order.after);
    if (head !== undefined && tasks.holdsRoom(head)) line.put(task.id, head);
    else this.tell(task, { kind: 'freed' });
  }

  async recall(taskId: string): Promise<boolean> {
    const { tasks, recalls } = this.parts;
    const known = tasks.get(taskId);
    if (known) {
      this.tell(known, { kind: 'recall' });
      return recalls.recall(known);
    }
    const task = newTask(taskId, undefined, { kind: 'ordered', isSent: true });
    tasks.put(task);
    return recalls.recall(task);
  }

  /** One that was not recalled: its pod is made after all; of one that nobody ordered here nothing is known. */
  private goOn(task: Task): void {
    if (task.order) this.parts.creating.create(task);
    else if (this.parts.tasks.has(task)) this.parts.tasks.drop(task.id);
  }

  async stop(taskId: string, graceSeconds: number): Promise<void> {
    const task = this.parts.tasks.get(taskId);
    if (task) this.tell(task, { kind: 'stop', graceSeconds });
  }

  /** From memory, which is compared with the cluster's own list at the start, after each gap, and every ten minutes. */
  async list(): Promise<readonly TaskReport[]> {
    return this.parts.tasks.reports();
  }

  async forget(taskIds: readonly string[]): Promise<void> {
    const { tasks, removals, judge, logs, secrets, bodies, late, hosts, arrivals } = this.parts;
    for (const id of taskIds) {
      const task = tasks.get(id);
      if (task?.stage.kind !== 'over' && task?.stage.kind !== 'recalled') continue;
      const { stage } = task;
      tasks.drop(id);
      hosts.await(id, undefined);
      judge.forget(task);
      arrivals.forget(task);
      void logs.drop(id);
      if (stage.kind === 'over' && stage.pod) removals.add(stage.pod, late.left(task));
      else void secrets.sweep(bodies.nameOf(id));
      late.forget(id);
    }
  }

  /** Pods go on; the next server finds them. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const { api, follower, hosts, lease, logs, pauses, removals } = this.parts;
    this.endLook();
    pauses.close();
    removals.close();
    follower.close();
    hosts.close();
    await logs.close();
    await lease?.close();
    api.client.close();
  }

  private tell(task: Task, event: TaskEvent): void {
    if (this.closed || !this.parts.tasks.has(task)) return;
    const { stage, effects } = next(task.id, task.stage, event);
    task.stage = stage;
    this.noteAwaited(task);
    for (const effect of effects) this.parts.effects.do(task, effect);
  }

  /** Rule K-148: of a task that was placed on a host to come, whether it waits for the node yet. */
  private noteAwaited({ id, order, stage }: Task): void {
    const pod = podIn(stage);
    const host = pod ? growthHostOf(pod) : order?.host;
    if (groupNameIn(host) === undefined) return;
    if (pod?.nodeName !== undefined) this.parts.hosts.bound(id);
    const waits = stage.kind === 'ordered' || (stage.kind === 'there' && stage.pod.nodeName === undefined);
    this.parts.hosts.await(id, waits ? host : undefined);
  }

  /** A pod that has a task's name was seen. */
  private meet(task: Task, pod: Pod): void {
    const { judge, refusedStarts, tombstones, arrivals } = this.parts;
    if (isTombstone(pod)) {
      tombstones.keep(pod);
      this.bar(task, this.parts.recalls.holds(task.id));
      return;
    }
    const standing = this.isTakenBack(task, pod)
      ? WAITING
      : refusedStarts.note(task, pod, judge.of(task, pod));
    this.tell(task, { kind: 'seen', pod, standing, host: arrivals.hostOf(task, pod) });
  }

  private vanish(task: Task): void {
    const pod = podIn(task.stage);
    this.bar(task, pod !== undefined && this.isTakenBack(task, pod));
  }

  /** It can begin no more. Unless whoever asks for it back hears so, it is reported. */
  private bar(task: Task, isTakenBack: boolean): void {
    this.tell(task, isTakenBack ? { kind: 'recalled' } : { kind: 'gone', at: this.settings.clock.wall() });
  }

  /** One that is being recalled and is deleted unbound is so by us: nothing has become of it. */
  private isTakenBack({ id }: Task, { nodeName, deletedAt }: Pod): boolean {
    return this.parts.recalls.holds(id) && nodeName === undefined && deletedAt !== undefined;
  }

  private look(): void {
    this.endLook = this.settings.timers.after(LOOK_MILLISECONDS, () => {
      const { judge, arrivals } = this.parts;
      for (const task of [...judge.due(), ...arrivals.due()])
        if (task.stage.kind === 'there') this.meet(task, task.stage.pod);
      this.look();
    });
  }

  private report(report: TaskReport): void {
    this.unheard.push(report);
    if (this.unheard.length > 1) return;
    const { clock, timers } = this.settings;
    const left = this.toldAt + GATHER_MILLISECONDS - clock.steady();
    if (left > 0) this.parts.pauses.after(left, () => this.say());
    else timers.soon(() => this.say());
  }

  private say(): void {
    this.toldAt = this.settings.clock.steady();
    this.listener(this.unheard.splice(0));
  }
}
