import { type Choice, compared, type GroupHead, placeOf } from '../domain/group-choice.ts';
import type { HeadView, ShapeView, TaskGroup } from './snapshot.ts';

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

/** What a job asks for, all its tasks together. */
const sumOf = (groups: readonly TaskGroup[]): number =>
  groups.reduce((sum, { asks, count }) => sum + asks.milliVcpus * count, 0);

export const groupHead = ({ shape, head }: Next): GroupHead => ({
  group: shape.jobGroup,
  milliVcpus: sumOf(shape.groups),
  ...head,
});

/**
 * The waiting jobs of a queue in its order, of each shape the first that is left. Within a group they stand by their ranks,
 * and which group's head is next the choice says. Taking one costs a search among the groups, however many shapes there are.
 */
export class Ordered {
  private readonly choice: Choice;
  /** By group, the first at the end. */
  private readonly groups: ReadonlyMap<number, Next[]>;
  /** Heads of groups, the first at the end. */
  private readonly heads: GroupHead[];
  /** Groups whose head is not among them, for it is another now, or stands elsewhere. */
  private readonly moved: Set<number>;

  constructor(shapes: readonly ShapeView[], choice: Choice) {
    this.choice = choice;
    this.groups = Map.groupBy(
      shapes.flatMap((shape) => nextOf(shape, 0) ?? []).sort((a, b) => b.head.rank - a.head.rank),
      ({ shape }) => shape.jobGroup,
    );
    this.heads = [...this.groups.values()]
      .map((group) => groupHead(group.at(-1)!))
      .sort((a, b) => compared(choice, b, a));
    this.moved = new Set();
  }

  /** Takes the first that is left. */
  take(): Next | undefined {
    this.reorder();
    const first = this.heads.pop();
    if (!first) return undefined;
    this.moved.add(first.group);
    return this.groups.get(first.group)!.pop();
  }

  /** The next one of a shape that was among them. */
  comeIn(next: Next): void {
    const { jobGroup } = next.shape;
    const group = this.groups.get(jobGroup)!;
    group.splice(
      placeOf(group, (one) => one.head.rank - next.head.rank),
      0,
      next,
    );
    if (group.at(-1) !== next || this.moved.has(jobGroup)) return;
    const at = this.heads.findIndex((head) => head.group === jobGroup);
    if (at >= 0) this.heads.splice(at, 1);
    this.moved.add(jobGroup);
  }

  /** Those that one was taken of have their place by who is first in them now. */
  private reorder(): void {
    for (const group of this.moved) {
      const next = this.groups.get(group)!.at(-1);
      if (!next) continue;
      const head = groupHead(next);
      this.heads.splice(
        placeOf(this.heads, (other) => compared(this.choice, other, head)),
        0,
        head,
      );
    }
    this.moved.clear();
  }
}

/** The first of some waiting jobs of a queue. */
export const firstOf = (choice: Choice, some: readonly Next[]): Next | undefined => {
  const heads = new Map<number, Next>();
  for (const next of some) {
    const other = heads.get(next.shape.jobGroup);
    if (!other || next.head.rank < other.head.rank) heads.set(next.shape.jobGroup, next);
  }
  let first: Next | undefined;
  for (const next of heads.values())
    if (!first || compared(choice, groupHead(next), groupHead(first)) < 0) first = next;
  return first;
};
