import type { HostView } from '../../../domain/host.ts';
import type { ExpectedTask, StartOrder, TaskReport } from '../../engine.ts';
import type { Address } from '../address.ts';
import type { Machine } from '../api-shapes.ts';
import type { DockerEngine } from '../engine.ts';
import type { DockerEngineSettings } from '../settings.ts';
import { Comparison } from './comparison.ts';
import { type HostEvent, type HostState, nextState } from './host-state.ts';
import { HostTasks } from './host-tasks.ts';
import type { KnownHost } from './known-hosts.ts';
import { type Connect, openDaemon } from './open-daemon.ts';
import { SilentBoot } from './silent-boot.ts';

/** How soon one that did not answer is tried again. */
const AGAIN_MILLISECONDS = 5000;

/** How long one that makes no containers takes no tasks. */
const FAULT_MILLISECONDS = 60_000;

/** What a host tells and asks. */
export interface HostDoors {
  readonly connect: Connect;
  /** Who the daemon is that answers there, as it is remembered. Throws when it is another host's. */
  readonly identify: (host: DaemonHost, machine: Machine) => KnownHost;
  /** It is lost, and its daemon no longer followed. */
  readonly lost: (host: DaemonHost) => void;
  /** Its view is another. */
  readonly changed: () => void;
  readonly report: (reports: readonly TaskReport[]) => void;
  /** Whether an order that it will not make is to go elsewhere. */
  readonly isLeft: (host: DaemonHost, order: StartOrder) => boolean;
}

export type HostSettings = Omit<DockerEngineSettings, 'address' | 'presence' | 'isElsewhere' | 'boot'> & {
  /** Milliseconds; undefined: never. */
  readonly lostAfter: number | undefined;
};

/** A daemon that is one of several, whether it answers or not; without an address one that is listed no more. */
export class DaemonHost {
  readonly address: Address | undefined;
  readonly tasks = new HostTasks();
  /** Undefined until it is known who it is. */
  known: KnownHost | undefined;
  private readonly settings: HostSettings;
  private readonly doors: HostDoors;
  private readonly boot = new SilentBoot();
  private state: HostState;
  private engine: DockerEngine | undefined;
  private opening: DockerEngine | undefined;
  private readonly comparison = new Comparison();
  private trying: Promise<Error | undefined> | undefined;
  /** Why it takes no tasks for a while, though it is heard. */
  private fault: { readonly why: string; readonly end: () => void } | undefined;
  private leaving: Promise<void> | undefined;
  private closed = false;

  constructor(address: Address | undefined, settings: HostSettings, doors: HostDoors) {
    this.address = address;
    this.settings = settings;
    this.doors = doors;
    this.state = { kind: 'unheard', since: settings.clock.steady(), why: 'not tried yet', isOverdue: false };
  }

  get id(): string {
    return this.known?.id ?? this.text;
  }

  get name(): string {
    return this.known?.name ?? this.text;
  }

  private get text(): string {
    return this.address?.text ?? 'a host that is not listed';
  }

  get isHeard(): boolean {
    return this.state.kind === 'heard';
  }

  /** It was heard, and is tried in vain since. */
  get isSilent(): boolean {
    return this.state.kind === 'silent';
  }

  /** Its daemon's containers are followed, though it be silent now. */
  get isFollowed(): boolean {
    return this.engine !== undefined;
  }

  /** What it says or does not say, for people; undefined of one that is heard. */
  get whyNot(): string | undefined {
    return this.state.kind === 'heard' ? undefined : this.state.why;
  }

  /** Of one that is not listed any more: nothing is left to be told of it. */
  get isDone(): boolean {
    return this.address === undefined && this.state.kind === 'lost' && this.tasks.isEmpty;
  }

  view(): HostView {
    const why = this.whyClosed();
    return {
      id: this.id,
      name: this.name,
      size: this.known?.size ?? NOTHING,
      foreign: NOTHING,
      slots: Number.POSITIVE_INFINITY,
      cpuIsWeight: false,
      open: why === undefined,
      ...(why !== undefined && { why }),
      standing: false,
      isApart: true,
      ...(!this.known?.size.memoryMiB && { isUnmet: true }),
      ...(this.state.kind === 'lost' && { isLost: true }),
    };
  }

  private whyClosed(): string | undefined {
    const { state, fault } = this;
    switch (state.kind) {
      case 'unheard':
        return `not heard since this server started: ${state.why}`;
      case 'silent':
        return `silent since ${this.wallOf(state.since)}: ${state.why}`;
      case 'lost':
        return `not heard for too long, what it ran is lost: ${state.why}`;
      case 'heard':
        if (fault) return `makes no containers: ${fault.why}`;
        return this.comparison.isOver ? undefined : 'heard, and not compared yet with what should run there';
    }
  }

  private wallOf(steady: number): string {
    const { clock } = this.settings;
    return new Date(clock.wall() - (clock.steady() - steady)).toISOString().slice(0, 19).concat('Z');
  }

  /** Tries it once, or waits for the try that is under way. Resolves to why it is not heard, undefined when it is. */
  open(): Promise<Error | undefined> {
    this.trying ??= this.tryOnce().finally(() => {
      this.trying = undefined;
    });
    return this.trying;
  }

  /** Tries it until it is heard; resolves then, or when it is closed. */
  async keepOpening(): Promise<void> {
    const { timers } = this.settings;
    while (!this.closed && (await this.open()))
      await new Promise<void>((done) => void timers.after(AGAIN_MILLISECONDS, done));
  }

  knows(taskId: string): boolean {
    return this.tasks.knows(taskId) || (this.engine?.knows(taskId) ?? false);
  }

  /** The store holds these as live, on whichever host. */
  holds(tasks: ReadonlySet<string>): void {
    this.comparison.holds(tasks);
  }

  /** What an earlier server left there, as the store has it: where it is heard it is known better. */
  expect(tasks: readonly ExpectedTask[]): void {
    if (!this.engine) this.tasks.expect(tasks);
  }

  /** Orders that it has no engine for are left: nothing is known of them then, and they are placed anew. */
  async start(orders: readonly StartOrder[]): Promise<void> {
    await this.engine?.start(orders);
  }

  /** Nothing is promised of what may have begun where nobody can look. */
  async recall(taskId: string): Promise<boolean> {
    return this.tasks.knows(taskId) ? false : ((await this.engine?.recall(taskId)) ?? false);
  }

  async stop(taskId: string, graceSeconds: number): Promise<void> {
    if (this.tasks.stop(taskId, graceSeconds)) return;
    this.comparison.stopped(taskId);
    await this.engine?.stop(taskId, graceSeconds);
  }

  async forget(taskIds: readonly string[]): Promise<void> {
    this.tasks.forget(taskIds);
    await this.engine?.forget(taskIds);
  }

  /** For a comparison. While it is silent, or makes no containers, those are left out that nothing was sent of: they are free to go elsewhere. */
  list(): TaskReport[] {
    const known = this.engine?.known() ?? [];
    if (this.comparison.look(liveIn(known), this.tasks.hasNoLost)) this.doors.changed();
    const listed = this.tasks.notLost(known);
    const unsent = new Set(this.isHeard && !this.fault ? [] : this.engine?.unsent());
    return [...this.tasks.reports(), ...listed.filter(({ taskId }) => !unsent.has(taskId))];
  }

  waitReason(jobId: string): string | undefined {
    const why = this.engine?.waitReason(jobId);
    return why && `on host ${this.name}: ${why}`;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.fault?.end();
    await Promise.all([this.engine?.close(), this.opening?.close(), this.leaving]);
  }

  private async tryOnce(): Promise<Error | undefined> {
    try {
      if (!this.address) throw new Error('it is not listed any more (--docker-host)');
      const engine = await openDaemon(this.doors.connect, this.engineSettings(this.address), (made) => {
        this.opening = made;
        made.watch((reports) => this.doors.report(this.tasks.notLost(reports)));
      });
      await this.adopted(engine);
      return undefined;
    } catch (error) {
      this.tell({ kind: 'unheard', at: this.settings.clock.steady(), why: (error as Error).message });
      return error as Error;
    } finally {
      this.opening = undefined;
    }
  }

  private async adopted(engine: DockerEngine): Promise<void> {
    if (this.closed) return engine.close();
    this.engine = engine;
    this.comparison.begin(liveIn(engine.known()));
    this.tell({ kind: 'heard' });
    for (const [taskId, graceSeconds] of this.tasks.met()) {
      if (!(await engine.recall(taskId))) await engine.stop(taskId, graceSeconds);
    }
  }

  private engineSettings(address: Address): DockerEngineSettings {
    const { log, ...common } = this.settings;
    const isElsewhere = address.kind !== 'socket';
    const named = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) =>
      log[level]({ host: this.name, ...fields }, message);
    return {
      ...common,
      address,
      log: { debug: named('debug'), info: named('info'), warn: named('warn'), error: named('error') },
      isElsewhere,
      ...(isElsewhere && { boot: this.boot }),
      presence: {
        meet: (machine) => this.meet(machine),
        // one that is being opened is heard when all is taken over
        heard: () => this.engine && this.tell({ kind: 'heard' }),
        unheard: (why) =>
          this.engine && this.tell({ kind: 'unheard', at: this.settings.clock.steady(), why }),
        isLeft: (order, why) => this.isLeft(order, why),
      },
    };
  }

  private isLeft(order: StartOrder, why: string): boolean {
    if (!this.doors.isLeft(this, order)) return false;
    const { log, timers } = this.settings;
    if (!this.fault)
      log.warn({ host: this.name, error: why }, 'a host makes no containers: it takes no jobs for a minute');
    this.fault?.end();
    const end = timers.after(FAULT_MILLISECONDS, () => {
      this.fault = undefined;
      this.doors.changed();
    });
    this.fault = { why, end };
    this.doors.changed();
    return true;
  }

  private meet(machine: Machine): void {
    const before = this.known;
    this.known = this.doors.identify(this, machine);
    if (this.known !== before) this.doors.changed();
  }

  private tell(event: HostEvent): void {
    if (this.closed) return;
    const { state: before, whyNot } = this;
    this.state = nextState(before, event, this.settings.lostAfter);
    if (this.state.kind === before.kind) {
      if (this.whyNot !== whyNot) this.doors.changed();
      return;
    }
    this.boot.note(this.state.kind, this.settings.clock.wall());
    this.say(before);
    if (this.state.kind === 'lost') this.lose();
    this.doors.changed();
  }

  private say({ kind: before }: HostState): void {
    const { log } = this.settings;
    const { state, name: host } = this;
    switch (state.kind) {
      case 'unheard':
        break;
      case 'heard':
        if (before !== 'unheard') log.warn({ host }, 'a host is heard again');
        break;
      case 'silent':
        log.warn(
          { host, error: state.why },
          'a host is silent: it takes no jobs, and what it runs is waited for',
        );
        break;
      case 'lost':
        log.error({ host, error: state.why }, 'a host was silent for too long: what it ran is lost');
        break;
    }
  }

  /** Rule K-069: what it still runs when it comes back, the store has no use for, and it is stopped then. */
  private lose(): void {
    const { engine } = this;
    this.engine = undefined;
    this.comparison.end();
    this.doors.lost(this);
    const unsent = new Set(engine?.unsent());
    const live = (engine?.known() ?? []).filter(({ taskId }) => !unsent.has(taskId));
    this.doors.report(this.tasks.lose(live, this.settings.clock.wall()));
    if (!engine) return;
    // two would keep the log of what still runs
    this.leaving = engine.close();
    void this.leaving.then(() => this.keepOpening());
  }
}

const liveIn = (reports: readonly TaskReport[]): string[] =>
  reports.flatMap(({ taskId, kind }) => (kind === 'running' || kind === 'waiting' ? [taskId] : []));

const NOTHING = { milliVcpus: 0, memoryMiB: 0, gpus: 0 };
