import type { SharesView } from '../domain/fair-share/choice.ts';
import { compared, type GroupHead, placeOf } from '../domain/group-choice.ts';
import type { QueueOrder } from '../domain/queue-order.ts';
import { groupHeads, nextInGroup } from '../store/job-groups.ts';
import { firstInQueue } from '../store/runnable.ts';
import type { JobRow } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import type { LastPlan } from './last-plan.ts';
import { changesSoFar, type Line, type Lines, lineOf } from './lines.ts';

/** Nobody is told a position beyond this; nobody counts further. */
const COUNTED = 1001;
/** So many of a group are read together. */
const AT_ONCE = 16;

/** Positions of jobs in their queues, each queue read once for all jobs that one request shows, and not while nothing changes. */
export class QueuePositions {
  private readonly tx: Tx;
  private readonly order: QueueOrder;
  private readonly shares: ReadonlyMap<number, SharesView>;
  private readonly lines: Lines;
  private readonly byQueue = new Map<number, Promise<Line>>();
  private changes: number | undefined;

  constructor(
    tx: Tx,
    parts: {
      readonly order: QueueOrder;
      readonly lastPlan: Pick<LastPlan, 'shares'>;
      readonly lines: Lines;
    },
  ) {
    this.tx = tx;
    this.order = parts.order;
    this.shares = parts.lastPlan.shares;
    this.lines = parts.lines;
  }

  /** How many RUNNABLE jobs of its queue stand before a job, counted to 1,001. */
  async ahead(job: Pick<JobRow, 'seq' | 'queue' | 'job_group' | 'rank'>): Promise<number> {
    const { heads, places, lastRanks } = await this.line(job.queue);
    const place = places.get(job.seq);
    if (place !== undefined) return place;
    // most of a long queue: nobody looks through the line for them
    if (job.rank > (lastRanks.get(job.job_group) ?? Number.NEGATIVE_INFINITY)) return heads.length;
    const at = heads.findIndex(({ group, rank }) => group === job.job_group && rank >= job.rank);
    return at < 0 ? heads.length : at;
  }

  /** The job that stands first in a queue. */
  async first(queue: number): Promise<GroupHead | undefined> {
    return (await this.line(queue)).heads[0];
  }

  /** The first `limit` of a queue, in order: at most 1,001. */
  async front(queue: number, limit: number): Promise<readonly GroupHead[]> {
    return (await this.line(queue)).heads.slice(0, limit);
  }

  private line(queue: number): Promise<Line> {
    const line = this.byQueue.get(queue) ?? this.known(queue);
    this.byQueue.set(queue, line);
    return line;
  }

  private async known(queue: number): Promise<Line> {
    this.changes ??= await changesSoFar(this.tx);
    const from = { changes: this.changes, shares: this.shares.get(queue) };
    const known = this.lines.get(queue, from);
    if (known) return known;
    const line = lineOf(await this.read(queue));
    this.tx.onCommit(() => this.lines.keep(queue, from, line));
    return line;
  }

  private async read(queue: number): Promise<readonly GroupHead[]> {
    const heads = await groupHeads(this.tx, queue);
    if (heads.length > 0) return this.merged(queue, heads);
    return (await firstInQueue(this.tx, queue, COUNTED)).map((job) => ({ group: 0, milliVcpus: 0, ...job }));
  }

  /** As they would start one after the other. */
  private async merged(queue: number, heads: readonly GroupHead[]): Promise<GroupHead[]> {
    const choice = this.order.choiceOf(this.shares.get(queue));
    const groups = new Map(heads.map((head) => [head.group, [head]]));
    // the first at the end
    const left = heads.toSorted((a, b) => compared(choice, b, a));
    const places: GroupHead[] = [];
    for (let first = left.pop(); first && places.length < COUNTED; first = left.pop()) {
      places.push(first);
      choice.start(first);
      const [, ...others] = groups.get(first.group)!;
      const next = others.length > 0 ? others : await this.nextOf(queue, first);
      groups.set(first.group, next);
      const [head] = next;
      if (head)
        left.splice(
          placeOf(left, (other) => compared(choice, other, head)),
          0,
          head,
        );
    }
    return places;
  }

  private nextOf(queue: number, { group, rank }: GroupHead): Promise<GroupHead[]> {
    return nextInGroup(this.tx, queue, group, rank, AT_ONCE);
  }
}
