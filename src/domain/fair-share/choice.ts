import type { Choice, GroupHead, Reserve } from '../group-choice.ts';

/** A share of a queue as a plan finds it. Amounts as in `use.ts`. */
export interface ShareView {
  readonly identifier: string;
  /** The smaller, the more it gets. */
  readonly weight: number;
  /** What it has used, decayed, what runs included. */
  readonly used: number;
  /** What its jobs that run are expected to use yet. */
  readonly expected: number;
  /** How long its jobs run, as far as is known. */
  readonly meanRun: number;
  readonly heldMilliVcpus: number;
}

/** By their groups. */
export type ShareTable = Pick<ReadonlyMap<number, ShareView>, 'get' | 'keys'>;

/** The shares of a queue that have jobs which wait or hold vCPUs, by their groups. */
export interface SharesView {
  readonly window: number;
  readonly shares: ShareTable;
  /** Undefined where nothing is kept free. */
  readonly reserve: ReserveView | undefined;
}

/** What jobs of a queue may not have, for shares that are not there yet. */
export interface ReserveView extends Reserve {
  /** What all jobs of the queue have now. */
  readonly heldMilliVcpus: number;
}

/** As long as nothing is known of a share: milliseconds. */
export const UNKNOWN_RUN = 60_000;

/**
 * How much a share would have, in the middle of its next job, by its weight: the lowest is served next. To the use come what
 * runs until its expected end, and half of the job that is asked for: so that of shares whose jobs are large for their part
 * none is favoured (the rule of Webster and Sainte-Laguë). A share with longer jobs is charged further ahead, and is
 * measured by as much more than the window. Who has used nothing of the window is served first, so that nobody starves whose
 * part is less than a job. What was compared: docs/decisions/fair-share.md.
 */
export const scoreOf = (
  { weight, used, expected, meanRun }: ShareView,
  milliVcpus: number,
  window: number,
): number => {
  const had = used + expected;
  return had === 0 ? 0 : (weight * (had + (milliVcpus * meanRun) / 2) * window) / (window + meanRun);
};

/** It and one more job of so many vCPUs, which starts now. */
export const withJob = (share: ShareView, milliVcpus: number): ShareView => ({
  ...share,
  expected: share.expected + milliVcpus * share.meanRun,
  heldMilliVcpus: share.heldMilliVcpus + milliVcpus,
});

/** One of which nothing is known. */
const NEW: ShareView = {
  identifier: '',
  weight: 1,
  used: 0,
  expected: 0,
  meanRun: UNKNOWN_RUN,
  heldMilliVcpus: 0,
};

/** Of a queue with a fair-share policy: rules T-105, T-117 to T-119. */
export class ShareChoice implements Choice {
  private readonly window: number;
  private readonly shares: ShareTable;
  /** Of those that started a job. */
  private readonly changed: Map<number, ShareView>;
  private reserve: ReserveView | undefined;

  constructor({ window, shares, reserve }: SharesView, changed: ReadonlyMap<number, ShareView> = new Map()) {
    this.window = window;
    this.shares = shares;
    this.changed = new Map(changed);
    this.reserve = reserve;
  }

  scoreOf({ group, milliVcpus }: GroupHead): number {
    return scoreOf(this.of(group), milliVcpus, this.window);
  }

  start({ group, milliVcpus }: GroupHead): void {
    this.changed.set(group, withJob(this.of(group), milliVcpus));
    if (!this.reserve) return;
    const { heldMilliVcpus } = this.reserve;
    this.reserve = { ...this.reserve, heldMilliVcpus: heldMilliVcpus + milliVcpus };
  }

  keptFrom({ milliVcpus }: GroupHead): Reserve | undefined {
    return mayHave(this.reserve, milliVcpus) ? undefined : this.reserve;
  }

  copy(): ShareChoice {
    const { window, shares, reserve } = this;
    return new ShareChoice({ window, shares, reserve }, this.changed);
  }

  /** As it stands now. */
  view(): SharesView {
    const { window, shares, changed, reserve } = this;
    return { window, shares: new Changed(shares, new Map(changed)), reserve };
  }

  private of(group: number): ShareView {
    const changed = this.changed.size > 0 ? this.changed.get(group) : undefined;
    return changed ?? this.shares.get(group) ?? NEW;
  }
}

/** Shares some of which have changed: there may be hundreds, and a plan starts a few. */
class Changed implements ShareTable {
  private readonly before: ShareTable;
  private readonly changed: ReadonlyMap<number, ShareView>;

  constructor(before: ShareTable, changed: ReadonlyMap<number, ShareView>) {
    this.before = before;
    this.changed = changed;
  }

  get(group: number): ShareView | undefined {
    return this.changed.get(group) ?? this.before.get(group);
  }

  keys(): MapIterator<number> {
    return new Set([...this.before.keys(), ...this.changed.keys()]).values();
  }
}

/** Rules T-128 to T-134. Alone in its queue a job may have what is kept, so that none waits for ever. */
const mayHave = (reserve: ReserveView | undefined, milliVcpus: number): boolean =>
  reserve === undefined ||
  reserve.heldMilliVcpus === 0 ||
  reserve.heldMilliVcpus + milliVcpus <= reserve.maxMilliVcpus - reserve.keptMilliVcpus;

/** What is kept with so many active shares, of so much at the most: rules T-128, T-129. `percent`: `computeReservation`. */
export const keptOf = (maxMilliVcpus: number, percent: number, active: number): number =>
  active === 0 ? 0 : maxMilliVcpus * (percent / 100) ** active;
