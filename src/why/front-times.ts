/** Of so many queues it is remembered. */
const MOST_QUEUES = 1000;

/** A job at the front of its queue. Times in wall milliseconds. */
export interface FrontJob {
  readonly seq: number;
  readonly createdAt: number;
  /** Not before then it stood in line, again if it had been tried before, as far as is stored. */
  readonly readySince: number;
}

/** By the wall clock, and by one that nobody sets, from the process's start to its end. Milliseconds. */
export interface Moment {
  readonly wall: number;
  readonly steady: number;
}

/** What was seen of a queue's front at a time: which place each job had, and since when. */
interface Seen {
  readonly at: Moment;
  readonly places: ReadonlyMap<number, { readonly place: number; readonly since: number }>;
}

/** How a queue is looked at. */
export interface Look {
  readonly now: Moment;
  /** When a job of it was started last, as far as is known. */
  readonly served: Moment | undefined;
  /** Who comes behind another stays so: nobody has stood for longer than the one before. */
  readonly isFixed: boolean;
}

/**
 * Since when jobs have had their places at the front of queues, as far as was seen: rule T-145. Only somebody who asks sees.
 * What happened between two looks happened when the queue last started a job, if it did, else it is not known when and
 * counts from now. No time is later than now, but for the creation of a job before the clock was set back.
 */
export class FrontTimes {
  private readonly seen = new Map<number, Seen>();
  private readonly started: Moment;

  constructor(started: Moment) {
    this.started = started;
  }

  /** In the order of `front`. */
  since(queue: number, front: readonly FrontJob[], look: Look): number[] {
    const before = this.seen.get(queue);
    const { now } = look;
    const times: number[] = [];
    for (const [place, job] of front.entries()) {
      const known = before?.places.get(job.seq);
      const stays = known?.place === place;
      const came = stays ? known.since : this.changedAt(before, look, job);
      const ahead = stays && !look.isFixed ? 0 : (times[place - 1] ?? 0);
      times.push(Math.max(job.createdAt, Math.min(now.wall, Math.max(came, job.readySince, ahead))));
    }
    const places = new Map(front.map(({ seq }, place) => [seq, { place, since: times[place]! }]));
    if (this.seen.size >= MOST_QUEUES) this.seen.clear();
    this.seen.set(queue, { at: now, places });
    return times;
  }

  /** When a job came to a place that it was not seen at before. */
  private changedAt(
    before: Seen | undefined,
    { now, served = this.started }: Look,
    { readySince }: FrontJob,
  ): number {
    const isKnown = !before || served.steady >= before.at.steady || readySince >= before.at.wall;
    return isKnown ? served.wall : now.wall;
  }
}
