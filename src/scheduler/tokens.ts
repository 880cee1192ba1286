import type { ConsumableView, QueueView, ShapeView, TokenClaim, TokenLack } from './snapshot.ts';

/** A claim while a plan is made. */
interface Standing extends TokenClaim {
  readonly priority: number;
  /** Its job has still to be asked, in this plan at all or once more. */
  readonly isEarlier: boolean;
}

/**
 * Tokens of consumable resources while queues are served: what is left of each, and whom it is kept for. Of what a job is short
 * of those behind it get nothing, of the rest what it asks for is kept: so nobody overtakes who asks for the same, and nobody
 * who asks for something else waits. Why: docs/decisions/consumables.md.
 */
export class TokensLeft {
  private readonly views: ReadonlyMap<number, ConsumableView>;
  private readonly free: Map<number, number>;
  /** By queue and shape, in the order in which they were made, be it in an earlier plan. */
  private readonly claims = new Map<string, Standing>();

  constructor(views: readonly ConsumableView[]) {
    this.views = new Map(views.map((view) => [view.seq, view]));
    this.free = new Map(views.map(({ seq, free }) => [seq, free]));
  }

  /**
   * What an earlier plan kept for some queues, before they are served: as far as is lacking now. A claim is its queue's and
   * shape's, whoever is the first of them now.
   */
  stand(earlier: readonly TokenClaim[], queues: readonly QueueView[]): void {
    const left = new Map(this.free);
    for (const claim of earlier) {
      const queue = queues.find(({ seq }) => seq === claim.queue);
      const shape = queue?.shapes.find(({ id, tokens }) => id === claim.shape && tokens !== undefined);
      const job = shape?.heads[0]?.seq;
      if (!queue || !shape || job === undefined) continue;
      const short: number[] = [];
      for (const { consumable, quantity } of claim.tokens) {
        left.set(consumable, (left.get(consumable) ?? 0) - quantity);
        if (left.get(consumable)! < 0) short.push(consumable);
      }
      this.claims.set(keyOf(queue, shape), {
        ...claim,
        job,
        short,
        priority: queue.priority,
        isEarlier: true,
      });
    }
  }

  /** What the next job of a shape lacks; undefined when it may have all that it asks for. */
  lackOf(queue: QueueView, { tokens = [] }: ShapeView): readonly TokenLack[] | undefined {
    const lacks = tokens.flatMap(({ consumable, quantity: needs }) => {
      const free = this.free.get(consumable) ?? 0;
      if (needs <= free - this.keptOf(consumable, queue)) return [];
      const { name = '', total = 0 } = this.views.get(consumable) ?? {};
      return [{ consumable, name, needs, free: Math.max(0, free), total, isKept: needs <= free }];
    });
    return lacks.length > 0 ? lacks : undefined;
  }

  /** What is kept of a resource from a queue's jobs, for those before them. */
  private keptOf(consumable: number, queue: QueueView): number {
    let kept = 0;
    let isBehindOwn = false;
    for (const claim of this.claims.values()) {
      const asked = claim.tokens.find((one) => one.consumable === consumable);
      if (!asked || claim.priority < queue.priority) continue;
      // within its queue the order says who comes first; among queues that one which has waited longest
      const isOwn = claim.queue === queue.seq;
      isBehindOwn ||= isOwn && claim.isEarlier;
      if (isOwn ? claim.isEarlier : isBehindOwn) continue;
      if (claim.short.includes(consumable)) return Number.POSITIVE_INFINITY;
      kept += asked.quantity;
    }
    return kept;
  }

  /** A job starts. */
  take(queue: QueueView, shape: ShapeView): void {
    this.drop(queue, shape);
    for (const { consumable, quantity } of shape.tokens ?? [])
      this.free.set(consumable, (this.free.get(consumable) ?? 0) - quantity);
  }

  /** The next job of a shape is left, for what it lacks of them or for room. */
  claim(queue: QueueView, shape: ShapeView, job: number, lacks: readonly TokenLack[]): void {
    if (!shape.tokens) return;
    this.claims.set(keyOf(queue, shape), {
      queue: queue.seq,
      job,
      shape: shape.id,
      tokens: shape.tokens,
      short: lacks.map(({ consumable }) => consumable),
      priority: queue.priority,
      isEarlier: false,
    });
  }

  /** It is to be asked again, and keeps its place until then. */
  askAgain(queue: QueueView, shape: ShapeView): void {
    const claim = this.claims.get(keyOf(queue, shape));
    if (claim) this.claims.set(keyOf(queue, shape), { ...claim, isEarlier: true });
  }

  /** Nothing is kept for it: it waits for what holds up nobody. */
  drop(queue: QueueView, shape: ShapeView): void {
    if (shape.tokens) this.claims.delete(keyOf(queue, shape));
  }

  /** What is kept for whom, in order. */
  all(): TokenClaim[] {
    return Array.from(this.claims.values(), ({ priority: _, isEarlier: __, ...claim }) => claim);
  }
}

const keyOf = (queue: QueueView, shape: ShapeView): string => `${queue.seq}/${shape.id}`;

/** More are not carried on for one queue. */
const MOST_BINDING = 64;

/**
 * Shapes of a queue whose claims keep something from other queues: the next plan has to know them. Of what one is short of
 * those behind it get nothing, so that of each resource the first counts.
 */
export const bindingShapes = (claims: readonly TokenClaim[], queue: number): number[] => {
  const shapes: number[] = [];
  const covered = new Set<number>();
  for (const { queue: of, shape, short } of claims) {
    if (of !== queue || shapes.length === MOST_BINDING) continue;
    if (short.length > 0 && short.every((consumable) => covered.has(consumable))) continue;
    shapes.push(shape);
    for (const consumable of short) covered.add(consumable);
  }
  return shapes;
};
