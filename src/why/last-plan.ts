import type { SharesView } from '../domain/fair-share/choice.ts';
import type { WaitReason } from '../scheduler/snapshot.ts';
import type { Moment } from './front-times.ts';

/** What a plan saw of the shapes of a queue's jobs. */
export interface ShapesSeen {
  /** So many wait. */
  readonly total: number;
  /** Those that are known in turn were known up to this id. */
  readonly cursor: number;
  /** Within so many plans each shape is known to one; 1 when all were. */
  readonly plansPerRound: number;
  /** The shape that was looked at in the place of one that was not, since it asks for the same. */
  readonly alike?: (shape: number) => number | undefined;
}

/** So many reasons are kept of shapes that the last plan did not know: some megabytes. */
const MOST_KEPT = 20_000;

type SeenByQueue = ReadonlyMap<number, ShapesSeen>;

/** What plans found of why a shape waits. */
export interface Finding {
  /** Of the last plan that knew of it. */
  readonly reason?: WaitReason;
  /** So many shapes wait in its queue that a plan knows of only some: the last one did not know of this. */
  readonly shapesInAll?: number;
}

/**
 * Why the jobs of a queue that ask for the same wait, as the last plan had it that knew of them. One reason covers a
 * million jobs; there is no second opinion.
 */
export class LastPlan {
  /** As the last plan had them. */
  waits: readonly { readonly queue: number; readonly shape: number; readonly reason: WaitReason }[] = [];
  private byShape = new Map<string, WaitReason>();
  private seen: SeenByQueue = new Map();
  private plans = 0;
  /** Of queues with more shapes than one plan knows, what earlier ones told, the oldest first. */
  private readonly earlier = new Map<string, { readonly reason: WaitReason; readonly plan: number }>();
  /** Whom the last plan keeps room for: one job of a queue. */
  reservations: readonly { readonly queue: number; readonly job: number; readonly environment: number }[] =
    [];
  /** How shares stood once its jobs had started, by queue. */
  shares: ReadonlyMap<number, SharesView> = new Map();
  /** When a plan last started a job of each queue. */
  readonly servedAt = new Map<number, Moment>();
  /** What Spot capacity cost in the last plan, in percent of on-demand; undefined before it, and where there is none. */
  spotPrice: number | undefined;

  /** The last plan's reasons take the place of those before it. */
  replace(waits: LastPlan['waits'], seen: SeenByQueue): void {
    this.waits = waits;
    this.byShape = new Map(waits.map(({ queue, shape, reason }) => [keyOf(queue, shape), reason]));
    this.seen = seen;
    this.plans++;
    for (const { queue, shape, reason } of waits) {
      if (isPartial(seen.get(queue))) this.keep(keyOf(queue, shape), reason);
    }
    this.forgetOld();
  }

  of(queue: number, shape: number): Finding {
    const key = keyOf(queue, shape);
    const seen = this.seen.get(queue);
    const reason = this.byShape.get(key) ?? this.reasonOfLike(queue, seen?.alike?.(shape));
    if (reason || !isPartial(seen)) return reason ? { reason } : {};
    const earlier = this.earlier.get(key);
    // one that was not known to any of so many plans has not waited all the while
    const isOld = !earlier || this.plans - earlier.plan > seen.plansPerRound;
    return { shapesInAll: seen.total, ...(!isOld && { reason: earlier.reason }) };
  }

  private reasonOfLike(queue: number, shape: number | undefined): WaitReason | undefined {
    return shape === undefined ? undefined : this.byShape.get(keyOf(queue, shape));
  }

  private keep(key: string, reason: WaitReason): void {
    this.earlier.delete(key);
    this.earlier.set(key, { reason, plan: this.plans });
  }

  private forgetOld(): void {
    const longest = Math.max(
      0,
      ...[...this.seen.values()].map((seen) => (isPartial(seen) ? seen.plansPerRound : 0)),
    );
    for (const [key, { plan }] of this.earlier) {
      if (this.earlier.size <= MOST_KEPT && this.plans - plan <= longest) return;
      this.earlier.delete(key);
    }
  }
}

const isPartial = (seen: ShapesSeen | undefined): seen is ShapesSeen =>
  seen !== undefined && seen.plansPerRound > 1;

const keyOf = (queue: number, shape: number): string => `${queue}/${shape}`;
