import type { HostView } from '../domain/host.ts';
import type { Instance } from '../domain/instance.ts';
import type { QueueOrder } from '../domain/queue-order.ts';
import type { StartOrder } from '../engines/engine.ts';
import { choicesAfter, sharesAfter } from '../scheduler/after-plan.ts';
import { firstOf, type Next, nextOf } from '../scheduler/order.ts';
import { type Asked, planIn } from '../scheduler/plan.ts';
import { renamed } from '../scheduler/reserve.ts';
import type { Plan, Reservation, TokenClaim } from '../scheduler/snapshot.ts';
import type { Service } from '../service/service.ts';
import { CommittedCache } from '../store/committed-cache.ts';
import type { Tx } from '../store/store.ts';
import { noteDesires } from '../transitions/environments/desired-vcpus.ts';
import { endWaits } from '../transitions/environments/finish-changes.ts';
import { applyInstances, type InstanceUse, noteIdle } from '../transitions/instances/apply.ts';
import { expireDrained } from '../transitions/instances/expire-drained.ts';
import { registerHosts } from '../transitions/instances/machine-instances.ts';
import { Endings } from '../transitions/jobs/endings.ts';
import { actOnLongWaits, type Blocked } from '../transitions/jobs/long-waits.ts';
import { placeJob } from '../transitions/jobs/place-job.ts';
import { neverRuns, serviceReason } from '../why/decision.ts';
import type { LastPlan } from '../why/last-plan.ts';
import { KeptFirsts } from './kept-firsts.ts';
import type { KnownShapes } from './known-shapes.ts';
import { loadSnapshot } from './load-snapshot.ts';
import type { Paces } from './paces.ts';
import type { FoundShares } from './queue-shares.ts';
import type { Running } from './running.ts';
import { WhatRuns } from './what-runs.ts';

/** What a dispatch came to. */
export interface Dispatched {
  readonly orders: readonly StartOrder[];
  /** Tasks that lost their instance in this turn. */
  readonly lost: boolean;
  /** Jobs wait, and none of them could start. */
  readonly backlog: boolean;
  /** There may be more to do at once. */
  readonly more: boolean;
}

/** More than there may be. */
const MOST_QUEUES = 1000;

/**
 * Who starts, where, and why the others wait; which instances come and go. Between turns it remembers what is bounded
 * by queues and what the next plan goes on from; a restart forgets it without harm.
 */
export class Dispatcher {
  private readonly service: Service;
  private readonly paces: Paces;
  readonly whatRuns: WhatRuns;
  private reservations: readonly Reservation[] = [];
  private readonly firsts = new KeptFirsts();
  private readonly shares = new CommittedCache<number, FoundShares>(MOST_QUEUES);
  private claims: readonly TokenClaim[] = [];
  private shapes: ReadonlyMap<number, KnownShapes> = new Map();
  /** When each queue last started a job, by `starts`. */
  private readonly servedAt = new Map<number, number>();
  private starts = 0;
  private desired: ReadonlyMap<number, number> = new Map();
  /** Of the catalog, and the hosts, when those were registered last. */
  private registered: { readonly edition: object; readonly hosts: readonly HostView[] } | undefined;

  constructor(service: Service, paces: Paces) {
    this.service = service;
    this.paces = paces;
    this.whatRuns = new WhatRuns(service, paces);
  }

  /** `running`: what `whatRuns` found in this transaction. */
  async dispatch(tx: Tx, looked: Running): Promise<Dispatched> {
    const { service, paces, reservations, claims, servedAt } = this;
    const running = await this.register(tx, looked);
    const lost = await expireDrained(service, tx, running.draining.values());
    const { firsts, shares: found, shapes: known } = this;
    const remembered = { paces, reservations, claims, servedAt, firsts, shares: found, shapes: known };
    const { room, asked, shapes } = await loadSnapshot(service, tx, running, remembered);
    const decided = planIn(room, asked, service.order);
    this.noteStarted(tx, asked, decided);
    const ids = await applyInstances(service, tx, decided, running.instances);
    await noteDesires(service, tx, decided, this.knownDesires(tx));
    const orders = await this.writeIntents(tx, asked, decided, ids);
    await noteIdle(service, tx, usesOf(running, decided, ids));
    const ended = await this.actOnLongWaits(tx, asked, decided, shapes);
    const changed = await endWaits(service, tx, () => remaining(running, decided));
    const shares = sharesAfter(asked.queues, decided.placements);
    tx.onCommit(() => this.remember(decided, ids, shapes, shares));
    const backlog = decided.waits.length > 0 && decided.placements.length === 0;
    return { orders, lost, backlog, more: ended || changed || tookAll(asked, decided) };
  }

  private async register(tx: Tx, running: Running): Promise<Running> {
    const edition = this.service.catalog.edition(tx);
    const { hosts } = running.ground;
    if (edition === this.registered?.edition && hosts === this.registered.hosts) return running;
    const changed = await registerHosts(this.service, tx, [...running.instances.values()]);
    tx.onCommit(() => {
      this.registered = { edition, hosts };
    });
    return changed ? this.whatRuns.look(tx, running) : running;
  }

  private knownDesires(tx: Tx): ReadonlyMap<number, number> {
    return this.service.catalog.edition(tx) === this.registered?.edition ? this.desired : new Map();
  }

  /** What starts and ends before the next turn has moved its share. */
  private noteStarted(tx: Tx, { queues }: Asked, { placements }: Plan): void {
    for (const { seq, shapes } of queues) {
      const found = this.shares.get(tx, seq);
      if (!found) continue;
      const started = new Set(placements.map(({ queue, shape }) => (queue === seq ? shape : 0)));
      for (const { id, jobGroup } of shapes) if (started.has(id)) found.moving.add(jobGroup);
    }
  }

  private async writeIntents(
    tx: Tx,
    { queues }: Asked,
    decided: Plan,
    ids: ReadonlyMap<string, string>,
  ): Promise<StartOrder[]> {
    const shapes = new Map(queues.flatMap((q) => q.shapes.map((s) => [s.id, s])));
    const tails = new Map<string, string>();
    const orders: StartOrder[] = [];
    for (const placement of decided.placements) {
      const line = placement.after;
      const after = line && (tails.get(line) ?? line);
      const instances = placement.instances.map((ref) => ids.get(ref) ?? ref);
      const placed = { ...placement, instances, ...(after !== undefined && { after }) };
      const order = await placeJob(this.service, tx, placed, shapes.get(placement.shape)!);
      if (!order) continue;
      if (line) tails.set(line, order.taskId);
      orders.push(order);
    }
    return orders;
  }

  private async actOnLongWaits(
    tx: Tx,
    asked: Asked,
    decided: Plan,
    shapes: ReadonlyMap<number, KnownShapes>,
  ): Promise<boolean> {
    const limited = (await this.service.catalog.allQueues(tx)).filter(
      ({ timeLimits }) => timeLimits.length > 0,
    );
    if (limited.length === 0) return false;
    const endings = new Endings(tx, this.service);
    const known = new Set(asked.queues.flatMap((q) => q.shapes.map(({ id }) => keyOf(q.seq, id))));
    const ended = await actOnLongWaits(
      this.service,
      tx,
      blockedOf(this.service.order, asked, decided, new Set(limited.map(({ seq }) => seq))),
      endings,
      (job) => (shapes.get(job.queue)?.plansPerRound ?? 1) > 1 && !known.has(keyOf(job.queue, job.shape)),
    );
    await endings.finish();
    return ended;
  }

  /** Once it is durable. */
  private remember(
    decided: Plan,
    ids: ReadonlyMap<string, string>,
    shapes: ReadonlyMap<number, KnownShapes>,
    shares: LastPlan['shares'],
  ): void {
    const { lastPlan, clock } = this.service;
    this.reservations = renamed(decided.reservations, (ref) => ids.get(ref) ?? ref);
    this.claims = decided.claims;
    for (const { queue } of decided.placements) {
      this.servedAt.set(queue, ++this.starts);
      lastPlan.servedAt.set(queue, { wall: clock.wall(), steady: clock.steady() });
    }
    this.desired = new Map(decided.desired.map((d) => [d.environment, Math.ceil(d.milliVcpus / 1000)]));
    lastPlan.spotPrice = decided.spotPrice;
    lastPlan.reservations = this.reservations;
    lastPlan.shares = shares;
    lastPlan.replace(decided.waits, shapes);
    this.shapes = shapes;
  }
}

/** Instances that do not go by this plan. */
const remaining = ({ instances }: Running, { retires }: Plan): Instance[] => {
  const gone = new Set(retires.map(({ instance }) => instance));
  return [...instances.values()].filter(({ id }) => !gone.has(id));
};

/** Of some shape every job that was read started: there may be more of it. */
const tookAll = ({ queues }: Asked, { placements }: Plan): boolean => {
  const started = new Map<string, number>();
  for (const { queue, shape } of placements) {
    const key = keyOf(queue, shape);
    started.set(key, (started.get(key) ?? 0) + 1);
  }
  return queues.some(({ seq, shapes }) =>
    shapes.some(({ id, heads }) => heads.length > 0 && started.get(keyOf(seq, id)) === heads.length),
  );
};

const keyOf = (queue: number, shape: number): string => `${queue}/${shape}`;

/** Instances whose tasks come or go with this turn, or came or went since the last, and whether they have some after it. */
const usesOf = (
  { room, instances, touched, idle }: Running,
  { placements, retires, drains }: Plan,
  ids: ReadonlyMap<string, string>,
): InstanceUse[] => {
  const placed = new Set(placements.flatMap((p) => p.instances.map((ref) => ids.get(ref) ?? ref)));
  const over = new Set([...retires, ...drains].map(({ instance }) => instance));
  const launched = new Set(ids.values());
  const some = new Set([...touched, ...placed]);
  return [...some].flatMap((id) => {
    const state = instances.get(id)?.state;
    if (over.has(id) || (state?.kind !== 'running' && !launched.has(id))) return [];
    const isBusy = placed.has(id) || (room.instances.get(id)?.tasks ?? 0) > 0;
    return [{ id, wasBusy: state !== undefined && !idle.has(id), isBusy }];
  });
};

/**
 * What may act on a long wait (E-180) in the queues that have a limit: of jobs that can run some day the first of the queue alone, its head; of those
 * that never can, which hold up nobody, the first of each shape. With the reason's code of the service's own.
 */
const blockedOf = (
  order: QueueOrder,
  { queues }: Asked,
  { waits, placements }: Plan,
  limited: ReadonlySet<number>,
): Blocked[] => {
  const started = new Set(placements.map((p) => p.job));
  const shapes = new Map(queues.flatMap((q) => q.shapes.map((shape) => [keyOf(q.seq, shape.id), shape])));
  const firsts = waits.flatMap(({ queue, shape, reason }) => {
    if (!limited.has(queue)) return [];
    const view = shapes.get(keyOf(queue, shape));
    const at = view?.heads.findIndex((head) => !started.has(head.seq)) ?? -1;
    const next = view && nextOf(view, at);
    return next ? [{ queue, next, reason }] : [];
  });
  const able = Map.groupBy(
    firsts.filter(({ reason }) => !neverRuns(reason) && !reason.lacks),
    ({ queue }) => queue,
  );
  const heads = new Set<Next | undefined>();
  const choices = choicesAfter(order, queues, placements);
  for (const [queue, some] of able) {
    const nexts = some.map(({ next }) => next);
    heads.add(firstOf(choices.get(queue)!, nexts));
  }
  return firsts.flatMap(({ queue, next, reason }) => {
    const code = serviceReason(reason)?.code;
    const mayAct = neverRuns(reason) || heads.has(next);
    return code && mayAct ? [{ queue, job: next.head.seq, code }] : [];
  });
};
