import { keptOf, type SharesView, type ShareView } from '../domain/fair-share/choice.ts';
import { shareNow } from '../domain/fair-share/share-now.ts';
import { weightOf, windowOf } from '../domain/fair-share/window.ts';
import type { FairSharePolicy } from '../domain/scheduling-policy.ts';
import { Layered } from '../lib/layered.ts';
import type { CatalogEnvironment, CatalogQueue } from '../service/catalog.ts';
import type { Service } from '../service/service.ts';
import { activeShares } from '../store/share-rows.ts';
import type { Tx } from '../store/store.ts';
import type { ActiveTask } from '../store/task-rows.ts';
import { useNow } from '../transitions/shares/use-now.ts';
import type { Running } from './running.ts';

/** Tasks of shares, by their shares, and the shares' time. */
export interface SharedTasks {
  readonly now: number;
  readonly byShare: ReadonlyMap<number, readonly ActiveTask[]>;
}

/** Undefined where no queue is shared. */
export const sharedTasks = async (
  service: Service,
  tx: Tx,
  queues: readonly CatalogQueue[],
  { tasks }: Pick<Running, 'tasks'>,
): Promise<SharedTasks | undefined> => {
  if (!queues.some(({ policy }) => policy)) return undefined;
  const shared = tasks.values().filter(({ share }) => share > 0);
  return {
    now: await useNow(service, tx, Number.POSITIVE_INFINITY),
    byShare: Map.groupBy(shared, ({ share }) => share),
  };
};

/** The shares of a queue as a turn found them, by the policy that it had. */
export interface FoundShares {
  readonly policy: FairSharePolicy;
  readonly at: number;
  readonly shares: Layered<number, ShareView>;
  /** The groups whose shares are all among them. */
  readonly waiting: ReadonlySet<number>;
  /** Those that may stand otherwise by the next turn: of which tasks ran, or were placed since. */
  readonly moving: Set<number>;
}

/** So long, of the window, what stands still is taken as it was: it has decayed by a thousandth. */
const STANDS_STILL = 1 / 1000;

/**
 * The shares of a queue that have jobs which wait, `waiting`, or run. `before`: of a queue with hundreds of them, as they were
 * found last.
 */
export const queueShares = async (
  service: Service,
  tx: Tx,
  queue: CatalogQueue,
  policy: FairSharePolicy,
  waiting: ReadonlySet<number>,
  { now, byShare }: SharedTasks,
  before?: FoundShares,
): Promise<{ view: SharesView; found: FoundShares }> => {
  const window = windowOf(policy);
  const isFresh = before?.policy === policy && now - before.at <= window * STANDS_STILL;
  const shares = isFresh ? before.shares.copy() : Layered.of<number, ShareView>();
  const moving = new Set<number>();
  for (const share of byShare.keys())
    if (shares.has(share) || (await service.names.share(tx, share))?.queue === queue.seq) moving.add(share);
  const find = async (share: number) => {
    const tasks = byShare.get(share) ?? [];
    shares.set(share, await foundShare(service, tx, policy, share, shares.get(share), tasks, now));
  };
  for (const share of isFresh ? new Set([...moving, ...before.moving]) : moving) await find(share);
  const others = isFresh && before.waiting === waiting ? [] : waiting;
  for (const share of others) if (!shares.has(share)) await find(share);
  const reserve = await reserveOf(service, tx, queue, policy, shares, now - window);
  const found = { policy, at: isFresh ? before.at : now, shares, waiting, moving };
  return { view: { window, shares, reserve }, found };
};

const foundShare = async (
  service: Service,
  tx: Tx,
  policy: FairSharePolicy,
  share: number,
  before: ShareView | undefined,
  tasks: readonly ActiveTask[],
  now: number,
): Promise<ShareView> => {
  const window = windowOf(policy);
  const identifier = before?.identifier ?? (await service.names.shareName(tx, share))!;
  const use = await service.shareUses.of(tx, share, window);
  const held = tasks.map(({ milli_vcpus: milliVcpus, after, placed_age: placed }) => ({
    milliVcpus,
    age: after === null ? Math.max(0, now - (placed ?? now)) : undefined,
  }));
  const weight = before?.weight ?? weightOf(policy, identifier);
  return { identifier, weight, ...shareNow(use, held, now, window) };
};

/** Rules T-128, T-132, T-133. */
const reserveOf = async (
  service: Service,
  tx: Tx,
  queue: CatalogQueue,
  { computeReservation: percent }: FairSharePolicy,
  shares: Layered<number, ShareView>,
  since: number,
): Promise<SharesView['reserve']> => {
  if (percent === 0) return undefined;
  const environments = await service.catalog.allEnvironments(tx);
  const maxMilliVcpus = environments
    .filter(({ seq, state, status }) => queue.environments.includes(seq) && isOpen(state, status))
    .reduce((sum, environment) => sum + 1000 * mostOf(environment), 0);
  const active = (await activeShares(tx, queue.seq, since)).length;
  const heldMilliVcpus = shares.values().reduce((sum, share) => sum + share.heldMilliVcpus, 0);
  return { maxMilliVcpus, keptMilliVcpus: keptOf(maxMilliVcpus, percent, active), heldMilliVcpus };
};

const isOpen = (state: string, status: string): boolean => state === 'ENABLED' && status === 'VALID';

const mostOf = ({ maxVcpus, unmanagedVcpus }: CatalogEnvironment): number => maxVcpus ?? unmanagedVcpus ?? 0;
