import type { StartOrder, TaskReport } from '../../src/engines/engine.ts';
import { Books } from './books/books.ts';
import type { Eyes, TaskSeen } from './books/eyes.ts';
import { nameOf } from './books/jobs.ts';
import { must, STATES, Violation } from './books/model.ts';
import type { Request } from './books/requests.ts';
import type { Sabotage } from './canaries/sabotage.ts';
import { Clients } from './clients/clients.ts';
import { Cluster } from './cluster/cluster.ts';
import { checkRecount, QueueCounts } from './counts.ts';
import { type Change, Disk } from './disk.ts';
import { AWAY } from './doors.ts';
import { eyesOf } from './eyes-of.ts';
import { possible, strike } from './faults.ts';
import type { Ground } from './ground.ts';
import { Host } from './host.ts';
import { Hosts } from './hosts.ts';
import { checkAll, checkLimits, checkNodes, checkRow, checkStep, jobRow, Owners } from './invariants.ts';
import { Random } from './random.ts';
import { type Outcome, type Server, type ServerParts, startServer } from './server.ts';
import { type Fault, type Swarm, swarmOf } from './swarm.ts';
import { Time } from './time.ts';
import { Tally, Trace } from './trace.ts';
import { hexOf, makeUsers, signingOf } from './users.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly sabotage?: Sabotage;
  /** How many lines of the trace are kept. */
  readonly keep?: number;
}

/** With nothing due for so long, somebody rather asks for something. */
const IDLE_MILLISECONDS = 300;
/** More than that is never due at one moment. */
const MOST_AT_ONCE = 10_000;
/** What a task is given to end by itself. */
const GRACE_SECONDS = 30;
/** Everything is looked through every so many moves. */
const LOOK_EVERY = 256;

/**
 * The whole service, its machine, its clients and their misfortunes, driven by a seed. A move is made by its own number
 * alone, so that a run can be repeated without some of its moves.
 */
export class World {
  readonly seed: number;
  readonly swarm: Swarm;
  readonly time = new Time();
  readonly disk: Disk;
  private readonly host: Host;
  private readonly cluster: Cluster | undefined;
  /** That of them on which tasks run. */
  readonly ground: Ground;
  readonly books: Books;
  private readonly eyes: Eyes;
  readonly clients: Clients;
  readonly hosts: Hosts;
  readonly tally = new Tally();
  readonly trace: Trace;
  server: Server | undefined;
  /** Requests, reports, turns that found work, and faults. */
  steps = 0;
  /** Since when neither server, disk nor host was hurt. */
  calm = 0;
  /** Off when liveness is looked at. */
  troubled = true;
  private readonly sabotage: Sabotage;
  private readonly counts = new QueueCounts();
  private readonly owners = new Owners();
  private readonly ran = new Map<string, string>();
  private readonly inFlight = new Set<Request>();
  /** What the engine was told to start since the last look. */
  private orders: StartOrder[] = [];
  /** What the activity log had since then. */
  private readonly lines: [message: string, fields: Record<string, unknown>][] = [];
  private readonly r: Random;
  private ids = 0;
  private turns = 0;
  private failure: unknown;
  /** Why the store had to run a group again: no fault of the disk's leads to that, it loses the whole transaction. */
  private reran: string | undefined;

  constructor(options: WorldOptions) {
    const { seed, sabotage = {} } = options;
    this.seed = seed;
    this.sabotage = sabotage;
    this.swarm = sabotage.swarm?.(swarmOf(seed)) ?? swarmOf(seed);
    this.r = new Random(seed, 'world');
    this.trace = new Trace(options.keep ?? 400);
    this.disk = new Disk(sabotage.sql, sabotage.commit);
    makeUsers(this.disk.connection);
    if (sabotage.exec) this.disk.connection.exec(sabotage.exec);
    this.disk.onFault = ({ kind }) => this.met(`disk: ${kind} failed`, '');
    const note = (fault: string, text: string) => this.met(fault, text);
    this.host = new Host(seed, this.time, this.swarm, note);
    sabotage.host?.(this.host);
    // what spoils the machine is for worlds that have it
    const hasCluster = this.swarm.cluster && !sabotage.host && !sabotage.hosts;
    this.cluster = hasCluster ? new Cluster(seed, this.time, this.swarm, note) : undefined;
    if (this.cluster) sabotage.cluster?.(this.cluster);
    this.ground = this.cluster ?? this.host;
    this.listen(this.ground);
    this.hosts = new Hosts(seed, this.swarm);
    this.eyes = eyesOf(this.disk, this.ground, this.time, this.swarm.keepMilliseconds);
    this.books = new Books(
      (id) => this.ground.seen?.(id) ?? this.hosts.seen(id),
      this.eyes,
      (kind, name) => this.tally.add(kind, name),
    );
    this.clients = new Clients(this.books, this.swarm);
  }

  private listen(ground: Ground): void {
    ground.onReport = (report) => this.reported(report);
    ground.onOrder = (order) => this.orders.push(order);
    ground.onBegin = (order) => this.checkAlone(order);
    ground.onStop = (taskId, graceSeconds) => this.checkGrace(taskId, graceSeconds);
    ground.onWrong = (rule, text) => {
      this.failure ??= new Violation(rule, text);
    };
  }

  /** Makes moves until so many steps are done. Throws the `Violation` that it meets. */
  async run(
    steps: number,
    skip: ReadonlySet<number> = new Set(),
    moves = Number.POSITIVE_INFINITY,
  ): Promise<number> {
    const onRejection = (error: unknown) => {
      this.failure ??= new Violation(
        'nothing is thrown past everybody',
        String((error as Error).stack ?? error),
      );
    };
    process.on('unhandledRejection', onRejection);
    try {
      await this.begin();
      let move = 0;
      for (; this.steps < steps && move < moves; move++) {
        this.move = move;
        if (!skip.has(move)) await this.makeMove(new Random(this.seed, 'move', move));
        if (move % LOOK_EVERY === 0) this.lookThrough();
      }
      this.lookThrough();
      return move;
    } finally {
      process.off('unhandledRejection', onRejection);
    }
  }
  move = 0;

  private async makeMove(r: Random): Promise<void> {
    const roll = r.unit() * 100;
    const isIdle = (this.time.untilNext() ?? 0) > IDLE_MILLISECONDS;
    if (roll < this.swarm.requests || (isIdle && r.chance(0.7))) {
      const count = r.chance(this.swarm.bursts) ? r.int(2, 5) : 1;
      for (let at = 0; at < count; at++) this.request(this.clients.next(r));
    } else if (roll < this.swarm.requests + this.swarm.faults) this.strike(r);
    else this.time.next();
    await this.settle();
    await this.passDue(() => this.comeBetween(r));
  }

  /** A commit that is to be lost with a job that it places is waited for with jobs. */
  private comeBetween(r: Random): void {
    const waits = this.disk.waitsForPlaced() && this.disk.hasNoLine();
    if (!r.chance(waits ? 0.9 : this.swarm.bursts)) return;
    this.request(waits ? this.clients.prompt(r) : this.clients.next(r));
  }

  /** Lets everything happen that is due now. `between`: what comes meanwhile shares a transaction with the loops. */
  async passDue(between: () => void = () => {}): Promise<void> {
    for (let passed = 0; this.time.isDue(); passed++) {
      must(passed < MOST_AT_ONCE, 'the store is quiet', () => 'its turns follow one another without end');
      between();
      await this.pass();
    }
  }

  /** Lets the next thing that is due happen. */
  async pass(): Promise<void> {
    this.time.next();
    await this.settle();
  }

  private strike(r: Random): void {
    const { disk, host, cluster, hosts, time, server } = this;
    const weights = possible(this.swarm.fault, host, cluster);
    const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    if (total === 0 || !server) return;
    const fault: Fault = r.weighted(weights);
    const text = strike(fault, r, { disk, host, cluster, hosts, time, server });
    if (text !== undefined) this.met(fault, text);
  }

  /** A fault happened: one step. */
  private met(fault: string, text: string): void {
    this.steps++;
    this.calm = this.time.now;
    this.tally.add('fault', fault);
    this.note(`fault ${fault} ${text}`);
  }

  private reported(report: TaskReport): void {
    this.steps++;
    this.tally.add('report', report.kind);
    this.note(`report ${report.taskId.slice(-6)} ${report.kind}`);
  }

  /** Of one attempt, one task runs at the most. */
  private checkAlone(order: StartOrder): void {
    const key = `${order.jobId}/${order.attempt}`;
    const other = this.ran.get(key);
    this.ran.set(key, order.taskId);
    if (other === undefined || other === order.taskId || this.ground.isWronged(other)) return;
    this.failure ??= new Violation('no attempt has two tasks', `${key} ran as ${other} and ${order.taskId}`);
  }

  /** What is wanted gets its grace; one whose instance is gone had its warning, and a stray has nobody to wait for. */
  private checkGrace(taskId: string, graceSeconds: number): void {
    const seen = this.disk.all<TaskSeen>('SELECT * FROM tasks WHERE id = ?', taskId)[0];
    if (!seen || seen.state === 2 || seen.lost === 1 || graceSeconds === GRACE_SECONDS) return;
    this.failure ??= new Violation('a stop gives its grace', `${taskId} is given ${graceSeconds} seconds`);
  }

  /** Sends a request; what comes of it is seen when the moment is over. */
  request(request: Request): void {
    const { server, books } = this;
    if (!server) {
      if (request.walk) request.walk.busy = false;
      return;
    }
    this.steps++;
    this.tally.add('request', request.operation);
    const by = request.who === undefined ? '' : ` by ${request.who}`;
    this.note(`request ${request.id}${by} ${request.operation} ${JSON.stringify(request.input)}`);
    books.requests.set(request.id, request);
    this.inFlight.add(request);
    books.rights.arrived(request);
    void server
      .ask(request.id, request.operation, request.input, signingOf(books.rights.sessions, request.who))
      .then((outcome) => {
        request.outcome = this.sabotage.answer?.(request.operation, outcome) ?? outcome;
      });
  }

  async begin(): Promise<void> {
    this.server = startServer(this.parts());
    await this.settle();
  }

  private parts(): ServerParts {
    const { disk, time, ground, swarm, sabotage } = this;
    const told = sabotage.hosts ?? ((hosts) => hosts);
    const number = () => ++this.ids;
    return {
      disk,
      time,
      ground,
      hosts: () => ground.hosts?.() ?? told(this.hosts.now()),
      swarm,
      remembersAtOnce: this.sabotage.remembersAtOnce ?? false,
      ids: {
        uuid: () => `00000000-0000-4000-8000-${String(number()).padStart(12, '0')}`,
        hex: (length) => hexOf(number(), length),
      },
      log: {
        debug: () => {},
        info: (fields, message) => {
          // what is told twice would be seen before what is remembered
          if (this.server?.doors.isAhead) return;
          const told = sabotage.line ? sabotage.line(fields, message) : fields;
          if (told) this.lines.push([message, told]);
        },
        warn: ({ error }) => {
          this.reran ??= String(error);
        },
        error: ({ error }, message) => this.failed(String(error ?? message)),
      },
      pause: async (share = 1) => {
        if (!this.troubled || !this.r.chance(swarm.slowEngine * share)) return;
        await new Promise<void>((done) => void time.after(this.r.skewed(1, 3000), done));
      },
    };
  }

  /** The service logged a fault of its own: only the disk's and the engine's are no bug. */
  private failed(error: string): void {
    if (!error.includes('disk is full') && !error.includes(AWAY))
      this.failure ??= new Violation('no turn fails', error);
  }

  /** Lets everybody who can go on go on; then looks at what it came to. */
  async settle(): Promise<void> {
    await new Promise((done) => setImmediate(done));
    if (this.failure) throw this.failure;
    const isDead = this.server !== undefined && !this.server.doors.alive;
    if (isDead) this.disk.recover();
    this.look(this.disk.takeHistory());
    if (isDead) this.bury();
    else this.books.lines.check();
    // last: who fails again says so himself
    must(this.reran === undefined, 'no group is run again', () => this.reran!);
  }

  /** A server is dead: whatever it still owed an answer stays without. */
  private bury(): void {
    for (const request of this.inFlight) this.drop(request);
    this.server = undefined;
    this.books.lines.forget();
    this.calm = this.time.now;
    this.note('the server is dead');
    this.time.after(this.troubled ? this.r.skewed(0, 5000) : 0, () => {
      this.note('a new server starts');
      this.server = startServer(this.parts());
    });
  }

  private drop(request: Request): void {
    this.inFlight.delete(request);
    this.books.requests.delete(request.id);
    this.books.rights.over(request);
    const { walk } = request;
    if (!walk) return;
    walk.busy = false;
    if (!request.concluded || request.outcome?.kind !== 'answer') walk.over = true;
  }

  private look(changes: readonly Change[]): void {
    const { books } = this;
    books.read(changes);
    this.counts.read(changes, books);
    if (changes.length > 0) {
      this.counts.check(this.disk);
      checkStep(this.disk, books, this.server?.doors.alive ? this.server.kept() : undefined);
    }
    for (const order of this.orders.splice(0)) books.ordered(order);
    for (const [message, fields] of this.lines.splice(0)) books.logged(message, fields);
    this.steps += books.turns - this.turns;
    this.turns = books.turns;
    for (const request of this.inFlight) if (request.outcome) this.answered(request, request.outcome);
    for (const job of books.touched) {
      if (job.gone) continue;
      const seen = jobRow(this.disk, job.seq);
      must(seen !== undefined, 'an accepted job is never gone', () => nameOf(job));
      checkRow(job, seen!, this.eyes);
      this.note(`job ${job.seq} ${STATES[job.state]} ${seen!.status_reason ?? ''}`);
    }
    books.touched.clear();
  }

  private answered(request: Request, outcome: Outcome): void {
    const short = outcome.kind === 'answer' ? JSON.stringify(outcome.answer) : outcome.text;
    this.note(`answer ${request.id} ${outcome.kind} ${short.slice(0, 300)}`);
    if (outcome.kind === 'refused') this.books.countRefusal(outcome.text);
    this.books.authorised(request);
    if (!request.concluded) this.books.refusedAtOnce(request);
    if (outcome.kind === 'fault') {
      this.tally.add('request', 'answered 5xx');
      must(
        /disk is full/.test(outcome.text),
        'no request fails',
        () => `${request.operation}: ${outcome.text}`,
      );
    } else {
      must(request.concluded === true, 'an accepted job is never gone', () => {
        return `${request.operation} ${request.id} was answered and left nothing`;
      });
    }
    this.drop(request);
  }

  lookThrough(): void {
    if (!this.server?.doors.alive) return;
    checkAll(this.disk, this.books, this.eyes);
    checkRecount(this.disk);
    const calm = Math.max(this.calm, this.ground.awayUntil);
    this.owners.check(this.time, this.ground, this.books, calm);
    checkNodes(this.time, this.ground, this.books, calm);
    checkLimits(this.time, this.ground, this.books, calm);
  }

  note(text: string): void {
    this.trace.add(`${this.move} ${(this.time.now / 1000).toFixed(3)} ${text}`);
  }
}
