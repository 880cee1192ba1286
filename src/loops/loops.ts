import type { JobSpec } from '../domain/job-spec.ts';
import { GRACE_SECONDS } from '../domain/stop-kinds.ts';
import type { StartOrder, TaskReport } from '../engines/engine.ts';
import { BoundedCache } from '../lib/bounded-cache.ts';
import type { Timers } from '../lib/clock.ts';
import type { Service } from '../service/service.ts';
import { jobBySeq } from '../store/job-rows.ts';
import { specText } from '../store/specs.ts';
import type { Tx } from '../store/store.ts';
import { type ActiveTask, activeTasks, taskById } from '../store/tasks.ts';
import { admitStep } from '../transitions/jobs/admit.ts';
import { Endings } from '../transitions/jobs/endings.ts';
import { renewNode, startNodes } from '../transitions/jobs/nodes.ts';
import { unplaceTask } from '../transitions/jobs/place-job.ts';
import { applyReports, type Heard } from '../transitions/jobs/reports.ts';
import { settleStep } from '../transitions/jobs/settle.ts';
import { orderOf } from '../transitions/jobs/start-order.ts';
import { sweepStep } from '../transitions/jobs/sweep.ts';
import { enforceTimeouts } from '../transitions/jobs/time-limit.ts';
import { Dispatcher } from './dispatch.ts';
import { Paces, STALE_MILLISECONDS } from './paces.ts';
import { reconcile } from './reconcile.ts';

/** The loops look by themselves at least this often, woken or not. */
const LOOK_MILLISECONDS = 1000;
/** Every so many looks the engine's own list is compared with the store. */
const RECONCILE_EVERY = 10;

/**
 * Requests wake the loops at most this often: a turn for each of thousands a second would cost more than they do. Less
 * often while jobs wait that a turn could not start: one more behind them changes little.
 */
const PACE_MILLISECONDS = 5;
const BACKLOG_PACE_MILLISECONDS = 30;
/** With this many in line, reports are gathered for a while before they are looked at. */
const ENOUGH_AHEAD = 4;
const GATHER_MILLISECONDS = 10;

/** What one turn decided and stored: what is to be done now that it is durable. */
interface Decided {
  readonly orders: readonly StartOrder[];
  readonly heard: Heard;
  readonly stops: readonly string[];
  /** Tasks whose instance is gone. */
  readonly lost: readonly string[];
  readonly stale: readonly string[];
  readonly more: boolean;
}

/**
 * The loops of the house in one: look at what is due, decide, commit, then act. In the ideal each phase would read
 * the whole store; here each reads only what its index says is due, which is the same, and all phases share one
 * transaction, so that a freed slot and the next task's intent are one commit.
 *
 * Level-triggered: a wake-up only makes it look sooner, a lost one costs a second.
 */
export class Loops {
  private readonly service: Service;
  private readonly timers: Timers;
  private readonly paces = new Paces();
  private readonly dispatcher: Dispatcher;
  private readonly specs = new BoundedCache<number, JobSpec>(1000, 4_000_000);
  private reports: TaskReport[] = [];
  /** Tasks that were told to stop already, with what grace in seconds: told again only to stop sooner. */
  private told = new Map<string, number>();
  /** Tasks that wait in lines behind others, as of the last turn. */
  private linedUp = 0;
  private gathering = false;
  private staleDue = false;
  private paced = false;
  /** Whether the last turn left jobs waiting and started none. */
  private backlog = false;
  /** By the steady clock. */
  private lastTurn = Number.NEGATIVE_INFINITY;
  private looks = 0;
  private reconcileDue = false;
  private busy: Promise<void> | undefined;
  private due = false;
  private stopped = false;
  private cancelLook: () => void = () => {};

  constructor(service: Service, timers: Timers) {
    this.service = service;
    this.timers = timers;
    this.dispatcher = new Dispatcher(service, this.paces, (tx, id) => this.specOf(tx, id));
  }

  /** Begins by comparing the store with the engine: what ran on while nobody looked, what was meant to start. */
  async start(): Promise<void> {
    this.service.engine.watch((reports) => {
      this.reports.push(...reports);
      if (this.linedUp < ENOUGH_AHEAD) this.wake();
      else this.wakeInAWhile();
    });
    await this.alone(() => this.reconcile());
    this.wake();
    this.look();
  }

  /** Lets go: the turn under way is finished, no other begins. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelLook();
    await this.busy;
  }

  /** A request changed something: looked at now, or with others of its kind while many come. */
  wakeForRequest(): void {
    const pace = this.backlog ? BACKLOG_PACE_MILLISECONDS : PACE_MILLISECONDS;
    if (this.service.clock.steady() - this.lastTurn >= pace) this.wake();
    else if (!this.paced) {
      this.paced = true;
      this.timers.after(pace, () => {
        this.paced = false;
        this.wake();
      });
    }
  }

  wake(): void {
    if (this.due || this.stopped) return;
    this.due = true;
    if (!this.busy) this.timers.soon(() => this.begin());
  }

  /** Slots have their next tasks already: hearing of several ends at once costs one commit instead of several. */
  private wakeInAWhile(): void {
    if (this.gathering) return;
    this.gathering = true;
    this.timers.after(GATHER_MILLISECONDS, () => {
      this.gathering = false;
      this.wake();
    });
  }

  private begin(): void {
    if (this.busy || this.stopped) return;
    void this.alone(() => this.work());
  }

  /** Whatever works on the store and the engine has both to itself; who woke it meanwhile is heard afterwards. */
  private alone(work: () => Promise<void>): Promise<void> {
    this.busy = work().finally(() => {
      this.busy = undefined;
      if (this.due) this.timers.soon(() => this.begin());
    });
    return this.busy;
  }

  private async work(): Promise<void> {
    this.due = false;
    this.lastTurn = this.service.clock.steady();
    const reports = this.reports;
    this.reports = [];
    try {
      // between turns only: a task that a turn ends or places meanwhile would be ordered again or taken for a stray
      if (this.reconcileDue) await this.reconcile();
      const decided = await this.service.store.write((tx) => this.decide(tx, reports));
      await this.act(decided);
      if (decided.more) this.due = true;
    } catch (error) {
      this.reports = [...reports, ...this.reports];
      this.service.log.error(
        { error: String((error as Error).stack ?? error) },
        'a turn of the loops failed',
      );
    }
  }

  private look(): void {
    this.cancelLook = this.timers.after(LOOK_MILLISECONDS, () => {
      if (++this.looks % RECONCILE_EVERY === 0) this.reconcileDue = true;
      this.wake();
      this.look();
    });
  }

  /** The phases of a turn, in order. */
  private async decide(tx: Tx, reports: readonly TaskReport[]): Promise<Decided> {
    const { service } = this;
    const at = service.clock.wall();
    const endings = new Endings(tx, service);
    // 1. what the engine says
    const heard = await applyReports(service, tx, reports, endings, this.specOf);
    if (!service.engine.startsSlowly) {
      for (const { spec, milliseconds } of heard.ran) this.paces.learn(spec, milliseconds);
    }
    // 2. what was submitted, 3. what ended and is waited for, 4. what stops many
    const admitted = await admitStep(tx, at, endings);
    const settled = await settleStep(tx, at, endings);
    const swept = await sweepStep(service, tx, endings);
    // a parent that ended is waited for too: by dependents, by its queue
    const parentEnded = await endings.finish();
    // 5. time limits
    const active = await activeTasks(tx);
    const late = await enforceTimeouts(tx, service.clock, active, this.specOf);
    // 6. who starts, where, and why the others wait
    const { orders: placed, lost, backlog, more } = await this.dispatcher.dispatch(tx, active);
    this.backlog = backlog;
    // 7. nodes whose job has its room, the main one first
    const orders = [...placed, ...(await startNodes(service, tx, this.specOf))];
    this.linedUp =
      orders.filter((order) => order.after !== undefined).length +
      active.filter((t) => t.after !== null).length;
    const stops = [...active.filter((task) => task.stop_kind > 1).map((task) => task.id), ...late];
    return {
      orders,
      heard,
      stops,
      lost: active.filter((task) => task.lost === 1).map((task) => task.id),
      stale: this.staleLines(active),
      more: admitted || settled || swept || parentEnded || lost || more,
    };
  }

  /** Tasks that wait in a line whose head turned out slow, last first. */
  private staleLines(active: readonly ActiveTask[]): string[] {
    const waiting = active.filter((task) => task.after !== null);
    const now = this.service.clock.wall();
    const old = waiting
      .filter((task) => Math.abs(now - task.created_at) > STALE_MILLISECONDS)
      .map((task) => task.id);
    if (waiting.length > 0) this.lookForStale();
    return old.reverse();
  }

  private lookForStale(): void {
    if (this.staleDue) return;
    this.staleDue = true;
    this.timers.after(STALE_MILLISECONDS, () => {
      this.staleDue = false;
      this.wake();
    });
  }

  /** Everything here may be repeated without harm: after a crash it will be. */
  private async act(decided: Decided): Promise<void> {
    const { engine } = this.service;
    if (decided.orders.length > 0) await engine.start(decided.orders);
    if (decided.heard.over.length > 0) await engine.forget(decided.heard.over);
    const stops = new Map(decided.stops.map((id) => [id, GRACE_SECONDS]));
    // the warning was their grace
    for (const id of decided.lost) stops.set(id, 0);
    for (const [id, graceSeconds] of stops) {
      if (graceSeconds < (this.told.get(id) ?? Number.POSITIVE_INFINITY))
        await this.stopTask(id, graceSeconds);
    }
    this.told = new Map([...this.told].filter(([id]) => stops.has(id)));
    await this.takeBack(decided.stale);
  }

  /** What has not begun ends here and now; what runs gets its grace. */
  private async stopTask(id: string, graceSeconds: number): Promise<void> {
    if (await this.service.engine.recall(id)) {
      const stoppedAt = this.service.clock.wall();
      this.reports.push({ taskId: id, kind: 'failed', stoppedAt, reason: 'stopped before it began' });
      this.due = true;
    } else await this.service.engine.stop(id, graceSeconds);
    this.told.set(id, graceSeconds);
  }

  /** In the order given: of a line, the last first. */
  private async takeBack(ids: readonly string[]): Promise<void> {
    const back: string[] = [];
    for (const id of ids) if (await this.service.engine.recall(id)) back.push(id);
    if (back.length === 0) return;
    await this.service.store.write(async (tx) => {
      for (const id of back) {
        const task = await taskById(tx, id);
        if (task?.state !== 0) continue;
        if ((await jobBySeq(tx, task.job))!.role > 0) await renewNode(this.service, tx, task, this.specOf);
        else await unplaceTask(this.service, tx, task);
      }
    });
    await this.service.engine.forget(back);
    this.due = true;
  }

  private async reconcile(): Promise<void> {
    const stored = (await this.service.store.read(activeTasks)).filter((task) => task.held === 0);
    const observed = await this.service.engine.list();
    const commands = reconcile(stored, observed, this.service.clock.wall());
    this.reports.push(...commands.reports);
    await this.takeBack(commands.absent);
    const orders = await this.repeatOrders(stored, commands.orders);
    if (orders.length > 0) await this.service.engine.start(orders);
    for (const id of commands.strays) {
      if (!(await this.service.engine.recall(id))) await this.service.engine.stop(id, 0);
    }
    this.reconcileDue = false;
  }

  private async repeatOrders(stored: readonly ActiveTask[], ids: readonly string[]): Promise<StartOrder[]> {
    const wanted = new Set(ids);
    const live = new Set(stored.map((task) => task.id));
    return this.service.store.read(async (tx) => {
      const orders: StartOrder[] = [];
      for (const task of stored.filter((t) => wanted.has(t.id))) {
        const job = (await jobBySeq(tx, task.job))!;
        const after = task.after !== null && live.has(task.after) ? task.after : undefined;
        const { id, attempt, environment } = task;
        orders.push(
          await orderOf(
            this.service,
            tx,
            job,
            { id, attempt, environment, after },
            await this.specOf(tx, job.spec),
          ),
        );
      }
      return orders;
    });
  }

  private readonly specOf = async (tx: Tx, id: number): Promise<JobSpec> => {
    const known = this.specs.get(id);
    if (known) return known;
    const text = await specText(tx, id);
    const spec = JSON.parse(text) as JobSpec;
    this.specs.set(id, spec, text.length);
    return spec;
  };
}
