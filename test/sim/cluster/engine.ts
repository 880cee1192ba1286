import type { HostView } from '../../../src/domain/host.ts';
import type { Engine, PodPlace, StartOrder, TaskReport } from '../../../src/engines/engine.ts';
import { PodBodies, placeOfIn } from '../../../src/engines/kubernetes/bodies.ts';
import type { KubernetesEngine } from '../../../src/engines/kubernetes/engine.ts';
import type { TaskLogs } from '../../../src/engines/kubernetes/given.ts';
import { NodesFollowed } from '../../../src/engines/kubernetes/nodes-followed.ts';
import { openKubernetesEngine } from '../../../src/engines/kubernetes/open.ts';
import type { PodSettings } from '../../../src/engines/kubernetes/pod/settings.ts';
import { PodsApi } from '../../../src/engines/kubernetes/pods-api.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Log } from '../../../src/lib/logger.ts';
import { DATA_ID, podSettings } from '../../support/pod-settings.ts';
import type { Listener } from '../doors.ts';
import type { Life } from '../ground.ts';
import { ClusterClient, type Way } from './client.ts';

export interface EngineParts {
  readonly way: Way;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly hostLostAfter: PodSettings['hostLostAfter'];
  readonly logs: TaskLogs;
  /** For a canary. */
  readonly client?: ((client: ClusterClient) => void) | undefined;
}

/** What is told of an engine's calls. */
export interface Witness {
  ordered(order: StartOrder): void;
  stopping(taskId: string, graceSeconds: number): void;
  recalling(taskId: string): void;
  recalled(taskId: string): void;
  told(report: TaskReport, isNew: boolean): void;
  /** Its end is stored: what is told of it from now on changes nothing. */
  forgetting(taskId: string): void;
}

/** The engine of one server over the cluster, once it has taken over what is there: between its calls the server may die. */
export class ClusterEngine implements Engine {
  readonly name = 'kubernetes';
  readonly startsSlowly = true;
  readonly timesAreElsewhere = true;
  readonly hasWholeHosts = true;
  readonly pods: PodPlace;
  private readonly life: Life;
  private readonly witness: Witness;
  /** It has taken over what is there. */
  readonly opened: Promise<KubernetesEngine>;
  private readonly bodies: PodBodies;
  private engine: KubernetesEngine | undefined;
  private listener: Listener = () => {};

  constructor(parts: EngineParts, life: Life, witness: Witness) {
    const { doors, timers } = life;
    this.life = life;
    this.witness = witness;
    const client = new ClusterClient(parts.way, doors, timers);
    parts.client?.(client);
    const settings = { namespace: NAMESPACE, dataId: DATA_ID, ...parts, timers, log: quiet(life.log) };
    const hosts = new NodesFollowed(settings, client.asClient(), SEES_ALL);
    const { hostLostAfter, logs } = parts;
    this.bodies = new PodBodies(
      { ...podSettings({ hostLostAfter }), namespace: NAMESPACE },
      placeOfIn(hosts),
    );
    const api = new PodsApi(client.asClient(), NAMESPACE, DATA_ID);
    this.pods = { namespace: NAMESPACE, nameOf: (taskId) => this.bodies.nameOf(taskId) };
    this.opened = openKubernetesEngine(settings, { api, bodies: this.bodies, logs, hosts }).then((engine) => {
      engine.watch((reports) => this.hear(reports));
      this.engine = engine;
      return engine;
    });
  }

  hosts(): readonly HostView[] {
    return this.engine?.hosts() ?? [];
  }

  judge(container: Parameters<Engine['judge']>[0]): ReturnType<Engine['judge']> {
    return this.bodies.judge(container);
  }

  waitReason(jobId: string): string | undefined {
    return this.engine?.waitReason(jobId);
  }

  async start(orders: readonly StartOrder[]): Promise<void> {
    for (const order of orders)
      await this.through((engine) => {
        this.witness.ordered(order);
        return engine.start([order]);
      });
    await this.life.pause();
  }

  async stop(taskId: string, graceSeconds: number): Promise<void> {
    await this.through((engine) => {
      this.witness.stopping(taskId, graceSeconds);
      return engine.stop(taskId, graceSeconds);
    });
  }

  recall(taskId: string): Promise<boolean> {
    return this.through(async (engine) => {
      this.witness.recalling(taskId);
      const isBack = await engine.recall(taskId);
      if (isBack && this.life.doors.alive) this.witness.recalled(taskId);
      return isBack;
    });
  }

  async list(): Promise<readonly TaskReport[]> {
    const seen = await this.through((engine) => engine.list());
    for (const report of seen) this.witness.told(report, false);
    await this.life.pause();
    return seen;
  }

  watch(listener: Listener): void {
    this.listener = listener;
  }

  private hear(reports: readonly TaskReport[]): void {
    if (!this.life.doors.alive) return;
    for (const report of reports) this.witness.told(report, true);
    this.listener(reports);
  }

  async forget(taskIds: readonly string[]): Promise<void> {
    for (const id of taskIds)
      await this.through((engine) => {
        this.witness.forgetting(id);
        return engine.forget([id]);
      });
  }

  async close(): Promise<void> {}

  private async through<T>(effect: (engine: KubernetesEngine) => Promise<T>): Promise<T> {
    const engine = await this.opened;
    const { doors } = this.life;
    if (!doors.pass()) return never();
    const value = await effect(engine);
    return doors.pass() ? value : never();
  }
}

const NAMESPACE = 'jobs';
const SEES_ALL = { seesForeign: true, reserve: undefined, gpuResource: 'nvidia.com/gpu' };

const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** An API that is away is no fault of ours. */
const quiet = (log: Log): Log => ({ debug: () => {}, info: () => {}, warn: () => {}, error: log.error });
