interface Bucket {
  tokens: number;
  /** When it had so many, by the steady clock. */
  at: number;
}

/** A token, but for what sums of fractions lack. */
const WHOLE = 1 - 1e-9;
/** So many are remembered. */
const MOST = 10_000;

/** How many a second, and how many at once after a rest. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A bucket of tokens for each key, which fills at the rate that it is asked with; steady milliseconds. */
export class Buckets {
  private readonly buckets = new Map<string, Bucket>();

  /** Takes a token; returns 0, or in how many milliseconds there is one: then none is taken. */
  take(key: string, now: number, rate: Rate): number {
    const wait = this.wait(key, now, rate);
    if (wait === 0) this.bucket(key, now, rate).tokens--;
    return wait;
  }

  /** In how many milliseconds there is a token; 0 where there is one. */
  wait(key: string, now: number, rate: Rate): number {
    const known = this.buckets.get(key);
    if (!known) return 0;
    const { tokens } = filled(known, now, rate);
    return tokens >= WHOLE ? 0 : Math.ceil(((WHOLE - tokens) / rate.perSecond) * 1000);
  }

  private bucket(key: string, now: number, rate: Rate): Bucket {
    const known = this.buckets.get(key);
    if (known) return filled(known, now, rate);
    // the oldest: it has had the longest to fill
    if (this.buckets.size >= MOST) this.buckets.delete(this.buckets.keys().next().value!);
    const made = { tokens: rate.burst, at: now };
    this.buckets.set(key, made);
    return made;
  }
}

const filled = (bucket: Bucket, now: number, { perSecond, burst }: Rate): Bucket => {
  const gained = (Math.max(0, now - bucket.at) / 1000) * perSecond;
  bucket.tokens = Math.min(burst, bucket.tokens + gained);
  bucket.at = now;
  return bucket;
};
