/*
 * What a share has used: the vCPUs of its jobs over the time that they had them. A use that is `age` old counts with
 * 1 - age/window, from the window on nothing (T-108). Amounts are thousandths of a vCPU times milliseconds, times those of
 * the shares' own clock (see `UseClock`). Attempts that have ended are kept in a bounded number of buckets of that time, each
 * with its sum and its moment: so their decayed sum is exact, but for the one bucket that the window's far end is within.
 * Why: docs/decisions/fair-share.md.
 */

/** What was used from `start` on, until the next bucket begins. */
export interface Bucket {
  readonly start: number;
  readonly used: number;
  /** The same, each part times how long after `start` it was used. */
  readonly moment: number;
  /** Thousandths of a vCPU of the attempts that ended in it, and what these used in all. */
  readonly endedMilliVcpus: number;
  readonly endedUsed: number;
}

export interface ShareUse {
  /** Of each bucket. */
  readonly width: number;
  /** Oldest first. */
  readonly buckets: readonly Bucket[];
}

/** An attempt had so much from one moment to another. */
export interface Span {
  readonly milliVcpus: number;
  readonly from: number;
  readonly to: number;
}

const BUCKETS = 60;

export const widthOf = (window: number): number => Math.ceil(window / BUCKETS);

export const unused = (window: number): ShareUse => ({ width: widthOf(window), buckets: [] });

/** With an attempt that has ended; without what is older than the window. */
export const withSpan = (use: ShareUse, span: Span, window: number): ShareUse => {
  const { width, buckets } = inWidth(use, widthOf(window));
  const oldest = span.to - window;
  const counting = buckets.findIndex(({ start }) => start + width > oldest);
  const left = counting < 0 ? [] : buckets.slice(counting);
  for (const part of partsOf(span, Math.max(span.from, oldest), width)) put(left, part);
  put(left, {
    ...NONE,
    start: startOf(span.to, width),
    endedMilliVcpus: span.milliVcpus,
    endedUsed: span.milliVcpus * (span.to - span.from),
  });
  return { width, buckets: left };
};

/** What it counts now. */
export const decayedUse = (use: ShareUse, now: number, window: number): number => {
  const { first, used, moment, last } = sumsOf(use, now, window);
  const end = now - window;
  const whole = (used * (first - end) + moment) / window;
  if (!last) return whole;
  // of the bucket at the far end as if all of it were used evenly: what is left of it counts next to nothing
  const left = last.start + use.width - end;
  return whole + ((last.used / use.width) * left ** 2) / (2 * window);
};

/** What the buckets come to until the next of them reaches the far end of the window. */
interface Sums {
  readonly window: number;
  /** From which moment of the far end on, and until which. */
  readonly from: number;
  readonly until: number;
  /** Where those begin that count wholly, what was used in them, and each part times how long after that it was. */
  readonly first: number;
  readonly used: number;
  readonly moment: number;
  /** That at the far end. */
  readonly last: Bucket | undefined;
  readonly meanRun: number | undefined;
}

/** Hundreds of shares are asked for in every turn, and few have changed. */
const known = new WeakMap<ShareUse, Sums>();

const sumsOf = (use: ShareUse, now: number, window: number): Sums => {
  const end = now - window;
  const before = known.get(use);
  if (before?.window === window && before.from <= end && end < before.until) return before;
  const sums = summed(use, end, window);
  known.set(use, sums);
  return sums;
};

const summed = ({ width, buckets }: ShareUse, end: number, window: number): Sums => {
  const counting = buckets.filter(({ start }) => start + width > end);
  const last = counting.find(({ start }) => start < end);
  const whole = counting.filter(({ start }) => start >= end);
  const first = whole[0]?.start ?? end;
  const milliVcpus = total(counting, (bucket) => bucket.endedMilliVcpus);
  return {
    window,
    from: end,
    until: last ? last.start + width : (whole[0]?.start ?? Number.POSITIVE_INFINITY),
    first,
    used: total(whole, (bucket) => bucket.used),
    moment: total(whole, ({ start, used, moment }) => used * (start - first) + moment),
    last,
    meanRun: milliVcpus > 0 ? total(counting, (bucket) => bucket.endedUsed) / milliVcpus : undefined,
  };
};

const total = (buckets: readonly Bucket[], of: (bucket: Bucket) => number): number =>
  buckets.reduce((sum, bucket) => sum + of(bucket), 0);

/** What an attempt counts that goes on. */
export const decayedSpan = (milliVcpus: number, age: number, window: number): number =>
  age >= window ? (milliVcpus * window) / 2 : milliVcpus * (age - age ** 2 / (2 * window));

/** How long its attempts ran that ended within the window, by their vCPUs; undefined when none did. */
export const meanRun = (use: ShareUse, now: number, window: number): number | undefined =>
  sumsOf(use, now, window).meanRun;

/** Whether any of it counts. */
export const isUsed = ({ width, buckets }: ShareUse, now: number, window: number): boolean =>
  buckets.some(({ start }) => start + width > now - window);

const NONE: Bucket = { start: 0, used: 0, moment: 0, endedMilliVcpus: 0, endedUsed: 0 };

const startOf = (at: number, width: number): number => Math.floor(at / width) * width;

/** In its place, which is mostly the last. */
const put = (buckets: Bucket[], more: Bucket): void => {
  const { start } = more;
  const at = buckets.findLastIndex((bucket) => bucket.start <= start);
  const there = buckets[at]?.start === start ? buckets[at] : undefined;
  const { used, moment, endedMilliVcpus, endedUsed } = there ?? NONE;
  buckets.splice(there ? at : at + 1, there ? 1 : 0, {
    start,
    used: used + more.used,
    moment: moment + more.moment,
    endedMilliVcpus: endedMilliVcpus + more.endedMilliVcpus,
    endedUsed: endedUsed + more.endedUsed,
  });
};

/** A use by the buckets that it is in. */
const partsOf = ({ milliVcpus, to }: Span, from: number, width: number): Bucket[] => {
  const parts: Bucket[] = [];
  for (let start = startOf(from, width); start < to; start += width) {
    const [low, high] = [Math.max(from, start), Math.min(to, start + width)];
    const used = milliVcpus * (high - low);
    parts.push({ ...NONE, start, used, moment: used * ((low + high) / 2 - start) });
  }
  return parts;
};

/** Another window has other buckets: what is in one goes to those in its place, as if it were used evenly. */
const inWidth = (use: ShareUse, width: number): ShareUse => {
  if (use.width === width) return use;
  const buckets: Bucket[] = [];
  for (const { start, used, endedMilliVcpus, endedUsed } of use.buckets) {
    const to = start + use.width;
    for (const part of partsOf({ milliVcpus: used / use.width, from: start, to }, start, width))
      put(buckets, part);
    put(buckets, { ...NONE, start: startOf(start, width), endedMilliVcpus, endedUsed });
  }
  return { width, buckets };
};
