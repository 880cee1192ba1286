import { taskStateOf } from '../domain/task-state.ts';
import type { ExpectedTask, StartOrder, TaskReport } from '../engines/engine.ts';
import { allDone } from '../lib/all-done.ts';
import type { Timers } from '../lib/clock.ts';
import type { Service } from '../service/service.ts';
import { jobBySeq } from '../store/job-rows.ts';
import { isSet } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import { type ActiveTask, activeTasks } from '../store/task-rows.ts';
import { matchCluster } from '../transitions/environments/match-cluster.ts';
import { admitStep } from '../transitions/jobs/admit.ts';
import { Endings } from '../transitions/jobs/endings.ts';
import { startNodes } from '../transitions/jobs/nodes.ts';
import { noteRecalled } from '../transitions/jobs/recall.ts';
import { applyReports, type TaskRun } from '../transitions/jobs/reports.ts';
import { settleStep } from '../transitions/jobs/settle.ts';
import { orderOf } from '../transitions/jobs/start-order.ts';
import { sweepStep } from '../transitions/jobs/stop-sweep.ts';
import { enforceTimeouts } from '../transitions/jobs/time-limit.ts';
import { inLines, staleIn, stopsOf } from './active-tasks.ts';
import { Dispatcher } from './dispatch.ts';
import { Paces, STALE_MILLISECONDS } from './paces.ts';
import { reconcile } from './reconcile.ts';
import type { Running } from './running.ts';
import { Waker } from './waker.ts';

/** After so many looks the engine's own list is compared with the store. */
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
  /** Tasks that the engine may forget. */
  readonly over: readonly string[];
  /** Tasks that are to stop: with what grace, in seconds. */
  readonly stops: ReadonlyMap<string, number>;
  /** Tasks whose order is to be recalled. */
  readonly stale: readonly string[];
  readonly learnt: Learnt;
  /** There may be more to do at once. */
  readonly more: boolean;
}

/** What a turn tells the next ones. */
interface Learnt {
  readonly ran: readonly TaskRun[];
  /** Jobs wait, and none of them could start. */
  readonly backlog: boolean;
  /** Tasks that stood in lines before it, and that stand there now. */
  readonly stood: number;
  readonly linedUp: number;
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
  private readonly waker: Waker;
  private readonly paces = new Paces();
  private readonly dispatcher: Dispatcher;
  /** What the engine has said since the last turn. */
  private reports: TaskReport[] = [];
  /** Tasks whose stop was sent, with what grace in seconds: sent again only to stop sooner. */
  private stopsSent = new Map<string, number>();
  /** As of the last turn. */
  private last: Pick<Learnt, 'backlog' | 'linedUp'> = { backlog: false, linedUp: 0 };
  /** Since the store was compared with the engine. */
  private looks = 0;

  constructor(service: Service, timers: Timers) {
    this.service = service;
    this.dispatcher = new Dispatcher(service, this.paces);
    this.waker = new Waker({
      clock: service.clock,
      timers,
      work: () => this.turn(),
      onLook: () => {
        this.looks++;
      },
    });
  }

  /** Begins by comparing the store with the engine: what ran on while nobody looked, what was meant to start. */
  async start(): Promise<void> {
    this.service.engine.watch((reports) => {
      this.reports.push(...reports);
      // slots have their next tasks already: hearing of several ends at once costs one commit instead of several
      if (this.last.linedUp < ENOUGH_AHEAD) this.wake();
      else this.waker.wakeIn('reports', GATHER_MILLISECONDS);
    });
    await this.waker.alone(async () => {
      await this.service.store.write((tx) => matchCluster(this.service, tx));
      await this.tellExpected();
      await this.compareWithEngine();
    });
    this.waker.start();
  }

  /** Lets go: the turn under way is finished, no other begins. */
  stop(): Promise<void> {
    return this.waker.stop();
  }

  /** A request changed something: looked at now, or with others of its kind while many come. */
  wakeForRequest(): void {
    this.waker.wakeSoon('requests', this.last.backlog ? BACKLOG_PACE_MILLISECONDS : PACE_MILLISECONDS);
  }

  wake(): void {
    this.waker.wake();
  }

  /** What is kept of what runs, for whoever compares it with the store. */
  kept(): Running | undefined {
    return this.dispatcher.whatRuns.last();
  }

  private async turn(): Promise<void> {
    let reports: readonly TaskReport[] = [];
    try {
      // before anything is decided: a task that is ended or placed meanwhile would be ordered again or taken for a stray
      if (this.looks >= RECONCILE_EVERY) await this.compareWithEngine();
      reports = this.reports;
      this.reports = [];
      const decided = await this.service.store.write((tx) => this.decide(tx, reports));
      this.learn(decided.learnt);
      await this.act(decided);
      if (decided.more) this.wake();
    } catch (error) {
      // the commit was lost, or what follows it failed: hearing a report twice changes nothing
      this.reports = [...reports, ...this.reports];
      this.service.log.error(
        { error: String((error as Error).stack ?? error) },
        'a turn of the loops failed',
      );
    }
  }

  /** Changes the store and no field: it may be run twice, or its commit be lost. */
  private async decide(tx: Tx, reports: readonly TaskReport[]): Promise<Decided> {
    const { service } = this;
    const at = service.clock.wall();
    const endings = new Endings(tx, service);
    // 1. what the engine says
    const { over, ran } = await applyReports(service, tx, reports, endings);
    // 2. what was submitted
    const admitted = await admitStep(tx, at, endings);
    // 3. what ended and is waited for
    const settled = await settleStep(tx, at, endings);
    // 4. what stops many
    const swept = await sweepStep(service, tx, endings);
    // 5. parents that end with their last child: by dependents and by their queue they are waited for, too
    const parentEnded = await endings.finish();
    // 6. time limits
    const running = await this.dispatcher.whatRuns.look(tx);
    const late = await enforceTimeouts(service, tx, running.limited.values());
    // 7. who starts, where, and why the others wait
    const dispatched = await this.dispatcher.dispatch(tx, running);
    // 8. nodes whose job has its room, the main one first
    const orders = [...dispatched.orders, ...(await startNodes(service, tx))];

    const standing = inLines(running.behind.values());
    const joined = orders.filter((order) => order.after !== undefined);
    const { lost, backlog } = dispatched;
    return {
      orders,
      over,
      stops: stopsOf(running.toStop.values(), late),
      stale: staleIn(standing, service.clock.wall()),
      learnt: { ran, backlog, stood: standing.length, linedUp: standing.length + joined.length },
      more: admitted || settled || swept || parentEnded || lost || dispatched.more,
    };
  }

  /** Once it is durable. */
  private learn({ ran, stood, ...last }: Learnt): void {
    if (!this.service.engine.startsSlowly) {
      for (const { spec, milliseconds } of ran) this.paces.learn(spec, milliseconds);
    }
    this.last = last;
    if (stood > 0) this.waker.wakeIn('lines', STALE_MILLISECONDS);
  }

  /** Each of these may be done twice without harm; what a crash left undone `compareWithEngine` mends. */
  private async act({ orders, over, stops, stale }: Decided): Promise<void> {
    const { engine } = this.service;
    if (orders.length > 0) await engine.start(orders);
    if (over.length > 0) await engine.forget(over);
    const unsent = [...stops].filter(([id, grace]) => grace < (this.stopsSent.get(id) ?? Infinity));
    await allDone(unsent.map(([id, graceSeconds]) => this.stopTask(id, graceSeconds)));
    this.stopsSent = new Map([...this.stopsSent].filter(([id]) => stops.has(id)));
    await this.recall(stale);
  }

  /** What has not begun ends here and now; what runs gets its grace. */
  private async stopTask(id: string, graceSeconds: number): Promise<void> {
    if (await this.service.engine.recall(id)) {
      const stoppedAt = this.service.clock.wall();
      this.reports.push({ taskId: id, kind: 'failed', stoppedAt, reason: 'stopped before it began' });
      this.wake();
    } else await this.service.engine.stop(id, graceSeconds);
    this.stopsSent.set(id, graceSeconds);
  }

  /** Asked for in the order given: of a line, the last first. */
  private async recall(ids: readonly string[]): Promise<void> {
    const isBack = await allDone(ids.map((id) => this.service.engine.recall(id)));
    const back = ids.filter((_, at) => isBack[at]);
    if (back.length === 0) return;
    await this.service.store.write((tx) => noteRecalled(this.service, tx, back));
    await this.service.engine.forget(back);
    this.wake();
  }

  private async tellExpected(): Promise<void> {
    const { store, engine } = this.service;
    if (!engine.expect) return;
    const stored = (await store.read(activeTasks)).filter((task) => !isSet(task.held));
    engine.expect(stored.map(expectedOf));
  }

  private async compareWithEngine(): Promise<void> {
    const { store, engine, clock, output } = this.service;
    // what changed since the last turn is read alone, and all of it by a new process
    const { tasks } = await store.write((tx) => this.dispatcher.whatRuns.look(tx));
    const stored = tasks.values().filter((task) => !isSet(task.held));
    const observed = await engine.list();
    const commands = reconcile(stored, observed, clock.wall());
    this.reports.push(...commands.reports);
    // of what an earlier server started nobody looks at the output yet
    for (const id of commands.runOn) output.follow(id);
    // an engine of hosts that has listed them takes for granted that they are stopped, whatever fails below
    await allDone(
      commands.strays.map(async (id) => {
        if (!(await engine.recall(id))) await engine.stop(id, 0);
      }),
    );
    await this.recall(commands.absent);
    const orders = await this.ordersAgain(stored, commands.orders);
    if (orders.length > 0) await engine.start(orders);
    this.looks = 0;
  }

  private ordersAgain(stored: readonly ActiveTask[], ids: readonly string[]): Promise<StartOrder[]> {
    const wanted = new Set(ids);
    const live = new Set(stored.map((task) => task.id));
    return this.service.store.read(async (tx) => {
      const orders: StartOrder[] = [];
      for (const task of stored.filter(({ id }) => wanted.has(id))) {
        const job = (await jobBySeq(tx, task.job))!;
        const after = task.after !== null && live.has(task.after) ? task.after : null;
        orders.push(await orderOf(this.service, tx, job, { ...task, after }));
      }
      return orders;
    });
  }
}

const expectedOf = ({ id, host, state, started_at: startedAt }: ActiveTask): ExpectedTask => {
  const isRunning = taskStateOf(state) === 'running' && startedAt !== null;
  return { taskId: id, host, ...(isRunning && { startedAt }) };
};
