import type { StartOrder, TaskReport } from '../../src/engines/engine.ts';
import { SimulatedEngine } from '../../src/engines/simulated/engine.ts';
import { type Behaviour, SimulatedMachine } from '../../src/engines/simulated/simulated-machine.ts';
import type { Fate } from './books/eyes.ts';
import { begunLine } from './books/orders.ts';
import { DoorEngine, type Listener } from './doors.ts';
import type { Ground, Life, Opened } from './ground.ts';
import { Output } from './output.ts';
import { Random } from './random.ts';
import type { Swarm } from './swarm.ts';
import type { Time } from './time.ts';

/** What really became of a task, whoever heard of it. */
export interface Truth {
  readonly order: StartOrder;
  /** Its last report. */
  report: TaskReport | undefined;
  began: boolean;
  /** Time, not the clock's: when it began, and when it was first told to stop. */
  beganAt: number;
  askedAt: number | undefined;
  /** By the clock. */
  startedAt: number | undefined;
  /** The world did something to it that nobody can know the end of. */
  wronged: boolean;
}

const NEW = { report: undefined, began: false, beganAt: 0, askedAt: undefined, startedAt: undefined };

/** Commands that say how long a task runs and how it ends. */
export const TOLD: Readonly<
  Record<string, { readonly runs: (r: Random) => number; readonly fails: boolean }>
> = {
  soon: { runs: (r) => r.skewed(0, 5), fails: false },
  'fail-soon': { runs: (r) => r.skewed(0, 5), fails: true },
  fail: { runs: (r) => r.int(1, 200), fails: true },
  'fail-late': { runs: (r) => r.int(2000, 6000), fails: true },
};

const OOM = 'OutOfMemoryError: Container killed due to memory usage';
const START_FAILURES = [
  'CannotPullContainerError: Error response from daemon: manifest for x not found',
  'CannotStartContainerError: Error response from daemon: no such file',
  `DockerTimeoutError: ${'x'.repeat(300)}`,
];

const TURNED_AWAY = "Pod was rejected: Node didn't have enough resource: cpu";
const LOST_FOR = 'PreemptionByScheduler: preempting to accommodate a higher priority pod';

const isEnd = (report: TaskReport | undefined): boolean =>
  report !== undefined && report.kind !== 'waiting' && report.kind !== 'running';

/**
 * The machine that tasks run on, and the way of its reports: it outlives every server. Here reports are lost, doubled,
 * late and out of order, tasks are forgotten, and part of the machine vanishes for a while and comes back.
 */
export class Host implements Ground {
  readonly machine: SimulatedMachine;
  readonly output = new Output();
  readonly truth = new Map<string, Truth>();
  /** Tasks that nobody sees now. */
  readonly hidden = new Set<string>();
  private readonly held: (() => void)[] = [];
  private readonly time: Time;
  private readonly swarm: Swarm;
  private readonly seed: number;
  private readonly note: (fault: string, text: string) => void;
  onReport: Ground['onReport'] = () => {};
  onStop: Ground['onStop'] = () => {};
  onOrder: Ground['onOrder'] = () => {};
  onBegin: Ground['onBegin'] = () => {};
  onWrong: Ground['onWrong'] = () => {};
  /** Off when liveness is looked at: nothing goes wrong then. */
  misbehaves = true;
  awayUntil = 0;
  readonly slack = 0;
  private reports = 0;
  private calls = 0;

  constructor(seed: number, time: Time, swarm: Swarm, note: (fault: string, text: string) => void) {
    this.seed = seed;
    this.time = time;
    this.swarm = swarm;
    this.note = note;
    this.machine = new SimulatedMachine({
      clock: time,
      timers: { after: (delay, fn) => time.after(delay, fn), soon: (fn) => void time.after(0, fn) },
      behaviour: (order) => this.behaviour(order),
    });
  }

  open({ doors, pause }: Life): Opened {
    const engine = new DoorEngine(
      this.engine(),
      doors,
      pause,
      () => this.absence(),
      (reports, listener) => this.hear(reports, listener),
    );
    return { engine };
  }

  /** What a server has of it: the same tasks, less those that are out of sight. */
  engine(): SimulatedEngine {
    const engine = new SimulatedEngine(this.machine);
    const list = engine.list.bind(engine);
    const stop = engine.stop.bind(engine);
    engine.stop = (taskId, graceSeconds) => {
      this.onStop(taskId, graceSeconds);
      const truth = this.truth.get(taskId);
      if (truth) truth.askedAt ??= this.time.now;
      return stop(taskId, graceSeconds);
    };
    if (this.swarm.capacity.pool.gpus > 0) engine.judge = () => [];
    const start = engine.start.bind(engine);
    engine.start = (orders) => {
      for (const order of orders) this.onOrder(order);
      return start(orders);
    };
    const forget = engine.forget.bind(engine);
    engine.forget = (taskIds) => {
      for (const id of taskIds) this.learn(id);
      return forget(taskIds);
    };
    engine.list = async () => (await list()).filter((report) => !this.hidden.has(report.taskId));
    return engine;
  }

  private behaviour(order: StartOrder): Behaviour {
    const { taskId } = order;
    const wronged = this.truth.get(taskId)?.wronged ?? false;
    this.truth.set(taskId, { ...NEW, order, wronged });
    const r = new Random(this.seed, 'task', taskId);
    const { task } = this.swarm;
    const startsAfterMilliseconds = r.chance(task.slowStart) ? r.int(100, 4000) : r.int(0, 20);
    if (this.misbehaves && r.chance(task.failsToStart)) {
      this.note('failed start', taskId);
      return { startsAfterMilliseconds, failsToStart: r.pick(START_FAILURES) };
    }
    const own = new Random(this.seed, 'turned away', taskId);
    if (this.misbehaves && own.chance(task.isTurnedAway)) {
      this.note('turned away', taskId);
      return { isTurnedAway: TURNED_AWAY };
    }
    const forever = order.container.command[0] === 'wait' && this.misbehaves;
    const told = TOLD[order.container.command[0]!];
    const usual = r.chance(task.long) ? r.int(1000, 90_000) : r.skewed(1, 3000);
    const runsForMilliseconds = told?.runs(r) ?? usual;
    const fails = told?.fails ?? r.chance(task.fails);
    const exitCode = fails ? r.pick([1, 2, 3, 42, 137]) : 0;
    const isLost = this.misbehaves && r.chance(task.isLost);
    if (isLost) this.note('lost task', taskId);
    return {
      startsAfterMilliseconds,
      ...(!forever && { runsForMilliseconds }),
      exitCode,
      ...(exitCode === 137 && { reason: OOM }),
      ignoresTerm: r.chance(task.ignoresTerm),
      isLost,
      ...(own.chance(0.5) && { lostFor: LOST_FOR }),
    };
  }

  /** What the machine would say of a task now; what it last said of one that it has forgotten. */
  reportOf(taskId: string): TaskReport | undefined {
    return (
      this.machine.reports().find((report) => report.taskId === taskId) ?? this.truth.get(taskId)?.report
    );
  }

  /** A server was told when it asked what no report has said yet, and the machine is to forget it. */
  private learn(taskId: string): void {
    const truth = this.truth.get(taskId);
    if (truth) truth.report = this.reportOf(taskId);
  }

  /** The way of reports from the machine to who listens. */
  hear(reports: readonly TaskReport[], listener: Listener): void {
    for (const report of reports) {
      this.remember(report);
      this.send(report, listener);
    }
  }

  private remember(report: TaskReport): void {
    const truth = this.truth.get(report.taskId);
    if (!truth) return;
    // its end may be known before its begin is heard of
    if (!isEnd(truth.report)) truth.report = report;
    if (report.kind === 'running') {
      truth.began = true;
      this.onBegin(truth.order);
      truth.beganAt = this.time.now;
      truth.startedAt = report.startedAt;
      const { container, jobId, attempt } = truth.order;
      this.output.print(report.taskId, begunLine(jobId, attempt, container), report.startedAt);
    }
    if (report.kind === 'exited')
      this.output.print(report.taskId, `exit ${report.exitCode}`, report.stoppedAt);
  }

  private send(report: TaskReport, listener: Listener): void {
    const r = new Random(this.seed, 'report', this.reports++);
    const tell = () => {
      this.onReport(report);
      listener([report]);
    };
    if (this.hidden.has(report.taskId)) {
      this.held.push(tell);
      return;
    }
    const fate = this.misbehaves ? r.weighted(this.swarm.report) : 'told';
    if (fate !== 'told') this.note(`report ${fate}`, `${report.taskId} ${report.kind}`);
    switch (fate) {
      case 'told':
        tell();
        return;
      case 'lost':
        return;
      case 'doubled':
        tell();
        this.time.after(r.int(0, 20_000), tell);
        return;
      case 'late':
        this.time.after(r.int(500, 20_000), tell);
        return;
      case 'reordered':
        this.time.after(r.int(1, 50), tell);
        return;
    }
  }

  /** What a call of the engine comes to while it is away: it does nothing, or it does and nobody hears of it. */
  absence(): 'undone' | 'unheard' | undefined {
    if (this.time.now >= this.awayUntil) return undefined;
    return new Random(this.seed, 'call', this.calls++).chance(0.5) ? 'undone' : 'unheard';
  }

  /** Some tasks go out of sight: their host is gone, or so it seems. */
  hide(r: Random): number {
    const ids = this.machine.reports().map((report) => report.taskId);
    const gone = ids.filter(() => r.chance(0.5));
    for (const id of gone) {
      this.hidden.add(id);
      const truth = this.truth.get(id);
      if (truth) truth.wronged = true;
    }
    return gone.length;
  }

  /** They come back, with all that they had to say. */
  reveal(): number {
    const count = this.hidden.size;
    this.hidden.clear();
    for (const tell of this.held.splice(0)) tell();
    return count;
  }

  /** The engine loses all that it knew of a task, and the task with it. */
  forgetOne(r: Random): string | undefined {
    const reports = this.machine.reports();
    if (reports.length === 0) return undefined;
    const { taskId, kind } = r.pick(reports);
    const truth = this.truth.get(taskId);
    if (truth) truth.wronged = true;
    // what has not begun never will: only its order is lost
    if (kind === 'waiting') this.machine.recall(taskId);
    this.machine.forget(taskId);
    return `${taskId} ${kind}`;
  }

  /** Another boot: whatever ran is lost. */
  reboot(): void {
    this.time.reboot();
    this.machine.reboot();
  }

  fate(taskId: string): Fate | undefined {
    const truth = this.truth.get(taskId);
    if (!truth) return undefined;
    const { began, wronged, startedAt, beganAt, askedAt } = truth;
    const report = this.reportOf(taskId);
    return {
      kind: report?.kind ?? 'waiting',
      exitCode: report && 'exitCode' in report ? report.exitCode : undefined,
      began,
      wronged,
      startedAt,
      stoppedAt: report && 'stoppedAt' in report ? report.stoppedAt : undefined,
      reason: report && 'reason' in report ? report.reason : undefined,
      askedAfter: askedAt === undefined ? undefined : askedAt - beganAt,
    };
  }

  beganAt(taskId: string): number | undefined {
    const truth = this.truth.get(taskId);
    return truth?.began ? truth.beganAt : undefined;
  }

  isWronged(taskId: string): boolean {
    return this.truth.get(taskId)?.wronged ?? false;
  }

  isHidden(taskId: string): boolean {
    return this.hidden.has(taskId);
  }

  live(): string[] {
    const isLive = ({ kind }: TaskReport) => kind === 'waiting' || kind === 'running';
    return this.machine
      .reports()
      .filter(isLive)
      .map(({ taskId }) => taskId);
  }

  known(): ReadonlySet<string> {
    return new Set(this.machine.reports().map(({ taskId }) => taskId));
  }

  left(): readonly unknown[] {
    return this.machine.reports();
  }

  calm(): void {
    this.misbehaves = false;
    this.awayUntil = 0;
    this.reveal();
  }
}
