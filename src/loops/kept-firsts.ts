import type { GroupHead } from '../domain/group-choice.ts';
import { Layered } from '../lib/layered.ts';
import { CommittedCache } from '../store/committed-cache.ts';
import { takeMovedShapes } from '../store/moved-shapes.ts';
import { allShapes, headsOf, namedShapes, type RunnableJob, type WaitingShape } from '../store/runnable.ts';
import type { Tx } from '../store/store.ts';

/** The first job of a shape. */
export interface First {
  readonly shape: WaitingShape;
  readonly head: GroupHead;
  /** What it asks for, tokens too, as a key: shapes of several groups ask for the same. One that has its tokens asks for none. */
  readonly like: string;
}

/** By shape. */
export interface Firsts {
  readonly byShape: Layered<number, First>;
  /** Their groups, and what their jobs ask for: the same sets for as long as no shape comes or goes. */
  readonly groups: ReadonlySet<number>;
  readonly likes: ReadonlySet<string>;
}

interface Kept {
  readonly follower: number;
  /** Of the queues that were asked for. */
  readonly byQueue: ReadonlyMap<number, Firsts>;
}

const ALL = 0;

/**
 * The first job of each shape of queues whose jobs are of many groups, kept from turn to turn: a turn reads anew what moved
 * since the last one whose commit was not lost. See docs/decisions/many-shares.md.
 */
export class KeptFirsts {
  private readonly kept = new CommittedCache<number, Kept>(1);

  /** As they are now, this transaction's own changes included. */
  async of(tx: Tx, queue: number): Promise<Firsts> {
    const kept = await this.look(tx);
    const known = kept.byQueue.get(queue);
    if (known) return known;
    const shapes = await allShapes(tx, queue);
    const firsts = withSets(Layered.of(shapes.map((shape) => [shape.id, firstOf(shape)])));
    const byQueue = new Map(kept.byQueue).set(queue, firsts);
    this.kept.set(tx, ALL, { ...kept, byQueue });
    return firsts;
  }

  private async look(tx: Tx): Promise<Kept> {
    const before = this.kept.get(tx, ALL);
    const { follower, byQueue: moved } = await takeMovedShapes(tx, before?.follower);
    if (!before || !moved) {
      const anew = { follower, byQueue: new Map() };
      this.kept.set(tx, ALL, anew);
      return anew;
    }
    const byQueue = new Map(before.byQueue);
    for (const [queue, firsts] of before.byQueue) {
      const shapes = moved.get(queue);
      if (!shapes) continue;
      if (shapes.includes(0)) byQueue.delete(queue);
      else byQueue.set(queue, await refreshed(tx, queue, firsts, shapes));
    }
    const now = { follower, byQueue };
    this.kept.set(tx, ALL, now);
    return now;
  }
}

const refreshed = async (
  tx: Tx,
  queue: number,
  firsts: Firsts,
  moved: readonly number[],
): Promise<Firsts> => {
  const now = firsts.byShape.copy();
  let isSame = true;
  for (const id of moved) {
    const known = firsts.byShape.get(id);
    if (!known) continue;
    const [head, other] = await headsOf(tx, queue, id, 2);
    if (head) now.set(id, movedTo(known, head, other !== undefined));
    else now.delete(id);
    isSame &&= head !== undefined;
  }
  const others = moved.filter((id) => !firsts.byShape.has(id));
  if (others.length > 0)
    for (const shape of await namedShapes(tx, queue, others)) now.set(shape.id, firstOf(shape));
  return isSame && others.length === 0 ? { ...firsts, byShape: now } : withSets(now);
};

const withSets = (byShape: Layered<number, First>): Firsts => ({
  byShape,
  groups: new Set(byShape.values().map(({ head }) => head.group)),
  likes: new Set(byShape.values().map(({ like }) => like)),
});

/** Another job of its shape is the first. */
const movedTo = ({ shape, head, like }: First, { seq, rank }: RunnableJob, hasMore: boolean): First => ({
  shape: { ...shape, first: seq, rank, has_more: hasMore ? 1 : 0 },
  head: { ...head, seq, rank },
  like,
});

const firstOf = (shape: WaitingShape): First => {
  const { milli_vcpus: milliVcpus, memory_mib: memory, gpus, node_groups: nodes, tokens } = shape;
  const head = { group: shape.job_group, seq: shape.first, rank: shape.rank, milliVcpus };
  return { shape, head, like: `${milliVcpus}/${memory}/${gpus}/${nodes}/${tokens}` };
};
