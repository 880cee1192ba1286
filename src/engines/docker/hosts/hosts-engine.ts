import type { ContainerSpec } from '../../../domain/container.ts';
import type { HostView } from '../../../domain/host.ts';
import { describeResources } from '../../../domain/resource-text.ts';
import { NO_FOLDERS, withEfs } from '../../efs.ts';
import type { Engine, ExpectedTask, StartOrder, Support, TaskReport } from '../../engine.ts';
import { judgeBy } from '../../member-rules.ts';
import type { Address } from '../address.ts';
import { supportFor } from '../support.ts';
import { DaemonHost, type HostDoors, type HostSettings } from './daemon-host.ts';
import { HostIds, type HostIdsSettings, SameDaemon } from './host-ids.ts';
import { type KnownHost, lastKnownAt } from './known-hosts.ts';
import { type Connect, connectTo } from './open-daemon.ts';
import { RefusedOrders } from './refused-orders.ts';

export type DockerHostsSettings = HostSettings & HostIdsSettings & { readonly addresses: readonly Address[] };

/** A server that starts waits so long for daemons that neither answer nor refuse. */
const START_MILLISECONDS = 15_000;

/**
 * Runs tasks on several Docker daemons, each a host with an engine of its own. Which one has a task its order says; after a
 * restart the daemon itself, or the store while that is silent. See docs/decisions/docker-hosts.md.
 */
export class DockerHosts implements Engine {
  readonly name = 'docker';
  readonly startsSlowly = true;
  private readonly settings: DockerHostsSettings;
  private readonly ids: HostIds;
  private readonly doors: HostDoors;
  private all: readonly DaemonHost[];
  private views: readonly HostView[] | undefined;
  /** Tasks of no host, until they are forgotten: they never start. */
  private readonly recalled = new Set<string>();
  private readonly refused = new RefusedOrders();
  private unheard: TaskReport[] = [];
  private listener: (reports: readonly TaskReport[]) => void = () => {};

  constructor(settings: DockerHostsSettings, connect: Connect = connectTo) {
    this.settings = settings;
    this.ids = new HostIds(settings, {
      all: () => this.all,
      addAbsent: (known) => this.addAbsent(known),
      remove: (host) => this.remove(host),
    });
    this.doors = {
      connect,
      identify: (host, machine) => this.ids.identify(host, machine),
      lost: (host) => host.known && this.ids.giveUp(host, host.known),
      changed: () => this.changed(),
      report: (reports) => this.report(reports),
      isLeft: ({ id }, order) => this.refused.isLeft(id, order),
    };
    this.all = settings.addresses.map((address) => new DaemonHost(address, settings, this.doors));
  }

  /**
   * Tries all daemons. Rejects when none is heard, or two are the same; those that are not heard yet are closed hosts, and
   * tried on.
   */
  async begin(): Promise<void> {
    const errors = await Promise.all(this.all.map((host) => this.firstTry(host)));
    const same = errors.find((error) => error instanceof SameDaemon);
    if (same) throw same;
    const silent = this.all.filter((host) => !host.isHeard);
    if (silent.length === this.all.length)
      throw new Error(`no daemon is heard: ${silent.map(({ whyNot }) => whyNot).join('; ')}`);
    for (const host of silent) {
      host.known ??= lastKnownAt(host.address!.text, this.ids.all(), this.ids.heard());
      void host.keepOpening();
    }
    this.changed();
  }

  private async firstTry(host: DaemonHost): Promise<Error | undefined> {
    let cancel = () => {};
    const slow = new Promise<undefined>((done) => {
      cancel = this.settings.timers.after(START_MILLISECONDS, () => done(undefined));
    });
    return Promise.race([host.open(), slow]).finally(() => cancel());
  }

  hosts(): readonly HostView[] {
    this.views ??= this.all.map((host) => host.view());
    return this.views;
  }

  /** How many are. */
  countHeard(): number {
    return this.all.filter(({ isHeard }) => isHeard).length;
  }

  /** A line of each, for people. */
  about(): string[] {
    return this.all.map((host) => {
      const place = host.name === host.address?.text ? '' : ` at ${host.address?.text}`;
      return host.isHeard
        ? `host ${host.name}${place}: ${describeResources(host.view().size)}`
        : `host ${host.name}${place} takes no jobs until it is heard: ${host.whyNot}`;
    });
  }

  expect(tasks: readonly ExpectedTask[]): void {
    const ids = new Set(tasks.map(({ taskId }) => taskId));
    for (const host of this.all) host.holds(ids);
    const unknown = tasks.filter(({ taskId }) => !this.hostOf(taskId));
    for (const [id, theirs] of Map.groupBy(unknown, ({ host }) => host)) {
      const host = this.all.find((one) => one.id === id) ?? this.addAbsent(this.ids.remembered(id));
      host.expect(theirs);
    }
  }

  judge(container: ContainerSpec): readonly Support[] {
    const { permissions, efs = NO_FOLDERS } = this.settings;
    return judgeBy(supportFor(permissions), withEfs(container, efs));
  }

  waitReason(jobId: string): string | undefined {
    for (const host of this.all) {
      const why = host.waitReason(jobId);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  watch(listener: (reports: readonly TaskReport[]) => void): void {
    this.listener = listener;
  }

  /** One that is ordered again goes to who has it. */
  async start(orders: readonly StartOrder[]): Promise<void> {
    for (const order of orders) {
      if (this.recalled.has(order.taskId)) continue;
      const host = this.hostOf(order.taskId) ?? this.all.find(({ id }) => id === order.host);
      await host?.start([order]);
    }
  }

  async recall(taskId: string): Promise<boolean> {
    const host = this.hostOf(taskId);
    if (host) return host.recall(taskId);
    this.recalled.add(taskId);
    return true;
  }

  async stop(taskId: string, graceSeconds: number): Promise<void> {
    await this.hostOf(taskId)?.stop(taskId, graceSeconds);
  }

  async list(): Promise<readonly TaskReport[]> {
    return this.all.flatMap((host) => host.list());
  }

  async forget(taskIds: readonly string[]): Promise<void> {
    for (const id of taskIds) this.recalled.delete(id);
    for (const host of this.all) await host.forget(taskIds);
    for (const host of this.all) if (host.isDone) this.remove(host);
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((host) => host.close()));
  }

  private hostOf(taskId: string): DaemonHost | undefined {
    return this.all.find((host) => host.knows(taskId));
  }

  /** It is waited for like one that is silent. */
  private addAbsent(known: KnownHost): DaemonHost {
    const host = new DaemonHost(undefined, this.settings, this.doors);
    host.known = known;
    this.settings.log.warn({ host: known.name }, 'a host that is not listed has jobs: they are waited for');
    this.all = [...this.all, host];
    this.changed();
    void host.keepOpening();
    return host;
  }

  private remove(host: DaemonHost): void {
    this.all = this.all.filter((one) => one !== host);
    this.changed();
    void host.close();
  }

  private changed(): void {
    this.views = undefined;
  }

  private report(reports: readonly TaskReport[]): void {
    if (reports.length === 0) return;
    this.unheard.push(...reports);
    if (this.unheard.length === reports.length)
      this.settings.timers.soon(() => this.listener(this.unheard.splice(0)));
  }
}
