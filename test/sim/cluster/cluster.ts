import type { HostView } from '../../../src/domain/host.ts';
import type { Engine, TaskReport } from '../../../src/engines/engine.ts';
import type { TaskLogs } from '../../../src/engines/kubernetes/given.ts';
import { LABEL, TOMBSTONE_GATE } from '../../../src/engines/kubernetes/names.ts';
import type { Change } from '../../support/kubernetes/collection.ts';
import type { FakeObject } from '../../support/kubernetes/objects.ts';
import type { Fate } from '../books/eyes.ts';
import { begunLine } from '../books/orders.ts';
import { wrongPod, wrongReport } from '../books/pods.ts';
import type { Ground, Life, Opened, RowEnd } from '../ground.ts';
import { Output } from '../output.ts';
import { Random } from '../random.ts';
import type { Swarm } from '../swarm.ts';
import type { Time } from '../time.ts';
import { ClusterApi } from './api.ts';
import type { ClusterClient } from './client.ts';
import { Controllers } from './controllers.ts';
import { ClusterEngine, type Witness } from './engine.ts';
import { Kubelets } from './kubelets.ts';
import { pinOf, Scheduler } from './scheduler.ts';
import { type Story, storyOf } from './story.ts';
import { newTale, type Tale } from './tales.ts';
import { ToldTask } from './tasks-told.ts';
import { ClusterWay } from './way.ts';

/** Lists of hosts that a turn under way may go by. */
const LISTS_KEPT = 8;

/** A cluster: nodes and pods behind an API, over which the real engine of each server runs. */
export class Cluster implements Ground {
  readonly output = new Output();
  readonly slack = 200_000;
  readonly api: ClusterApi;
  readonly kubelets: Kubelets;
  readonly controllers: Controllers;
  onReport: Ground['onReport'] = () => {};
  onStop: Ground['onStop'] = () => {};
  onOrder: Ground['onOrder'] = () => {};
  onBegin: Ground['onBegin'] = () => {};
  onWrong: Ground['onWrong'] = () => {};
  awayUntil = 0;
  /** For canaries: what is done to each server's way in, and to its engine. */
  client: ((client: ClusterClient) => void) | undefined;
  engine: (engine: Engine) => Engine = (engine) => engine;
  misbehaves = true;
  private readonly seed: number;
  private readonly time: Time;
  private readonly swarm: Swarm;
  private readonly way: ClusterWay;
  private readonly tasks = new Map<string, ToldTask>();
  private readonly tales = new Map<string, Tale>();
  private readonly stories = new Map<string, Story>();
  private readonly scheduler: Scheduler;
  private current: ClusterEngine | undefined;
  private told: (readonly HostView[])[] = [];
  private chances = 0;

  constructor(seed: number, time: Time, swarm: Swarm, note: (fault: string, text: string) => void) {
    this.seed = seed;
    this.time = time;
    this.swarm = swarm;
    const cluster = swarm.cluster!;
    const chance = () => new Random(seed, 'cluster', this.chances++);
    const wall = () => CLUSTER_EPOCH + cluster.clockAhead + time.now;
    this.api = new ClusterApi(time, wall, () => {
      if (!this.misbehaves) return 0;
      const r = chance();
      return r.chance(cluster.slowWatches) ? r.skewed(1, 10_000) : 0;
    });
    this.way = new ClusterWay({
      ...{ api: this.api, time, chance, vices: cluster.vices },
      isAway: () => time.now < this.awayUntil,
      misbehaves: () => this.misbehaves,
      note: (vice, { method, path }) => note(`api ${vice}`, `${method} ${path.slice(-12)}`),
    });
    const parts = { api: this.api, time, wall, chance };
    this.kubelets = new Kubelets({
      ...parts,
      storyOf: (taskId) => this.storyOf(taskId),
      taleOf: (uid) => this.tales.get(uid)!,
      ours: () => this.ours(),
      begins: (tale) => this.begins(tale),
    });
    this.controllers = new Controllers({
      ...parts,
      kubelets: this.kubelets,
      taleOf: (uid) => this.tales.get(uid),
    });
    this.scheduler = new Scheduler({ ...parts, bindsAfter: (pod) => this.storyOf(taskOf(pod)).bindsAfter });
    this.api.history.listen((change) => this.changed(change));
    this.makeNodes();
  }

  private makeNodes(): void {
    const r = new Random(this.seed, 'nodes of the cluster');
    const { pool } = this.swarm.capacity;
    for (let at = 0; at < this.swarm.cluster!.nodes; at++) {
      const [cpu, memory, pods] =
        at === 0
          ? [pool.milliVcpus / 1000, pool.memoryMiB, 500]
          : [
              r.pick([1, 2, 4]),
              Math.min(pool.memoryMiB, r.pick([4096, 8192, 16_384])),
              r.pick([500, 500, 4]),
            ];
      const allocatable = {
        cpu: `${cpu}`,
        memory: `${memory}Mi`,
        pods: `${pods}`,
        'nvidia.com/gpu': `${pool.gpus}`,
      };
      const name = `node${at + 1}`;
      this.api.nodes.create({
        metadata: { name },
        status: { allocatable, conditions: [{ type: 'Ready', status: 'True' }] },
      });
    }
  }

  open(life: Life): Opened {
    const { swarm, time, seed } = this;
    const chance = new Random(seed, 'engine', this.chances);
    const { hostLostAfter } = swarm.cluster!;
    const { way, client } = this;
    const parts = { way, clock: time, chance: () => chance.unit(), hostLostAfter, logs: this.logs(), client };
    const engine = new ClusterEngine(parts, life, this.witness());
    this.current = engine;
    return { engine: this.engine(engine), isOpen: engine.opened };
  }

  hosts(): readonly HostView[] {
    const now = this.current?.hosts() ?? [];
    if (now !== this.told.at(-1)) this.told = [...this.told, now].slice(-LISTS_KEPT);
    return now;
  }

  seen(id: string): readonly HostView[] {
    return this.told.flatMap((hosts) => hosts.filter((host) => host.id === id));
  }

  fate(taskId: string, row: RowEnd | undefined): Fate | undefined {
    const task = this.tasks.get(taskId);
    return task?.order && task.fate(row);
  }

  beganAt(taskId: string): number | undefined {
    return this.tasks.get(taskId)?.beganAt;
  }

  isWronged(taskId: string): boolean {
    return this.tasks.get(taskId)?.isTornOut ?? false;
  }

  isHidden(taskId: string): boolean {
    const nodes = this.taskOf(taskId).pods.map(({ nodeName }) => nodeName);
    return nodes.some((node) => node !== undefined && this.kubelets.silent.has(node));
  }

  live(): string[] {
    const isLive = ({ status, metadata }: FakeObject) =>
      status.phase === 'Running' && metadata.deletionTimestamp === undefined;
    return this.ours().filter(isLive).map(taskOf);
  }

  known(): undefined {
    return undefined;
  }

  left(): readonly unknown[] {
    return this.ours();
  }

  wrongHosts(): string | undefined {
    const told = this.hosts().map(({ id, size }) => `${id} ${size.milliVcpus}`);
    const there = this.api.nodes.all().map(({ metadata, status }) => {
      const { cpu } = status.allocatable as { cpu: string };
      return `${metadata.uid} ${Number(cpu) * 1000}`;
    });
    return told.sort().join() === there.sort().join() ? undefined : `${told} of ${there}`;
  }

  calm(): void {
    const { api, kubelets, controllers } = this;
    this.misbehaves = false;
    this.awayUntil = 0;
    api.quota = undefined;
    api.calm();
    for (const { metadata, spec } of api.nodes.all()) {
      if (kubelets.silent.has(metadata.name)) controllers.wake(metadata.name);
      if (spec.unschedulable === true)
        api.nodes.change(metadata.name, (node) => (node.spec.unschedulable = false));
    }
    for (const { metadata } of this.foreign()) api.pods.vanish(metadata.name);
    this.restoreNodes();
    kubelets.calm();
  }

  /** A node that is gone comes back once nothing of the former is left. */
  private restoreNodes(): void {
    for (const node of [...this.controllers.away.keys()]) this.controllers.restore(node);
    if (this.controllers.away.size > 0) this.time.beside(1000, () => this.restoreNodes());
  }

  /** Nothing of the cluster goes with the server's machine. */
  reboot(): void {
    this.time.reboot();
  }

  ours(): FakeObject[] {
    return this.api.pods.all().filter(({ metadata }) => metadata.labels[LABEL.data] !== undefined);
  }

  foreign(): FakeObject[] {
    return this.api.pods.all().filter(({ metadata }) => metadata.labels[LABEL.data] === undefined);
  }

  taleOf(uid: string): Tale {
    return this.tales.get(uid)!;
  }

  private taskOf(taskId: string): ToldTask {
    const known = this.tasks.get(taskId) ?? new ToldTask();
    this.tasks.set(taskId, known);
    return known;
  }

  private storyOf(taskId: string): Story {
    const { order } = this.taskOf(taskId);
    const story = this.stories.get(taskId) ?? storyOf(this.seed, this.swarm, order!, this.misbehaves);
    this.stories.set(taskId, story);
    return story;
  }

  private changed({ type, object }: Change): void {
    if (object.kind !== 'Pod' || object.metadata.labels[LABEL.data] === undefined) return;
    if (type === 'ADDED') this.added(object);
    if (type === 'DELETED') this.kubelets.gone(object);
    else {
      const tale = this.tales.get(object.metadata.uid)!;
      tale.nodeName ??= object.spec.nodeName as string | undefined;
      this.scheduler.look(object);
      this.kubelets.look(object);
    }
  }

  private added(pod: FakeObject): void {
    const isTombstone = JSON.stringify(pod.spec.schedulingGates ?? []).includes(TOMBSTONE_GATE);
    const tale = newTale(pod.metadata.uid, taskOf(pod), isTombstone);
    const task = this.taskOf(tale.taskId);
    this.tales.set(tale.uid, tale);
    task.tales.push(tale);
    if (isTombstone || !task.order) return;
    const { host } = task.order;
    const name = this.told.flat().find(({ id }) => id === host)?.name;
    const wrong = name === undefined ? undefined : wrongPod(task.order, pod, pinOf(pod), name);
    if (wrong !== undefined)
      this.onWrong('an order is as its job says', `the pod of ${tale.taskId} is ${wrong}`);
  }

  private begins(tale: Tale): void {
    const task = this.taskOf(tale.taskId);
    const wrong = task.whyNotBegin();
    if (wrong !== undefined)
      this.onWrong('a task of a cluster runs once', `${tale.taskId} begins, though ${wrong}`);
    task.beganAt ??= this.time.now;
    const { jobId, attempt, container } = task.order!;
    tale.lines.push({ message: begunLine(jobId, attempt, container), time: tale.startedAt! });
    this.onBegin(task.order!);
  }

  private witness(): Witness {
    return {
      ordered: (order) => {
        this.taskOf(order.taskId).order ??= order;
        this.onOrder(order);
      },
      stopping: (taskId, graceSeconds) => {
        this.taskOf(taskId).askedAt ??= this.time.now;
        this.onStop(taskId, graceSeconds);
      },
      recalling: (taskId) => (this.taskOf(taskId).isRecallAsked = true),
      recalled: (taskId) => this.recalled(taskId),
      told: (report, isNew) => this.heard(report, isNew),
      forgetting: (taskId) => (this.taskOf(taskId).isForgotten = true),
    };
  }

  private recalled(taskId: string): void {
    const task = this.taskOf(taskId);
    task.isRecalled = true;
    if (task.beganAt !== undefined && !task.isTornOut)
      this.onWrong('a task of a cluster runs once', `${taskId} is recalled, though it has begun`);
  }

  private heard(report: TaskReport, isNew: boolean): void {
    const task = this.taskOf(report.taskId);
    const isFree = task.isTornOut || task.isForgotten;
    const wrong = isFree ? undefined : wrongReport(task.asSeen(), report);
    if (wrong !== undefined)
      this.onWrong('what is told of a task is what its pod did', `${JSON.stringify(report)}: ${wrong}`);
    if (!task.isForgotten) task.told(report);
    if (isNew) this.onReport(report);
  }

  /** What pods print is had when it is asked for; of a silent node nothing is. */
  private logs(): TaskLogs {
    const keep = (taskId: string, uid: string) => {
      const tale = this.tales.get(uid);
      if (!tale || this.isHidden(taskId)) return;
      for (const line of tale.lines.slice(this.output.size(taskId)))
        this.output.print(taskId, line.message, line.time);
    };
    return {
      follow: (taskId, { uid }) => keep(taskId, uid),
      catchUp: async (taskId, { uid }) => keep(taskId, uid),
      finish: async (taskId, { uid }) => keep(taskId, uid),
      drop: async () => {},
      write: () => {},
      close: async () => {},
    };
  }
}

/** 2028, as the world begins. */
const CLUSTER_EPOCH = Date.UTC(2026, 0, 1) + 2 * 365 * 86_400_000;

const taskOf = ({ metadata }: FakeObject): string => metadata.labels[LABEL.task]!;
