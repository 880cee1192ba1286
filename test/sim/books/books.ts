import type { Change } from '../disk.ts';
import { checkLine } from './activity.ts';
import { describeJobs, listJobs } from './answers.ts';
import { CONSUMABLES, tokensChanged } from './consumables.ts';
import type { Eyes, Fate } from './eyes.ts';
import { FRONTS } from './fronts.ts';
import { GRANTS } from './grants.ts';
import { checkBegin, jobChanged, jobGone, jobInserted } from './jobs.ts';
import { LinesOwed } from './lines-owed.ts';
import { MACHINES } from './machines.ts';
import {
  type Environment,
  FAILED,
  isFinal,
  type Job,
  type Moment,
  must,
  STARTING,
  shownState,
  type Task,
  type Wire,
} from './model.ts';
import { checkOrder } from './orders.ts';
import { POLICIES } from './policies.ts';
import { refusalKind } from './refusals.ts';
import { type Expected, type Ledger, nameIn, type Request } from './requests.ts';
import { chooseRerun, jobAgain, retryJobs } from './rerun.ts';
import { forgetQueue, RESOURCES } from './resources.ts';
import { Rights } from './rights.ts';
import { Uses } from './shares.ts';
import { Starts } from './starts.ts';
import { stop, stopMany } from './stops.ts';
import { STREAMS } from './streams.ts';
import { jobOf, submit } from './submit.ts';
import { TAGS } from './tags.ts';
import { Floor, type HostsSeen } from './tasks.ts';

const EXPECTATIONS: Readonly<Record<string, (ledger: Ledger, request: Request) => Expected>> = {
  ...RESOURCES,
  ...MACHINES,
  ...STREAMS,
  ...TAGS,
  ...POLICIES,
  ...CONSUMABLES,
  ...FRONTS,
  ...GRANTS,
  SubmitJob: submit,
  DescribeJobs: describeJobs,
  ListJobs: listJobs,
  CancelJob: stop,
  TerminateJob: stop,
  CancelJobs: stopMany,
  TerminateJobs: stopMany,
  RetryJobs: retryJobs,
};

/** What refusals say of who asks, by their type. */
const TOLD: Readonly<Record<string, 'refused' | 'unknown'>> = {
  AccessDeniedException: 'refused',
  AccessDenied: 'refused',
  UnrecognizedClientException: 'unknown',
  ExpiredTokenException: 'unknown',
};

/** Every operation that the world's clients ask for. */
export const OPERATIONS: readonly string[] = Object.keys(EXPECTATIONS);

/** Rows that changed, to be compared with the books once all of a moment's history is read. */
export class Books implements Ledger {
  readonly environments = new Map();
  readonly environmentBySeq = new Map();
  readonly policies = new Map();
  readonly consumables = new Map();
  readonly holders = new Set<Job>();
  readonly queues = new Map();
  readonly queueBySeq = new Map();
  readonly definitions = new Map();
  readonly jobs = new Map<string, Job>();
  readonly jobBySeq = new Map<number, Job>();
  readonly submitted: Job[] = [];
  readonly tasks = new Map();
  readonly started = new Map<string, Task>();
  readonly logs = new Map<string, number>();
  readonly requests = new Map<number, Request>();
  readonly inserted = new Map<number, Job>();
  readonly floor: Floor;
  readonly touched = new Set<Job>();
  readonly uses = new Uses();
  readonly rights = new Rights();
  private readonly starts = new Starts();
  /** Of the activity log. */
  readonly lines = new LinesOwed();
  serial = 0;
  /** Turns of the loops that found work. */
  turns = 0;
  readonly count: (kind: string, name: string) => void;
  private readonly eyes: Eyes;
  private request: Request | undefined;
  /** An environment whose row the request under way has changed. */
  private changed: { readonly environment: Environment; readonly status: string } | undefined;
  /** How much of the history was work and no mere marks. */
  worked = 0;
  private workedBefore = 0;

  constructor(hosts: HostsSeen, eyes: Eyes, count: (kind: string, name: string) => void) {
    this.floor = new Floor(hosts);
    this.eyes = eyes;
    this.count = count;
  }

  wall(): number {
    return this.eyes.wall();
  }

  moment(): Moment {
    return { at: this.eyes.now(), wall: this.eyes.wall(), boot: this.eyes.boot() };
  }

  fate(taskId: string): Fate | undefined {
    return this.eyes.fate(taskId);
  }

  /** A line of the activity log, after what is read of the history. */
  logged(message: string, fields: Wire): void {
    checkLine(this, this.eyes, message, fields);
    this.lines.told(message, fields);
  }

  /** An engine was given an order, after what is read of the history. */
  ordered(order: Wire): void {
    checkOrder(this, order);
  }

  /** Reads on in the one history that the store has made durable. */
  read(changes: readonly Change[]): void {
    this.rights.sessions.tick(this.wall());
    const last = new Map<number, Change>();
    for (const change of changes)
      if (change.kind === 'job' && change.before !== change.after) last.set(change.id, change);
    for (const change of changes) {
      this.serial++;
      const job = change.kind === 'job' ? this.jobBySeq.get(change.id) : undefined;
      if (job) job.passing = last.get(change.id) !== change;
      this.take(change);
    }
  }

  private take(change: Change): void {
    const { kind, id, name, before, after } = change;
    switch (kind) {
      case 'request':
        this.marker(id, after === 1);
        return;
      case 'turn':
        this.floor.check();
        this.starts.turn(this, this.eyes, after === 1);
        if (after === 1 && this.worked > this.workedBefore) this.turns++;
        this.workedBefore = this.worked;
        this.request = undefined;
        return;
      case 'job':
        this.worked++;
        this.jobRow(id, before, after);
        return;
      case 'task': {
        this.worked++;
        const job = this.jobBySeq.get(id)!;
        this.touched.add(job);
        const over = job.attempts.length;
        if (!job.gone) this.floor.changed(this, this.eyes, job, change);
        if (job.attempts.length > over) this.lines.attemptOver(job);
        return;
      }
      case 'instance':
        this.worked += before === after ? 0 : 1;
        this.floor.instanceChanged(this, this.eyes, name, id, before, after);
        return;
      case 'queue':
        this.queueRow(id, name);
        return;
      case 'environment':
        this.environmentRow(id, name, before);
        return;
      case 'share':
        this.worked++;
        this.uses.checkGone(this, this.eyes, this.queueBySeq.get(before)!, name);
        return;
      case 'work':
        this.worked++;
    }
  }

  private marker(id: number, ended: boolean): void {
    const request = this.requests.get(id)!;
    this.request = ended ? undefined : request;
    if (!ended) {
      if (request.operation === 'RetryJobs') request.chosen = chooseRerun(this, request);
      request.found = stoppedBy(request).flatMap((id) => {
        const job = jobOf(this, id);
        return job ? [{ job, state: shownState(job) }] : [];
      });
      return;
    }
    this.conclude(request);
    this.settleStatus();
  }

  /** What a request made of an environment's status: with instances that are left it waits for them. */
  private settleStatus(): void {
    if (!this.changed) return;
    const { environment, status } = this.changed;
    environment.status = status;
    if (status === 'DELETED') this.environments.delete(environment.name);
    this.changed = undefined;
  }

  /** A request's turn is over and durable, whether or not its client ever heard of it. */
  private conclude(request: Request): void {
    const { outcome, operation, mistake } = request;
    request.concluded = true;
    const tell = () => `${operation} ${JSON.stringify(request.input)} came to ${JSON.stringify(outcome)}`;
    const expected = EXPECTATIONS[operation]!(this, request);
    must(outcome?.kind !== 'fault', 'a request that is carried out is answered', tell);
    if (outcome?.kind === 'refused') {
      const right = expected.refusal ?? expected.may;
      const wrong = mistake?.test(outcome.text) || (right?.test(outcome.text) ?? false);
      must(wrong, 'what is right is not refused', () => `${tell()}, expected ${expected.refusal}`);
      return;
    }
    if (mistake && !expected.refusal)
      must(!outcome, 'what is wrong is refused', () => `${tell()}, ${mistake}`);
    must(
      !outcome || !expected.refusal,
      'what is wrong is refused',
      () => `${tell()}, expected ${expected.refusal}`,
    );
    if (mistake || expected.refusal) return;
    expected.apply(outcome?.kind === 'answer' ? outcome.answer : undefined);
    this.link(request);
    const job = this.inserted.get(request.id);
    if (job) checkBegin(job);
    this.inserted.delete(request.id);
  }

  /** A new environment or queue gets the number of its row. */
  private link(request: Request): void {
    const { input, operation } = request;
    if (operation === 'CreateComputeEnvironment') {
      const environment = this.environments.get(input.computeEnvironmentName);
      environment.seq = this.eyes.seqOf('environments', environment.name, this.environmentBySeq);
      environment.cluster = this.eyes.cluster(environment.seq);
      this.environmentBySeq.set(environment.seq, environment);
    }
    if (operation === 'CreateJobQueue') {
      const queue = this.queues.get(input.jobQueueName);
      queue.seq = this.eyes.seqOf('queues', queue.name, this.queueBySeq);
      this.queueBySeq.set(queue.seq, queue);
    }
  }

  private jobRow(seq: number, before: number, after: number): void {
    if (before === -1) {
      const seen = this.eyes.job(seq);
      if (!seen) return;
      jobInserted(this, this.eyes, seen, after, this.request);
      this.rights.owns(this.jobBySeq.get(seq)!.id, this.request?.who);
      this.starts.changed(this.jobBySeq.get(seq)!);
      return;
    }
    const job = this.jobBySeq.get(seq)!;
    this.touched.add(job);
    if (after === -1) jobGone(this.eyes, job);
    else {
      this.stopUnderWay(job);
      if (before === FAILED && after !== FAILED && job.role === 'none') jobAgain(job, this.request);
      const { recalled } = job;
      jobChanged(this, this.eyes, job, before, after);
      if (before === after) return;
      tokensChanged(this, job, before, recalled);
      this.starts.changed(job);
      if (after === STARTING) this.starts.begins(job);
      this.lines.changed(job, before, after);
    }
  }

  /** What a stop ends in its own turn ends for its reason. */
  private stopUnderWay(job: Job): void {
    const { request } = this;
    if (!request || isFinal(shownState(job)) || job.size > 0 || job.state >= 3) return;
    if (request.found?.some((one) => one.job === job)) job.stops.push(request.input.reason);
  }

  private queueRow(seq: number, status: string): void {
    const queue = this.queueBySeq.get(seq);
    if (!queue || status !== 'DELETED') return;
    must(queue.open === 0, 'a queue goes with its last job', () => `${queue.name} has ${queue.open}`);
    if (this.request || queue.status !== 'DELETING') return;
    this.worked++;
    forgetQueue(this, queue);
  }

  private environmentRow(seq: number, status: string, desired: number): void {
    const environment = this.environmentBySeq.get(seq);
    if (!environment) return;
    if (this.request) {
      this.changed = { environment, status };
      return;
    }
    environment.status = status;
    if (desired >= 0) environment.desired = desired;
    if (status === 'DELETED') this.environments.delete(environment.name);
  }

  /** Whether a user may ask what it asks was decided, before its request came to the store. */
  authorised(request: Request): void {
    const { outcome, who } = request;
    if (who === undefined || !outcome || outcome.kind === 'fault') return;
    this.rights.sessions.tick(this.wall());
    const told = outcome.kind === 'refused' ? TOLD[outcome.type] : undefined;
    // a role that was there when it was asked for, and is not any more, is as one that does not trust
    if (request.operation === 'AssumeRole' && told === 'refused' && request.concluded) return;
    this.rights.check(this, request, told ?? 'allowed');
    if (told === undefined) return;
    must(!request.concluded, 'what is refused changes nothing', () => `${request.operation} ${request.id}`);
    request.concluded = true;
  }

  /** A request that was refused before it came to the store. */
  refusedAtOnce(request: Request): void {
    const { outcome, mistake } = request;
    if (outcome?.kind !== 'refused') return;
    request.concluded = true;
    must(mistake?.test(outcome.text) ?? false, 'what is right is not refused', () => {
      return `${request.operation} ${JSON.stringify(request.input)} came to ${outcome.text}, expected ${mistake}`;
    });
  }

  /** Every refusal is of a known kind; each is counted. */
  countRefusal(text: string): void {
    const kind = refusalKind(text);
    must(kind !== undefined, 'refusals are worded as they should be', () => text);
    this.count('refusal', kind!);
  }
}

/** The ids that a request is to stop, each once. */
const stoppedBy = ({ operation, input }: Request): readonly string[] => {
  if (operation === 'CancelJob' || operation === 'TerminateJob') return [input.jobId ?? ''];
  if (operation !== 'CancelJobs' && operation !== 'TerminateJobs') return [];
  const ids: readonly unknown[] = Array.isArray(input.jobs) ? input.jobs : [];
  return [...new Set(ids.map((id) => nameIn('job', String(id)) ?? ''))];
};
