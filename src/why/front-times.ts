/** Of so many queues it is remembered. */
const MOST_QUEUES = 1000;

/** A job at the front of its queue. Times in wall milliseconds. */
export interface FrontJob {
  readonly seq: number;
  readonly createdAt: number;
}

/** What was seen of a queue's front at a time: which place each job had, and since when. */
interface Seen {
  readonly at: number;
  readonly places: ReadonlyMap<number, { readonly place: number; readonly since: number }>;
}

/**
 * Since when jobs have had their places at the front of queues, as far as was seen: rule T-145. Only somebody who asks sees.
 * What happened between two looks happened when the queue last started a job, if it did, else it is not known when and
 * counts from now.
 */
export class FrontTimes {
  private readonly seen = new Map<number, Seen>();
  private readonly startedAt: number;

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  /** In the order of `front`. `servedAt`: when a job of the queue was started last, as far as is known. */
  since(queue: number, front: readonly FrontJob[], servedAt: number | undefined, now: number): number[] {
    const before = this.seen.get(queue);
    const changedAt = lastChange(before, servedAt ?? this.startedAt, now);
    const times = front.map(({ seq, createdAt }, place) => {
      const known = before?.places.get(seq);
      return known?.place === place ? known.since : Math.max(createdAt, changedAt(createdAt));
    });
    const places = new Map(front.map(({ seq }, place) => [seq, { place, since: times[place]! }]));
    if (this.seen.size >= MOST_QUEUES) this.seen.clear();
    this.seen.set(queue, { at: now, places });
    return times;
  }
}

/** When a job came to a place that it was not seen at before. */
const lastChange =
  (before: Seen | undefined, servedAt: number, now: number) =>
  (createdAt: number): number =>
    !before || servedAt >= before.at || createdAt >= before.at ? servedAt : now;
