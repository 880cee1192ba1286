import type { Tokens } from '../domain/tokens.ts';
import type { ConsumableView, QueueView, ShapeView, TokenClaim, TokenLack } from './snapshot.ts';

/** A claim while a plan is made. */
interface Standing extends TokenClaim {
  readonly priority: number;
  /** Its job has still to be asked, in this plan at all or once more. */
  readonly isEarlier: boolean;
}

/** What is kept of a resource. */
interface Kept {
  all: number;
  /** Of it for those of the own queue that wait for another total. */
  stuck: number;
  /** The first that it is kept for. */
  first: TokenLack['keptFor'] | undefined;
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
  /** Queues some of whose jobs wait for another total, as far as this plan has asked them. */
  private readonly stuck = new Set<number>();

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
    const beyond = new Set(earlier.filter(({ tokens }) => this.isBeyond(tokens)).map(({ queue }) => queue));
    for (const claim of earlier) {
      const queue = queues.find(({ seq }) => seq === claim.queue);
      const shape = queue?.shapes.find(({ id, tokens }) => id === claim.shape && tokens !== undefined);
      const job = shape?.heads[0]?.seq;
      if (!queue || !shape || job === undefined) continue;
      const isStuck = claim.isStuck ? beyond.has(queue.seq) : this.isBeyond(claim.tokens);
      const short: number[] = [];
      for (const { consumable, quantity } of claim.tokens) {
        const rest = (left.get(consumable) ?? 0) - quantity;
        if (rest < 0) short.push(consumable);
        if (!isStuck) left.set(consumable, rest);
      }
      this.claims.set(keyOf(queue, shape), {
        ...claim,
        job,
        short,
        isStuck,
        priority: queue.priority,
        isEarlier: true,
      });
    }
  }

  private isBeyond(tokens: readonly Tokens[]): boolean {
    return tokens.some(({ consumable, quantity }) => quantity > this.totalOf(consumable));
  }

  /** What the next job of a shape lacks; undefined when it may have all that it asks for. */
  lackOf(queue: QueueView, { tokens = [] }: ShapeView): readonly TokenLack[] | undefined {
    const lacks = tokens.flatMap(({ consumable, quantity: needs }) => {
      const free = this.free.get(consumable) ?? 0;
      const { all, first } = this.keptOf(consumable, queue);
      if (needs <= free - all) return [];
      const { name = '', total = 0 } = this.views.get(consumable) ?? {};
      const keptFor = needs <= free && first ? { keptFor: first } : {};
      return [{ consumable, name, needs, free: Math.max(0, free), total, ...keptFor }];
    });
    return lacks.length > 0 ? lacks : undefined;
  }

  /** How much of a resource is kept from a queue's jobs for those before them. */
  private keptOf(consumable: number, queue: QueueView): Kept {
    const found: Kept = { all: 0, stuck: 0, first: undefined };
    let isBehindOwn = false;
    for (const claim of this.claims.values()) {
      const asked = claim.tokens.find((one) => one.consumable === consumable);
      if (!asked || claim.priority < queue.priority) continue;
      // within its queue the order says who comes first; among queues that one which has waited longest
      const isOwn = claim.queue === queue.seq;
      isBehindOwn ||= isOwn && claim.isEarlier && !claim.isStuck;
      if (isOwn ? claim.isEarlier : isBehindOwn || claim.isStuck) continue;
      const keeps = claim.short.includes(consumable) ? Number.POSITIVE_INFINITY : asked.quantity;
      found.all += keeps;
      if (claim.isStuck) found.stuck += keeps;
      found.first ??= { job: claim.job, needs: asked.quantity };
    }
    return found;
  }

  /** Some of what it asks for it cannot have before a total is raised: it is more than there is, less what is kept for others like it. */
  private isStuck(queue: QueueView, tokens: readonly Tokens[]): boolean {
    if (this.isBeyond(tokens)) return true;
    if (!this.stuck.has(queue.seq)) return false;
    return tokens.some(
      ({ consumable, quantity }) =>
        quantity > this.totalOf(consumable) - this.keptOf(consumable, queue).stuck,
    );
  }

  private totalOf(consumable: number): number {
    return this.views.get(consumable)?.total ?? 0;
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
    const isStuck = this.isStuck(queue, shape.tokens);
    if (isStuck) this.stuck.add(queue.seq);
    this.claims.set(keyOf(queue, shape), {
      queue: queue.seq,
      job,
      shape: shape.id,
      tokens: shape.tokens,
      short: lacks.map(({ consumable }) => consumable),
      isStuck,
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
 * Shapes of a queue whose claims keep something: the next plan has to know them. Of what one is short of those behind it get
 * nothing, so that of each resource the first counts, of those that are stuck and of those that are not.
 */
export const bindingShapes = (claims: readonly TokenClaim[], queue: number): number[] => {
  const shapes: number[] = [];
  const covered = { stuck: new Set<number>(), others: new Set<number>() };
  for (const { queue: of, shape, short, isStuck } of claims) {
    if (of !== queue || shapes.length === MOST_BINDING) continue;
    const before = isStuck ? covered.stuck : covered.others;
    if (short.length > 0 && short.every((consumable) => before.has(consumable))) continue;
    shapes.push(shape);
    for (const consumable of short) before.add(consumable);
  }
  return shapes;
};
