import type { GroupHead, QueueOrder } from '../domain/queue-order.ts';
import type { HeadView, ShapeView } from './snapshot.ts';

/** The next job of a shape. */
export interface Next {
  readonly shape: ShapeView;
  /** Its place among its shape. */
  readonly at: number;
  readonly head: HeadView;
}

/** The job of a shape at a place, if there is one. */
export const nextOf = (shape: ShapeView, at: number): Next | undefined => {
  const head = shape.heads[at];
  return head && { shape, at, head };
};

/**
 * The waiting jobs of a queue in its order, of each shape the first that is left. Within a group they stand by their ranks,
 * and which group's head is next the order says: the one thing that another policy changes. Taking one costs the same
 * however many shapes there are.
 */
export class Ordered {
  private readonly order: QueueOrder;
  /** By group, the first at the end. */
  private readonly groups: ReadonlyMap<number, Next[]>;

  constructor(shapes: readonly ShapeView[], order: QueueOrder) {
    this.order = order;
    this.groups = Map.groupBy(
      shapes.flatMap((shape) => nextOf(shape, 0) ?? []).sort((a, b) => b.head.rank - a.head.rank),
      ({ shape }) => shape.jobGroup,
    );
  }

  /** Takes the first that is left. */
  take(): Next | undefined {
    const heads = [...this.groups.values()].flatMap((group) => group.at(-1) ?? []);
    const first = chosen(this.order, heads);
    return first && this.groups.get(first.shape.jobGroup)!.pop();
  }

  /** The next one of a shape that was among them. */
  comeIn(next: Next): void {
    const group = this.groups.get(next.shape.jobGroup)!;
    let low = 0;
    let high = group.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (group[middle]!.head.rank > next.head.rank) low = middle + 1;
      else high = middle;
    }
    group.splice(low, 0, next);
  }
}

/** The first of some waiting jobs of a queue. */
export const firstOf = (order: QueueOrder, some: readonly Next[]): Next | undefined => {
  const heads = new Map<number, Next>();
  for (const next of some) {
    const other = heads.get(next.shape.jobGroup);
    if (!other || next.head.rank < other.head.rank) heads.set(next.shape.jobGroup, next);
  }
  return chosen(order, [...heads.values()]);
};

/** Of the heads of a queue's groups. */
const chosen = (order: QueueOrder, heads: readonly Next[]): Next | undefined => {
  if (heads.length < 2) return heads[0];
  const { group } = order.firstOf(heads.map(groupHead));
  return heads.find(({ shape }) => shape.jobGroup === group);
};

const groupHead = ({ shape, head }: Next): GroupHead => ({ group: shape.jobGroup, ...head });
